"""Ollama's models: in its registry, at a running Ollama, and in the store on a disk."""
