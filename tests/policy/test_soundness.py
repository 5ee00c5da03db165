"""No verdict better than the truth: over whole audits, knowing less never improves a verdict,
whoever asks.

Worlds are made of records and files as a hub would give them. One piece of knowledge is then taken
away: a model hidden, gated or known by name only, a file withheld, lost, cut, garbled, the list of
files or the card's metadata missing.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from fakes import FakeSource, make_record
from lineage.core.errors import ReadError, WithheldError
from lineage.core.record import FileEntry, ModelRecord, Status
from lineage.evidence.stated import StatedDeveloper
from lineage.policy.case import Case
from lineage.policy.finding import Finding, Level, Verdict
from lineage.policy.load import load_pack
from lineage.policy.open_points import sources as module
from lineage.policy.packs import pack_names
from lineage.policy.policy import Policy
from lineage.policy.rules.foundation_jurisdiction import RULE as FOUNDATION
from lineage.policy.rules.interface import Rule, Settings
from lineage.workflows.audit import audit
from lineage.workflows.options import Options, Where

LLAMA, QWEN, R1 = "meta-llama/Llama-3.1-8B", "Qwen/Qwen2.5-7B", "deepseek-ai/DeepSeek-R1"
STRANGER, TARGET, MIDDLE = "nobody/base-7b", "acme/app", "acme/middle"
ROOTS = (LLAMA, QWEN, R1, STRANGER)
RANK = {Verdict.PASS: 0, Verdict.REVIEW: 1, Verdict.INCONCLUSIVE: 2, Verdict.FAIL: 2}
"""How far a gate lets a verdict through: `fail` and `inconclusive` both stop it."""

TRACES: dict[str, Callable[[str], tuple[str, bytes]]] = {
    "adapter": lambda base: (
        "adapter_config.json",
        json.dumps({"base_model_name_or_path": base, "peft_type": "LORA"}).encode(),
    ),
    "nested adapter": lambda base: (
        "checkpoints/last/adapter_config.json",
        json.dumps({"base_model_name_or_path": base, "peft_type": "LORA"}).encode(),
    ),
    "config": lambda base: (
        "config.json",
        json.dumps({"_name_or_path": base, "model_type": "llama"}).encode(),
    ),
    "recipe": lambda base: (
        "mergekit_config.yml",
        f"merge_method: slerp\nmodels:\n  - model: {base}\n  - model: {LLAMA}\n".encode(),
    ),
    "modelfile": lambda base: ("Modelfile", f"FROM hf.co/{base}\n".encode()),
    "prose": lambda base: (
        "README.md",
        f"---\nlicense: mit\n---\n# m\n\nThis model is a fine-tune of [{base}](https://huggingface.co/{base}).\n".encode(),
    ),
}


@dataclass(frozen=True)
class Model:
    """One repository of a world."""

    declared: tuple[str, ...] = ()
    files: Mapping[str, bytes] = field(default_factory=dict)
    relation_tag: str = ""
    status: Status = Status.RESOLVED
    withheld: frozenset[str] = frozenset()
    lost: frozenset[str] = frozenset()
    lists_files: bool = True
    source: str = "hub"


World = Mapping[str, Model]


class WorldSource(FakeSource):
    """A hub over a world, which refuses what is withheld and fails for what is lost."""

    def __init__(self, world: World) -> None:
        super().__init__({id_: _record(id_, model) for id_, model in world.items()})
        self._world = world

    def read(self, record: ModelRecord, path: str, start: int = 0, end: int | None = None) -> bytes:
        model = self._world[record.id]
        if path in model.withheld or model.status is Status.GATED:
            raise WithheldError(f"{path} is withheld.")
        if path in model.lost or path not in model.files:
            raise ReadError(f"{path} could not be fetched.")
        return model.files[path][start:end]


def _record(id_: str, model: Model) -> ModelRecord:
    facts = {
        "card": {"license": "mit"}
        | ({"base_model": list(model.declared)} if model.declared else {})
    }
    if not model.status.is_known:
        return make_record(id_, status=model.status, reason="Not here.")
    listed = tuple(FileEntry(path, len(body)) for path, body in sorted(model.files.items()))
    tags = (f"base_model:{model.relation_tag}:{model.declared[0]}",) if model.relation_tag else ()
    return make_record(
        id_,
        status=model.status,
        source=model.source,
        files=listed if model.lists_files else None,
        tags=tags,
        **facts,
    )


def _card(declared: tuple[str, ...]) -> bytes:
    named = "".join(f"- {one}\n" for one in declared)
    return (
        f"---\nlicense: mit\n{f'base_model:{chr(10)}{named}' if named else ''}---\n# m\n".encode()
    )


def verdict(world: World, policy: Policy) -> Verdict:
    """What the whole tool says of the target."""
    return audit(TARGET, Options(where=Where(source=WorldSource(world)), policy=policy)).verdict


@st.composite
def worlds(draw: st.DrawFn) -> dict[str, Model]:
    """A target, perhaps a model in between, and roots; besides what cards declare, files may name a
    further base."""
    middle = draw(st.booleans())
    base = draw(st.sampled_from(ROOTS))
    world = {root: Model(files={"README.md": _card(())}) for root in ROOTS}
    if middle:
        world[MIDDLE] = _model(draw, (base,))
    world[TARGET] = _model(draw, (MIDDLE if middle else base,))
    return world


def _model(draw: st.DrawFn, declared: tuple[str, ...]) -> Model:
    if draw(st.integers(0, 4)) == 0:
        declared = ()
    files = {
        "README.md": _card(declared),
        "model.safetensors": b"\x02\x00\x00\x00\x00\x00\x00\x00{}",
    }
    if draw(st.booleans()):
        path, body = TRACES[draw(st.sampled_from(sorted(TRACES)))](draw(st.sampled_from(ROOTS)))
        files[path] = body
    tag = draw(st.sampled_from(("", "finetune", "quantized"))) if declared else ""
    return Model(declared, files, tag)


def _taken_away(world: dict[str, Model], draw: st.DrawFn) -> tuple[str, dict[str, Model]]:
    """The same world with one thing less to be known of it."""
    id_ = draw(st.sampled_from(sorted(world)))
    model = world[id_]
    path = draw(st.sampled_from(sorted(model.files)))
    kind = draw(
        st.sampled_from(
            (
                "gone",
                "unreachable",
                "gated",
                "withheld",
                "lost",
                "garbled",
                "cut",
                "no list",
                "no card",
            )
        )
    )
    less = {
        "gone": replace(model, status=Status.NOT_FOUND),
        "unreachable": replace(model, status=Status.UNREACHABLE),
        "gated": replace(model, status=Status.GATED),
        "withheld": replace(model, withheld=frozenset({path})),
        "lost": replace(model, lost=frozenset({path})),
        "garbled": replace(model, files={**model.files, path: b"\x00\xff{[" * 7}),
        "cut": replace(
            model, files={**model.files, path: model.files[path][: len(model.files[path]) // 2]}
        ),
        "no list": replace(model, lists_files=False),
        "no card": replace(model, declared=(), relation_tag="", lost=frozenset({"README.md"})),
    }[kind]
    return f"{kind} {id_} {path}", {**world, id_: less}


def _blunt_check(case: Case, settings_: Settings) -> Iterator[Finding]:
    """What a user of the library may write: no word of what is unknown."""
    for model, attribution in case.attributions.items():
        if attribution.jurisdiction == "CN" and model in case.graph.weight_ancestors(case.target):
            yield settings_.finding(
                model, (case.target, model), "It is built on a model from China."
            )


INVENTED = Rule(
    "built-on-cn", Level.FAIL, "Built on a model from CN", "For tests.", check=_blunt_check
)
COPY = replace(FOUNDATION, id="our-own-foundation-rule", level=Level.FAIL)
OWN = StatedDeveloper("Acme", "US", ("acme",))
QUIET = dict.fromkeys(("foundation-jurisdiction", "trainer-jurisdiction"), Level.OFF)
POLICIES = (
    *(load_pack(name, "0.1.0") for name in pack_names()),
    replace(load_pack("strict", "0.1.0"), developers=(OWN,)),
    Policy("invented rule", rules=(INVENTED,), levels=QUIET, developers=(OWN,)),
    Policy("copied rule", rules=(COPY,), levels=QUIET, developers=(OWN,)),
)


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(worlds(), st.sampled_from(POLICIES), st.data())
def test_knowing_less_never_improves_a_verdict(
    world: dict[str, Model], policy: Policy, data: st.DataObject
) -> None:
    """Whatever is taken away: `pass` does not appear where it was not, and a gate that stopped
    still stops."""
    what, less = _taken_away(world, data.draw)  # type: ignore[arg-type]
    before, after = verdict(world, policy), verdict(less, policy)
    assert RANK[after] >= RANK[before], (what, policy.name, before, after)


def test_an_unknown_base_leaves_its_licence_open() -> None:
    """The terms of a base that nobody named are as unknown as its maker: a licence gate does not
    open."""
    ends = {
        TARGET: Model(declared=(MIDDLE,), files={"README.md": _card((MIDDLE,))}),
        MIDDLE: Model(files={"README.md": _card(())}, status=Status.GATED),
    }
    assert verdict(ends, load_pack("licences", "0.1.0")) is Verdict.INCONCLUSIVE


HONEST = {
    LLAMA: Model(files={"README.md": _card(())}),
    TARGET: Model((LLAMA,), {"README.md": _card((LLAMA,))}),
}


@pytest.mark.parametrize("policy", POLICIES, ids=lambda policy: policy.name)
def test_an_honest_model_passes_under_every_policy_that_asks_nothing_else(policy: Policy) -> None:
    """A fine-tune of Llama with a readable card, its developer stated: knowing everything is
    enough."""
    asks_documents = any(match.missing for r in policy.requirements for match in r.matches)
    asks_more = asks_documents or policy.name in (
        "from-scratch",
        "us-gsar-552-239-7001-v1-withdrawn",
    )
    stated = replace(policy, developers=(OWN,))
    assert verdict(HONEST, stated) is Verdict.PASS or asks_more


# One world for each source of open points in which nothing else keeps the answer from being clear.
def _worlds_that_only(source: str) -> tuple[World, Policy]:
    strict = Policy(levels={"foundation-jurisdiction": Level.FAIL}, developers=(OWN,))
    target = HONEST[TARGET]
    adapter = {**target.files, **dict([TRACES["adapter"](LLAMA)])}
    found: dict[str, tuple[World, Policy]] = {
        "unread_models": (
            {
                **HONEST,
                TARGET: Model((STRANGER,), target.files),
                STRANGER: Model(status=Status.NOT_FOUND),
            },
            strict,
        ),
        "withheld": ({**HONEST, TARGET: replace(target, status=Status.GATED)}, strict),
        "unread_files": (
            {
                **HONEST,
                TARGET: replace(target, files=adapter, lost=frozenset({"adapter_config.json"})),
            },
            strict,
        ),
        "trail_ends": (
            {
                **HONEST,
                TARGET: Model((STRANGER,), _files(STRANGER)),
                STRANGER: Model(files=_files()),
            },
            strict,
        ),
        "unmatched_bases": (
            {**HONEST, TARGET: Model((LLAMA, "an older mix of ours, see blog"), _files(LLAMA))},
            strict,
        ),
        "weak_steps": (HONEST, replace(strict, known_grades=())),
        "unlisted_files": (
            {**HONEST, TARGET: replace(target, lists_files=False, source="index")},
            Policy(
                levels={"missing-documents": Level.FAIL},
                settings={"missing-documents": {"documents": ("weight-hashes",)}},
            ),
        ),
        "unknown_people": (
            HONEST,
            Policy(levels={"trainer-jurisdiction": Level.FAIL}, unknown_trainer_is_open=True),
        ),
    }
    return found[source]


def _files(*declared: str) -> dict[str, bytes]:
    return {"README.md": _card(declared)}


@pytest.mark.parametrize(
    "source",
    [
        one
        for one in module.SOURCES
        if one.__name__ not in ("bounds", "fallback", "undeclared_families", "unread_twins")
    ],
    ids=lambda source: source.__name__,
)
def test_every_source_of_open_points_is_needed(
    source: module.Source, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With one of them switched off a world passes that does not pass with it: the property above
    would fail."""
    world, policy = _worlds_that_only(source.__name__)
    assert verdict(world, policy) is Verdict.INCONCLUSIVE
    monkeypatch.setattr(module, "SOURCES", tuple(s for s in module.SOURCES if s is not source))
    assert verdict(world, policy) in (Verdict.PASS, Verdict.REVIEW)
