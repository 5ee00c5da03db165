"""Traces that point to a model family and name no model: one file per kind of trace, and which of
them the lineage answers."""
