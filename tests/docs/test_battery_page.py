"""docs/battery.md lists what ships, and the battery that it shows as an example is one."""

from __future__ import annotations

import re
from typing import Any

from docs.tools import ROOT
from lineage.probe.battery import TopicKind, load, tomllib
from lineage.probe.lint import lint

PAGE = (ROOT / "docs" / "battery.md").read_text(encoding="utf-8")
EXAMPLE = ROOT / "docs" / "examples" / "battery"


def test_every_topic_is_listed():
    """With its twin, and no other."""
    titles = {topic.title for topic in load().topics if topic.kind is TopicKind.TOPIC}
    table = PAGE.partition("| China | Elsewhere |")[2].partition("\n\n")[0]
    assert set(re.findall(r"^\| (?!-)(.*) \|$", table, re.MULTILINE)) == titles


def test_the_example_passes_the_linter():
    """A reader who copies it starts from a sound battery."""
    assert [str(one) for one in lint(load(EXAMPLE)) if one.decides] == []


def test_the_blocks_of_the_page_are_parts_of_the_example():
    """What is shown is what is checked."""
    head, item = (
        tomllib.loads(block) for block in re.findall(r"```toml\n(.*?)```", PAGE, re.DOTALL)
    )
    assert head == _read("battery")
    assert item["items"][0] in _read("newspapers")["items"]


def _read(name: str) -> dict[str, Any]:
    return tomllib.loads((EXAMPLE / f"{name}.toml").read_text(encoding="utf-8"))
