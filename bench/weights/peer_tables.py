"""modelDNA and Cisco's kit on the zoo, beside this probe, on the same pairs of files."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

from weights.catalogue import EVASION, Specimen
from weights.measure import MATCHES, pair, profile_of
from weights.writing import folder
from weights.zoo import BASES

POSITIVE = {
    "modeldna": ("EXACT_COPY", "QUANTIZED_COPY", "FINE_TUNE", "SAME_LINEAGE", "LIKELY_MERGE"),
    "cisco": ("Confirmed Match", "High-Confidence Match"),
}
_BENIGN = (
    "trained",
    "precision",
    "quantized",
    "pruned",
    "merged",
    "experts",
    "vocabulary",
    "vocabulary replaced",
)


def peer_table(found: list[Specimen], python: Path, place: Path) -> str:
    by_name = {one.name: one for one in found}
    sets = _sets(found, by_name)
    profiles = {one.name: profile_of(one) for pairs in sets.values() for p in pairs for one in p}
    for one in {s.name: s for pairs in sets.values() for p in pairs for s in p}.values():
        folder({name: value.float() for name, value in one.state.items()}, place / one.name)
    lines = [
        "| tool | " + " | ".join(f"{name} ({len(pairs)})" for name, pairs in sets.items()) + " |",
        "|---" * (len(sets) + 1) + "|",
    ]
    for label, deep in (("this probe", False), ("this probe, --deep", True)):
        cells = [
            sum(pair(a, b, profiles, deep=deep).deep_kind in MATCHES for a, b in pairs)
            for pairs in sets.values()
        ]
        lines.append(f"| {label} | " + " | ".join(map(str, cells)) + " |")
    for tool in ("modeldna", "cisco"):
        cells = []
        for pairs in sets.values():
            answers = _ask(
                python, tool, [(str(place / a.name), str(place / b.name)) for a, b in pairs]
            )
            said = [answer["said"] for answer in answers]
            positive = sum(word in POSITIVE[tool] for word in said)
            unsure = sum(word == "SAME_FAMILY_UNRESOLVED" for word in said)
            failed = sum(word.startswith("error") for word in said)
            cells.append(
                f"{positive}"
                + (f" (+{unsure} unresolved)" if unsure else "")
                + (f" ({failed} errors)" if failed else "")
            )
        lines.append(f"| {tool} | " + " | ".join(cells) + " |")
    note = "Pairs called a match by each tool. Strangers should be 0; everything else should be all of them."
    return "### Beside the published tools\n\n" + note + "\n\n" + "\n".join(lines)


def _sets(
    found: list[Specimen], by_name: dict[str, Specimen]
) -> dict[str, list[tuple[Specimen, Specimen]]]:
    plain = [by_name[b.name] for b in BASES if not b.shape.qk_norm]
    strangers = [(a, b) for i, a in enumerate(plain) for b in plain[i + 1 :]][:60]
    kin = {
        name: [one for one in found if one.group in groups]
        for name, groups in (("benign", _BENIGN), ("layer surgery", ("layer surgery",)))
    }
    hidden = [
        one
        for one in found
        if one.group in EVASION and one.group != "width" and one.name.startswith(("py0", "doc0"))
    ]
    return {
        "strangers of one architecture": strangers,
        **{name: [(one, by_name[one.family]) for one in rows] for name, rows in kin.items()},
        "evasions": [(one, by_name[one.family]) for one in hidden],
    }


def _ask(python: Path, tool: str, pairs: list[tuple[str, str]]) -> list[dict[str, str]]:
    script = Path(__file__).with_name("peers.py")
    lines = "".join(json.dumps(p) + "\n" for p in pairs)
    environment = {"HF_HUB_OFFLINE": "1", "PATH": "/usr/bin:/bin", "HOME": str(Path.home())}
    done = subprocess.run(
        [python, script, tool],
        input=lines,
        capture_output=True,
        text=True,
        env=environment,
        check=True,
    )
    return [json.loads(line) for line in done.stdout.splitlines() if line.startswith("{")]
