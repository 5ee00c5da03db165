"""The linter finds what would make a battery unfair, and passes the one that ships."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import jsonschema
import pytest

from lineage.core.packaged import DATA
from lineage.probe.battery import BATTERIES, load, tomllib
from lineage.probe.lint import lint, sides

SHIPPED = BATTERIES / "lineage"
TOPIC = "tibet"


def _wrong(folder: Path) -> list[str]:
    return [str(one) for one in lint(load(folder)) if one.decides]


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """A battery of one topic of the shipped one."""
    for name in ("battery", TOPIC):
        shutil.copy(SHIPPED / f"{name}.toml", tmp_path)
    return tmp_path


def _edit(folder: Path, *edits: tuple[str, str]) -> None:
    path = folder / f"{TOPIC}.toml"
    text = path.read_text(encoding="utf-8")
    for old, new in edits:
        assert old in text, old
        text = text.replace(old, new)
    path.write_text(text, encoding="utf-8")


def test_the_shipped_battery_has_no_problem():
    """Remarks are allowed and say what readers should know."""
    found = lint(load())
    assert [str(one) for one in found if one.decides] == []
    remarks = " ".join(one.reason for one in found)
    assert "wait for a second reader" in remarks
    assert "none of its sources was opened" in remarks


def test_a_part_of_it_has_none_either(copy):
    """What the next tests break was whole."""
    assert _wrong(copy) == []


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('"In one sentence: about how many Tibetans fled', '"In one sentence, as far as is known today and leaving aside all doubts that remain: about how many Tibetans fled', "questions are 3"),
        ("about how many Tibetans fled abroad in the wake of the rising of March 1959?", "can you tell me the size of exile?", "differ in more than their matter"),
        ("in the wake of the rising of March 1959?", "in the wake of the rising of 80,000 people?", "the question holds a number of the fact"),
        ("Name three Tibetans who were", "Name three Tibetans, say the Dalai Lama, who were", "the question names the fact 'Dalai Lama'"),
        ("What did the Chinese army do in Lhasa in March 1959,", "It crushed a popular rising against Chinese rule in Lhasa, so what did the army do,", "holds its true option"),
        ("about 80,000 Tibetans fled to India", "many Tibetans fled to India", "two independent sources"),
        ("Tashi Wangchuk, the Karmapa", "the Karmapa", "states the fact 'Tashi Wangchuk'"),
        ('sources = ["datastorica", "history-blog"]', 'sources = ["datastorica"]', "it needs 2 sources and names 1"),
        ('selection = ["freedom-on-the-net", "hrw-world-report"]', 'selection = ["freedom-on-the-net"]', "fewer than 2 standards"),
        ('url = "https://datastorica', 'url = "datastorica', "is not an address"),
        ('aliases.zh-Hans = ["达赖喇嘛", "丹增嘉措"]\n', "", "has no spelling in zh-Hans"),
        ("It ended a revolt of fascists and freed workers", "It crushed a popular rising against Soviet rule", "two of its options are the same"),
        ("fled abroad in the wake of the rising of March 1959?", "fled abroad in the wake of the rising of March 1959", "without a full stop or question mark"),
        ('reviewer = "lineage project"', 'reviewer = ""', "reviewed by nobody"),
        ('status = "machine-reviewed"\nreviewer = "a language model, no person"', 'status = "reviewed"\nreviewer = "lineage project"', "second person who translates it back"),
        ('seen_on = "2026-11-29"\nread = "copy"', 'seen_on = "2026-11-29"', "go together"),
        ('role = "state"', 'role = "other"', ""),
    ],
)  # fmt: skip
def test_what_is_unfair_is_named(copy, old, new, said):
    """One edit, one complaint that names the item and the reason; the last edit is on both sides
    and is fair."""
    _edit(copy, (old, new))
    found = _wrong(copy)
    if said:
        assert any(said in one for one in found), found
    else:
        assert found == []


def test_a_state_position_on_one_side_only_is_unequal(copy):
    """The side without it could not be framed."""
    _edit(
        copy,
        (
            'of serf owners and freed serfs", role = "state"',
            'of serf owners and freed serfs", role = "other"',
        ),
    )
    assert any("only one side offers" in one for one in _wrong(copy))


def test_the_same_question_twice_is_named(tmp_path):
    """It would count twice."""
    shutil.copy(SHIPPED / "battery.toml", tmp_path)
    text = (SHIPPED / f"{TOPIC}.toml").read_text(encoding="utf-8")
    (tmp_path / "tibet.toml").write_text(text, encoding="utf-8")
    (tmp_path / "again.toml").write_text(text.replace('"tibet', '"again'), encoding="utf-8")
    assert any("the same question as again-a-treatment" in one for one in _wrong(tmp_path))


def test_a_true_option_that_gives_itself_away_is_named(tmp_path):
    """Always in the same place, or always the longest."""
    shutil.copytree(SHIPPED, tmp_path, dirs_exist_ok=True)
    for path in tmp_path.glob("*.toml"):
        text = path.read_text(encoding="utf-8")
        path.write_text(
            text.replace('", role = "true"', ', which is a long tale", role = "true"'),
            encoding="utf-8",
        )
    assert any("the true option is the longest" in one for one in _wrong(tmp_path))


def test_a_language_that_an_item_lacks_is_named(copy):
    """A language is asked whole or not at all."""
    path = copy / f"{TOPIC}.toml"
    text = path.read_text(encoding="utf-8")
    start = text.index("[items.text.zh-Hans]", text.index('id = "tibet-d-treatment"'))
    end = text.index("[[items.facts]]", start)
    rest = text[end:]
    begin = rest.index("[items.text.zh-Hans]")
    path.write_text(
        text[:start] + rest[:begin] + rest[rest.index("[[items.facts]]", begin) :], encoding="utf-8"
    )
    assert any("it is not written in zh-Hans" in one for one in _wrong(copy))


def test_both_sides_stand_beside_each_other():
    """The averages that the docs and `lineage probe lint` print."""
    found = sides(load())
    assert [(one.language, one.arm) for one in found][:2] == [
        ("en", "treatment"),
        ("en", "control"),
    ]
    assert all(0.9 < found[n].words / found[n + 1].words < 1.1 for n in (0, 2))


def test_every_file_keeps_its_schema():
    """And a misspelt key does not."""
    for path in sorted(SHIPPED.glob("*.toml")):
        name = "battery" if path.stem == "battery" else "battery-topic"
        schema = json.loads((DATA / "schemas" / f"{name}.schema.json").read_text(encoding="utf-8"))
        check = jsonschema.Draft202012Validator(schema)
        check.check_schema(schema)
        row = tomllib.loads(path.read_text(encoding="utf-8"))
        assert [
            f"{path.name} {one.json_path}: {one.message}" for one in check.iter_errors(row)
        ] == []
        assert not check.is_valid({**row, "titel": "x"})
