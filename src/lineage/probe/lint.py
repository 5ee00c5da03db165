"""What is wrong with a battery as an instrument: unequal pairs, answers given away, facts without a
source.

`battery.load` refuses what cannot be scored; this says what would make a score unfair. A team that
adds its own battery is held to the same rules as the one that ships.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import date
from difflib import SequenceMatcher
from urllib.parse import urlsplit

from lineage.core.value import dataclass
from lineage.probe.battery import (
    Arm,
    Battery,
    Fact,
    FactSource,
    Form,
    Item,
    ReviewStatus,
    Role,
    Topic,
    TopicKind,
)
from lineage.probe.decision import DECIDING
from lineage.probe.quantities import read
from lineage.probe.wording import holds, plain

LONGER = 1.4
"""How much longer one side's question may be than its twin's, in words or Chinese characters."""
SLACK = 3
"""A difference of so many words or characters is never too much."""
ALIKE = 0.4
"""The least likeness of the words of a question and its twin's, from 0 to 1."""
ALWAYS = 0.5
"""The greatest share of questions of form A whose true option is in the same place or is the
longest."""
ENOUGH = 8
"""Questions of form A below which such a share tells nothing."""
SOURCES = 2
"""Sources that an item of a deciding pair needs, and standards that a topic needs."""


@dataclass(frozen=True, order=True)
class BatteryProblem:
    """One thing to mend, or to know."""

    where: str
    """The item, topic or battery."""
    reason: str
    decides: bool = True
    """False for a remark: the battery can be used, and readers should know."""

    def __str__(self) -> str:
        return f"{self.where}: {self.reason}"


@dataclass(frozen=True)
class SideAverages:
    """How hard one side of the deciding pairs is on paper, in one language."""

    language: str
    arm: Arm
    words: float
    """Of a question, on average; of scripts that set no spaces, characters."""
    option_words: float
    """Of the four options of form A together, on average."""
    answers: float
    """Accepted answers of form C, on average."""
    unopened: int
    """Items none of whose sources was opened."""


def sides(battery: Battery) -> list[SideAverages]:
    """Treatment beside control: the averages that a supplier's counsel would ask for."""
    topics = [topic for topic in battery.topics if topic.kind is TopicKind.TOPIC]
    return [_side(topics, language, arm) for language in _all_languages(battery) for arm in Arm]


def _side(topics: list[Topic], language: str, arm: Arm) -> SideAverages:
    asked = [
        (topic, item)
        for topic in topics
        for item in topic.items
        if item.arm is arm and item.form in DECIDING and language in item.text
    ]
    texts = [item.text[language] for _, item in asked]
    return SideAverages(
        language,
        arm,
        _mean(len(_words(text.prompt)) for text in texts),
        _mean(sum(len(_words(o.text)) for o in text.options) for text in texts if text.options),
        _mean(len(item.facts) for _, item in asked if item.form is Form.NAMES),
        sum(not _is_opened(topic, item) for topic, item in asked),
    )


def _mean(numbers: Iterable[int]) -> float:
    known = list(numbers)
    return sum(known) / len(known) if known else 0.0


def lint(battery: Battery) -> list[BatteryProblem]:
    """All that is wrong, and the remarks, sorted."""
    found = [one for topic in battery.topics for one in _topic(topic)]
    found += _options(battery)
    found += _twice(battery)
    found += _languages(battery)
    return sorted(set(found))


# --- one topic


def _topic(topic: Topic) -> Iterator[BatteryProblem]:
    if topic.kind is TopicKind.TOPIC:
        if len(set(topic.selection)) < SOURCES:
            yield BatteryProblem(
                topic.id,
                f"it names fewer than {SOURCES} standards in `selection` by which it got in",
            )
        for arm in Arm:
            forms = {item.form for item in topic.items if item.arm is arm}
            if missing := [form for form in DECIDING if form not in forms]:
                yield BatteryProblem(
                    topic.id, f"its {arm} has no item of form {', '.join(missing)}"
                )
    for item in topic.items:
        yield from _item(topic, item)
    for treatment, control in _pairs(topic):
        yield from _unequal(treatment, control)
    named = {*topic.selection, *(one for item in topic.items for one in item.sources)}
    for source in topic.sources:
        yield from _source(topic, source, is_used=source.id in named)


def _pairs(topic: Topic) -> Iterator[tuple[Item, Item]]:
    sides = {(item.pair, item.arm): item for item in topic.items}
    for (pair, arm), item in sides.items():
        if arm is Arm.TREATMENT and (pair, Arm.CONTROL) in sides:
            yield item, sides[pair, Arm.CONTROL]


def _source(topic: Topic, source: FactSource, *, is_used: bool) -> Iterator[BatteryProblem]:
    where = f"{topic.id}, source {source.id}"
    if not is_used:
        yield BatteryProblem(where, "nothing names it")
    if not re.match(r"https?://[^\s/]+\.[^\s]+$", source.url):
        yield BatteryProblem(where, f"{source.url!r} is not an address")
    if not source.title or not source.states:
        yield BatteryProblem(where, "it needs a title, and in `states` what it says of the facts")
    if bool(source.seen_on) != bool(source.read):
        yield BatteryProblem(where, "`seen_on` and `read` go together: what was read, and when")
    if source.seen_on and not _is_day(source.seen_on):
        yield BatteryProblem(where, f"{source.seen_on!r} is not a day")


# --- one item


def _item(topic: Topic, item: Item) -> Iterator[BatteryProblem]:
    for language, text in item.text.items():
        where = f"{item.id} {language}"
        if not re.search(r"[.?!。？！]$", text.prompt):
            yield BatteryProblem(where, "the question ends without a full stop or question mark")
        if not _is_day(text.date):
            yield BatteryProblem(where, f"{text.date!r} is not a day")
        if (
            text.status in (ReviewStatus.REVIEWED, ReviewStatus.MACHINE_REVIEWED)
            and not text.reviewer
        ):
            yield BatteryProblem(where, "it is reviewed by nobody")
        is_own = text.translator == text.reviewer or not text.back_translation
        if text.status is ReviewStatus.REVIEWED and text.translator and is_own:
            yield BatteryProblem(
                where, "a translation is reviewed by a second person who translates it back"
            )
        if len({plain(option.text) for option in text.options}) < len(text.options):
            yield BatteryProblem(where, "two of its options are the same")
        yield from (BatteryProblem(where, leak) for leak in _leaks(item, language))
    if item.form in DECIDING:
        yield from _sourced(topic, item)


def _leaks(item: Item, language: str) -> Iterator[str]:
    """Answers that the question gives away; `scoring` counts no name or number that the question
    holds."""
    asked = plain(item.text[language].prompt)
    for option in item.text[language].options:
        if option.role is Role.TRUE and plain(option.text) in asked:
            yield "the question holds its true option"
    if item.form not in (Form.FACT, Form.NAMES):
        return
    for fact in item.facts:
        if any(holds(asked, plain(one)) for many in fact.aliases.values() for one in many):
            yield f"the question names the fact {fact.name!r}"
        if fact.range and any(
            one.meets(*fact.range) for one in read(asked) if one.counted is fact.counted
        ):
            yield f"the question holds a number of the fact {fact.name!r}"


def _sourced(topic: Topic, item: Item) -> Iterator[BatteryProblem]:
    cited = [source for source in topic.sources if source.id in item.sources]
    needed = SOURCES if topic.kind is TopicKind.TOPIC else 1
    if len({source.url for source in cited}) < needed:
        yield BatteryProblem(item.id, f"it needs {needed} sources and names {len(cited)}")
    for fact in item.facts:
        if not any(_stands_in(fact, source) for source in cited):
            yield BatteryProblem(item.id, f"no source that it names states the fact {fact.name!r}")
        elif fact.range and topic.kind is TopicKind.TOPIC and _is_disputed(fact):
            hosts = {urlsplit(source.url).netloc for source in cited if _stands_in(fact, source)}
            if len(hosts) < SOURCES:
                yield BatteryProblem(
                    item.id, "a range needs two independent sources that state a number of it"
                )
    if not _is_opened(topic, item):
        yield BatteryProblem(item.id, "none of its sources was opened", decides=False)


def _is_opened(topic: Topic, item: Item) -> bool:
    return any(source.seen_on for source in topic.sources if source.id in item.sources)


def _is_disputed(fact: Fact) -> bool:
    return fact.range is not None and fact.range[0] < fact.range[1]


def _stands_in(fact: Fact, source: FactSource) -> bool:
    states = plain(source.states)
    names = (fact.name, *(one for many in fact.aliases.values() for one in many))
    if any(holds(states, plain(one)) for one in names):
        return True
    return fact.range is not None and any(one.meets(*fact.range) for one in read(states))


def _is_day(text: str) -> bool:
    try:
        return bool(date.fromisoformat(text))
    except ValueError:
        return False


# --- both sides of a pair


def _unequal(treatment: Item, control: Item) -> Iterator[BatteryProblem]:
    where = treatment.pair
    for language in treatment.text.keys() & control.text.keys():
        one, other = treatment.text[language], control.text[language]
        yield from _lengths(f"{where} {language}", "questions", one.prompt, other.prompt)
        words, others = _words(plain(one.prompt)), _words(plain(other.prompt))
        likeness = SequenceMatcher(None, words, others, autojunk=False).ratio()
        if likeness < ALIKE:
            yield BatteryProblem(
                f"{where} {language}",
                f"the questions differ in more than their matter ({likeness:.2f} alike)",
            )
        options = [" ".join(option.text for option in text.options) for text in (one, other)]
        yield from _lengths(f"{where} {language}", "options", *options)
        roles = [sorted(option.role for option in text.options) for text in (one, other)]
        if roles[0] != roles[1]:
            yield BatteryProblem(f"{where} {language}", "only one side offers the state's position")
    known = sorted((len(treatment.facts), len(control.facts)))
    if treatment.form is Form.NAMES and known[1] > 2.5 * known[0]:
        yield BatteryProblem(
            where, f"one side accepts {known[0]} answers and the other {known[1]}", decides=False
        )


def _lengths(where: str, what: str, one: str, other: str) -> Iterator[BatteryProblem]:
    short, long = sorted((len(_words(one)), len(_words(other))))
    if long > LONGER * short and long - short > SLACK:
        yield BatteryProblem(
            where, f"one side's {what} are {long} words long and the other's {short}"
        )


def _words(text: str) -> list[str]:
    """Words; of scripts that set no spaces, characters."""
    return re.findall(r"[\u3040-\u9fff]|[^\W\u3040-\u9fff]+", text)


# --- the whole


def _options(battery: Battery) -> Iterator[BatteryProblem]:
    """A model that always takes the first option, or the longest, must not do well."""
    for language in _all_languages(battery):
        places, longest, asked = Counter[int](), 0, 0
        for item in _items(battery):
            if item.form is not Form.CHOICE or language not in item.text:
                continue
            options = item.text[language].options
            true = next(place for place, option in enumerate(options) if option.role is Role.TRUE)
            asked += 1
            places[true] += 1
            lengths = [len(option.text) for option in options]
            longest += lengths[true] == max(lengths) and lengths.count(max(lengths)) == 1
        if asked < ENOUGH:
            continue
        place, often = places.most_common(1)[0]
        if often > ALWAYS * asked:
            yield BatteryProblem(
                battery.id,
                f"{language}: the true option is in place {place + 1} in {often} of "
                f"{asked} questions",
            )
        if longest > ALWAYS * asked:
            yield BatteryProblem(
                battery.id,
                f"{language}: the true option is the longest in {longest} of {asked} questions",
            )


def _twice(battery: Battery) -> Iterator[BatteryProblem]:
    seen: dict[tuple[str, str], str] = {}
    for item in _items(battery):
        for language, text in item.text.items():
            first = seen.setdefault((language, plain(text.prompt)), item.id)
            if first != item.id:
                yield BatteryProblem(f"{item.id} {language}", f"the same question as {first}")


def _languages(battery: Battery) -> Iterator[BatteryProblem]:
    everywhere = _all_languages(battery)
    for item in _items(battery):
        if missing := [language for language in everywhere if language not in item.text]:
            yield BatteryProblem(item.id, f"it is not written in {', '.join(missing)}")
        for fact in item.facts:
            without = [one for one in everywhere if fact.aliases and one not in fact.aliases]
            if without:
                yield BatteryProblem(
                    item.id, f"the fact {fact.name!r} has no spelling in {', '.join(without)}"
                )
    for language in everywhere:
        texts = [item.text[language] for item in _items(battery) if language in item.text]
        compared = sum(text.status is ReviewStatus.MACHINE_REVIEWED for text in texts)
        unread = compared + sum(text.status is ReviewStatus.UNREVIEWED for text in texts)
        if unread:
            read = f" ({compared} compared by a program)" if compared else ""
            yield BatteryProblem(
                battery.id,
                f"{language}: {unread} of {len(texts)} texts wait for a second reader{read}; "
                "they decide nothing",
                decides=False,
            )


def _items(battery: Battery) -> Iterable[Item]:
    return (item for topic in battery.topics for item in topic.items)


def _all_languages(battery: Battery) -> list[str]:
    return sorted({language for item in _items(battery) for language in item.text})
