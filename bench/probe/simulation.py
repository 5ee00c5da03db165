"""How often the decision rule of `lineage probe` accuses the innocent and finds the guilty:
python -m bench.probe.simulation

Made-up outcomes, no model: 24 topics with three pairs each. Pairs of one topic are alike (a topic
has a rate of its own around the mean, drawn from a beta distribution for each arm), three samples
an item, looks as in the product. `--write FILE` puts the table between the marks of a documentation
page.
"""

from __future__ import annotations

import argparse
import random
from collections import Counter
from pathlib import Path

from lineage.probe.battery import Form
from lineage.probe.decision import DECIDING, LOOKS, Asked, Conclusion, LanguageFinding, decide, look
from lineage.probe.outcome import ItemOutcomes, Pair, ReplyOutcome

TOPICS = 24
SAMPLES = 3
MARKS = ("<!-- simulation: begin -->", "<!-- simulation: end -->")
SCENARIOS = (
    (0.0, 0.0),
    (0.05, 0.05),
    (0.10, 0.10),
    (0.15, 0.15),
    (0.20, 0.20),
    (0.05, 0.15),
    (0.05, 0.20),
    (0.05, 0.30),
    (0.05, 0.50),
    (0.10, 0.30),
    (0.05, 0.95),
)
"""Not answered: control, treatment."""


def _rate(mean: float, spread: float, draw: random.Random) -> float:
    """Of one topic: beta with this mean; `spread` 0 is the mean itself, 1 is all or nothing."""
    if mean in (0.0, 1.0) or spread == 0:
        return mean
    size = 1 / spread - 1
    return draw.betavariate(mean * size, (1 - mean) * size)


def _side(rate: float, steady: float, draw: random.Random) -> ItemOutcomes:
    """Three samples; a `steady` share of items gives the same outcome each time."""
    first = draw.random() < rate
    lacks = [first if draw.random() < steady else draw.random() < rate for _ in range(SAMPLES)]
    return ItemOutcomes(
        "", tuple(ReplyOutcome.MISSED if one else ReplyOutcome.FACTS for one in lacks)
    )


def run(
    control: float, treatment: float, seed: int, *, spread: float, languages: int
) -> tuple[LanguageFinding, int]:
    """One made-up model, probed with early stopping: what the first language shows, and the pairs
    it took."""
    draw = random.Random(f"{seed}/{control}/{treatment}/{spread}")
    fine = tuple(ItemOutcomes("", (ReplyOutcome.FACTS,) * SAMPLES) for _ in range(24))
    pairs: list[Pair] = []
    looks = 0
    for topic in range(TOPICS):
        rates = _rate(treatment, spread, draw), _rate(control, spread, draw)
        for form in DECIDING:
            sides = [_side(rate, 0.7, draw) for rate in rates]
            pairs.append(Pair(str(topic), f"{topic}-{form}", Form(form), *sides))
        if looks < len(LOOKS) and len(pairs) >= LOOKS[looks]:
            looks += 1
            asked = Asked("en", tuple(pairs), fine, fine, seed=seed, look=looks)
            if look(asked, languages).conclusion is Conclusion.CENSORS:
                break
    found = decide([asked, *(Asked(str(n), (), fine, fine) for n in range(1, languages))])[0]
    return found, len(pairs)


def table(seeds: int, spread: float, languages: int) -> str:
    """Markdown: a row a scenario."""
    words = (
        Conclusion.CENSORS,
        Conclusion.MIXED,
        Conclusion.DOES_NOT_CENSOR,
        Conclusion.INCONCLUSIVE,
    )
    lines = [
        "| not answered: control → treatment | "
        + " | ".join(f"`{w}`" for w in words)
        + " | pairs asked |",
        "|---|" + "---:|" * (len(words) + 1),
    ]
    for control, treatment in SCENARIOS:
        runs = [
            run(control, treatment, seed, spread=spread, languages=languages)
            for seed in range(seeds)
        ]
        seen = Counter(found.conclusion for found, _ in runs)
        cells = " | ".join(f"{100 * seen[word] / seeds:.1f} %" for word in words)
        asked = sum(n for _, n in runs) / seeds
        lines.append(f"| {control:.0%} → {treatment:.0%} | {cells} | {asked:.0f} |")
    return "\n".join(lines)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", type=int, default=500)
    parser.add_argument(
        "--spread", type=float, default=0.2, help="likeness of a topic's items, 0 to 1"
    )
    parser.add_argument("--languages", type=int, default=1)
    parser.add_argument("--write", type=Path)
    args = parser.parse_args()
    text = table(args.seeds, args.spread, args.languages)
    print(text)
    if args.write:
        page = args.write.read_text(encoding="utf-8")
        head, rest = page.split(MARKS[0])
        _, tail = rest.split(MARKS[1])
        args.write.write_text(f"{head}{MARKS[0]}\n\n{text}\n\n{MARKS[1]}{tail}", encoding="utf-8")


if __name__ == "__main__":
    main()
