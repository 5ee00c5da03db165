"""Lets `python -m lineage` do what the `lineage` command does."""

from lineage.cli.main import main

main()
