"""The calls that load models, library by library."""
