"""Kaggle's models: what its API tells of a variation, and the small files of it."""
