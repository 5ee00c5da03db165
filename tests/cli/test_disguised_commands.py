"""Commands that code puts together, or hands to what runs them elsewhere: the model of each is
audited."""

from __future__ import annotations

from pathlib import Path

from disguised import NAME, Run, audited, check

X = "'acme/' + 'shadow-7b'"
RUN = {
    "star": f"import subprocess\nsubprocess.run([*'vllm serve'.split(), {X}])",
    "table": f"import subprocess\nB = ['vllm', 'serve']\nsubprocess.run([*B, {X}])",
    "given": f"import subprocess\nargs = (['vllm', 'serve', {X}],)\nsubprocess.run(*args)",
    "own": f"import subprocess\ndef r(*a):\n    subprocess.run(a)\nr('vllm', 'serve', {X})",
    "pexpect": "import pexpect\npexpect.spawn('vllm serve acme/' + 'shadow-7b')",
    "fabric": "from fabric import Connection\nConnection('h').run('vllm serve acme/' + 'shadow-7b')",
    "paramiko": "import paramiko\nc = paramiko.SSHClient()\n"
    "c.exec_command('vllm serve acme/' + 'shadow-7b')",
    "sh": f"import sh\nsh.vllm('serve', {X})",
    "plumbum": f"from plumbum import local\nlocal['vllm']('serve', {X})",
    "argv": f"import sys\nsys.argv[1:] = ['serve', {X}]\n"
    "from vllm.entrypoints.cli.main import main\nmain()",
    "whole": f"import sys\nsys.argv = ['x', 'serve', {X}]\nimport vllm",
    "system": "get_ipython().system('vllm serve acme/' + 'shadow-7b')",
    "cell": "get_ipython().run_cell('from transformers import AutoModel\\n'\n"
    "    'AutoModel.from_pretrained(\"acme/shadow-7b\")')",
}
TALK = {
    "print": "print('vllm serve acme/' + 'shadow-7b')",
    "choose": "BACKENDS['ollama']('acme/shadow-7b')",
    "argv": "import sys, transformers\nsys.argv = ['x', '--out', 'acme/shadow-7b']",
}


def test_commands_are_put_together(lineage: Run, tmp_path: Path) -> None:
    files = {f"{name}.py": f"{code}\n" for name, code in RUN.items()}
    assert audited(check(lineage, tmp_path, files)) == {name: {NAME} for name in files}


def test_what_runs_nothing_is_no_command(lineage: Run, tmp_path: Path) -> None:
    """What is printed, a table of functions, arguments of the repository's own program."""
    report = check(lineage, tmp_path, {f"{name}.py": f"{code}\n" for name, code in TALK.items()})
    assert not audited(report)
