"""Asks servers of every kind: bounded in time and bytes, redirects by hand, a key for its own
host."""
