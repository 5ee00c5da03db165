"""One model in several places: files with the same SHA-256, and which way they lead."""

from __future__ import annotations

import hashlib
import random
from dataclasses import replace
from pathlib import Path

import pytest

from fakes import FakeSource, make_record
from lineage.cli.snapshot import create_live
from lineage.core.record import FileEntry, ModelRecord
from lineage.core.relation import Grade, Relation
from lineage.policy.finding import Level
from lineage.report.document import Report, TargetReport
from lineage.workflows.audit import audit
from lineage.workflows.options import Options, Where

LARGE = 5_000_000_000
BASE, TUNED = "Qwen/Qwen2.5-7B", "Qwen/Qwen2.5-7B-Instruct"


def shards(of: str, count: int = 2, *, folder: str = "", end: str = "bin") -> list[FileEntry]:
    """Files of a checkpoint whose digests follow from its name."""
    return [
        FileEntry(f"{folder}pytorch_model-{n:05}-of-{count:05}.{end}", LARGE + n, _sha(of, n))
        for n in range(1, count + 1)
    ]


def _sha(*words: object) -> str:
    return hashlib.sha256(repr(words).encode()).hexdigest()


def model(id: str, *files: FileEntry, base: str = "", **facts: object) -> ModelRecord:
    card = {"license": "mit", **({"base_model": base} if base else {})}
    return make_record(id, card=card, files=tuple(files), **facts)


def run(*records: ModelRecord, targets: list[str] | None = None) -> Report:
    source = FakeSource({record.id: record for record in records})
    report = audit(targets or [r.id for r in records], Options(where=Where(source=source)))
    assert len(source.fetched) == len(set(source.fetched)), "a digest costs no request"
    return report


def of(report: Report, model: str) -> TargetReport:
    return next(one for one in report.targets if one.model == model)


def edges(report: Report, child: str) -> list[tuple[str, Relation, str | None]]:
    return [
        (edge.parent, edge.relation, edge.component)
        for edge in of(report, child).graph.edges
        if edge.child == child
    ]


QWEN = model(BASE, *shards(BASE))
TUNE = model(TUNED, *shards(TUNED), base=BASE)


@pytest.mark.parametrize("order", [0, 1])
def test_a_disguised_upload_is_led_to_what_it_is(order: int) -> None:
    """The same shards under another name: an edge in whichever order the two are audited, embedded,
    with both sides; and nothing is said against the original."""
    fake = model("acme/nova-7b", *shards(BASE))
    targets = [fake.id, QWEN.id][:: 1 if order else -1]
    report = run(fake, QWEN, targets=targets)
    assert edges(report, fake.id) == [(BASE, Relation.SAME_WEIGHTS, None)]
    (edge,) = (e for e in of(report, fake.id).graph.edges if e.child == fake.id)
    (claim,) = edge.claims
    assert claim.grade is Grade.EMBEDDED
    assert claim.file == "pytorch_model-00001-of-00002.bin" and claim.file in claim.excerpt
    assert claim.location == f"sha256 {_sha(BASE, 1)}" and BASE in claim.excerpt
    assert of(report, fake.id).origin.jurisdictions == ("CN",)
    assert not of(report, BASE).graph.edges
    assert not any(f.level is Level.FAIL for f in of(report, BASE).findings)


def test_an_ancestor_of_another_target_is_enough() -> None:
    """What a run reads on the way counts as well as what it was asked for."""
    fake = model("acme/nova-7b", *shards(BASE))
    report = run(fake, TUNE, QWEN, targets=[fake.id, TUNED])
    assert edges(report, fake.id) == [(BASE, Relation.SAME_WEIGHTS, None)]


def test_a_false_declaration_does_not_hide_it() -> None:
    """A declared base of another family stays beside the digest: both are shown, and the two
    contradict each other."""
    other = "meta-llama/Llama-3.1-8B"
    fake = model("acme/nova-7b", *shards(BASE), base=other)
    report = run(fake, QWEN, model(other, *shards(other)))
    assert {parent for parent, _, _ in edges(report, fake.id)} == {BASE, other}
    assert "contradicted-lineage" in {f.rule for f in of(report, fake.id).findings}


def test_a_declared_copy_becomes_the_same_weights() -> None:
    """Where the card calls a copy a finetune, the files speak."""
    copy = model("acme/copy", *shards(BASE), base=BASE)
    report = run(copy, QWEN)
    assert edges(report, copy.id) == [(BASE, Relation.SAME_WEIGHTS, None)]
    assert not of(report, BASE).graph.edges


def test_a_silent_card_and_a_twin_that_tells() -> None:
    """What a card hides and a twin declares is a finding; nothing is held against the twin."""
    silent, open_ = model("a/silent", *shards("x")), model("b/open", *shards("x"), base=BASE)
    report = run(silent, open_, QWEN)
    assert edges(report, silent.id) == [("b/open", Relation.SAME_WEIGHTS, None)]
    (found,) = (f for f in of(report, silent.id).findings if f.rule == "undeclared-base")
    assert "its weights are those of b/open, as their digests show" in found.message
    assert "of b/open" in found.evidence[0] and "sha256" in found.evidence[0]
    assert edges(report, open_.id) == [(BASE, Relation.FINETUNE, None)]


def test_two_that_tell_nothing_are_shown_and_led_nowhere() -> None:
    """Nobody can say which of two was first: no edge, one observation on each side."""
    report = run(model("a/one", *shards("x")), model("b/two", *shards("x")))
    for mine, other in (("a/one", "b/two"), ("b/two", "a/one")):
        assert edges(report, mine) == []
        (seen,) = (
            o for o in of(report, mine).graph.nodes[mine].observations if o.kind == "same-weights"
        )
        assert other in seen.text and "which was first is not known" in seen.text


def test_two_that_name_different_bases_are_disputed() -> None:
    """The statement of a stranger makes no ancestor; it leaves the question open."""
    mine = model("a/one", *shards("x"), base="meta-llama/Llama-3.1-8B")
    report = run(mine, model("b/two", *shards("x"), base=BASE), QWEN)
    assert [parent for parent, _, _ in edges(report, mine.id)] == ["meta-llama/Llama-3.1-8B"]
    (claim,) = (c for c in of(report, mine.id).graph.unlinked if c.problem == "disputed")
    assert claim.value == BASE and "b/two" in claim.excerpt


def test_a_strangers_copy_says_nothing_of_a_known_model() -> None:
    """Whoever uploads a developer's files again and declares a base puts nothing under them."""
    griefer = model("a/griefer", *shards(TUNED), base="meta-llama/Llama-3.1-8B")
    report = run(TUNE, griefer, QWEN)
    assert edges(report, TUNED) == [(BASE, Relation.FINETUNE, None)]
    assert not any(c.problem == "disputed" for c in of(report, TUNED).graph.unlinked)


def test_some_shards_are_a_part_and_clear_nothing() -> None:
    """One shard of several is shown as a part: a model that brings a file of another beside its
    own is not that model."""
    mixed = model("acme/mixed", shards(BASE)[0], shards("own")[1])
    report = run(mixed, QWEN)
    assert edges(report, mixed.id) == [(BASE, Relation.SAME_WEIGHTS, "part of the weights")]
    beside = model("acme/beside", *shards(BASE), FileEntry("model.safetensors", LARGE))
    assert edges(run(beside, QWEN), beside.id) == [
        (BASE, Relation.SAME_WEIGHTS, "part of the weights")
    ]


@pytest.mark.parametrize(
    ("path", "size"),
    [
        ("tokenizer.json", 7_000_000),
        ("tokenizer.bin", 7_000_000),
        ("config.json", 2_000_000),
        ("LICENSE", 2_000_000),
        ("pytorch_model.bin", 134),
        ("pytorch_model.bin", 0),
        ("pytorch_model.bin", None),
        ("optimizer.bin", LARGE),
        ("checkpoint-5/rng_state.pth", LARGE),
        ("training_args.bin", LARGE),
        ("imatrix.gguf", LARGE),
    ],
)
def test_files_that_are_no_weights_make_no_edge(path: str, size: int | None) -> None:
    """Vocabularies, configurations, licences, pointers, empty files and states of a training are
    shared by models that have nothing in common."""
    entry = FileEntry(path, size, _sha("the same"))
    one, two = model("a/one", entry), model(BASE, entry)
    report = run(one, two)
    assert edges(report, one.id) == []
    assert not any(
        o.kind == "same-weights" for o in of(report, one.id).graph.nodes[one.id].observations
    )


def test_the_same_digest_of_another_size_is_a_lie() -> None:
    """A list that gives one digest for two lengths is wrong somewhere: nothing is concluded."""
    wrong = FileEntry("pytorch_model.bin", LARGE, _sha(BASE, 1))
    one = model("a/one", wrong)
    assert edges(run(one, QWEN), one.id) == []


def test_a_part_of_a_pipeline_is_a_part() -> None:
    """An autoencoder that a pipeline contains is built on no pipeline; a pipeline that holds
    another's has it as a part."""
    vae = FileEntry("vae/diffusion_pytorch_model.bin", LARGE, _sha("vae"))
    index = FileEntry("model_index.json", 500)
    root = "stabilityai/stable-diffusion-xl-base-1.0"
    whole = model(root, index, vae, *shards(root, folder="unet/"))
    own = model("acme/pictures", index, vae, *shards("own", folder="unet/"))
    alone = model("acme/vae", FileEntry("diffusion_pytorch_model.bin", LARGE, _sha("vae")))
    report = run(whole, own, alone)
    assert edges(report, own.id) == [(root, Relation.SAME_WEIGHTS, "vae")]
    assert edges(report, alone.id) == []


def test_a_snapshot_of_ones_own_tells_too(tmp_path: Path) -> None:
    """The digests that a stored record holds count where it is the user's own snapshot."""
    fake = model("acme/nova-7b", *shards(BASE))
    path = tmp_path / "team.sqlite"
    source = FakeSource({one.id: one for one in (fake, QWEN)})
    create_live(path, (fake.id, QWEN.id), Options(), source)
    report = audit(fake.id, Options(offline=True, where=Where(snapshot=path)))
    assert edges(report, fake.id) == [(BASE, Relation.SAME_WEIGHTS, None)]


def test_order_of_targets_changes_nothing() -> None:
    """Whatever is audited first, each model's edges are the same."""
    records = [
        QWEN,
        TUNE,
        model("acme/nova", *shards(BASE)),
        model("a/silent", *shards("x")),
        model("b/open", *shards("x"), base=TUNED),
        model("c/agrees", *shards("x"), base=TUNED),
    ]
    seen = set()
    for seed in range(6):
        random.Random(seed).shuffle(records)
        report = run(*records)
        found = {t.model: [(e.parent, e.relation) for e in t.graph.edges] for t in report.targets}
        seen.add(repr(sorted((k, sorted(map(repr, v))) for k, v in found.items())))
    assert len(seen) == 1


SIZES = (
    b'{"model_type": "qwen2", "vocab_size": 152064, "hidden_size": 3584, "num_hidden_layers": 28}'
)


def hub(*records: ModelRecord, sized: ModelRecord) -> FakeSource:
    """A hub in which one model has a configuration of the sizes of Qwen2.5-7B."""
    entry = FileEntry("config.json", len(SIZES))
    sized = replace(sized, files=(*(sized.files or ()), entry))
    held = {one.id: one for one in (*records, sized)}
    return FakeSource(held, {sized.id: {"config.json": SIZES}})


def test_a_disguised_upload_is_found_alone() -> None:
    """Where sizes point to a family that nothing names, the listed repositories of those sizes are
    asked for their digests: six at most, and no file of theirs but of the one that it is."""
    source = hub(QWEN, TUNE, sized=model("acme/nova-7b", *shards(TUNED)))
    report = audit("acme/nova-7b", Options(where=Where(source=source)))
    assert edges(report, "acme/nova-7b") == [(TUNED, Relation.SAME_WEIGHTS, None)]
    assert of(report, "acme/nova-7b").origin.jurisdictions == ("CN",)
    assert len(source.fetched) == len(set(source.fetched)) <= 1 + 6 + 1


@pytest.mark.parametrize("base", [BASE, ""])
def test_nobody_is_asked_where_nothing_is_open(base: str) -> None:
    """Neither for a model whose lineage names the family, nor where there is no digest to
    compare; and who does not answer changes nothing."""
    files = shards("own") if base else [FileEntry("pytorch_model.bin", LARGE)]
    source = hub(QWEN, TUNE, sized=model("acme/honest", *files, base=base))
    audit("acme/honest", Options(where=Where(source=source)))
    assert set(source.fetched) <= {"acme/honest", BASE}


def test_repositories_that_do_not_answer_change_nothing() -> None:
    """The open question stays as open as it was."""
    verdicts = []
    for files in (shards("own"), [FileEntry("pytorch_model.bin", LARGE)]):
        source = hub(sized=model("acme/nova-7b", *files))
        (target,) = audit("acme/nova-7b", Options(where=Where(source=source))).targets
        verdicts.append((target.verdict, len(target.graph.nodes), len(target.open)))
    assert verdicts[0] == verdicts[1]
