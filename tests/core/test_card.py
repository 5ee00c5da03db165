"""A card is taken apart whatever it holds."""

from __future__ import annotations

import pytest

from effort import ends
from lineage.core.card import parse_card


def test_metadata_body_and_its_first_line() -> None:
    """The body keeps its place in the file, so that prose can be cited by line."""
    card = parse_card(b"---\nbase_model: acme/base\n---\n# Title\ntext\n")
    assert card.metadata == {"base_model": "acme/base"}
    assert (card.body, card.body_first_line, card.problem) == ("# Title\ntext\n", 4, "")


@pytest.mark.parametrize(
    "content",
    [
        b"\xef\xbb\xbf---\nbase_model: acme/base\n---\nx",
        b"---\r\nbase_model: acme/base\r\n---\r\nx",
        b"---\rbase_model: acme/base\r---\rx",
        b"\n\n---\nbase_model: acme/base\n---\nx",
        b"---  \nbase_model: acme/base\n---  \nx",
        b"---\nbase_model:\tacme/base\n---\nx",
        "---\nbase_model: acme/base\n---\nx".encode("utf-16"),
        b"---\nbase_model: acme/base\nx: \x07\xff\n---\nx",
        b"---\nbase_model: !custom acme/base\n---\nx",
    ],
    ids=[
        "bom",
        "crlf",
        "cr",
        "blank before",
        "spaces",
        "tab",
        "utf-16",
        "control characters",
        "tag",
    ],
)
def test_forms_that_real_cards_have(content: bytes) -> None:
    """Byte order marks, line ends, blanks, tabs, tags and stray bytes do not hide the base
    model."""
    card = parse_card(content)
    assert card.metadata["base_model"] == "acme/base"
    assert card.problem == ""


@pytest.mark.parametrize("value", ["no", "012", "2024-01-01", "1e5", "0x1f", "1:30"])
def test_plain_texts_stay_texts(value: str) -> None:
    """YAML's inferred types would change a name."""
    assert parse_card(f"---\nbase_model: {value}\n---\n").metadata == {"base_model": value}


def test_null_stays_null() -> None:
    """An empty key is distinguished from an empty text."""
    assert parse_card("---\na:\nb: ~\nc: ''\n---\n").metadata == {"a": None, "b": None, "c": ""}


def test_no_front_matter_is_nothing_wrong() -> None:
    """A plain README has a body only."""
    card = parse_card("# Title\n")
    assert (dict(card.metadata), card.problem, card.body_first_line) == ({}, "", 1)


def test_unclosed_front_matter_is_reported_and_saved() -> None:
    """The Hub reads no metadata there; the line of the base model is kept for a reader to judge."""
    card = parse_card("---\nlicense: mit\nbase_model: acme/base\n\n# Title\n")
    assert "never closed" in card.problem
    assert card.recovered == ((3, "acme/base"),)
    assert not card.metadata


def test_invalid_yaml_is_reported_and_saved() -> None:
    """All items of a broken list are saved with their lines."""
    card = parse_card("---\nx: [a\nbase_model:\n- acme/a\n- 'acme/b'  # the second\n---\n")
    assert "not valid YAML" in card.problem
    assert card.recovered == ((4, "acme/a"), (5, "acme/b"))


@pytest.mark.parametrize("inside", ["- a\n- b", "just text"])
def test_front_matter_that_is_not_a_mapping(inside: str) -> None:
    """A list or a text holds no keys; the reason is given."""
    card = parse_card(f"---\n{inside}\n---\nbody")
    assert not card.metadata
    assert "not keys with values" in card.problem
    assert card.body == "body"


def test_a_second_front_matter_is_reported() -> None:
    """Only the first counts; the second's base model is saved, not believed."""
    card = parse_card("---\nlicense: mit\n---\n\n---\nbase_model: acme/base\n---\nbody")
    assert card.metadata == {"license": "mit"}
    assert "second front matter" in card.problem
    assert (card.recovered, card.body, card.body_first_line) == (((6, "acme/base"),), "body", 8)


def test_indentation_with_tabs_is_read_as_spaces() -> None:
    """Strict YAML refuses tabs; people use them."""
    card = parse_card("---\nbase_model:\n\t- acme/base\n---\n")
    assert card.metadata == {"base_model": ["acme/base"]}
    assert "tabs" in card.problem


def test_duplicate_keys_are_reported_with_lines() -> None:
    """The last one wins in YAML and can hide the first."""
    card = parse_card("---\nbase_model: acme/a\nlicense: mit\nbase_model: acme/b\n---\n")
    assert card.metadata["base_model"] == "acme/b"
    assert card.duplicate_keys == (("base_model", (2, 4)),)


_HOSTILE = {
    "flow nesting": "[" * 250_000,
    "open braces": "{? " * 60_000,
    "block nesting": "".join(" " * n + "a:\n" for n in range(600)),
    "sequence nesting": "- " * 100_000,
    "many nodes": "a: [" + "b," * 100_000 + "]",
    "aliases": "a: &x [1, 2]\nb: [*x, *x]",
    "object tag": "a: !!python/object/apply:os.system [true]",
    "bad binary": "a: !!binary '\x00%%'",
    "bad integer": "a: !!int x",
    "complex key": "? [a, b]\n: c",
    "merge key": "<<: [a]\nb: 1",
    "huge": "a: " + "x" * 3_000_000,
    "escape": 'a: "\\U0010ffff\\ud800"',
}


@pytest.mark.parametrize("text", _HOSTILE.values(), ids=_HOSTILE)
def test_hostile_front_matter_ends_quickly(text: str) -> None:
    """Bombs end in metadata or a problem; nothing is run and nothing crashes."""
    with ends(usual=0.05):
        card = parse_card(f"---\n{text}\n---\nbody")
    assert card.body == "body"
    assert card.metadata or card.problem
