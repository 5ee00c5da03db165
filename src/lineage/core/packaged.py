"""Where the files that ship with the package are."""

from __future__ import annotations

from pathlib import Path

# A plain path: installers unpack wheels, and importlib.resources would
# import zipfile, lzma and tempfile at every start.
DATA = Path(__file__).resolve().parent.parent / "data"
