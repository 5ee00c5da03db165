"""Reads claims out of records and walks them into a lineage graph."""
