"""Read one command: its launcher, its options, its variables, and the models that they name."""
