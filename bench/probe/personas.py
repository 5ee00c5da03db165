"""How often each scripted model is seen for what it is: python -m bench.probe.personas --seeds 20

The same personas as in tests/probe, over HTTP on this machine, with three samples an item.
"""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "tests"))

from lineage.probe.decoding import Decoding
from probe.test_personas import EXPECTED, probed


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", type=int, default=20)
    parser.add_argument("--samples", type=int, default=3)
    parser.add_argument("personas", nargs="*")
    args = parser.parse_args()
    wrong = 0
    for persona in args.personas or EXPECTED:
        seen = Counter(
            tuple(
                str(one.conclusion) for one in probed(persona, seed, Decoding(samples=args.samples))
            )
            for seed in range(args.seeds)
        )
        right = seen[tuple(str(one) for one in EXPECTED[persona])]
        wrong += args.seeds - right
        print(f"{persona:20} right {right} of {args.seeds}  {dict(seen)}", flush=True)
    sys.exit(bool(wrong))


if __name__ == "__main__":
    main()
