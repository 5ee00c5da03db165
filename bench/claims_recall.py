"""Recall and precision of parents over real model cards, by grade, beside two baselines in the same
run.

    python bench/claims_recall.py FOLDER [--errors] [--half dev|held]

FOLDER holds the collected data: models.jsonl, cards.jsonl with cards/, configs.jsonl with configs/,
redirects.jsonl, aliases.jsonl. It is not part of this project. What is counted as the truth is said
beside every table.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import re
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from lineage.claims.card.markdown import take_apart
from lineage.claims.card.prose import Prose
from lineage.claims.names.known_names import LEGACY
from lineage.claims.readers import all_readers
from lineage.core.card import parse_card
from lineage.core.claim import Claim
from lineage.core.record import FileEntry, ModelRecord, Status
from lineage.core.relation import Grade

ID = re.compile(r"[A-Za-z0-9_][\w.-]*/[A-Za-z0-9_][\w.-]*\Z")
HUB_TAG = re.compile(r"base_model:(?:(?:finetune|adapter|quantized|merge):)?")
NAMESPACES = {"thudm": "zai-org", "cohereforai": "coherelabs", "cognitivecomputations": "dphn"}
RENAMES = {
    "runwayml/stable-diffusion-v1-5": "stable-diffusion-v1-5/stable-diffusion-v1-5",
    "facebook/wav2vec2-base-it-voxpopuli": "wav2vec2-base-it-voxpopuli",
}
UPTO = {
    "declared": {Grade.DECLARED},
    "+ embedded": {Grade.DECLARED, Grade.EMBEDDED},
    "+ stated": {Grade.DECLARED, Grade.EMBEDDED, Grade.STATED},
    "+ inferred": set(Grade),
}


def lines(path: Path) -> Iterator[dict[str, Any]]:
    with path.open(encoding="utf-8") as file:
        for line in file:
            yield json.loads(line)


@dataclass
class Names:
    """One spelling per model: letter case, renames and redirects are the walk's business, not the
    readers'."""

    moved: dict[str, str] = field(default_factory=dict)
    known: set[str] = field(default_factory=set)

    @classmethod
    def load(cls, folder: Path) -> Names:
        moved = {bare: repo.lower() for bare, repo in LEGACY.items()}
        for row in lines(folder / "aliases.jsonl"):
            if "/" in row["a"]:
                moved.setdefault(row["a"].lower(), row["b"].lower())
        for row in lines(folder / "redirects.jsonl"):
            if row["id"].lower() != row["resolves_to"].lower():
                moved[row["id"].lower()] = row["resolves_to"].lower()
        return cls(moved)

    def one(self, name: str) -> str:
        low = RENAMES.get(name.lower(), name.lower())
        for _ in range(4):
            if low not in self.moved or low in LEGACY.values():
                break
            low = self.moved[low]
        namespace, slash, tail = low.partition("/")
        low = f"{NAMESPACES.get(namespace, namespace)}{slash}{tail}"
        return low.replace("meta-llama/meta-llama-3.1", "meta-llama/llama-3.1")

    def all(self, names: Iterable[str]) -> set[str]:
        return {self.one(name) for name in names}


@dataclass
class Score:
    right: int = 0
    wrong: int = 0
    missed: int = 0

    def add(self, found: set[str], truth: set[str]) -> None:
        self.right += len(found & truth)
        self.wrong += len(found - truth)
        self.missed += len(truth - found)

    @property
    def precision(self) -> str:
        return f"{self.right / (self.right + self.wrong):.4f}" if self.right + self.wrong else "-"

    @property
    def recall(self) -> str:
        return f"{self.right / (self.right + self.missed):.4f}" if self.right + self.missed else "-"

    def row(self, label: str) -> str:
        return f"| {label} | {self.right + self.wrong} | {self.precision} | {self.recall} | {self.wrong} | {self.missed} |"


HEAD = "| read | parents found | precision | recall | wrong | missed |\n| --- | --- | --- | --- | --- | --- |"


def parents(claims: Iterable[Claim], grades: set[Grade], names: Names) -> set[str]:
    """Base models by name; a guess counts where a model of that name is known in the data, as the
    walk would find it."""
    return {
        names.one(claim.parent)
        for claim in claims
        if claim.parent
        and claim.grade in grades
        and (not claim.tentative or names.one(claim.parent) in names.known)
    }


def read_all(record: ModelRecord, documents: dict[str, bytes]) -> list[Claim]:
    return [claim for reader in all_readers() for claim in reader.read(record, documents).claims]


def plainly_declared(value: object) -> list[str]:
    """The truth's own reading of `base_model`, on purpose without our readers: texts that are ids,
    nothing else."""
    values = value if isinstance(value, list) else [value]
    texts = [text.strip().strip("\"'") for text in values if isinstance(text, str)]
    return [text for text in texts if ID.match(text) or text.lower() in LEGACY]


# --- the Hub's own rows
# -------------------------------------------------------------------------------------------------


def over_models(folder: Path, names: Names, errors: bool) -> None:
    rows = list(lines(folder / "models.jsonl"))
    scores = {
        label: Score()
        for label in (
            "the Hub's tree",
            "first base_model value",
            "declared + embedded",
            "all grades",
        )
    }
    dropped = recovered = nothing = some = nameless = 0
    for row in rows:
        card = row.get("cardData") or {}
        tree = {model["id"] for model in (row.get("baseModels") or {}).get("models", [])}
        own = names.one(row["id"])
        truth = names.all([*plainly_declared(card.get("base_model")), *tree]) - {own}
        record = ModelRecord(
            id=row["id"],
            requested=row["id"],
            status=Status.RESOLVED,
            source="hub",
            card=card,
            tags=tuple(row["tags"]),
            base_models=row.get("baseModels"),
            library=row.get("library_name"),
            pipeline_tag=row.get("pipeline_tag"),
            gguf=row.get("gguf") or {},
        )
        claims = read_all(record, {})
        in_tree = names.all(tree) - {own}
        first = names.all(plainly_declared(card.get("base_model"))[:1]) - {own}
        found = parents(claims, UPTO["+ embedded"], names) - {own}
        scores["the Hub's tree"].add(in_tree, truth)
        scores["first base_model value"].add(first, truth)
        scores["declared + embedded"].add(found, truth)
        scores["all grades"].add(parents(claims, UPTO["+ inferred"], names) - {own}, truth)
        lost = {name for name in truth - in_tree if "/" in name}
        nothing, some = nothing + bool(lost and not in_tree), some + bool(lost and in_tree)
        dropped, recovered = dropped + len(lost), recovered + len(lost & found)
        nameless += sum(1 for claim in claims if claim.problem == "bare name")
        if errors and found != truth:
            print(
                "  models:",
                row["id"],
                "wrong",
                sorted(found - truth),
                "missed",
                sorted(truth - found),
            )
    print(f"\n## {len(rows)} rows of the Hub's statistics\n")
    print(
        "Truth: every name that the card's `base_model` declares and every model in the Hub's tree, renames and letter case set aside.\n"
    )
    print(HEAD)
    for label, score in scores.items():
        print(score.row(label))
    print(
        f"\nThe Hub's tree drops {dropped} declared parents of {nothing + some} models ({nothing} of them are linked to nothing)."
    )
    print(
        f"Recovered: {recovered} of {dropped}. Values that are a bare name, which names no repo by itself: {nameless}."
    )


# --- real cards
# ---------------------------------------------------------------------------------------------------------


@dataclass
class CardRow:
    id: str
    raw: bytes
    truth: set[str]
    declared: list[str]
    hub: set[str]
    record: ModelRecord
    claims: list[Claim]
    file: str


def load_cards(folder: Path, names: Names, half: str) -> list[CardRow]:
    found = []
    for row in lines(folder / "cards.jsonl"):
        held = int(hashlib.md5(row["file"].encode()).hexdigest(), 16) % 2 == 1
        if half != "all" and held != (half == "held"):
            continue
        raw = (folder / row["file"]).read_bytes()
        repo = row["id"] or "nobody/without-a-name"
        hub = names.all(
            HUB_TAG.sub("", tag)
            for tag in row.get("hub_tags") or []
            if tag.startswith("base_model:")
        )
        declared = plainly_declared(row["declared_parents"])
        truth = (names.all([*declared, *(row.get("librarian_parent") or [])]) | hub) - {
            names.one(repo)
        }
        metadata = parse_card(raw).metadata
        tags = metadata.get("tags")
        record = ModelRecord(
            id=repo,
            requested=repo,
            status=Status.RESOLVED,
            source="hub",
            card=metadata,
            tags=tuple(tag for tag in tags if isinstance(tag, str))
            if isinstance(tags, list)
            else (),
            files=(FileEntry("README.md", len(raw)),),
        )
        claims = read_all(record, {"README.md": raw})
        found.append(CardRow(repo, raw, truth, declared, hub, record, claims, row["file"]))
    return found


def over_cards(cards: list[CardRow], names: Names, errors: bool) -> None:
    with_truth = [card for card in cards if card.truth]
    with_declared = [card for card in cards if card.declared]
    print(f"\n## {len(cards)} real cards, front matter and body\n")
    print(
        f"Truth, for {len(with_truth)} of them: the parents that the card declares, the Hub's own tags where known, and those that a"
    )
    print(
        "maintainer's bot added later to cards that declared none. A parent that only the body names (a merge of two that declares"
    )
    print("one) counts as wrong here.\n")
    print(HEAD)
    hub, first = Score(), Score()
    for card in with_truth:
        hub.add(card.hub & card.truth, card.truth)
        first.add(names.all(first_value(card.raw)) & card.truth, card.truth)
    print(hub.row("the Hub's tags, where collected"))
    print(first.row("first base_model value (plain YAML)"))
    for label, grades in UPTO.items():
        score = Score()
        for card in with_truth:
            found = parents(card.claims, grades, names) - {names.one(card.id)}
            score.add(found, card.truth)
            if errors and label == "+ embedded" and found - card.truth:
                print(
                    "  cards:",
                    card.file,
                    card.id,
                    "wrong",
                    sorted(found - card.truth),
                    "truth",
                    sorted(card.truth)[:4],
                )
        print(score.row(label))
    score = Score()
    for card in with_declared:
        score.add(
            parents(card.claims, UPTO["declared"], names) - {names.one(card.id)},
            names.all(card.declared) - {names.one(card.id)},
        )
    print(
        f"\nDeclared alone, against the {len(with_declared)} cards whose index has declared names:",
        end=" ",
    )
    print(f"precision {score.precision}, recall {score.recall}.")


def first_value(raw: bytes) -> list[str]:
    """What a script that loads the front matter with PyYAML and takes the first value sees."""
    match = re.match(rb"\s*---\r?\n(.{0,60000}?)\r?\n---", raw, re.DOTALL)
    try:
        held = yaml.load(match[1], Loader=yaml.CSafeLoader) if match else {}
    except (yaml.YAMLError, ValueError):
        return []
    return plainly_declared(held.get("base_model") if isinstance(held, dict) else None)[:1]


def over_prose(cards: list[CardRow], names: Names, errors: bool) -> None:
    score, by_relation, named, reached = Score(), Counter[tuple[str, bool]](), 0, 0
    for card in (card for card in cards if card.truth):
        prose = [
            claim
            for claim in card.claims
            if claim.source == "card prose" and claim.grade is Grade.STATED
        ]
        said = [claim for claim in prose if claim.parent and not claim.component]
        found = {names.one(claim.parent or ""): claim for claim in said}
        body = parse_card(card.raw)
        written = {
            names.one(m.name.id)
            for b in take_apart(body.body, 1)[0]
            for m in b.mentions
            if m.name.id
        }
        score.add(set(found), (card.truth & written) | (set(found) & card.truth))
        named, reached = (
            named + len(card.truth & written),
            reached + len(card.truth & written & set(found)),
        )
        for name, claim in found.items():
            by_relation[(str(claim.relation), name in card.truth)] += 1
            if errors and name not in card.truth:
                print(
                    "  prose:",
                    card.file,
                    card.id,
                    name,
                    "|",
                    claim.excerpt[:120],
                    "| truth",
                    sorted(card.truth)[:3],
                )
    print("\n## Prose alone (the front matter hidden from the reader)\n")
    print(
        "Truth as above. Recall: of the true parents whose id or link stands in the body outside of code, how many are found;"
    )
    print(
        f"precision: of all that is found in cards with a truth. {named} true parents stand in the bodies.\n"
    )
    print(HEAD)
    print(score.row("card prose, graded stated"))
    print("\n| relation | right | wrong |\n| --- | --- | --- |")
    for relation in sorted({relation for relation, _ in by_relation}):
        print(
            f"| {relation} | {by_relation[(relation, True)]} | {by_relation[(relation, False)]} |"
        )


_LANGUAGES = (
    ("ja", re.compile(r"[\u3040-\u30ff]")),
    ("ko", re.compile(r"[\uac00-\ud7af]")),
    ("zh", re.compile(r"[\u3400-\u9fff]")),
    ("ru", re.compile(r"[\u0400-\u04ff]")),
    ("de", re.compile(r"\b(?:der|und|ist|wurde|für|eine|nicht|Modell)\b")),
    ("fr", re.compile(r"\b(?:le|les|est|une|pour|avec|modèle|sur|été)\b")),
    ("es", re.compile(r"\b(?:el|los|es|una|para|con|modelo|fue|está)\b")),
)
_FEWEST_LETTERS, _FEWEST_WORDS = 20, 12


def language(body: str) -> str:
    """The first language whose letters or commonest words a body holds enough of; English where
    none."""
    for name, pattern in _LANGUAGES:
        fewest = _FEWEST_LETTERS if len(pattern.pattern) < 20 else _FEWEST_WORDS
        if len(pattern.findall(body[:20_000])) >= fewest:
            return name
    return "en"


def over_silent(cards: list[CardRow], names: Names, errors: bool) -> None:
    """Cards without a declared name, whose parents are known from elsewhere."""
    scores: dict[str, Score] = defaultdict(Score)
    counts = Counter[str]()
    for card in (card for card in cards if card.truth and not card.declared):
        body = parse_card(card.raw).body
        written = {
            names.one(repo)
            for block in take_apart(body, 1)[0]
            for mention in block.mentions
            for repo in (mention.name.id, *mention.name.guesses)
            if repo
        }
        found = {
            names.one(claim.parent)
            for claim in card.claims
            if claim.source in ("card prose", "card configuration block")
            and claim.parent
            and not claim.component
            and (not claim.tentative or names.one(claim.parent) in names.known)
        }
        spoken = language(body)
        counts[spoken] += 1
        for label in ("all", spoken):
            scores[label].add(found, (card.truth & written) | (found & card.truth))
        if errors and (card.truth & written) - found:
            print("  silent:", card.file, card.id, "missed", sorted((card.truth & written) - found))
        if errors and found - card.truth:
            print("  silent:", card.file, card.id, "wrong", sorted(found - card.truth))
    print("\n## Cards that declare none\n")
    print(
        "Truth: the parents known from the Hub's tags or a maintainer's bot. Recall: of those that the body names by id, link or plain"
    )
    print("name, how many are found, plain names included; by the language of the body.\n")
    print(HEAD)
    for label, score in sorted(scores.items()):
        cards_of = sum(counts.values()) if label == "all" else counts[label]
        print(score.row(f"{label} ({cards_of} cards)"))


def over_examples(folder: Path, names: Names, errors: bool) -> None:
    """Snippets of about 200 characters, cut out of their cards and joined to one line, so that
    labels lose their line starts."""
    score, per_kind = Score(), Counter[tuple[str, bool]]()
    for row in lines(folder / "prose_examples.jsonl"):
        if (
            row["captured_kind"] not in ("link", "bare-id")
            or not row["truth"]
            or re.search(r"\bbase_model:\s", row["snippet"])
        ):
            continue
        truth = names.all(row["truth"])
        named = names.one(row["captured"])
        snippet = re.sub(
            r"\s(?=(?:[-*] )?\*\*|#{1,4} |[-*] \S|This (?:model|repo|is)\b|Merged variant|Original model:)",
            "\n",
            row["snippet"],
        ).encode()
        repo = row["id"] or "nobody/x"
        record = ModelRecord(
            repo, repo, Status.RESOLVED, "hub", files=(FileEntry("README.md", len(snippet)),)
        )
        found = {
            names.one(claim.parent)
            for claim in Prose().read(record, {"README.md": snippet}).claims
            if claim.parent and claim.grade is Grade.STATED and not claim.component
        }
        score.add(found, {named} & truth | (found & truth))
        per_kind[(row["phrase"], named in found)] += named in truth
        if errors and (found - truth or (named in truth and named not in found)):
            print(
                "  example:",
                row["phrase"],
                "| truth",
                sorted(truth)[:2],
                "| found",
                sorted(found),
                "|",
                row["snippet"][:200].replace("\n", " "),
            )
    print("\n## Prose snippets\n")
    print(
        "Snippets in which a phrase captured an id or link, from cards whose true parents are known. Truth: the captured name where it is"
    )
    print(
        "a true parent; snippets of front matter are left out. Most of what counts as wrong is a card whose words and metadata differ.\n"
    )
    print(HEAD)
    print(score.row("card prose, graded stated"))


def over_roots(folder: Path, cards: list[CardRow], names: Names) -> None:
    """Follow what a card gives up through what the Hub declares above it."""
    above: dict[str, set[str]] = defaultdict(set)
    for row in lines(folder / "models.jsonl"):
        tree = [model["id"] for model in (row.get("baseModels") or {}).get("models", [])]
        above[names.one(row["id"])] |= names.all(
            [*plainly_declared((row.get("cardData") or {}).get("base_model")), *tree]
        )
    print("\n## Known roots, grade by grade\n")
    print(
        "Of the same cards: how many reach a root, that is, name a base that is known in the data, and the declared bases above it end."
    )
    print(
        "The cards are a sample rich in cards without metadata, so the gain is that of this sample, not of the Hub.\n"
    )
    print("| read | models with a known root | against metadata alone |\n| --- | --- | --- |")
    counts = {
        "the Hub's tags, where collected": sum(
            _ends(card.hub & names.known, above) for card in cards
        ),
        "first base_model value (plain YAML)": sum(
            _ends(names.all(first_value(card.raw)) & names.known, above) for card in cards
        ),
    }
    for label, grades in UPTO.items():
        found = (
            (parents(card.claims, grades, names) & names.known) - {names.one(card.id)}
            for card in cards
        )
        counts[label] = sum(_ends(each, above) for each in found)
    silent = [card for card in cards if not card.declared]
    gained = sum(
        _ends(
            (parents(card.claims, UPTO["+ stated"], names) & names.known) - {names.one(card.id)},
            above,
        )
        for card in silent
    )
    for label, count in counts.items():
        print(f"| {label} | {count} | {100 * (count / counts['declared'] - 1):+.1f} % |")
    print(
        f"\nOf the {len(silent)} cards that declare no name, {gained} get a known root from blocks and prose;",
        end=" ",
    )
    print("foundation models are among the rest.")


def _ends(start: set[str], above: dict[str, set[str]]) -> bool:
    seen, todo = set[str](), list(start)
    while todo:
        name = todo.pop()
        if not above.get(name, set()) - {name}:
            return True
        if name not in seen:
            seen.add(name)
            todo += above[name]
    return False


# --- files of tools
# -----------------------------------------------------------------------------------------------------

PATHS = {
    "adapter_config": "adapter_config.json",
    "config": "config.json",
    "mergekit": "mergekit_config.yml",
    "modelfile": "Modelfile",
}
KEYS = ("base_model_name_or_path", "_name_or_path")


def over_files(folder: Path, names: Names) -> None:
    score: dict[str, Score] = defaultdict(Score)
    files = Counter[str]()
    for row in lines(folder / "configs.jsonl"):
        path = PATHS.get(row["kind"])
        keys = row.get("parent_keys")
        if path is None or not keys or row["kind"] in ("mergekit", "modelfile"):
            continue
        raw = (folder / row["file"]).read_bytes()
        record = ModelRecord(
            "nobody/x", "nobody/x", Status.RESOLVED, "hub", files=(FileEntry(path, len(raw)),)
        )
        truth = names.all(plainly_declared([keys.get(key) for key in KEYS]))
        files[row["kind"]] += 1
        score[row["kind"]].add(
            parents(read_all(record, {path: raw}), UPTO["+ embedded"], names), truth
        )
    print("\n## Files that tools wrote\n")
    print(
        "Truth: the value of the key that names the base, where it is a repo id; where it is a path or empty, claiming nothing is right.\n"
    )
    print(HEAD)
    for kind, found in sorted(score.items()):
        print(found.row(f"{kind} ({files[kind]} files)"))


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "folder", nargs="?", type=Path, help="the folder with the collected Hub data"
    )
    parser.add_argument(
        "--errors", action="store_true", help="print each parent that is wrong or missed"
    )
    parser.add_argument(
        "--half",
        choices=("all", "dev", "held"),
        default="all",
        help="of the cards, split by the hash of their file name",
    )
    given = parser.parse_args()
    if given.folder is None or not (given.folder / "cards.jsonl").is_file():
        print(
            "No data: give the folder that holds cards.jsonl and models.jsonl. Nothing was measured.",
            file=sys.stderr,
        )
        return 2
    names = Names.load(given.folder)
    names.known = {names.one(row["id"]) for row in lines(given.folder / "models.jsonl")}
    for file in ("edges_licensed.jsonl", "edges_measure.jsonl"):
        if (given.folder / file).is_file():
            names.known |= {
                names.one(row["parent"])
                for row in lines(given.folder / file)
                if "/" in row["parent"]
            }
    names.known |= {repo.lower() for repo in LEGACY.values()}
    before = time.perf_counter()
    over_models(given.folder, names, given.errors)
    cards = load_cards(given.folder, names, given.half)
    print(
        f"\n{len(cards)} cards read by all readers without a crash, "
        f"{1000 * (time.perf_counter() - before) / max(1, len(cards)):.1f} ms each."
    )
    over_cards(cards, names, given.errors)
    over_prose(cards, names, given.errors)
    over_silent(cards, names, given.errors)
    over_examples(given.folder, names, given.errors)
    over_roots(given.folder, cards, names)
    over_files(given.folder, names)
    return 0


if __name__ == "__main__":
    sys.exit(main())
