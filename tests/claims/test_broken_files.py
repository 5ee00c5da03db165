"""Files that are not what they should be: broken, marked, or with a key that stands twice."""

from __future__ import annotations

import codecs
import json
from typing import Any

import pytest

from lineage.claims.card.metadata import CardMetadata
from lineage.claims.files.config_json import ConfigJson
from lineage.claims.files.mergekit import Mergekit
from lineage.claims.files.trainer_logs import TrainerLogs
from lineage.core.claim import ObservationKind
from lineage.core.record import FileEntry, ModelRecord, Status

_GOOD = json.dumps({"_name_or_path": "acme/base"}).encode()


@pytest.mark.parametrize(
    "content",
    [
        codecs.BOM_UTF8 + _GOOD,
        _GOOD.decode().encode("utf-16"),
        _GOOD.replace(b"acme", b"ac\0me"),
        _GOOD.replace(b"{", b"{\0"),
        b'{"note": "a\nb", "_name_or_path": "acme/base"}',
    ],
    ids=["mark", "utf-16", "nul in a name", "nul between", "line break in a text"],
)
def test_marks_and_nul_bytes_hide_nothing(content: bytes, read: Any, parents: Any) -> None:
    """What an eye or a lenient parser reads is read."""
    reading = read(ConfigJson(), {"config.json": content})
    assert parents(reading) == [("acme/base", "finetune")]
    assert reading.observations == ()


@pytest.mark.parametrize(
    "content",
    [
        b'{"_name_or_path": "acme/base", "x": ',
        b'{"_name_or_path": "acme/base",}',
        b"{'_name_or_path': 'acme/base'}",
        b'// a comment\n{"_name_or_path": "acme/base"}',
    ],
    ids=["cut", "comma", "single quotes", "comment"],
)
def test_keys_of_a_broken_file_are_picked_out_and_it_is_told(
    content: bytes, read: Any, parents: Any
) -> None:
    """Broken is not empty."""
    reading = read(ConfigJson(), {"config.json": content})
    assert parents(reading) == [("acme/base", "finetune")]
    assert [
        seen.kind for seen in reading.observations if seen.kind is not ObservationKind.ARCHITECTURE
    ] == [ObservationKind.UNREADABLE]


def test_both_values_of_a_key_that_stands_twice_are_claims(read: Any, parents: Any) -> None:
    """A parser keeps the last; the first may be the true one."""
    content = b'{"_name_or_path": "acme/first", "_name_or_path": "acme/last"}'
    reading = read(ConfigJson(), {"config.json": content})
    assert sorted(parents(reading)) == [("acme/first", "finetune"), ("acme/last", "finetune")]
    assert [(seen.kind, seen.location) for seen in reading.observations] == [
        (ObservationKind.DUPLICATE_KEY, "_name_or_path")
    ]


def test_a_yaml_key_that_stands_twice(read: Any, parents: Any) -> None:
    """A line or a whole list, in a training configuration and in a recipe."""
    reading = read(
        TrainerLogs(), {"train.yaml": b"base_model: acme/first\nlr: 1\nbase_model: acme/last\n"}
    )
    assert sorted(parents(reading)) == [("acme/first", "finetune"), ("acme/last", "finetune")]
    recipe = b"models:\n  - model: acme/a\n  - model: acme/b\nmerge_method: ties\nmodels:\n  - model: acme/c\n"
    reading = read(Mergekit(), {"mergekit_config.yml": recipe})
    assert {parent for parent, _ in parents(reading)} == {"acme/a", "acme/b", "acme/c"}
    assert [seen.kind for seen in reading.observations] == [ObservationKind.DUPLICATE_KEY]


def test_a_recipe_that_yaml_refuses_is_read_line_by_line(read: Any, parents: Any) -> None:
    """An alias is not followed; the models still stand there."""
    recipe = b"x: &a 1\nmodels:\n  - model: acme/a\n  - model: acme/b\n    weight: *a\nmerge_method: ties\n"
    reading = read(Mergekit(), {"mergekit_config.yml": recipe})
    assert {parent for parent, _ in parents(reading)} == {"acme/a", "acme/b"}
    assert [seen.kind for seen in reading.observations] == [ObservationKind.UNREADABLE]


def test_claims_beyond_the_bound_are_told(read: Any) -> None:
    """Two hundred are kept; that there are more is said."""
    recipe = "merge_method: ties\nmodels:\n" + "".join(f"- model: acme/m{n}\n" for n in range(250))
    reading = read(Mergekit(), {"mergekit_config.yml": recipe.encode()})
    assert len(reading.claims) == 200
    assert [seen.kind for seen in reading.observations] == [ObservationKind.TRUNCATED]


@pytest.mark.parametrize("content", [b"", b"8:1097}", b"just words", b"dtype: bfloat16\n"])
def test_a_recipe_that_names_no_model_is_unreadable(content: bytes) -> None:
    """An emptied or garbled recipe is not one that merges nothing."""
    record = ModelRecord(
        "acme/m", "acme/m", Status.RESOLVED, "hub", files=(FileEntry("mergekit_config.yml", 9),)
    )
    reading = Mergekit().read(record, {"mergekit_config.yml": content})
    assert [one.kind for one in reading.observations] == [ObservationKind.UNREADABLE]


def test_a_recipe_cut_before_its_method_keeps_its_models() -> None:
    """Under the tool's own file name a list of models is a recipe."""
    record = ModelRecord(
        "acme/m", "acme/m", Status.RESOLVED, "hub", files=(FileEntry("mergekit_config.yml", 9),)
    )
    reading = Mergekit().read(
        record, {"mergekit_config.yml": b"models:\n- model: Qwen/Qwen2.5-7B\n"}
    )
    assert [claim.parent for claim in reading.claims] == ["Qwen/Qwen2.5-7B"]


@pytest.mark.parametrize("content", [b"", b"xx:5<6;'", b"# a title\n"])
def test_a_card_whose_file_lost_its_front_matter_is_unreadable(content: bytes) -> None:
    """The source tells of metadata, and the file that was read has none: something else was
    read."""
    record = ModelRecord(
        "acme/m",
        "acme/m",
        Status.RESOLVED,
        "hub",
        card={"license": "mit"},
        files=(FileEntry("README.md", 9),),
    )
    reading = CardMetadata().read(record, {"README.md": content})
    assert [one.kind for one in reading.observations] == [ObservationKind.UNREADABLE]
