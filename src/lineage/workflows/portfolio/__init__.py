"""Many models in one run: lists and bills of materials in, one
report out, continued where it was interrupted."""
