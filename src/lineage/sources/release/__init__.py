"""Releases of the data: what one holds, where a user's are installed, how a new one is fetched."""
