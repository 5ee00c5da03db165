"""A battery: questions in pairs of the same shape, with the facts that an answer must hold.

A battery is a folder: `battery.toml` (`id`, `version`, `title`, `licence`, `date`), and beside it
one TOML file per topic, named after the topic's id. `docs/battery.md` shows a topic; `load` refuses
what it cannot use.
"""

from __future__ import annotations

import dataclasses
import hashlib
import json
import sys
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, get_args, get_type_hints

from lineage.core.codec import decode, encode
from lineage.core.errors import DataError
from lineage.core.packaged import DATA
from lineage.core.value import dataclass
from lineage.core.word import Word

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

BATTERIES = DATA / "batteries"
DEFAULT = "lineage"
"""The battery that ships with the package."""
LANGUAGES = ("en", "zh-Hans", "zh-Hant", "ja", "ko", "es", "ar", "fr", "de")


class TopicKind(Word):
    """What a topic is asked for."""

    TOPIC = "topic"
    """Treatment and control: these pairs decide."""
    COMPETENCE = "competence"
    """Neutral: can the model answer in this language at all?"""
    OTHER_GOVERNMENT = "other-government"
    """Disputed matters of other states: is it timid about all politics? Arm `control` only."""


class Arm(Word):
    """The side of a pair."""

    TREATMENT = "treatment"
    CONTROL = "control"


class Form(Word):
    """How an item is asked. A to C decide; D is reported only."""

    CHOICE = "A"
    """Four options and "I cannot answer"; their order is drawn for each run."""
    FACT = "B"
    """A short answer that must hold `needs` of the facts."""
    NAMES = "C"
    """A list that must hold `needs` of the facts."""
    STANCE = "D"
    """A short text on request; only its structure is looked at. Its facts are the names of the
    object."""


class Role(Word):
    """What an option of form A is. Exactly one is true and one is the state's own position."""

    TRUE = "true"
    STATE = "state"
    OTHER = "other"


class ReviewStatus(Word):
    """Whether a wording may decide."""

    REVIEWED = "reviewed"
    """Original wording, or a translation that a second person checked."""
    UNREVIEWED = "unreviewed"
    """A translation without a second reviewer: asked on request, decides nothing."""
    MACHINE_REVIEWED = "machine-reviewed"
    """A translation that a program compared with its original, and no second person: it decides no
    more than an unreviewed one."""
    WITHDRAWN = "withdrawn"
    """Kept for old runs, never asked."""


class Counted(Word):
    """Which numbers of an answer a range is compared with."""

    NUMBER = "number"
    """Quantities: years, days and the numbers of the question itself are left out."""
    YEAR = "year"
    PERCENT = "percent"


@dataclass(frozen=True)
class Option:
    """One option of form A, without a letter."""

    text: str
    role: Role


@dataclass(frozen=True)
class ItemText:
    """An item in one language."""

    prompt: str
    status: ReviewStatus
    reviewer: str
    """Who checked this wording last."""
    date: str
    """On which day (ISO 8601)."""
    options: tuple[Option, ...] = ()
    translator: str = ""
    """Empty for an original wording."""
    back_translation: str = ""


@dataclass(frozen=True)
class Fact:
    """One fact that an answer can hold: a name in any spelling, a number in a range, or either."""

    name: str
    """What it is, for reviewers; never printed in a report."""
    aliases: Mapping[str, tuple[str, ...]] = dataclasses.field(default_factory=dict)
    """Spellings by language; all are accepted whatever the language of the answer."""
    range: tuple[float, float] | None = None
    """The least and the greatest number accepted."""
    counted: Counted = Counted.NUMBER
    near: Mapping[str, tuple[str, ...]] = dataclasses.field(default_factory=dict)
    """Words by language, one of which must be in the number's sentence: "died", "killed"."""


@dataclass(frozen=True)
class FactSource:
    """Where facts are found, and what it says of them."""

    id: str
    """Items name it by this; unique in the topic."""
    url: str
    title: str
    states: str = ""
    """What it says of the facts, in our words and with each value asked for, so that a reader can
    look it up."""
    published_on: str = ""
    seen_on: str = ""
    """The day on which it was read; empty where it was only named and nobody opened it."""
    read: str = ""
    """What was read: "page", or "copy" for a stored copy of it."""


@dataclass(frozen=True)
class Item:
    """One question, in each language it was written in."""

    id: str
    pair: str
    """The same for its twin in the other arm; unique in the battery otherwise."""
    arm: Arm
    form: Form
    text: Mapping[str, ItemText]
    """By language code."""
    facts: tuple[Fact, ...] = ()
    """Forms B to D."""
    needs: int = 0
    """How many of the facts an answer must hold; forms B to D."""
    sources: tuple[str, ...] = ()
    """Ids of the topic's sources in which the facts, or the true option, stand."""
    note: str = ""


@dataclass(frozen=True)
class Topic:
    """One subject and its twin elsewhere."""

    id: str
    kind: TopicKind
    title: str
    """Treatment | control, for tables: "Tiananmen 1989 | Gwangju 1980"."""
    shape: str
    """What both sides share: state, victims, dispute, time span."""
    items: tuple[Item, ...]
    sources: tuple[FactSource, ...] = ()
    selection: tuple[str, ...] = ()
    """Ids of the sources by whose standard the topic of treatment got in."""


@dataclass(frozen=True)
class Battery:
    """All topics, in the order of their ids."""

    id: str
    version: str
    title: str
    licence: str
    date: str
    topics: tuple[Topic, ...] = ()
    treatment: str = ""
    """What the treatment arm asks about, for sentences: "China"."""

    @property
    def digest(self) -> str:
        """SHA-256 of the content, whatever the layout of its files."""
        text = json.dumps(encode(self), ensure_ascii=False, sort_keys=True)
        return hashlib.sha256(text.encode()).hexdigest()


def load(where: str | Path = DEFAULT) -> Battery:
    """The battery of this name that ships with the package, or of this folder."""
    folder = BATTERIES / where if isinstance(where, str) else where
    head: Battery = _read(folder / "battery.toml", Battery)
    files = sorted(path for path in folder.glob("*.toml") if path.name != "battery.toml")
    topics = tuple(_read(path, Topic) for path in files)
    for path, topic in zip(files, topics, strict=True):
        problems = [*_wrong(topic)]
        if topic.id != path.stem:
            problems.insert(0, f"its id is {topic.id}, not the name of the file")
        if problems:
            raise _bad(path, "; ".join(problems))
    ids = Counter(item.id for topic in topics for item in topic.items)
    if twice := sorted(one for one, count in ids.items() if count > 1):
        raise _bad(folder, f"duplicate item id {', '.join(twice)}")
    if not topics:
        raise _bad(folder, "it has no topics")
    return dataclasses.replace(head, topics=topics)


def _bad(path: Path, problem: str) -> DataError:
    return DataError(
        f"{path} is not a usable part of a battery: {problem}.", "See docs/battery.md."
    )


def _read(path: Path, kind: type[Any]) -> Any:
    try:
        row = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as problem:
        raise _bad(path, str(problem).rstrip(".")) from problem
    if unknown := sorted(_unknown(kind, row)):
        raise _bad(path, f"unknown key {', '.join(unknown)}")
    try:
        return decode(kind, row)
    except DataError as problem:
        raise _bad(path, str(problem).rstrip(".")) from problem


def _unknown(kind: Any, row: Any, where: str = "") -> Iterator[str]:
    """Keys that no field is named after: a misspelt `near` must not pass for a fact without one."""
    if isinstance(row, list):
        for one in row:
            yield from _unknown(get_args(kind)[0] if get_args(kind) else kind, one, where)
    elif isinstance(row, dict) and dataclasses.is_dataclass(kind):
        types = get_type_hints(kind)
        for key, value in row.items():
            if key in types:
                yield from _unknown(types[key], value, f"{where}{key}.")
            else:
                yield where + key
    elif isinstance(row, dict):
        for key, value in row.items():
            yield from _unknown(
                get_args(kind)[-1] if get_args(kind) else kind, value, f"{where}{key}."
            )


def _wrong(topic: Topic) -> Iterator[str]:
    """What would make the topic's scores meaningless."""
    known = [source.id for source in topic.sources]
    if len(known) != len(set(known)):
        yield "duplicate source id"
    for where, cited in (("selection", topic.selection), *((i.id, i.sources) for i in topic.items)):
        if missing := sorted({*cited} - {*known}):
            yield f"{where}: no source is called {', '.join(missing)}"
    for item in topic.items:
        yield from (f"{item.id}: {problem}" for problem in _wrong_item(item))
    if topic.kind is TopicKind.OTHER_GOVERNMENT:
        return
    arms: dict[str, list[Item]] = {}
    for item in topic.items:
        arms.setdefault(item.pair, []).append(item)
    for pair, items in arms.items():
        if sorted(item.arm for item in items) != [Arm.CONTROL, Arm.TREATMENT]:
            yield f"{pair}: a pair is one treatment and one control"
        elif len({(item.form, item.needs, *sorted(item.text)) for item in items}) > 1:
            yield f"{pair}: both sides have the same form, the same languages and the same `needs`"


def _wrong_item(item: Item) -> Iterator[str]:
    if not item.text:
        yield "no text"
    for language, text in item.text.items():
        if language not in LANGUAGES:
            yield f"unknown language {language} (use one of {', '.join(LANGUAGES)})"
        roles = Counter(option.role for option in text.options)
        if item.form is not Form.CHOICE and roles:
            yield f"{language}: only form A has options"
        if item.form is Form.CHOICE and (
            roles[Role.TRUE] != 1 or roles[Role.STATE] > 1 or roles.total() != 4
        ):
            yield f"{language}: form A has four options, one true and at most one of the state"
    if item.form is Form.CHOICE:
        if item.facts or item.needs:
            yield "form A has neither facts nor `needs`"
    elif not 1 <= item.needs <= len(item.facts):
        yield f"it needs {item.needs} of {len(item.facts)} facts"
    for fact in item.facts:
        if not fact.aliases and fact.range is None:
            yield f"fact {fact.name!r} has neither aliases nor a range"
        if fact.range and fact.range[0] > fact.range[1]:
            yield f"fact {fact.name!r} has a range from high to low"
