"""Values that every layer uses: no I/O, no imports of ours."""
