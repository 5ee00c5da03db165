"""Find models in structured files: keys, environment variables, containers and commands."""
