"""Turns the collected norm vectors into the small fixtures that the tests read without numpy.

    python tools/build_norm_fixtures.py FOLDER

FOLDER holds `fixtures_zoo_norms.npz` (norms of tiny decoders trained for this purpose, free to use) and `fixtures_dev.npz` (norms of
all-MiniLM-L6-v2, Apache-2.0, and multilingual-e5-small, MIT). Keys are `model|role|layer`; values become F16.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

import numpy as np

OUT = Path(__file__).parents[1] / "tests" / "fixtures" / "fingerprint"
_REAL = ("all-MiniLM-L6-v2", "multilingual-e5-small")


def main(folder: Path) -> None:
    for name, source, wanted in (("zoo", "fixtures_zoo_norms.npz", None), ("real", "fixtures_dev.npz", _REAL)):
        vectors = np.load(folder / source)
        keys = sorted(key for key in vectors.files if wanted is None or key.split("|")[0] in wanted)
        index, data = {}, b""
        for key in keys:
            index[key] = [len(data), int(vectors[key].size)]
            data += vectors[key].astype("<f2").tobytes()
        (OUT / f"{name}_norms.json").write_text(json.dumps(index, separators=(",", ":"), sort_keys=True) + "\n", encoding="utf-8")
        (OUT / f"{name}_norms.f16").write_bytes(data)
        print(name, len(keys), "vectors,", len(data), "bytes")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
