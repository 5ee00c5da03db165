"""The published tools on the same files. Run by another interpreter: `python peers.py
modeldna|cisco < pairs.jsonl`, one answer a line.

python3.12 -m venv peers && peers/bin/pip install cisco-ai-provenance-kit==1.0.0 modeldna==0.1.0
"""

from __future__ import annotations

import json
import sys
import time


def modeldna(a: str, b: str) -> dict[str, object]:
    from modeldna.scan import compare_pair

    *_, verdict = compare_pair(a, b)
    answer = verdict.to_dict()
    return {"said": answer["verdict"], "score": answer["probability"]}


def cisco(a: str, b: str) -> dict[str, object]:
    from provenancekit.config.settings import Settings
    from provenancekit.core.scanner import ModelProvenanceScanner
    from provenancekit.services.cache import NullCache

    answer = (
        ModelProvenanceScanner(settings=Settings(), cache=NullCache())
        .compare(a, b)
        .model_dump()["scores"]
    )
    return {"said": answer["provenance_decision"], "score": answer["identity_score"]}


if __name__ == "__main__":
    ask = {"modeldna": modeldna, "cisco": cisco}[sys.argv[1]]
    for line in sys.stdin:
        a, b = json.loads(line)
        began = time.perf_counter()
        try:
            told = ask(a, b)
        except Exception as problem:  # noqa: BLE001 - whatever a peer raises is its answer
            told = {"said": f"error: {type(problem).__name__}", "score": None}
        print(
            json.dumps({"a": a, "b": b, "seconds": round(time.perf_counter() - began, 2), **told}),
            flush=True,
        )
