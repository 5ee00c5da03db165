"""One reader per kind of trace that a model leaves."""
