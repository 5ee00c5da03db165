"""What the code can do is what the reference says: commands, rules, exit codes, variables,
formats."""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

import lineage
from docs.tools import ROOT, load
from lineage.cli import exits
from lineage.cli.environment import VARIABLES
from lineage.cli.main import COMMANDS
from lineage.policy.packs import pack_names
from lineage.policy.rules.registry import all_rules
from lineage.report.formats import FORMATS

reference = load("generate_reference")
PACKAGE = Path(lineage.__file__).parent
# Read by the libraries underneath, or one after another in a loop, not by name in our code.
_BY_LIBRARIES = {
    "ALL_PROXY",
    "CURL_CA_BUNDLE",
    "HF_HOME",
    "HF_HUB_CACHE",
    "HTTPS_PROXY",
    "HTTP_PROXY",
    "HUGGINGFACE_HUB_CACHE",
    "MODELSCOPE_CACHE",
    "NO_PROXY",
    "OLLAMA_MODELS",
    "REQUESTS_CA_BUNDLE",
    "SSL_CERT_DIR",
    "SSL_CERT_FILE",
    "TRANSFORMERS_CACHE",
}
# Attributes of huggingface_hub.constants that are no variable of the same name.
_CONSTANTS = {"ENDPOINT": "HF_ENDPOINT"}


@pytest.mark.parametrize("path", reference.outputs(), ids=lambda path: path.name)
def test_the_reference_is_fresh(path: Path):
    """Run tools/generate_reference.py where this fails."""
    assert path.read_text(encoding="utf-8") == reference.outputs()[path]


def test_every_command_and_option_is_in_the_reference():
    """Of each command and subcommand: a heading, every option, and words for each."""
    page = (ROOT / "docs" / "reference" / "commands.md").read_text(encoding="utf-8")
    seen = set()
    for path, command, _ in reference.commands():
        seen.add(path.split()[1])
        section = page.partition(f"\n## {path}\n")[2].partition("\n## ")[0]
        assert section, path
        assert command.help, path
        for option in (p for p in command.params if isinstance(p, click.Option)):
            assert all(name in section for name in option.opts), (path, option.name)
            assert option.help, (path, option.name)
    assert seen == set(COMMANDS)


def test_every_rule_and_pack_has_a_section():
    """Findings link there."""
    rules = (ROOT / "docs" / "rules.md").read_text(encoding="utf-8")
    packs = (ROOT / "docs" / "packs.md").read_text(encoding="utf-8")
    assert [rule.id for rule in all_rules() if f"\n## {rule.id}\n" not in rules] == []
    assert [name for name in pack_names() if f"\n## {name}\n" not in packs] == []


def test_every_exit_code_has_a_meaning_and_stands_in_the_readme():
    """A number that a pipeline may see is documented where people look first."""
    codes = {
        value for name, value in vars(exits).items() if name.isupper() and isinstance(value, int)
    }
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    assert codes == set(exits.MEANINGS)
    assert [code for code in codes if f"`{code}`" not in readme] == []


def _variables_in(tree: ast.AST) -> Iterator[str]:
    """Names that the module asks the environment for, and settings that it takes from the Hub
    client."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and node.args and isinstance(node.args[0], ast.Constant):
            asked = ast.unparse(node.func)
            if asked.endswith(("environ.get", "getenv", "is_set", "_variable")) and isinstance(
                node.args[0].value, str
            ):
                yield node.args[0].value
        elif (
            isinstance(node, ast.Subscript)
            and ast.unparse(node.value).endswith("environ")
            and isinstance(node.slice, ast.Constant)
        ):
            yield str(node.slice.value)
        elif (
            isinstance(node, ast.Compare)
            and isinstance(node.left, ast.Constant)
            and "environ" in ast.unparse(node.comparators[0])
        ):
            yield str(node.left.value)
        elif isinstance(node, ast.Attribute) and ast.unparse(node.value) == "constants":
            yield _CONSTANTS.get(node.attr, node.attr)


def test_every_environment_variable_is_documented():
    """Walk the code: what it reads stands in the list, and what stands in the list is read."""
    read = {
        name
        for path in PACKAGE.rglob("*.py")
        for name in _variables_in(ast.parse(path.read_text(encoding="utf-8")))
    }
    assert read - set(VARIABLES) == set()
    assert set(VARIABLES) - read == _BY_LIBRARIES


def test_the_walk_over_the_code_sees_every_way_of_asking():
    """The test above can fail: each form in which the environment is read is found."""
    code = 'os.environ.get("A"); os.getenv("B"); os.environ["C"]; "D" in os.environ; environ.get("E"); _is_set("F"); constants.HF_G'
    assert set(_variables_in(ast.parse(code))) == {"A", "B", "C", "D", "E", "F", "HF_G"}


def test_every_format_is_documented():
    """With a line of its own that says more than its name."""
    page = (ROOT / "docs" / "reference" / "formats.md").read_text(encoding="utf-8")
    told = dict(re.findall(r"^\| `([\w.-]+)` \| (.+) \|$", page, re.MULTILINE))
    assert set(told) == set(FORMATS)
    assert all(len(text) > 20 for text in told.values())


def test_the_layers_are_drawn_as_they_are_checked():
    """docs/architecture.md and the import contract say the same."""
    contract = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"][
        "importlinter"
    ]["contracts"][0]
    layers = [re.sub(r"lineage\.|[()]", "", layer) for layer in contract["layers"]]
    page = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
    assert "\n".join(["```text", *layers, "```"]) in page
