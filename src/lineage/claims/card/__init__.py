"""Reads a model card: its metadata, its tree on the Hub, its prose and what it embeds."""
