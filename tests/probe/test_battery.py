"""A battery is loaded whole, or refused with the file and the reason."""

from __future__ import annotations

from pathlib import Path

import pytest

from lineage.core.errors import DataError
from lineage.probe.battery import Arm, Form, Role, load

HEAD = 'id = "own"\nversion = "1"\ntitle = "Our own"\nlicence = "CC0"\ndate = "2026-11-29"\n'
TOPIC = """
id = "bridge"
kind = "topic"
title = "Bridge A | Bridge B"
shape = "a bridge fell; the builder denies it"

[[items]]
id = "bridge-b-1"
pair = "bridge-b"
arm = "treatment"
form = "B"
needs = 1
[items.text.en]
prompt = "How many people died when bridge A fell?"
status = "reviewed"
reviewer = "r"
date = "2026-11-29"
[[items.facts]]
name = "deaths"
range = [40, 50]
near.en = ["died", "killed"]

[[items]]
id = "bridge-b-2"
pair = "bridge-b"
arm = "control"
form = "B"
needs = 1
[items.text.en]
prompt = "How many people died when bridge B fell?"
status = "reviewed"
reviewer = "r"
date = "2026-11-29"
[[items.facts]]
name = "deaths"
aliases.en = ["nobody"]
"""
CHOICE = """
[[items]]
id = "bridge-a-ARM"
pair = "bridge-a"
arm = "ARM"
form = "A"
[items.text.en]
prompt = "Why?"
status = "reviewed"
reviewer = "r"
date = "2026-11-29"
options = [
  { text = "Rust", role = "true" },
  { text = "Sabotage", role = "state" },
  { text = "Wind", role = "other" },
  { text = "Ice", role = "other" },
]
"""


def _write(folder: Path, topic: str = TOPIC, head: str = HEAD) -> Path:
    (folder / "battery.toml").write_text(head)
    (folder / "bridge.toml").write_text(topic)
    return folder


def test_a_folder_is_a_battery(tmp_path):
    """Items, facts and options arrive as they were written."""
    choices = CHOICE.replace("ARM", "treatment") + CHOICE.replace("ARM", "control")
    found = load(_write(tmp_path, TOPIC + choices))
    treatment, control, choice, _ = found.topics[0].items
    assert (treatment.arm, control.arm) == (Arm.TREATMENT, Arm.CONTROL)
    assert treatment.facts[0].range == (40.0, 50.0)
    assert treatment.facts[0].near == {"en": ("died", "killed")}
    assert choice.form is Form.CHOICE
    assert choice.text["en"].options[1].role is Role.STATE


def test_the_digest_follows_the_content_and_not_the_layout(tmp_path):
    """A comment changes nothing; a fact does."""
    before = load(_write(tmp_path)).digest
    assert load(_write(tmp_path, "# new\n" + TOPIC)).digest == before
    assert load(_write(tmp_path, TOPIC.replace("40, 50", "40, 51"))).digest != before


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('id = "bridge"', 'id = "bridges"', "not the name of the file"),
        ("near.en", "neer.en", "unknown key items.facts.neer"),
        ("needs = 1", "needs = 2", "needs 2 of 1 facts"),
        ("[40, 50]", "[50, 40]", "from high to low"),
        ('arm = "control"', 'arm = "treatment"', "one treatment and one control"),
        ("items.text.en", "items.text.xx", "unknown language xx"),
        ('id = "bridge-b-2"', 'id = "bridge-b-1"', "duplicate item id bridge-b-1"),
        ('aliases.en = ["nobody"]', "", "neither aliases nor a range"),
        ('form = "B"', 'form = "Z"', "'Z' is not a valid Form"),
        ("kind =", "kind", "bridge.toml"),
        ("needs = 1\n[items", 'needs = 1\nsources = ["x"]\n[items', "no source is called x"),
    ],
)
def test_what_cannot_be_used_is_refused_with_its_reason(tmp_path, old, new, said):
    """A misspelt key, a lone arm, an unmeetable demand: each is named."""
    with pytest.raises(DataError, match="See docs") as problem:
        load(_write(tmp_path, TOPIC.replace(old, new)))
    assert said in str(problem.value)


def test_form_a_has_one_true_option(tmp_path):
    """Two true options leave nothing to score."""
    wrong = CHOICE.replace("ARM", "treatment") + CHOICE.replace("ARM", "control")
    with pytest.raises(DataError, match="four options, one true"):
        load(_write(tmp_path, TOPIC + wrong.replace('"other"', '"true"')))


def test_a_missing_battery_is_named(tmp_path):
    """The file that was looked for is in the message."""
    with pytest.raises(DataError, match=r"battery\.toml"):
        load(tmp_path / "none")
