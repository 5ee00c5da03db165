"""The API for programs, below `/v1`."""
