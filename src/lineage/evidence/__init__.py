"""Attaches cited facts: who developed each model, where, and what tests found."""
