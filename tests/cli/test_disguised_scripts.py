"""Scripts, templates and files that are run under another name: the model of each is audited, and
what is fetched from an address that is not written out, and run at once, is an open point."""

from __future__ import annotations

from pathlib import Path

from disguised import NAME, Run, audited, check

LOAD = "from transformers import AutoModel\nAutoModel.from_pretrained('acme/shadow-7b')\n"
SHELL = {
    "alias": "alias s='vllm serve'\ns acme/shadow-7b",
    "function": 's() {\n  echo hi\n  vllm "$@"\n}\ns serve acme/shadow-7b',
    "line": 's(){ vllm "$@"; }\ns serve acme/shadow-7b',
    "set": 'set -- serve acme/shadow-7b\nvllm "$@"',
    "array": 'a=(serve acme/shadow-7b)\nvllm "${a[@]}"',
    "whole": 'a=(vllm serve acme/shadow-7b)\n"${a[@]}"',
    "more": 'a=(serve)\na+=(acme/shadow-7b)\nvllm "${a[@]}"',
    "said": "echo 'vllm serve acme/shadow-7b' | sh",
    "piped": 'echo "from transformers import AutoModel; '
    "AutoModel.from_pretrained('acme/shadow-7b')\" | python -",
}
FETCHED = {
    "pipe": "curl -s $WHERE/y | bash",
    "sudo": "wget -qO- $WHERE/y | sudo -E bash -s -- now",
    "inner": 'sh -c "$(curl -fsSL $WHERE/y)"',
    "eval": 'eval "$(curl -s $WHERE/y)"',
    "file": "bash <(curl -s $WHERE/y)",
    "list": "xargs vllm serve < names.dat",
}
NOTHING = {
    "installer": "curl -fsSL https://example.org/install.sh | sudo sh",
    "inner installer": 'sh -c "$(curl -fsSL https://example.org/install.sh)"',
    "jq": "curl -s http://example.org/y | jq .name",
    "kept": "curl -s http://example.org/y > y.json; python a.py",
    "told": "echo vllm serve acme/shadow-7b",
}
WRITTEN = {
    "set.yaml.j2": "{% set org = 'acme' %}\nmodel: {{ org }}/shadow-7b\n",
    "if.yaml.j2": "{% if x %}model: gpt2{% else %}model: acme/shadow-7b{% endif %}\n",
    "value.yaml": 'model: "{% if x %}gpt2{% else %}acme/shadow-7b{% endif %}"\n',
    "choice.env.j2": "MODEL_ID={{ 'gpt2' if x else 'acme/shadow-7b' }}\n",
    "own.ini": "[a]\no = acme\nmodel = %(o)s/shadow-7b\n",
    "common.ini": "[DEFAULT]\no = acme\n[a]\nmodel = %(o)s/shadow-7b\n",
    "below.ini": "[a]\nmodel =\n  acme/shadow-7b\n",
    "tox.ini": "[testenv]\ncommands =\n  pip list\n  vllm serve acme/shadow-7b\n",
    "bytes.yaml": "model: !!binary YWNtZS9zaGFkb3ctN2I=\n",
}
EXECUTED = {
    "run": "import runpy\nrunpy.run_path('x.txt')",
    "readme": "exec(open('README.md').read())",
    "compiled": "exec(compile(open('x.dat').read(), 'x', 'exec'))",
    "path": "from pathlib import Path\nexec(Path('x.log').read_text())",
    "loader": "SourceFileLoader('m', 'x.cfg').load_module()",
}


def test_a_shell_makes_the_command(lineage: Run, tmp_path: Path) -> None:
    """By aliases, functions that hand all on, `set --`, arrays, and what is piped to it."""
    files = {f"{name}.sh": f"{code}\n" for name, code in SHELL.items()}
    assert audited(check(lineage, tmp_path, files)) == {name: {NAME} for name in files}


def test_what_is_fetched_and_run_is_an_open_point(lineage: Run, tmp_path: Path) -> None:
    """With its line, where the address is not written out; an installer, what is only fetched, or
    said, is none."""
    files = {f"{name}.sh": f"set -e\n{code}\n" for name, code in (FETCHED | NOTHING).items()}
    report = check(lineage, tmp_path, files)
    told = {(use["file"], use["line"]) for use in report["scan"]["unresolved"]}
    assert told == {(f"{name}.sh", 2) for name in FETCHED}
    assert not audited(report)


def test_templates_and_settings_are_written_out(lineage: Run, tmp_path: Path) -> None:
    """Both branches of a template, a setting by the name of another one, bytes in base64."""
    found = audited(check(lineage, tmp_path, WRITTEN))
    assert {name for name, models in found.items() if NAME in models} == WRITTEN.keys()


def test_a_file_is_run_under_another_name(lineage: Run, tmp_path: Path) -> None:
    ends = {"run": "x.txt", "readme": "README.md", "compiled": "x.dat", "path": "x.log"}
    files = {f"{name}/a.py": f"{code}\n" for name, code in EXECUTED.items()}
    files |= {f"{name}/{ends.get(name, 'x.cfg')}": LOAD for name in EXECUTED}
    assert audited(check(lineage, tmp_path, files)) == {name: {NAME} for name in EXECUTED}
