"""Run the test Hub in a terminal or for a bench: `python -m tests.hub --models models.json
--latency 0.1`."""

from __future__ import annotations

import argparse
import json
import time
from pathlib import Path

from . import HubModel, Quota, TestHub


def main() -> None:
    """Serve until interrupted; the first line printed is the endpoint."""
    parser = argparse.ArgumentParser(prog="python -m tests.hub", description=__doc__)
    parser.add_argument(
        "--models", type=Path, help="JSON: a list of objects with the fields of HubModel"
    )
    parser.add_argument(
        "--chain",
        type=int,
        default=0,
        help="publish chain/m0 … chain/mN, each finetuned from the next",
    )
    parser.add_argument("--count", type=int, default=0, help="publish many/m0 … many/mN, unrelated")
    parser.add_argument("--latency", type=float, default=0.0, help="seconds before every answer")
    parser.add_argument(
        "--api", type=int, default=1_000_000, help="calls per window in the api bucket"
    )
    parser.add_argument("--port", type=int, default=0)
    asked = parser.parse_args()
    models = (
        [HubModel(**row) for row in json.loads(asked.models.read_text())] if asked.models else []
    )
    models += [
        HubModel(
            f"chain/m{i}", card={"base_model": f"chain/m{i + 1}"} if i + 1 < asked.chain else {}
        )
        for i in range(asked.chain)
    ]
    models += [HubModel(f"many/m{i}") for i in range(asked.count)]
    with TestHub(models, latency=asked.latency, quota=Quota(api=asked.api), port=asked.port) as hub:
        print(hub.url, flush=True)
        try:
            while True:
                time.sleep(3600)
        except KeyboardInterrupt:
            print(f"{len(hub.calls)} calls")


if __name__ == "__main__":
    main()
