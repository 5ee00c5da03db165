"""Loads that a plain reading passes over: other names of a loader, texts in another form, commands
given to what runs them, pieces that other files or other languages put together."""

from __future__ import annotations

from pathlib import Path

import pytest

from lineage.scan.scan import scan
from spelled import SHIPPED, acted_on, found_in

PYTHON = {
    "methodcaller": {
        "a.py": (
            "import operator\n"
            "from transformers import AutoModel\n"
            'm=operator.methodcaller("from_pretrained","acme/net-7b")(AutoModel)\n'
        )
    },
    "methodcaller2": {
        "a.py": (
            "from operator import methodcaller as mc\n"
            "from transformers import AutoModel\n"
            'load=mc("from_pretrained","acme/net-7b")\n'
            "m=load(AutoModel)\n"
        )
    },
    "attrgetter": {
        "a.py": (
            "from operator import attrgetter\n"
            "from transformers import AutoModel\n"
            'm=attrgetter("from_pretrained")(AutoModel)("acme/net-7b")\n'
        )
    },
    "py-rev": {
        "a.py": (
            "from transformers import AutoModel\nAutoModel.from_pretrained('b7-ten/emca'[::-1])\n"
        )
    },
    "py-bytes": {
        "a.py": (
            "from transformers import AutoModel\n"
            "AutoModel.from_pretrained(b'acme/net-7b'.decode())\n"
        )
    },
    "py-dotted": {
        "a.py": (
            "import transformers as t\n"
            "f=getattr(t,'Auto'+'Model')\n"
            "f.from_pretrained('acme'+chr(47)+'net-7b')\n"
        )
    },
    "py-b64": {
        "a.py": (
            "import base64\n"
            "from transformers import AutoModel\n"
            "AutoModel.from_pretrained(base64.b64decode('YWNtZS9uZXQtN2I=').decode())\n"
        )
    },
    "gradio-load": {"a.py": ('import gradio as gr\ngr.load("models/acme/net-7b")\n')},
    "airflow-var": {
        "dag.py": (
            "from airflow.models import Variable\n"
            "from transformers import pipeline\n"
            'pipeline("text-generation", model=Variable.get("thing", default_var="acme/net-7b"))\n'
        )
    },
    "airflow-bash": {
        "dag.py": (
            "from airflow.operators.bash import BashOperator\n"
            't=BashOperator(task_id="x", bash_command="vllm serve acme/net-7b")\n'
        )
    },
    "airflow-kpo": {
        "dag.py": (
            "from airflow.providers.cncf.kubernetes.operators.pod import KubernetesPodOperator\n"
            'KubernetesPodOperator(image="vllm/vllm-openai", arguments=["--model","acme/net-7b"])\n'
        )
    },
    "noxfile": {
        "noxfile.py": (
            "import nox\n"
            "@nox.session\n"
            "def a(session):\n"
            '    session.run("vllm","serve","acme/net-7b")\n'
        )
    },
    "fabric-api": {
        "fab.py": ('from fabric import Connection\nConnection("x").run("vllm serve acme/net-7b")\n')
    },
    "modal": {
        "a.py": (
            "import modal\n"
            'image = modal.Image.debian_slim().run_commands("huggingface-cli download acme/net-7b")\n'
        )
    },
    "vertex-py2": {
        "a.py": ('from vertexai import model_garden\nm = model_garden.OpenModel("acme/net-7b")\n')
    },
}
OTHER_LANGUAGES = {
    "go-path-model": {
        "a.go": ('package main\nimport "path"\nvar modelID = path.Join("acme","net-7b")\n')
    },
    "go-filepath-var": {
        "a.go": (
            "package main\n"
            'const org = "acme"\n'
            'const name = "net-7b"\n'
            "var modelID = filepath.Join(org, name)\n"
        )
    },
    "go-sprintf-var": {
        "a.go": (
            "package main\n"
            'const org = "acme"\n'
            'const name = "net-7b"\n'
            'var model = fmt.Sprintf("%s/%s", org, name)\n'
        )
    },
    "tf-locals": {
        "main.tf": (
            "locals {\n"
            '  org = "acme"\n'
            '  mid = "${local.org}/net-7b"\n'
            "}\n"
            'resource "x" "m" {\n'
            " environment = { HF_MODEL_ID = local.mid }\n"
            "}\n"
        )
    },
    "tf-join": {"main.tf": ('locals {\n  model_id = join("/", ["acme", "net-7b"])\n}\n')},
    "tf-var-default": {
        "main.tf": (
            'variable "thing" {\n'
            ' default = "acme/net-7b"\n'
            "}\n"
            'resource "x" "m" {\n'
            " environment = { HF_MODEL_ID = var.thing }\n"
            "}\n"
        )
    },
    "bake": {
        "docker-bake.hcl": (
            'variable "M" {\n'
            ' default = "acme/net-7b"\n'
            "}\n"
            'target "x" {\n'
            " args = {\n"
            '  MODEL_ID = "${M}"\n'
            " }\n"
            "}\n"
        )
    },
    "php2": {"a.php": ("<?php\n$n='acme/net-7b';\n$p = pipeline('text-generation', $n);\n")},
    "elixir-attr2": {
        "a.ex": ('@name "acme/net-7b"\n{:ok, m} = Bumblebee.load_model({:hf, @name})\n')
    },
    "clj": {"a.clj": '(def m (pipeline "text" {:model "acme/net-7b"}))\n'},
    "erlang": {"a.erl": 'Model = <<"acme/net-7b">>.\n'},
    "r-hfhub": {"a.R": 'hfhub::hub_snapshot("acme/net-7b")\n'},
    "julia-item": {"a.jl": ('using Transformers.HuggingFace\nm = hgf"acme/net-7b:model"\n')},
    "rust-mistralrs": {"a.rs": 'let m = TextModelBuilder::new("acme/net-7b").build().await?;\n'},
    "sql": {"a.sql": "SELECT pgml.embed('acme/net-7b', 'x');\n"},
    "js-alias": {
        "a.js": (
            "const {pipeline: p} = require('@huggingface/transformers');\n"
            "const m = await p('text-generation', 'acme/net-7b');\n"
        )
    },
    "js-alias-import": {
        "a.ts": (
            "import {pipeline as p} from '@xenova/transformers';\n"
            "const m = await p('text-generation', 'acme/net-7b');\n"
        )
    },
    "js-bracket": {
        "a.js": (
            "const t = require('@huggingface/transformers');\n"
            "const m = await t['pipeline']('text-generation', 'acme/net-7b');\n"
        )
    },
    "js-assign": {
        "a.js": (
            "import {pipeline} from '@huggingface/transformers';\n"
            "const go = pipeline;\n"
            "const m = await go('text-generation', 'acme/net-7b');\n"
        )
    },
    "js-tmpl-import2": {
        "a.ts": (
            "import {ORG, NAME} from './c';\n"
            "import {pipeline} from '@huggingface/transformers';\n"
            "await pipeline('text-generation', `${ORG}/${NAME}`);\n"
        ),
        "c.ts": ("export const ORG = 'acme';\nexport const NAME = 'net-7b';\n"),
    },
    "js-tmpl-obj": {
        "a.ts": (
            "import {CFG} from './c';\n"
            "import {pipeline} from '@huggingface/transformers';\n"
            "await pipeline('text-generation', `${CFG.org}/${CFG.name}`);\n"
        ),
        "c.ts": "export const CFG = {org: 'acme', name: 'net-7b'};\n",
    },
    "js-import-const": {
        "a.ts": (
            "import {THING} from './c';\n"
            "import {pipeline} from '@huggingface/transformers';\n"
            "await pipeline('text-generation', THING);\n"
        ),
        "c.ts": "export const THING = 'acme/net-7b';\n",
    },
    "js-plus-import": {
        "a.ts": (
            "import * as c from './c';\n"
            "import {pipeline} from '@huggingface/transformers';\n"
            "await pipeline('text-generation', c.ORG + '/' + c.NAME);\n"
        ),
        "c.ts": ("export const ORG = 'acme';\nexport const NAME = 'net-7b';\n"),
    },
}
OPEN = {
    "exec-req": {"a.py": ('import requests\nexec(requests.get("https://x.com/llm.py").text)\n')},
    "exec-compile": {
        "a.py": (
            "import zlib, base64\n"
            "from transformers import AutoModel\n"
            'eval(compile(zlib.decompress(base64.b64decode(D)), "m", "exec"))\n'
        )
    },
    "exec-js": {
        "a.js": 'const {pipeline}=require("@xenova/transformers"); eval(atob("ZnJvbQ=="))\n'
    },
    "exec-sh": {"a.sh": "echo dmxsbSBzZXJ2ZQ== | base64 -d | bash\n"},
    "js-tmpl-unknown": {
        "a.ts": (
            "import {ORG} from 'elsewhere';\n"
            "import {pipeline} from '@huggingface/transformers';\n"
            "await pipeline('text-generation', `${ORG}/net-7b`);\n"
        )
    },
    "js-alias-unknown": {
        "a.js": (
            "const {pipeline: p} = require('@huggingface/transformers');\n"
            "const m = await p('text-generation', process.env.M);\n"
        )
    },
}


@pytest.mark.parametrize("case", [*PYTHON, *OTHER_LANGUAGES])
def test_a_model_is_named_whatever_the_spelling(tmp_path: Path, case: str) -> None:
    """It is audited like one that is written out beside its loader."""
    assert "acme/net-7b" in acted_on(found_in(tmp_path, {**PYTHON, **OTHER_LANGUAGES}[case]))


@pytest.mark.parametrize("case", PYTHON)
def test_the_filter_by_text_loses_none_of_them(tmp_path: Path, case: str) -> None:
    """Parsing every module finds the same."""
    filtered = found_in(tmp_path, PYTHON[case])
    assert filtered.uses == scan(tmp_path, services=lambda: SHIPPED, parses_all=True).uses


@pytest.mark.parametrize("case", OPEN)
def test_what_is_made_while_it_runs_is_an_open_point(tmp_path: Path, case: str) -> None:
    """Nobody can say what it loads, and a report says where it stands."""
    assert found_in(tmp_path, OPEN[case]).unresolved


@pytest.mark.parametrize(
    "code",
    [
        "exec(open('version.py').read())",
        "exec(compile(source, name, 'exec'), namespace)",
        "eval('1 + 1')",
    ],
)
def test_code_of_the_repository_itself_is_no_open_point(tmp_path: Path, code: str) -> None:
    """Half of all setup files run one beside them, which is read like any other."""
    assert found_in(tmp_path, {"setup.py": f"{code}\n"}).unresolved == ()


def test_a_shell_that_unpacks_data_runs_no_hidden_code(tmp_path: Path) -> None:
    """Only what is piped into an interpreter is run."""
    lines = "base64 -d < key.b64 > key.pem\nzcat dump.sql.gz | psql\ncurl -fsSL x.sh | sh\n"
    assert found_in(tmp_path, {"a.sh": lines}).unresolved == ()


FLOWS = {
    "a field that a class below sets": {
        "above.py": "from transformers import AutoModel\nclass Above:\n    name = 'base'\n"
        "    def load(self):\n        return AutoModel.from_pretrained(self.name)\n",
        "below.py": "from above import Above\nclass Below(Above):\n    name = 'acme/net-7b'\n",
    },
    "a member of another module's list": {
        "names.py": "CHOICES: list[str] = ['acme/net-7b', 'acme/other-7b']\n",
        "load.py": "from transformers import AutoModel\nfrom names import CHOICES\n"
        "AutoModel.from_pretrained(CHOICES[0])\n",
    },
}


@pytest.mark.parametrize("case", FLOWS)
def test_a_name_that_another_module_keeps_is_loaded(tmp_path: Path, case: str) -> None:
    """It is named, and what stands beside it is not."""
    result = found_in(tmp_path, FLOWS[case])
    assert acted_on(result) == {"acme/net-7b"}


@pytest.mark.parametrize(
    "code",
    [
        "from huggingface_hub import hf_hub_download\n"
        "hf_hub_download(repo_id='acme/recipes-1', repo_type='dataset', filename='a')\n",
        "class Hub:\n    config = {'repo_id': 'acme/recipes-1', 'repo_type': 'dataset'}\n",
        "register_model('text-embedding-3-large', Embeddings)\n",
    ],
)
def test_data_and_registrations_are_no_models(tmp_path: Path, code: str) -> None:
    """A repository of data, and a table of what could be asked for."""
    assert acted_on(found_in(tmp_path, {"a.py": code})) == set()


def test_a_default_that_the_tables_know_needs_no_word_for_model(tmp_path: Path) -> None:
    """`name: str = "gpt-4"` is told as a model of some service."""
    found = found_in(tmp_path, {"a.py": "def ask(text, name: str = 'gpt-4'):\n    ...\n"})
    assert acted_on(found) == {"gpt-4"}


def test_what_is_taken_from_a_table_of_kernels_is_one(tmp_path: Path) -> None:
    """A kernel's repository holds compiled code."""
    code = "KERNELS = {'a': {'repo_id': 'acme/kernel-1'}}\ndef f(k):\n    repo_id = KERNELS[k]['repo_id']\n"
    assert acted_on(found_in(tmp_path, {"a.py": code})) == set()


@pytest.mark.parametrize("length", [0, 60_000], ids=["short", "long"])
@pytest.mark.parametrize(
    "code",
    [
        'pipeline("text-generation","ac"+"me/net-7b")',
        'const org="acme";pipeline("text-generation",`${org}/net-7b`)',
        'const org="acme",tail="/net-7b";pipeline("text-generation",org+tail+"")',
        'const all={org:"acme"};pipeline("text-generation",all.org+"/net-7b")',
        'const name="acme/net-7b";pipeline("text-generation",name)',
        'pipeline("text-generation","\\x61cme\\x2fnet-7b")',
        'pipeline("text-generation",["acme","net-7b"].join("/"))',
        'pipeline("text-generation",path.join("acme","net-7b"))',
        'import{pipeline as p}from"@xenova/transformers";p("text-generation","acme".concat("/net-7b"))',
        'const{pipeline:p}=require("@xenova/transformers");p("text-generation","acme/net-7b")',
    ],
)
def test_a_bundle_hides_no_name_that_is_put_together(
    tmp_path: Path, code: str, length: int
) -> None:
    """However long the line is, and whatever else is put together in it."""
    other = 'function(e,t){return "a"+e+"b"+t.c+`${e}`+[e,t].join(",")},'
    line = f"var f=[{other * (length // len(other))}0];"
    found = found_in(tmp_path, {"a.js": f"{line}{code};{line}\n"})
    assert acted_on(found) == {"acme/net-7b"}
