"""A made-up world and scripted models: what `lineage probe` is tested and measured with."""
