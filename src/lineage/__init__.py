"""Tells what is underneath an AI model: its lineage, who developed each ancestor, and what published tests found."""

__version__ = "0.1.0"
