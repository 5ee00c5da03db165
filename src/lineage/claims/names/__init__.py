"""Reads names: of bases as written, of models that are known, of the model itself."""
