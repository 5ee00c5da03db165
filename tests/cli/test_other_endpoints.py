"""Code that asks another address than the Hub's, or ModelScope, for the names that it writes: told
with its place, and never an address that lineage itself asks."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from conftest import Ran
from hub import HubModel, TestHub

Run = Callable[..., Ran]
CLEAN = HubModel("acme/clean", card={"license": "mit"}, config={"model_type": "acmenet"})
LOAD = "from transformers import AutoModel\nAutoModel.from_pretrained('acme/clean')\n"
POLICY = 'extends = ["default"]\n[rules]\nno-known-root = "off"\nunknown-developer = "info"\n'
THERE = "https://hub.corp.example/hf"


@pytest.fixture
def hub() -> Iterator[TestHub]:
    with TestHub([CLEAN]) as server:
        yield server


def check(
    lineage: Run, hub: TestHub, folder: Path, files: dict[str, str], *options: str
) -> tuple[int, dict[str, Any], Ran]:
    """The gate over these files beside one clean load."""
    repo = folder / "repo"
    for name, text in {"lineage.toml": POLICY, "app.py": LOAD, **files}.items():
        (repo / name).parent.mkdir(parents=True, exist_ok=True)
        (repo / name).write_text(text)
    ran = lineage("check", "-fjson", *options, env={"HF_ENDPOINT": hub.url}, cwd=repo)
    return ran.code, json.loads(ran.out), ran


def places(report: dict[str, Any]) -> list[str]:
    """Where the code itself leaves something open."""
    return [f"{f['file']}:{f['line']}" for f in report["scan"]["findings"]]


SET = {
    "python": {"a.py": f"import os\nos.environ['HF_ENDPOINT'] = '{THERE}'\n"},
    "setdefault": {"a.py": f"import os\nos.environ.setdefault('HF_ENDPOINT', '{THERE}')\n"},
    "an argument": {"a.py": "import os\nos.environ['HF_ENDPOINT'] = args.mirror\n"},
    "dict": {"a.py": f"run(cmd,\n env=dict(os.environ, HF_ENDPOINT='{THERE}'))\n"},
    ".env": {".env": f"A=b\nHF_ENDPOINT={THERE}\n"},
    "Dockerfile": {"Dockerfile": f"FROM python\nENV A=b HF_ENDPOINT={THERE}\n"},
    "Dockerfile, old": {"Dockerfile": f"FROM python\nENV HF_ENDPOINT {THERE}\n"},
    "build argument": {
        "Dockerfile": "FROM python\nRUN HF_ENDPOINT=$MIRROR hf download acme/clean\n"
    },
    "compose": {"compose.yaml": f"environment:\n  - HF_ENDPOINT={THERE}\n"},
    "default": {"compose.yaml": "environment:\n  HF_ENDPOINT: ${HF_ENDPOINT:-" + THERE + "}\n"},
    "kubernetes": {"d.yaml": f"env:\n- name: HF_ENDPOINT\n  value: {THERE}\n"},
    "ECS": {"task.json": '{"environment":\n[{"value":"' + THERE + '","name":"HF_ENDPOINT"}]}'},
    "helm": {"values.yaml": 'env:\n  HF_ENDPOINT: "{{ .Values.hub }}"\n'},
    "terraform": {"m.tf": f'set {{\n  name = "env.HF_ENDPOINT"\n  value = "{THERE}"\n}}\n'},
    "shell": {"run.sh": f"set -e\nHF_ENDPOINT={THERE} vllm serve acme/clean\n"},
    "powershell": {"run.ps1": f"Set-StrictMode\n$env:HF_ENDPOINT = '{THERE}'\n"},
    "client": {
        "a.py": f"from huggingface_hub import HfApi\nHfApi(token=f(), endpoint='{THERE}')\n"
    },
    "constant": {"a.py": f"U = '{THERE}'\nsnapshot_download('acme/clean', endpoint=U)\n"},
    "mirror": {"a.py": f"\nAutoModel.from_pretrained('acme/clean', mirror='{THERE}')\n"},
    "browser": {"a.js": f"import {{ env }} from 'x';\nenv.remoteHost = '{THERE}';\n"},
    "rust": {"m.rs": f'let a =\n ApiBuilder::new().with_endpoint("{THERE}".into()).build();\n'},
    "a file": {"a.py": f"\nget('{THERE}/acme/clean/resolve/main/model.safetensors')\n"},
    "notebook": {
        "n.ipynb": '{"cells": [\n{"cell_type": "code", "metadata": {}, "outputs": [], "source": '
        f'["%env HF_ENDPOINT={THERE}\\n"]}}], "metadata": {{}}, "nbformat": 4}}'
    },
}


@pytest.mark.parametrize("how", SET)
def test_another_address_is_told_with_its_place(
    lineage: Run, hub: TestHub, tmp_path: Path, how: str
) -> None:
    """A review with file and line; the names in the code are the Hub's all the same, and audited."""
    code, report, _ = check(lineage, hub, tmp_path, SET[how])
    (name,) = SET[how]
    assert f"{name}:2" in places(report), how
    assert (code, report["verdict"]) == (0, "review")
    assert "acme/clean" in {target["model"] for target in report["targets"]}


NOT_SET = {
    "the Hub": {"a.py": "os.environ['HF_ENDPOINT'] = 'https://huggingface.co'\n"},
    "what sends on to it": {"run.sh": "export HF_ENDPOINT=https://hf-mirror.com\n"},
    "read": {"a.py": "E = os.getenv('HF_ENDPOINT', 'https://huggingface.co')\n"},
    "compared": {"a.py": f"if os.environ['HF_ENDPOINT'] == '{THERE}':\n    pass\n"},
    "handed on": {"c.yaml": "a:\n  HF_ENDPOINT: ${HF_ENDPOINT}\nb:\n- HF_ENDPOINT=$HF_ENDPOINT\n"},
    "a comment": {"run.sh": f"# export HF_ENDPOINT={THERE}\n"},
    "empty": {"Dockerfile": "FROM python\nARG HF_ENDPOINT\nARG HF_ENDPOINT=\n"},
    "a parameter": {"a.py": "def f(endpoint=None):\n    HfApi(endpoint=endpoint)\n"},
    "another service": {"a.py": f"client = Search(endpoint='{THERE}', mirror='{THERE}')\n"},
    "a data set's file": {"a.py": "'https://huggingface.co/acme/clean/resolve/main/a.bin'\n"},
}


@pytest.mark.parametrize("how", NOT_SET)
def test_what_asks_the_hub_is_no_other_address(
    lineage: Run, hub: TestHub, tmp_path: Path, how: str
) -> None:
    """Reading the variable, handing it on and the Hub's own addresses leave nothing open."""
    _, report, _ = check(lineage, hub, tmp_path, NOT_SET[how])
    assert places(report) == []


def test_the_tree_does_not_steer_where_lineage_asks(
    lineage: Run, hub: TestHub, tmp_path: Path
) -> None:
    """Every way above names a server that would answer, and none of them is called."""
    with TestHub([HubModel("acme/clean", card={"base_model": "Qwen/Qwen2.5-7B"})]) as trap:
        files: dict[str, str] = {}
        for index, made in enumerate(SET.values()):
            for name, text in made.items():
                folder = "" if name == ".env" else f"d{index}/"
                files[f"{folder}{name}"] = text.replace(THERE, trap.url)
        code, report, _ = check(lineage, hub, tmp_path, files)
        assert trap.calls == []
    assert hub.calls_to("acme/clean")
    assert (code, report["verdict"]) == (0, "review")
    (clean,) = (one for one in report["targets"] if one["model"] == "acme/clean")
    assert clean["edges"] == []


def test_the_address_that_is_asked_here_too_is_no_other(
    lineage: Run, hub: TestHub, tmp_path: Path
) -> None:
    """A company's hub in the code and in the run's own HF_ENDPOINT is one hub; a policy can take
    any other as seriously as unread code."""
    files = {".env": f"HF_ENDPOINT={hub.url}/\n"}
    code, report, ran = check(lineage, hub, tmp_path, files)
    assert (code, report["scan"]["unresolved"], places(report)) == (0, [], [])
    assert "could not be" not in ran.err
    grave = (
        'foundation-jurisdiction = "fail"\n[rules.unread-code]\nlevel = "review"\n'
        'unresolved = "open"\n'
    )
    strict = {"lineage.toml": POLICY + grave}
    files = {".env": f"HF_ENDPOINT={THERE}\n", **strict}
    code, report, _ = check(lineage, hub, tmp_path, files)
    assert (code, places(report)) == (3, [".env:1"])
    (finding,) = report["scan"]["findings"]
    assert (
        f"HF_ENDPOINT={THERE}: names of the Hub are asked of another address"
        in (finding["message"])
    )


@pytest.mark.parametrize(
    ("files", "is_there"),
    [
        ({"run.sh": "VLLM_USE_MODELSCOPE=True vllm serve acme/clean\n"}, True),
        ({"a.py": "import os\nos.environ['VLLM_USE_MODELSCOPE'] = '1'\n"}, True),
        ({"deploy/.env": "SGLANG_USE_MODELSCOPE=true\n"}, True),
        ({"c.yaml": "environment:\n  XINFERENCE_MODEL_SRC: modelscope\n"}, True),
        ({"d.yaml": "env:\n- name: USE_MODELSCOPE_HUB\n  value: '1'\n"}, True),
        ({"run.sh": "VLLM_USE_MODELSCOPE=False vllm serve acme/clean\n"}, False),
        ({"a.py": "flag = os.environ.get('VLLM_USE_MODELSCOPE', 'False') == 'True'\n"}, False),
        ({"run.sh": "# VLLM_USE_MODELSCOPE=True\n"}, False),
    ],
)
def test_a_name_that_is_asked_of_modelscope_is_audited_there_too(
    lineage: Run, hub: TestHub, tmp_path: Path, files: dict[str, str], is_there: bool
) -> None:
    """Beside the Hub's: a setting that does nothing must not hide the Hub's model."""
    _, report, _ = check(lineage, hub, tmp_path, files)
    told = {target["model"] for target in report["targets"]}
    assert told == {"acme/clean", *(["modelscope:acme/clean"] if is_there else [])}


def test_a_setting_sends_the_names_below_its_own_folder(
    lineage: Run, hub: TestHub, tmp_path: Path
) -> None:
    """What another service of the same repository loads stays the Hub's alone."""
    serve = "VLLM_USE_MODELSCOPE=True vllm serve acme/there\n"
    _, report, _ = check(lineage, hub, tmp_path, {"one/run.sh": serve})
    told = {target["model"] for target in report["targets"]}
    assert told == {"acme/clean", "acme/there", "modelscope:acme/there"}
