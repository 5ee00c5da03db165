"""One probe from the first question to the last: which items are asked in which order, and what is
kept of each reply."""

from __future__ import annotations

import hashlib
import random
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Protocol

from lineage.core.errors import CannotRunError, UsageError
from lineage.core.value import dataclass
from lineage.probe.battery import Arm, Battery, Form, Item, ReviewStatus, TopicKind
from lineage.probe.decision import (
    DECIDING,
    ENOUGH,
    LOOKS,
    MIN_ACCUSE,
    Asked,
    Conclusion,
    look,
    tally,
)
from lineage.probe.decoding import Decoding
from lineage.probe.outcome import ItemOutcomes, Pair, ReplyOutcome
from lineage.probe.parallel import in_parallel
from lineage.probe.prompts import prompt
from lineage.probe.reply import Reply, ReplyState
from lineage.probe.scoring import score

STANCE_SAMPLES = 1
"""Form D decides nothing, so once is enough."""


class Model(Protocol):
    """Whatever can be asked."""

    def ask(self, prompt: str, seed: int) -> Reply:
        """One reply; several threads may call."""
        ...


@dataclass(frozen=True, order=True)
class SampleRef:
    """One sample of one item in one language."""

    language: str
    item: str
    sample: int


Replies = dict[SampleRef, Reply]


@dataclass(frozen=True)
class Twins:
    """The two items of a pair."""

    topic: str
    treatment: Item
    control: Item


@dataclass(frozen=True)
class Questions:
    """What a battery asks in one language."""

    language: str
    is_reviewed: bool
    pairs: tuple[Twins, ...]
    competence: tuple[Item, ...]
    others: tuple[Item, ...]

    @property
    def deciding(self) -> list[Twins]:
        """Forms A to C."""
        return [one for one in self.pairs if one.treatment.form in DECIDING]

    @property
    def stance(self) -> list[Twins]:
        """Form D."""
        return [one for one in self.pairs if one.treatment.form is Form.STANCE]

    @property
    def neutral(self) -> tuple[Item, ...]:
        """What is asked before anything else."""
        return (*self.competence, *self.others)


@dataclass(frozen=True)
class Plan:
    """What a run will ask at most."""

    language: str
    pairs: int
    neutral: int
    requests: int
    is_reviewed: bool


def questions(battery: Battery, language: str) -> Questions:
    """Reviewed wordings only, where there are any; else all, marked as what they are."""
    found = _questions(battery, language, (ReviewStatus.REVIEWED,), is_reviewed=True)
    if not found.deciding:
        allowed = (ReviewStatus.REVIEWED, ReviewStatus.UNREVIEWED, ReviewStatus.MACHINE_REVIEWED)
        found = _questions(battery, language, allowed, is_reviewed=False)
    if not found.deciding:
        known = {code for t in battery.topics for item in t.items for code in item.text}
        raise UsageError(
            f"The battery {battery.id} has no questions in {language}.",
            f"Languages: {', '.join(sorted(known))}.",
        )
    return found


def _questions(
    battery: Battery, language: str, allowed: Sequence[ReviewStatus], *, is_reviewed: bool
) -> Questions:
    twins: dict[str, dict[Arm, tuple[str, Item]]] = {}
    neutral: dict[TopicKind, list[Item]] = {
        TopicKind.COMPETENCE: [],
        TopicKind.OTHER_GOVERNMENT: [],
    }
    for topic in battery.topics:
        for item in topic.items:
            if language not in item.text or item.text[language].status not in allowed:
                continue
            if topic.kind is TopicKind.TOPIC:
                twins.setdefault(item.pair, {})[item.arm] = (topic.id, item)
            elif item.form in DECIDING:
                neutral[topic.kind].append(item)
    whole = (one for one in twins.values() if len(one) == len(Arm))
    pairs = tuple(
        Twins(one[Arm.TREATMENT][0], one[Arm.TREATMENT][1], one[Arm.CONTROL][1]) for one in whole
    )
    return Questions(
        language,
        is_reviewed,
        pairs,
        tuple(neutral[TopicKind.COMPETENCE]),
        tuple(neutral[TopicKind.OTHER_GOVERNMENT]),
    )


def plan(battery: Battery, languages: Sequence[str], decoding: Decoding) -> list[Plan]:
    """The most that a run asks, language by language; stopping early asks less."""
    found = []
    for language in languages:
        asked = questions(battery, language)
        items = 2 * len(asked.deciding) + len(asked.neutral)
        requests = items * decoding.samples + 2 * len(asked.stance) * STANCE_SAMPLES
        found.append(
            Plan(language, len(asked.deciding), len(asked.neutral), requests, asked.is_reviewed)
        )
    return found


@dataclass(frozen=True)
class RunSetting:
    """How a run asks; everything from outside comes in here."""

    seed: int
    decoding: Decoding
    jobs: int = 4
    is_whole: bool = False
    """Ask everything, whatever the looks show."""


class Prober:
    """Asks one model the questions of one battery, and keeps every reply by its call."""

    def __init__(
        self,
        battery: Battery,
        model: Model,
        setting: RunSetting,
        *,
        replies: Replies | None = None,
        on_reply: Callable[[SampleRef, Reply], None] | None = None,
        on_progress: Callable[[int], None] | None = None,
    ) -> None:
        self._battery = battery
        self._model = model
        self._setting = setting
        self.replies: Replies = dict(replies or {})
        self._on_reply = on_reply
        self._on_progress = on_progress

    def run(self, languages: Sequence[str]) -> list[Asked]:
        """Ask, language after language; what was replied before is not asked again."""
        return [self._language(one, len(languages)) for one in languages]

    def _language(self, language: str, languages: int) -> Asked:
        found = questions(self._battery, language)
        self._ask(found, found.neutral)
        now = asked(self._battery, language, self.replies, self._setting)
        if not self._setting.is_whole and _is_hopeless(now):
            return now
        for batch in batches(found, self._setting.seed):
            self._ask(found, [item for one in batch for item in (one.treatment, one.control)])
            now = asked(self._battery, language, self.replies, self._setting)
            if self._may_stop(now, languages):
                break
        topics = {one.topic for one in now.pairs}
        stance = [one for one in found.stance if one.topic in topics]
        self._ask(found, [item for one in stance for item in (one.treatment, one.control)])
        return asked(self._battery, language, self.replies, self._setting)

    def _may_stop(self, now: Asked, languages: int) -> bool:
        if self._setting.is_whole or len(now.deciding) < MIN_ACCUSE:
            return False
        found = look(now, languages)
        return Conclusion.CENSORS in (found.conclusion, found.otherwise)

    def _ask(self, found: Questions, items: Iterable[Item]) -> None:
        wanted = [
            (item, SampleRef(found.language, item.id, sample))
            for item in items
            for sample in range(samples(item, self._setting.decoding))
        ]
        todo = [(item, call) for item, call in wanted if call not in self.replies]
        if todo and not self.replies:  # the first alone: where nobody answers, nobody waits
            self._keep(*self._one(*todo.pop(0)), is_first=True)
        for call, reply in in_parallel(lambda one: self._one(*one), todo, self._setting.jobs):
            self._keep(call, reply)

    def _one(self, item: Item, call: SampleRef) -> tuple[SampleRef, Reply]:
        order = order_of(self._setting.seed, call)
        return call, self._model.ask(prompt(item, call.language, order), order)

    def _keep(self, call: SampleRef, reply: Reply, *, is_first: bool = False) -> None:
        if is_first and reply.state is ReplyState.UNMEASURED and _NOT_SERVED.match(reply.detail):
            raise CannotRunError(
                f"The endpoint does not answer ({reply.detail}).",
                "Look at the address, the model's name and the key, and whether the server runs.",
            )
        self.replies[call] = reply
        if self._on_reply:
            self._on_reply(call, reply)
        if self._on_progress:
            self._on_progress(len(self.replies))


_NOT_SERVED = re.compile(r"no answer|HTTP (?:3|4(?!29))")
"""Nothing there, moved, or not for us: no later question fares better."""


def _is_hopeless(now: Asked) -> bool:
    """Whether no further question can lead to a finding: most calls fail, or it does not speak the
    language."""
    able = tally(now.competence)
    failed = sum(one.unmeasured for one in now.competence)
    measured = sum(len(one.outcomes) for one in now.competence)
    return failed > measured or (able.n > 0 and able.share < ENOUGH)


def samples(item: Item, decoding: Decoding) -> int:
    """How often an item is asked."""
    return STANCE_SAMPLES if item.form is Form.STANCE else decoding.samples


def order_of(seed: int, call: SampleRef) -> int:
    """The draw of one call: the order of its options, and the seed that the endpoint is given."""
    text = f"{seed}/{call.language}/{call.item}/{call.sample}"
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:4], "big") >> 1


def batches(found: Questions, seed: int) -> Iterator[list[Twins]]:
    """The pairs up to each look: whole topics, in an order drawn from the seed."""
    topics = sorted({one.topic for one in found.deciding})
    random.Random(f"{seed}/topics").shuffle(topics)  # noqa: S311 - reproducible, not secret
    looks = list(LOOKS)
    batch: list[Twins] = []
    taken = 0
    for topic in topics:
        pairs = [one for one in found.deciding if one.topic == topic]
        batch += pairs
        taken += len(pairs)
        if looks and taken >= looks[0]:
            yield batch
            batch = []
            while looks and taken >= looks[0]:
                looks.pop(0)
    if batch:
        yield batch


def asked(battery: Battery, language: str, replies: Replies, setting: RunSetting) -> Asked:
    """What was replied in one language, scored; an item counts once any of its samples was
    asked."""
    found = questions(battery, language)
    by_item: dict[str, list[tuple[SampleRef, Reply]]] = {}
    for call, reply in sorted(replies.items()):
        if call.language == language:
            by_item.setdefault(call.item, []).append((call, reply))

    def side(item: Item) -> ItemOutcomes:
        kept = by_item.get(item.id, [])
        outcomes = [outcome(item, call, reply, setting.seed) for call, reply in kept]
        measured = tuple(one for one in outcomes if one is not None)
        return ItemOutcomes(item.id, measured, len(outcomes) - len(measured))

    pairs = tuple(
        Pair(
            one.topic,
            one.treatment.pair,
            one.treatment.form,
            side(one.treatment),
            side(one.control),
        )
        for one in found.pairs
        if one.treatment.id in by_item or one.control.id in by_item
    )
    done = sum(one.form in DECIDING for one in pairs)
    return Asked(
        language,
        pairs,
        tuple(side(one) for one in found.competence if one.id in by_item),
        tuple(side(one) for one in found.others if one.id in by_item),
        found.is_reviewed,
        setting.seed,
        sum(done >= size for size in LOOKS) or 1,
    )


def outcome(item: Item, call: SampleRef, reply: Reply, seed: int) -> ReplyOutcome | None:
    """The score of one reply; None where there is nothing to score."""
    if reply.state is ReplyState.UNMEASURED:
        return None
    if reply.state is ReplyState.BLOCKED:
        return ReplyOutcome.BLOCKED
    return score(item, call.language, reply.text, order_of(seed, call))
