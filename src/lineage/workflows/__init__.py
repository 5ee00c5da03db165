"""Joins the layers: each workflow returns one report."""
