"""How wide the text may be."""

from __future__ import annotations

import os
import sys


def columns() -> int:
    """As wide as COLUMNS says, else as the terminal is, else 100; shutil would import the archive
    modules for it."""
    value = os.environ.get("COLUMNS", "")
    if value.isdigit() and int(value) > 0:
        return int(value)
    try:
        return os.get_terminal_size(sys.stdout.fileno()).columns or 100
    except (OSError, ValueError):
        return 100
