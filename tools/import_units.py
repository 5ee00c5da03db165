"""Imports the recounted SpeechMap units and their control pools from a raw folder into our TOML records.

    python tools/import_units.py RAW_FOLDER

One file per language. A model is taken in where a published result record of ours has the same counts; models whose developer did not give
a name are left out. The counts on other governments come from the pools where a second judge's are known.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import Any

from compile_data import read
from toml_text import dump

DATA = Path(__file__).parents[1] / "src" / "lineage" / "data"
REPO = "https://github.com/xlr8harder/speechmap-data/tree/0c084c2c62a6bfa442532228dac7d9dd048f5a71"
JUDGES = {"x-ai/grok-4.1-fast": "x-ai/grok-4.1-fast", "gpt-4o-2024-11-20": "openai/gpt-4o-2024-11-20"}
OWN_HOSTS = {
    "deepseek": ["DeepSeek"],
    "perplexity": ["Perplexity"],
    "qwen": ["Alibaba"],
    "openai": ["OpenAI"],
    "x-ai": ["xAI"],
    "google": ["Google", "Google AI Studio"],
    "anthropic": ["Anthropic"],
}
"""Names under which a model's own maker serves it, as SpeechMap writes them."""
_LLAMA_31 = "https://huggingface.co/meta-llama/Llama-3.1-8B-Instruct/discussions/160"
LANGUAGES_NOT_CLAIMED = {
    ("meta-llama/Llama-3.1-70B-Instruct", "zh"): _LLAMA_31,
    ("meta-llama/Llama-3.1-70B-Instruct", "fi"): _LLAMA_31,
}
"""Languages of a unit that the model's card does not name among those it supports, with where the card's list was read."""
Row = dict[str, Any]


def main() -> None:
    """Read both raw files and write one file per language."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("raw", type=Path)
    raw = parser.parse_args().raw
    elsewhere = _elsewhere(_rows(raw / "control_pools.jsonl"))
    units = _rows(raw / "speechmap_units.jsonl")
    for language in sorted({unit["lang"] for unit in units}):
        record = _record(language, [unit for unit in units if unit["lang"] == language], elsewhere)
        (DATA / "units" / f"{record['id']}.toml").write_text(dump(record), encoding="utf-8")


def _rows(path: Path) -> list[Row]:
    with path.open(encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


def _elsewhere(pools: list[Row]) -> dict[tuple[str, str], list[int]]:
    """By control and judge: complete answers and questions about other governments."""
    return {
        (control["model"], JUDGES[pool["judge"]]): [control["own_x"], control["own_n"]]
        for pool in pools
        if "judge" in pool
        for control in pool["controls"]
    }


def _record(language: str, units: list[Row], elsewhere: dict[tuple[str, str], list[int]]) -> Row:
    return {
        "id": f"speechmap-{language}",
        "suite": "speechmap",
        "language": language,
        "curated_on": "2026-11-28",
        "citations": [
            {
                "url": f"{REPO}/analysis",
                "title": "SpeechMap data: compliance analyses (judge x-ai/grok-4.1-fast)",
                "published_on": "2026-07-04",
                "seen_on": "2026-11-28",
            },
            {
                "url": f"{REPO}/analysis.openai_gpt-4o-2024-11-20",
                "title": "SpeechMap data: the older judging of the same answers (GPT-4o-2024-11-20)",
                "seen_on": "2026-11-28",
            },
        ],
        "units": [unit for row in units if (unit := _unit(row, elsewhere))],
    }


def _unit(row: Row, elsewhere: dict[tuple[str, str], list[int]]) -> Row | None:
    result = f"speechmap-{row['lang']}-{row['model'].replace('/', '-')}"
    path = DATA / "results" / f"{result}.toml"
    if not path.exists():
        return None
    held = read(path)
    first, second = JUDGES[row["judge"]], JUDGES[row["second_judge"]]
    if round(held["value"] * held["n"] / 100) != row["x"] or held["n"] != row["n"]:
        raise ValueError(f"{result} says {held['value']} % of {held['n']}, the recount {row['x']} of {row['n']}")
    own = {first: [row["own_x"], row["own_n"]], second: elsewhere.get((row["model"], second))}
    makers_own = OWN_HOSTS.get(row["model"].partition("/")[0], [])
    return {
        "model": row["model"],
        "result": result,
        "complete": {first: [row["x"], row["n"]], second: [row["second_judge_x"], row["second_judge_n"]]},
        "elsewhere": {judge: counts for judge, counts in own.items() if counts},
        "hosts": {("not named" if host == "None" else host): n for host, n in row["hosts"].items()},
        "own_hosts": [host for host in row["hosts"] if host in makers_own],
        "not_claimed": LANGUAGES_NOT_CLAIMED.get((row["hf_model"], row["lang"])),
        "where": row["source"].partition(": ")[2].partition(";")[0],
    }


if __name__ == "__main__":
    main()
