"""Asks a model the questions of a battery, scores its answers without a judge, and says what they
show."""
