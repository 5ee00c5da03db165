"""The chaos test: seeded runs of the real command line against a test Hub with something wrong in
each."""
