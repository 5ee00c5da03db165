"""A saved container image: read layer by layer, never run, nothing unpacked but what may tell
of models."""
