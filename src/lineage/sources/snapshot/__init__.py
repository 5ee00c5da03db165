"""Lineage records kept in a file: the embedded snapshot and those that teams make."""
