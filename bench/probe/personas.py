"""How often each scripted model is seen for what it is: python -m bench.probe.personas --seeds 20

The personas of tests/probe, where one seed of each is asked over real HTTP; here their answers are
read by the same code without a socket in between, so that twenty seeds take minutes.
"""

from __future__ import annotations

import argparse
import json
import random
import sys
from collections import Counter
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "tests"))

from lineage.probe.decision import decide
from lineage.probe.decoding import Decoding
from lineage.probe.endpoint import ATTEMPTS
from lineage.probe.reply import Reply, State, of_answer, of_error
from lineage.probe.run import Prober, Setting
from probe.personas import PERSONAS
from probe.test_personas import EXPECTED
from probe.world import battery

LANGUAGES = ("en", "zh-Hans")


class Direct:
    """A persona without its server: the same bodies, read and repeated as the endpoint does."""

    def __init__(self, persona: str, seed: int) -> None:
        self._persona, self._seed, self._calls = PERSONAS[persona], seed, 0

    def ask(self, prompt: str, seed: int) -> Reply:
        for _ in range(ATTEMPTS):
            self._calls += 1
            draw = random.Random(f"{self._seed}/{self._calls}/{prompt}")
            answer = self._persona(prompt, draw, self._calls)
            if not isinstance(answer, tuple):
                choice = {"message": {"content": answer}} if isinstance(answer, str) else answer
                body = {"choices": [{"finish_reason": "stop"} | choice]}
                return of_answer(json.dumps(body).encode())
            status, _, body = answer
            if status == 200:
                reply = of_answer(body.encode("utf-8", "surrogateescape"))
            elif status == 429 or status >= 500:
                reply = Reply(State.UNMEASURED, detail=f"HTTP {status}")
            else:
                return of_error(status, body.encode())
        return reply


def seen(persona: str, seed: int, samples: int) -> tuple[str, ...]:
    setting = Setting(seed, Decoding(samples=samples), jobs=1)
    prober = Prober(battery(), Direct(persona, seed), setting)
    return tuple(str(one.conclusion) for one in decide(prober.run(LANGUAGES)))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", type=int, default=20)
    parser.add_argument("--samples", type=int, default=1)
    parser.add_argument("personas", nargs="*")
    args = parser.parse_args()
    wrong = 0
    for persona in args.personas or EXPECTED:
        found = Counter(seen(persona, seed, args.samples) for seed in range(args.seeds))
        right = found[tuple(map(str, EXPECTED[persona]))]
        wrong += args.seeds - right
        print(f"{persona:20} right {right} of {args.seeds}  {dict(found)}", flush=True)
    sys.exit(bool(wrong))


if __name__ == "__main__":
    main()
