"""XML, and text files of kinds that nobody knows: what they name is found, and how sure it is."""

from __future__ import annotations

from pathlib import Path

import pytest

from lineage.core.use import Certainty
from lineage.scan.scan import scan


def _named(folder: Path, name: str, text: str) -> list[tuple[str, int, bool]]:
    (folder / name).write_text(text)
    found = scan(folder).uses
    return [(u.model, u.line, u.if_found) for u in found if u.certainty is not Certainty.POSSIBLE]


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("pom.xml", "<project><properties>\n<llm.model>acme/a</llm.model></properties></project>"),
        ("pom.xml", "<args><arg>--llm</arg>\n<arg>acme/a</arg></args>"),
        ("pom.xml", "<args>\n<arg>--llm-model=acme/a</arg></args>"),
        ("beans.xml", '<bean>\n<property name="llmModel" value="acme/a"/></bean>'),
        ("beans.xml", '<bean><property name="llmModel">\n<value>acme/a</value></property></bean>'),
        ("beans.xml", "<bean>\n<arg>djl://ai.djl.huggingface.pytorch/acme/a</arg></bean>"),
        ("strings.xml", '<resources>\n<string name="hf_model_id">acme/a</string></resources>'),
        ("app.plist", "<dict><key>LLM</key>\n<string>acme/a</string></dict>"),
        ("app.plist", "<dict><key>LLM</key><array>\n<string>acme/a</string></array></dict>"),
        ("site.xml", "<p><name>x.llm.model</name>\n<value>acme/a</value></p>"),
        ("conf.yaml.j2", "port: 1\nllm: acme/a\n"),
    ],
)
def test_a_model_in_markup_is_a_use(tmp_path: Path, name: str, text: str) -> None:
    """Elements, attributes, labels beside and above a value, options, files to be filled in."""
    assert _named(tmp_path, name, text) == [("acme/a", 2, False)]


def test_a_comment_and_an_unknown_word_of_markup_are_no_use(tmp_path: Path) -> None:
    """A name in a comment is nobody's; under a word that says nothing it is any text."""
    text = "<p><!-- <llm>acme/a</llm> --><name>acme/b</name>\n<title>acme/c</title></p>"
    assert _named(tmp_path, "p.xml", text) == []


def test_entities_are_not_expanded(tmp_path: Path) -> None:
    """A file that declares its own is told as not readable, and searched by pattern."""
    bomb = "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 20))
    (tmp_path / "b.xml").write_text(f'<!DOCTYPE x [<!ENTITY a0 "x">{bomb}]><llm>&a19;</llm>')
    (told,) = scan(tmp_path).unreadable
    assert (told.file, told.reason) == ("b.xml", "declares entities of its own")


def test_files_of_unknown_kinds_are_read_and_doubted(tmp_path: Path) -> None:
    """What patterns find there counts if the Hub shows it; in prose it is only listed."""
    assert _named(tmp_path, "app.rules", "llm_model = acme/a\n") == [("acme/a", 1, True)]
    (tmp_path / "app.rules").unlink()
    assert _named(tmp_path, "notes.txt", "llm_model = acme/a\n") == []
    assert [use.model for use in scan(tmp_path).uses] == ["acme/a"]
    (tmp_path / "notes.txt").unlink()
    (tmp_path / "data.xyz").write_bytes(b"llm_model = acme/a\n\0\1\2")
    assert _named(tmp_path, "README.md", "llm_model = acme/a\n") == []
    assert scan(tmp_path).uses == ()
