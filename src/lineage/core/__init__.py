"""Values that every room speaks: no I/O, no imports of ours."""
