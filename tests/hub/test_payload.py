"""Any JSON at all is either a record or a refusal; the client's modules load only what they
need."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lineage.core.record import CardRead, ModelRecord
from lineage.sources.hub.payload import id_in_path, record_of
from lineage.sources.web.payload import PayloadError, parse_json

_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4)
    ),
    max_leaves=12,
)
_KEYS = (
    "_id",
    "sha",
    "cardData",
    "tags",
    "siblings",
    "config",
    "gguf",
    "gated",
    "disabled",
    "private",
    "baseModels",
    "safetensors",
    "downloads",
)


@settings(max_examples=150, deadline=None)
@given(st.dictionaries(st.sampled_from(_KEYS), _JSON))
def test_any_value_under_any_key(payload):
    """Whatever is under the hub's own keys, the record is whole and can be printed and written."""
    answer = parse_json(json.dumps({**payload, "id": "org/name"}).encode())
    record = record_of(answer, requested="org/name", expected="org/name")
    assert isinstance(record, ModelRecord) and record.id == "org/name"
    repr(record).encode()


@settings(max_examples=150, deadline=None)
@given(st.binary(max_size=200) | _JSON.map(lambda value: json.dumps(value).encode()))
def test_any_bytes(body):
    """Bytes that are not a record of the asked model are refused in one way only."""
    with pytest.raises(PayloadError):
        record_of(parse_json(body), requested="org/name", expected="org/name")


@pytest.mark.parametrize(
    "body",
    [
        b"[" * 100_000,
        b'{"a":' * 100_000,
        b"[" * 150 + b"]" * 150,
        b"1" * 10_000,
        b"\xff\xfe",
        b'{"a": 1} x',
    ],
)
def test_json_bombs(body):
    """Depth and digits are bounded."""
    with pytest.raises(PayloadError):
        record_of(parse_json(body), requested="org/name", expected="org/name")


def record(**payload) -> ModelRecord:
    answer = {"id": "org/name", "tags": [], "siblings": [], **payload}
    answer = {key: value for key, value in answer.items() if value != "left out"}
    return record_of(answer, requested="org/name", expected="org/name", asked=True)


@pytest.mark.parametrize("siblings", [None, "left out", {}, "README.md", 3, [1, None, "x"], [{}]])
def test_a_file_list_that_is_not_one_is_not_empty(siblings):
    """Missing, null or garbled: nobody knows which files there are, and the record shows it."""
    found = record(siblings=siblings)
    assert found.files is None
    assert found.gaps
    assert found.card_read is CardRead.NONE


def test_a_file_list_with_odd_entries_keeps_the_rest_and_shows_the_gap():
    """One entry without a name may be the one that matters."""
    found = record(siblings=[{"rfilename": "README.md"}, {"name": "adapter_config.json"}])
    assert found.files is not None and [entry.path for entry in found.files] == ["README.md"]
    assert found.gaps == ("1 of 2 entries of the file list name no file",)


def test_an_empty_repo_has_an_empty_list_and_no_card():
    """The list was given and is empty: that is an answer."""
    found = record(siblings=[])
    assert (found.files, found.gaps, found.card_read) == ((), (), CardRead.ABSENT)


@pytest.mark.parametrize("card", [None, "left out", {}])
def test_a_missing_card_is_not_a_card_that_declares_nothing(card):
    """The Hub leaves out or empties the metadata of a card without front matter; its text may show
    it."""
    found = record(cardData=card, siblings=[{"rfilename": "README.md"}])
    assert found.card_read is CardRead.NONE
    assert found.gaps == ()


@pytest.mark.parametrize("key", ["cardData", "config", "baseModels", "gguf", "safetensors"])
@pytest.mark.parametrize("value", [["x"], "text", 7, True])
def test_a_mapping_of_another_type_is_a_gap(key, value):
    """What is there was not understood, which is not the same as nothing."""
    assert record(**{key: value}).gaps == (
        f"the hub's answer gives {key} in a form that is not understood",
    )


@pytest.mark.parametrize("tags", [None, "left out", {}, "base_model:x/y", ["base_model:x/y", 5]])
def test_tags_that_are_missing_or_garbled_are_a_gap(tags):
    """Tags name base models; an answer without them has lost them."""
    assert len(record(tags=tags).gaps) == 1


def test_a_short_list_row_has_no_gaps():
    """Where files were not asked for, their absence means nothing."""
    row = {"id": "org/name", "tags": []}
    assert record_of(row, requested="org/name", expected="org/name").gaps == ()


def test_not_a_number_is_unknown():
    """NaN and Infinity are not JSON; they must not travel into a report."""
    assert parse_json(b'{"a": NaN, "b": [Infinity, -Infinity]}') == {"a": None, "b": [None, None]}


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("/api/models/org/name?blobs=true", "org/name"),
        ("/api/models/gpt2", "gpt2"),
        ("/api/models/org/name/revision/refs%2Fpr%2F1?x", "org/name"),
        ("/api/models/org/name/tree/main", None),
        ("/api/datasets/org/name", None),
        ("/api/models/..%2F..%2Fetc", None),
        ("/api/models/", None),
        ("", None),
    ],
)
def test_ids_in_paths(path, expected):
    """Only the detail route of a model names one."""
    assert id_in_path(path) == expected


def test_an_answer_from_the_cache_loads_no_http_library():
    """A warm run must start quickly: requests, and huggingface_hub's HTTP stack, come with the
    first call only."""
    code = (
        "import sys; from lineage.sources.hub.source import HubSource; HubSource(token=False);"
        "print([name for name in ('requests', 'urllib3', 'httpx2', 'httpx') if name in sys.modules])"
    )
    assert (
        subprocess.run(
            [sys.executable, "-c", code], capture_output=True, text=True, check=True
        ).stdout.strip()
        == "[]"
    )
