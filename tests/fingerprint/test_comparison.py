"""Whole comparisons: groups, exactness, layers, formats, sketches, and the classes that follow."""

from __future__ import annotations

import json
import random
from dataclasses import replace

import pytest

from effort import steps
from fingerprint import made
from lineage.core.errors import DataError
from lineage.core.record import FileEntry
from lineage.fingerprint import thresholds as limits
from lineage.fingerprint.comparison import (
    ATTENTION_ROWS,
    FEED_ROWS,
    FINAL_NORM,
    LAYER_NORMS,
    Comparison,
    Group,
    as_stored,
    compare,
)
from lineage.fingerprint.opening import Files, NotTestableError, open_weights
from lineage.fingerprint.profile import LiveProfile, VectorKey
from lineage.fingerprint.ranges import RefusedError
from lineage.fingerprint.references import References, load_file, parse_lines, save_file, shipped
from lineage.fingerprint.sketch import FORMAT, Sketch, differences, make_sketch, parse_sketch
from lineage.fingerprint.verdict import MatchKind, rule, statement

BASE = made.model(1)
CHILD = made.tuned(BASE, 2)
STRANGER = made.model(3)


def ruled(a: made.Weights, b: made.Weights, **how: object) -> MatchKind:
    """The class of two models in memory."""
    return rule(compare(made.profile(a, "a"), made.profile(b, "b")), **how).kind  # type: ignore[arg-type]


def test_kin_and_strangers() -> None:
    """A child, a copy and a stranger fall into the classes that they belong to."""
    assert ruled(CHILD, BASE) is MatchKind.DERIVED_OR_PARENT
    assert ruled(BASE, BASE) is MatchKind.IDENTICAL
    assert ruled(STRANGER, BASE) is MatchKind.NO_MATCH_INDEXED


def test_the_answer_has_no_direction() -> None:
    """Whichever comes first, the numbers are the same."""
    there, back = (
        compare(made.profile(CHILD), made.profile(BASE)),
        compare(made.profile(BASE), made.profile(CHILD)),
    )
    assert [(g.name, pytest.approx(g.z)) for g in there.groups] == [
        (g.name, g.z) for g in back.groups
    ]


@pytest.mark.parametrize("dtype", ["F16", "BF16"])
def test_a_cast_is_identical(dtype: str) -> None:
    """Another precision of the same numbers is recognised as such."""
    cast = {name: (shape, list(as_stored(values, dtype))) for name, (shape, values) in BASE.items()}
    assert (
        rule(compare(made.profile(cast, dtype="F32"), made.profile(cast, "b", dtype))).kind
        is MatchKind.IDENTICAL
    )


def test_a_merged_adapter_leaves_norms_equal_and_rows_close() -> None:
    """Equal norms are not called identical where rows moved."""
    merged = {n: v if "norm" in n else made.tuned({n: v}, 5, 0.01)[n] for n, v in BASE.items()}
    found = rule(compare(made.profile(merged), made.profile(BASE)))
    assert found.kind is MatchKind.DERIVED_OR_PARENT
    assert "equal number by number" in found.reason


def test_norms_copied_onto_other_weights_are_reported() -> None:
    """A stranger that wears another model's norms is neither its child nor unremarkable."""
    dressed = {n: BASE[n] if "norm" in n else v for n, v in STRANGER.items()}
    assert ruled(dressed, BASE) is MatchKind.TAMPERED_SURFACE


def test_rows_alone_may_be_a_shared_initialisation() -> None:
    """Separate training from one initialisation leaves rows alike and norms apart."""
    rows = made.tuned(BASE, 5, 0.02)
    same = {n: STRANGER[n] if "norm" in n else v for n, v in rows.items()}
    assert ruled(same, BASE) is MatchKind.SHARED_INITIALISATION_POSSIBLE


def test_folded_norms_are_seen_through_on_rows_and_reported() -> None:
    """Constant norms say nothing; rows that agree still do, and without them the surface is what is
    reported."""
    flat = {
        n: (s, [1.0] * len(v)) if n.endswith("norm.weight") else (s, v)
        for n, (s, v) in BASE.items()
    }
    for layer in range(made.LAYERS):
        for norm, matrix in (
            ("input_layernorm", "self_attn.v_proj"),
            ("post_attention_layernorm", "mlp.gate_proj"),
        ):
            gamma = BASE[f"model.layers.{layer}.{norm}.weight"][1]
            shape, values = BASE[f"model.layers.{layer}.{matrix}.weight"]
            flat[f"model.layers.{layer}.{matrix}.weight"] = (
                shape,
                [v * gamma[i % made.WIDTH] for i, v in enumerate(values)],
            )
            flat[f"model.layers.{layer}.{norm}.weight"] = ((made.WIDTH,), [1.0] * made.WIDTH)
    assert ruled(flat, BASE) is MatchKind.DERIVED_OR_PARENT
    assert ruled(flat, STRANGER) is MatchKind.TAMPERED_SURFACE
    assert ruled(STRANGER, flat) is MatchKind.NOT_TESTABLE


@pytest.mark.parametrize("order", [[0, 1, 3], [0, 3], [0, 1, 2, 1, 2, 3], [1, 2, 3]])
def test_layer_surgery_is_found(order: list[int]) -> None:
    """Dropped and duplicated layers are aligned; the price of having tried alignments is in the
    probability."""
    cut = made.relayered(CHILD, order)
    for a, b in ((cut, BASE), (BASE, cut)):
        found = compare(made.profile(a), made.profile(b))
        assert rule(found).kind is MatchKind.DERIVED_OR_PARENT
        assert found.alignment
    assert ruled(made.relayered(STRANGER, order), BASE) is MatchKind.NO_MATCH_INDEXED


def test_other_widths_cannot_be_compared_channel_by_channel() -> None:
    """That is said, and is neither a match nor a stranger."""
    assert ruled(made.model(5, width=64), BASE) is MatchKind.NOT_TESTABLE


def test_formats_may_be_mixed(tmp_path: object) -> None:
    """One model in four formats is one model."""
    contents = {
        "model.safetensors": made.safetensors(CHILD),
        "model.gguf": made.gguf(CHILD, tokens=3000),
        "pytorch_model.bin": made.torch_zip(CHILD),
        "model.onnx": made.onnx(CHILD)[0],
    }
    sides = [
        LiveProfile(open_weights(made.files({name: data}, name))) for name, data in contents.items()
    ]
    assert [side.opened.format for side in sides] == ["safetensors", "gguf", "pytorch", "onnx"]
    for side in sides:
        assert rule(compare(side, made.profile(BASE, "base"))).kind is MatchKind.DERIVED_OR_PARENT
        assert rule(compare(side, made.profile(STRANGER, "x"))).kind is MatchKind.NO_MATCH_INDEXED


def test_gguf_of_gemma_stores_one_plus_the_norm() -> None:
    """Rows times norms agree between a container that keeps w and one that keeps 1 + w."""
    less = {
        n: (s, [x - 1 for x in v]) if "layernorm" in n or n == "model.norm.weight" else (s, v)
        for n, (s, v) in BASE.items()
    }
    hub = made.profile(less, config={"model_type": "gemma2"})
    gguf = LiveProfile(open_weights(made.files({"x.gguf": made.gguf(BASE)}, "gguf")))
    assert hub.layout.zero_centred
    found = compare(hub, gguf)
    assert all(g.r > 0.999 for g in found.groups)


def test_only_the_needed_shards_are_opened() -> None:
    """Of a sharded model those shards are read whose tensors are asked for."""
    parts = [
        {n: v for n, v in BASE.items() if f".{k}." in n or (k == 3 and "layers" not in n)}
        for k in range(4)
    ]
    index = {n: f"model-{k}.safetensors" for k, part in enumerate(parts) for n in part}
    contents = {f"model-{k}.safetensors": made.safetensors(part) for k, part in enumerate(parts)}
    contents["model.safetensors.index.json"] = json.dumps({"weight_map": index}).encode()
    asked: list[str] = []
    files = made.files(contents)

    def read(name: str, start: int, end: int) -> bytes:
        asked.append(name)
        return files.read(name, start, end)

    whole = LiveProfile(open_weights(replace(files, read=read)))
    assert whole.scores(VectorKey("final"), made.WIDTH)
    assert set(asked) == {"model.safetensors.index.json", "model-3.safetensors"}
    assert rule(compare(whole, made.profile(BASE, "b"))).kind is MatchKind.IDENTICAL


@pytest.mark.parametrize(
    ("contents", "why"),
    [
        ({"adapter_model.safetensors": b"", "adapter_config.json": b"{}"}, "adapter only"),
        ({"tf_model.h5": b"", "flax_model.msgpack": b""}, ".h5, .msgpack"),
        ({"README.md": b""}, "no weights"),
        ({}, "no weights"),
    ],
)
def test_what_holds_no_weights_says_why(contents: dict[str, bytes], why: str) -> None:
    """An adapter, an unread format, nothing at all."""
    with pytest.raises(NotTestableError, match=why):
        open_weights(made.files(contents))


@pytest.mark.parametrize(
    "index",
    [
        b"[]",
        b"{}",
        b'{"weight_map": {"a": 1}}',
        b'{"weight_map": {"a": "gone.safetensors"}}',
        b"[" * 9000,
    ],
)
def test_a_bad_index_is_refused(index: bytes) -> None:
    """An index that is none, or names files that are not there."""
    with pytest.raises(RefusedError, match="index"):
        open_weights(
            made.files(
                {"model.safetensors.index.json": index, "model-00001-of-00002.safetensors": b""}
            )
        )


def test_the_least_quantized_of_many_gguf_files_is_chosen() -> None:
    """Norms are the same in all; rows are read best from it."""
    data = made.gguf(BASE)
    opened = open_weights(
        made.files(
            {"m-Q2_K.gguf": b"", "m-Q8_0.gguf": data, "m-Q4_K_M.gguf": b"", "mmproj-f16.gguf": b""}
        )
    )
    assert [entry.path for entry in opened.files] == ["m-Q8_0.gguf"]


def group(name: str, r: float, log10_p: float) -> Group:
    """A made-up group."""
    return Group(name, r * 60, r, log10_p, 1, 3584)


def test_a_match_needs_two_groups_that_agree() -> None:
    """One tensor that agrees while others do not is not an accusation."""
    alone = Comparison("a", "b", (9, 9), (2, 2), (group(FINAL_NORM, 0.99, -300),))
    against = replace(
        alone, groups=(*alone.groups, group(LAYER_NORMS, 0.0, 0), group(ATTENTION_ROWS, 0.0, 0))
    )
    assert rule(alone).kind is rule(against).kind is MatchKind.NOT_TESTABLE


def test_between_the_thresholds_nothing_is_said() -> None:
    """Stronger than strangers and weaker than a match."""
    found = Comparison(
        "a", "b", (9, 9), (2, 2), (group(FINAL_NORM, 0.05, -6), group(LAYER_NORMS, 0.05, -6))
    )
    assert rule(found).kind is MatchKind.NOT_TESTABLE


def test_weak_agreement_of_one_publisher_may_be_a_retraining() -> None:
    """The same numbers mean less where both come from one laboratory."""
    found = Comparison(
        "o/a",
        "o/b",
        (9, 9),
        (2, 2),
        (group(FINAL_NORM, 0.5, -90), group(LAYER_NORMS, 0.5, -90), group(FEED_ROWS, 0.6, -90)),
    )
    assert rule(found).kind is MatchKind.SHARED_ANCESTRY
    assert "cannot be excluded" in rule(found).reason
    assert rule(found, same_publisher=True).kind is MatchKind.SHARED_INITIALISATION_POSSIBLE
    assert rule(replace(found, frame=True)).kind is MatchKind.SHARED_INITIALISATION_POSSIBLE


@pytest.mark.parametrize("kind", list(MatchKind))
def test_words_claim_no_more_than_was_measured(kind: MatchKind) -> None:
    """No class is worded as proof, blame or nationality."""
    found = compare(made.profile(CHILD, "org/a"), made.profile(BASE, "org/b"))
    text = statement(kind, "org/a", "org/b", found).lower()
    assert "org/a" in text
    assert not any(
        word in text
        for word in ("prove", "stolen", "copied", "chinese", "violat", "illegal", "theft")
    )


def test_a_sketch_is_small_and_says_what_the_model_says() -> None:
    """Three kilobytes represent the file: the same classes for the child, the copy and the
    stranger."""
    sketch = make_sketch(
        made.profile(BASE, "org/base").opened, repo="org/base", revision="abc", licence="mit"
    )
    line = json.dumps(sketch.to_dict())
    again = parse_sketch(json.loads(line))
    assert again == sketch
    assert len(line) < 4000
    assert differences(sketch, again) == []
    assert rule(compare(made.profile(BASE), again)).kind is MatchKind.IDENTICAL
    assert rule(compare(made.profile(CHILD), again)).kind is MatchKind.DERIVED_OR_PARENT
    assert rule(compare(made.profile(STRANGER), again)).kind is MatchKind.NO_MATCH_INDEXED
    assert rule(compare(made.profile(made.relayered(CHILD, [0, 2, 3])), again)).kind.is_match
    assert differences(sketch, make_sketch(made.profile(CHILD).opened, repo="org/base")) != []


def test_a_sketch_keeps_bit_identity_of_another_precision() -> None:
    """The sketch of a BF16 file recognises its F32 conversion by hash."""
    cast = {
        name: (shape, list(as_stored(values, "BF16"))) for name, (shape, values) in BASE.items()
    }
    sketch = make_sketch(made.profile(cast, dtype="BF16").opened, repo="org/base")
    assert rule(compare(made.profile(cast, "b", "F32"), sketch)).kind is MatchKind.IDENTICAL


@pytest.mark.parametrize(
    "row",
    [
        {},
        [],
        {"format": "other/1"},
        {"format": FORMAT, "repo": "a/b", "vectors": [["final", -1, 0, "F32", "", "!!"]]},
        {"format": FORMAT, "repo": "a/b", "vectors": [1], "width": 9},
    ],
)
def test_a_line_that_is_not_a_sketch_is_refused(row: object) -> None:
    """With an error that says how to make a good one."""
    with pytest.raises(DataError):
        parse_lines([json.dumps(row)], "here")


def test_references_are_kept_whole_and_found_by_width(tmp_path: object) -> None:
    """A file is replaced in one step; a later sketch of one repo wins; a missing file is empty."""
    from pathlib import Path

    path = Path(str(tmp_path)) / "deep" / "store.jsonl"
    assert len(load_file(path)) == 0
    one = make_sketch(made.profile(BASE).opened, repo="org/base")
    save_file(
        path, [one, replace(one, repo="org/other"), replace(one, repo="Org/Base", licence="new")]
    )
    kept = load_file(path)
    assert [s.repo for s in kept.all()] == ["Org/Base", "org/other"]
    assert kept.of_width(made.WIDTH) == kept.all()
    assert kept.of_width(7) == []
    assert list(path.parent.iterdir()) == [path]
    path.write_text("nonsense\n")
    with pytest.raises(DataError, match="line 1"):
        load_file(path)


def test_shipped_references_name_their_file_by_hash() -> None:
    """Every one can be computed again from a public file, and their licences allow it."""
    sketches = shipped().all()
    assert len(sketches) >= 3
    for sketch in sketches:
        assert all(file.sha256 and len(file.sha256) == 64 for file in sketch.files)
        assert sketch.licence in ("apache-2.0", "mit")
        assert sketch.made_from
        assert len(json.dumps(sketch.to_dict())) < 3700


def test_real_siblings_that_were_pruned_apart_would_match() -> None:
    """The shipped sketch of MiniLM finds MiniLM's own norms, and not those of e5."""
    minilm = shipped().of_repo("sentence-transformers/all-MiniLM-L6-v2")
    assert isinstance(minilm, Sketch)
    for name, expected in (
        ("all-MiniLM-L6-v2", MatchKind.DERIVED_OR_PARENT),
        ("multilingual-e5-small", MatchKind.NO_MATCH_INDEXED),
    ):
        weights: made.Weights = {}
        for (role, layer), values in made.norms("real")[name].items():
            rest = {
                "alnw": f"encoder.layer.{layer}.attention.output",
                "olnw": f"encoder.layer.{layer}.output",
                "elnw": "embeddings",
            }[role]
            weights[f"{rest}.LayerNorm.weight"] = ((384,), list(values))
        assert rule(compare(made.profile(weights, name), minilm)).kind is expected


def test_the_work_grows_with_the_references() -> None:
    """Twice the references cost twice the steps, and each no more than a few thousand."""
    chance = random.Random(1)
    sketch = make_sketch(made.profile(BASE).opened, repo="org/base")
    many = References(replace(sketch, repo=f"org/{n}-{chance.random()}") for n in range(300))
    suspect = made.profile(CHILD)
    known = list(many.of_width(made.WIDTH))
    assert len(known) == 300

    def against(count: int) -> None:
        for one in known[:count]:
            compare(suspect, one, candidates=300)

    against(1)  # reads what the suspect is asked for once
    ten, twenty = steps(lambda: against(10)), steps(lambda: against(20))
    assert twenty < 2.2 * ten
    assert ten < 10 * 20_000


def test_a_file_without_a_listed_size_is_still_bounded() -> None:
    """Where a list has no sizes, the header's own length decides and the reads stay small."""
    data = made.safetensors(BASE)
    files = Files("x", (FileEntry("model.safetensors"),), lambda _, start, end: data[start:end])
    with pytest.raises(RefusedError, match="truncated"):
        # The first look ahead runs past the end of so small a file; a real one is larger.
        open_weights(replace(files, read=lambda _, start, end: data[start : min(end, 100)]))
    assert limits.EXACT_VECTORS == 4
