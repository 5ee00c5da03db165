"""Reads the files that tools write beside the weights."""
