"""Find the models that a repository of code uses, without running any of it."""
