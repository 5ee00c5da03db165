"""Runs the real command line as if it were another day, so that examples print the same on any.

    python tools/lineage_on_a_day.py 2026-11-22 audit --offline org/model

No setting and no variable does this to the installed command: a waiver ends when it ends.
"""

from __future__ import annotations

import sys
from datetime import datetime, timezone

from lineage.cli.main import main
from lineage.core import clock

_DAY = datetime.fromisoformat(sys.argv.pop(1)).replace(tzinfo=timezone.utc)
setattr(clock, "now", lambda: _DAY)  # noqa: B010 -- a plain assignment is none that mypy allows
sys.argv[0] = "lineage"
main()
