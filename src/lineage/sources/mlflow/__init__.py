"""An MLflow server: the versions of its registered models, and their files."""
