"""Lets `python -m lineage` do what the `lineage` command does."""

import os
import sys

# `python -m` looks for modules in the working folder first: a checkout would bring its own `click`
# along.
if sys.path and sys.path[0] in ("", os.getcwd()):  # noqa: PTH109 -- pathlib would come from there too
    del sys.path[0]

from lineage.cli.main import main

main()
