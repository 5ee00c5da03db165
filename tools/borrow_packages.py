"""Lets a bare environment use the packages of this one, so that only the wheel under test is
installed anew.

    .venv/bin/python tools/borrow_packages.py OTHER_VENV

Paths in a `.pth` file are searched after the environment's own packages, and `.pth` files behind
them are not read: an editable install of the project here stays invisible there.
"""

from __future__ import annotations

import subprocess
import sys
import sysconfig
from pathlib import Path

own = sysconfig.get_path("purelib")
asked = "import sysconfig; print(sysconfig.get_path('purelib'))"
done = subprocess.run(
    [f"{sys.argv[1]}/bin/python", "-c", asked], capture_output=True, text=True, check=True
)
Path(done.stdout.strip(), "borrowed.pth").write_text(own + "\n", encoding="utf-8")
