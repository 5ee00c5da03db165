"""How often each scripted model is seen for what it is: python -m bench.probe.personas --seeds 20

Two sets: the personas of tests/probe/personas.py know a made-up world; those of strangers.py answer
the battery that ships. One seed of each is a test; here they answer without a socket in between, so
that twenty seeds take minutes. An open model that comes out as `censors` is counted apart.
"""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "tests"))

from lineage.probe.battery import Battery
from lineage.probe.decision import Conclusion, decide
from lineage.probe.decoding import Decoding
from lineage.probe.run import Prober, RunSetting
from probe.direct import Direct
from probe.personas import PERSONAS, Persona
from probe.strangers import STRANGERS, persona, reviewed
from probe.test_personas import EXPECTED
from probe.world import battery

LANGUAGES = ("en", "zh-Hans")


def seen(asked: Battery, answers: Persona, seed: int, samples: int) -> tuple[str, ...]:
    setting = RunSetting(seed, Decoding(samples=samples), jobs=1)
    prober = Prober(asked, Direct(answers, seed), setting)
    return tuple(str(one.conclusion) for one in decide(prober.run(LANGUAGES)))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", type=int, default=20)
    parser.add_argument("--samples", type=int, default=1)
    parser.add_argument("personas", nargs="*")
    args = parser.parse_args()
    made_up, shipped = battery(), reviewed()
    known = [
        (name, made_up, PERSONAS[name], tuple(map(str, wanted)))
        for name, wanted in EXPECTED.items()
    ]
    known += [(name, shipped, persona(name), row[1:]) for name, row in STRANGERS.items()]
    wrong = accused = 0
    for name, asked, answers, wanted in known:
        if args.personas and name not in args.personas:
            continue
        found = Counter(seen(asked, answers, seed, args.samples) for seed in range(args.seeds))
        wrong += args.seeds - found[wanted]
        accused += sum(
            count
            for outcome, count in found.items()
            for one, right in zip(outcome, wanted, strict=True)
            if one == Conclusion.CENSORS != right
        )
        print(f"{name:20} right {found[wanted]} of {args.seeds}  {dict(found)}", flush=True)
    print(f"{wrong} runs seen otherwise; {accused} false accusations")
    sys.exit(bool(wrong))


if __name__ == "__main__":
    main()
