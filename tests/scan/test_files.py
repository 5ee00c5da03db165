"""Every other kind of file: commands, containers, configuration, notebooks, lists."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from lineage.core.use import ModelUse, UseKind
from lineage.scan.scan import scan
from lineage.workflows.check import services_of
from scan.named import hub_uses


def uses_of(tmp_path: Path, name: str, text: str) -> list[ModelUse]:
    """Everything found in one file, unresolved places included."""
    path = tmp_path / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    result = scan(tmp_path)
    assert not result.unreadable
    return [*result.uses, *result.unresolved]


def hub(uses: list[ModelUse]) -> list[tuple[int, str]]:
    """Line and id of each hub use."""
    return [(u.line, u.model) for u in uses if u.kind is UseKind.HUB]


COMMANDS = [
    ("vllm serve acme/net --port 80", "acme/net"),
    ("vllm serve --port 80 acme/net", "acme/net"),
    ("python -m vllm.entrypoints.openai.api_server --model acme/net", "acme/net"),
    ("python3 -m vllm.entrypoints.openai.api_server --model=acme/net", "acme/net"),
    ("vllm serve acme/base --speculative-config '{\"model\": \"acme/net\", \"n\": 2}'", "acme/net"),
    ("vllm serve acme/base --lora-modules sql=acme/net", "acme/net"),
    ("text-generation-launcher --model-id acme/net", "acme/net"),
    ("MODEL_ID=acme/net text-generation-launcher", "acme/net"),
    ("text-embeddings-router --model-id BAAI/bge-m3", "BAAI/bge-m3"),
    ("llama-server -hf acme/net-GGUF:Q4_K_M", "acme/net-GGUF"),
    ("./build/bin/llama-cli --hf-repo acme/net-GGUF --hf-file x.gguf", "acme/net-GGUF"),
    ("ollama run hf.co/acme/net-GGUF:Q8_0", "acme/net-GGUF"),
    ("huggingface-cli download acme/net config.json --local-dir x", "acme/net"),
    ("hf download acme/net --revision abc", "acme/net"),
    ("python -m sglang.launch_server --model-path acme/net --tp 2", "acme/net"),
    ("docker run --gpus all -p 8000:8000 vllm/vllm-openai:v0.9 --model acme/net", "acme/net"),
    ("docker run -e MODEL_ID=acme/net ghcr.io/huggingface/text-generation-inference:3", "acme/net"),
    ("docker exec -it ollama ollama pull hf.co/acme/net-GGUF", "acme/net-GGUF"),
    ("git clone https://huggingface.co/acme/net", "acme/net"),
    ("wget -q https://huggingface.co/acme/net/resolve/main/model.gguf -O m.gguf", "acme/net"),
    ("accelerate launch train.py --model_name_or_path acme/net --output_dir out", "acme/net"),
    ("lm_eval --model hf --model_args pretrained=acme/net,dtype=float16", "acme/net"),
    ("mlx_lm.generate --model acme/net --prompt hi", "acme/net"),
    ("python -m mlx_lm.convert --hf-path acme/net -q", "acme/net"),
    ("sudo env HF_TOKEN=x vllm serve acme/net", "acme/net"),
    ("cd /x && vllm serve acme/net | tee log", "acme/net"),
    ("M=acme/net\nvllm serve $M", "acme/net"),
    ("M=${M:-acme/net}\nvllm serve \"${M}\"", "acme/net"),
    ("vllm serve ${1:-acme/net}", "acme/net"),
    ("vllm serve \\\n  --port 80 \\\n  acme/net", "acme/net"),
    ("export MODEL_NAME=acme/net", "acme/net"),
    ("python -c \"from transformers import AutoModel; AutoModel.from_pretrained('acme/net')\"", "acme/net"),
    ("lmdeploy serve api_server acme/net", "acme/net"),
    ("llamafactory-cli train model_name_or_path=acme/net", "acme/net"),
    ("for m in acme/net; do hf download acme/net; done", "acme/net"),
    ("x=$(hf download acme/net)", "acme/net"),
]  # fmt: skip


@pytest.mark.parametrize(("command", "model"), COMMANDS)
def test_a_command_names_its_model(tmp_path: Path, command: str, model: str) -> None:
    """Serving engines, downloads and trainers are read in shell scripts, on the line that names the
    model."""
    found = hub(uses_of(tmp_path, "run.sh", f"#!/bin/sh\n{command}\n"))
    assert (len(f"#!/bin/sh\n{command}".splitlines()), model) in found
    assert {m for _, m in found} <= {model, "acme/base"}


@pytest.mark.parametrize(
    "command",
    [
        "hf download acme/data --repo-type dataset",
        "git clone https://huggingface.co/datasets/acme/data",
        "echo vllm serve is fun; ls src/main",
        "pip install acme/net; python train.py --output_dir acme/net",
        "vllm serve --help",
        "# vllm serve acme/net",
        "docker pull acme/net:latest",
        "curl https://api.github.com/repos/acme/net",
        "python manage.py --model tests.User",
    ],
)
def test_other_commands_name_none(tmp_path: Path, command: str) -> None:
    """Data sets, comments, images, folders and other programs' options are not models."""
    assert hub(uses_of(tmp_path, "run.sh", command)) == []


def test_an_unknown_variable_is_unresolved(tmp_path: Path) -> None:
    """A command whose model comes from outside is reported with its expression."""
    found = uses_of(tmp_path, "run.sh", "vllm serve $MODEL\n")
    assert [(u.kind, u.expression, u.line) for u in found] == [(UseKind.UNRESOLVED, "$MODEL", 1)]


FILES = [
    ("Dockerfile", "FROM vllm/vllm-openai\nENV MODEL=acme/net\nCMD vllm serve $MODEL\n", 3, "acme/net"),
    ("Dockerfile", 'FROM x\nENTRYPOINT ["python", "-m", "vllm.entrypoints.openai.api_server", "--model", "acme/net"]\n', 2, "acme/net"),
    ("Dockerfile", "FROM x\nRUN pip install y && \\\n    huggingface-cli download acme/net\n", 3, "acme/net"),
    ("serve.dockerfile", "FROM x\nENV MODEL_ID acme/net\n", 2, "acme/net"),
    ("Makefile", "MODEL ?= acme/net\nrun:\n\t@vllm serve $(MODEL)\n", 3, "acme/net"),
    ("Modelfile", "FROM hf.co/acme/net-GGUF:Q4_K_M\nPARAMETER temperature 1\n", 1, "acme/net-GGUF"),
    (".env.example", "MODEL_ID=acme/net\nPORT=80\n", 1, "acme/net"),
    ("models.txt", "# models\nacme/net\nBAAI/bge-m3@abc\n", 2, "acme/net"),
    ("docker-compose.yml", "services:\n  s:\n    image: vllm/vllm-openai:v1\n    command: --model acme/net --port 80\n", 4, "acme/net"),
    ("docker-compose.yml", "services:\n  s:\n    image: vllm/vllm-openai:v1\n    command:\n      - --model\n      - acme/net\n", 6, "acme/net"),
    ("docker-compose.yml", "services:\n  s:\n    image: x\n    environment:\n      - MODEL_ID=acme/net\n", 5, "acme/net"),
    ("docker-compose.yml", "services:\n  s:\n    image: x\n    environment:\n      HF_MODEL_ID: ${M:-acme/net}\n", 5, "acme/net"),
    ("docker-compose.yml", "models:\n  llm:\n    model: hf.co/acme/net-GGUF:Q4\n", 3, "acme/net-GGUF"),
    ("k8s/deploy.yaml", "spec:\n  containers:\n  - name: a\n    image: vllm/vllm-openai:latest\n    args:\n    - acme/net\n    - --port=80\n", 6, "acme/net"),
    ("k8s/deploy.yaml", "spec:\n  containers:\n  - name: a\n    command: [vllm, serve]\n    args: [acme/net]\n", 5, "acme/net"),
    ("k8s/deploy.yaml", "spec:\n  containers:\n  - image: tgi\n    args: ['--model-id', 'acme/net']\n", 4, "acme/net"),
    ("k8s/deploy.yaml", "spec:\n  containers:\n  - env:\n    - name: MODEL_ID\n      value: acme/net\n", 5, "acme/net"),
    ("k8s/deploy.yaml", "spec:\n  containers:\n  - command: [sh, -c]\n    args:\n    - |\n      echo hi\n      vllm serve acme/net\n", 7, "acme/net"),
    ("kserve.yaml", "spec:\n  predictor:\n    model:\n      storageUri: hf://acme/net\n", 4, "acme/net"),
    (".github/workflows/ci.yml", "jobs:\n  a:\n    steps:\n    - uses: actions/checkout@v4\n    - run: |\n        hf download acme/net\n", 6, "acme/net"),
    (".gitlab-ci.yml", "job:\n  script:\n    - pip install x\n    - huggingface-cli download acme/net\n", 4, "acme/net"),
    ("axolotl.yml", "base_model: acme/net\ndatasets:\n  - path: acme/data\n", 1, "acme/net"),
    ("axolotl.yml", "base_model: gpt2\n", 1, "gpt2"),
    ("train.yaml", "model_name_or_path: acme/net\ndataset: acme/data\n", 1, "acme/net"),
    ("merge.yml", "slices:\n  - sources:\n      - model: acme/net+acme/lora\n        layer_range: [0, 32]\nmerge_method: slerp\n", 3, "acme/net"),
    ("litellm.yaml", "model_list:\n  - model_name: gpt\n    litellm_params:\n      model: huggingface/acme/net\n", 4, "acme/net"),
    ("pipe.yaml", "components:\n  r:\n    type: haystack.components.rankers.TransformersSimilarityRanker\n    init_parameters:\n      model: acme/net\n", 5, "acme/net"),
    ("ray.yaml", "applications:\n- args:\n    llm_configs:\n    - model_loading_config:\n        model_source: hf://acme/net\n", 5, "acme/net"),
    ("localai.yaml", "parameters:\n  model: huggingface://acme/net-GGUF/x.Q4_K_M.gguf\n", 2, "acme/net-GGUF"),
    ("txtai.yml", "embeddings:\n  path: acme/net\n", 2, "acme/net"),
    ("values.yaml", "model:\n  name: acme/net\n", 2, "acme/net"),
    ("config.toml", '[model]\nname_or_path = "x"\n[rag]\nembedding_model = "acme/net"\n', 4, "acme/net"),
    ("config.json", '{\n  "llm": {\n    "model_id": "acme/net"\n  }\n}\n', 3, "acme/net"),
    ("adapter_config.json", '{"base_model_name_or_path": "acme/net"}', 1, "acme/net"),
    ("package.json", '{"scripts": {"get": "hf download acme/net"}}', 1, "acme/net"),
    ("main.tf", 'environment = {\n  HF_MODEL_ID = "acme/net"\n}\n', 2, "acme/net"),
    ("app.ts", "const p = await pipeline('text-generation', 'acme/net');\n", 1, "acme/net"),
    ("main.rs", 'let repo = api.model("acme/net".to_string());\n', 1, "acme/net"),
    ("bin/serve", "#!/usr/bin/env bash\nvllm serve acme/net\n", 2, "acme/net"),
    ("templates/d.yaml", "image: {{ .Values.image }}\nargs:\n  - --x={{ .y }}\n{{- if .z }}\nmodel: acme/net\n{{- end }}\n", 5, "acme/net"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("name", "text", "line", "model"), FILES, ids=[f"{i}-{f[0]}" for i, f in enumerate(FILES)]
)
def test_a_file_names_its_model(
    tmp_path: Path, name: str, text: str, line: int, model: str
) -> None:
    """Containers, manifests, pipelines and frameworks' configuration, on the right line and nothing
    else."""
    found = hub(uses_of(tmp_path, name, text))
    assert (line, model) in found
    assert {m for _, m in found} <= {model, "BAAI/bge-m3"}


@pytest.mark.parametrize(
    ("name", "text"),
    [
        (
            ".github/workflows/ci.yml",
            "jobs:\n  a:\n    steps:\n    - uses: acme/net@v1\n      with:\n        path: src/main\n",
        ),
        (
            "docker-compose.yml",
            "services:\n  s:\n    image: acme/net:latest\n    volumes: [data/x]\n",
        ),
        ("config.yaml", "model: gpt-4o\nmodel_dir: acme/net\nmodel_type: acme/net\n"),
        ("litellm.yaml", "model: anthropic/claude-3\nother:\n  model: openai/gpt-4o\n"),
        ("data.yaml", "datasets:\n  - path: acme/net\n    model: acme/net\n"),
        ("requirements-models.txt", "numpy==1.0\ntorch>=2\n"),
        ("package-lock.json", '{"model": "acme/net"}'),
        ("README.md", "vllm serve acme/net"),
        ("config.yaml", "model: your-org/your-model\n"),
    ],
)
def test_other_files_name_none(tmp_path: Path, name: str, text: str) -> None:
    """Actions, images, services, data sets, placeholders and documentation are not uses."""
    assert hub(uses_of(tmp_path, name, text)) == []


def test_a_notebook_gives_cell_and_line(tmp_path: Path) -> None:
    """Constants carry over cells; a use is on its line of the file, with its place in the cell;
    outputs are not read."""
    cells = [
        {"cell_type": "markdown", "source": ["AutoModel.from_pretrained('acme/prose')"]},
        {
            "cell_type": "code",
            "source": ["%pip install x\n", "NAME = 'acme/net'\n"],
            "outputs": [{"text": ["from_pretrained('acme/output')"]}],
        },
        {
            "cell_type": "code",
            "source": [
                "from transformers import AutoModel\n",
                "m = AutoModel.from_pretrained(\n",
                "    NAME)\n",
            ],
        },
        {"cell_type": "code", "source": "!hf download acme/two\nx = 1"},
    ]
    text = json.dumps({"cells": cells, "nbformat": 4}, indent=1)
    found = uses_of(tmp_path, "a.ipynb", text)
    lines = text.splitlines()
    assert [(u.model, u.place) for u in found] == [
        ("acme/net", "cell 3, line 3"),
        ("acme/two", "cell 4, line 1"),
    ]
    assert "NAME)" in lines[found[0].line - 1]
    assert "acme/two" in lines[found[1].line - 1]
    assert "NAME =" in lines[int(found[0].defined_at.rpartition(":")[2]) - 1]


def test_an_ollama_name_is_of_another_registry(tmp_path: Path) -> None:
    """Names of Ollama's library are distinguished: the Hub knows nothing of them."""
    assert [(u.kind, u.model) for u in uses_of(tmp_path, "Modelfile", "FROM llama3.2\n")] == [
        (UseKind.OTHER, "llama3.2")
    ]
    assert [
        (u.kind, u.model) for u in uses_of(tmp_path / "b", "r.sh", "ollama pull qwen2.5:7b\n")
    ] == [(UseKind.OTHER, "qwen2.5:7b")]


def test_a_file_with_a_document_a_line_is_read_by_its_keys(tmp_path: Path) -> None:
    """A catalogue of models is one; what the records of a data set say is none."""
    lines = [{"name": "layout", "hf_repo_id": f"acme/layout-{n}"} for n in range(3)]
    text = "\n".join(json.dumps(line) for line in lines)
    assert hub(uses_of(tmp_path, "profiles.jsonl", text)) == [
        (n + 1, f"acme/layout-{n}") for n in range(3)
    ]
    (tmp_path / "profiles.jsonl").unlink()
    answers = [{"model": "acme/falcon-7b", "text": f"answer {n}"} for n in range(60)]
    (tmp_path / "answers.ndjson").write_text("\n".join(json.dumps(line) for line in answers))
    assert hub_uses(scan(tmp_path)) == []


@pytest.mark.parametrize(
    "code",
    [
        "Config.clip_model_name = 'ViT-L-14/openai'\n",
        "github_repo = 'acme/falcon-7b'\n",
        "from sentence_transformers import SentenceTransformer\nSentenceTransformer('tei')\n",
    ],
)
def test_what_looks_like_a_name_and_is_none(tmp_path: Path, code: str) -> None:
    """An architecture with its weights, a repository of code, a server's word."""
    assert hub(uses_of(tmp_path, "a.py", code)) == []


def test_an_address_of_the_hubs_scheme_is_fetched_in_python(tmp_path: Path) -> None:
    """`hf://` in any call."""
    code = "from cached_path import cached_path\ncached_path('hf://acme/net/model.pt')\n"
    assert hub(uses_of(tmp_path, "a.py", code)) == [(2, "acme/net")]


@pytest.mark.parametrize(
    ("name", "code"),
    [
        (
            "a.ts",
            'const org = "acme";\nconst g = await pipeline("text-generation", `${org}/net-7b`);\n',
        ),
        ("a.rs", 'fn main() {\nlet repo = api.model(format!("{}/{}", "acme", "net-7b"));\n}\n'),
        (
            "b.rs",
            'const R: &str = concat!("acme", "/", "net-7b");\nlet r = api.model(R.to_string());',
        ),
        ("A.java", 'String m = "acme/" +\n  x;\nmodelId("acme/" + "net-7b");\n'),
        ("B.java", 'String model = String.join("/", "acme", "net-7b");'),
        ("C.java", 'String model = "%s/%s".formatted("acme", "net-7b");'),
        ("D.java", 'String model = new StringBuilder("acme").append("/").append("net-7b");'),
        ("a.cs", 'string org = "acme"; string model = $"{org}/net-7b";'),
        ("b.cs", 'string model = string.Format("{0}/{1}", "acme", "net-7b");'),
        ("a.kt", 'val org = "acme"; val model = "$org/net-7b"'),
        ("a.php", '<?php $org = "acme"; $model = $org . "/net-7b";'),
        ("b.php", '<?php $model = "acme" . "/net-7b";'),
        ("a.go", 'var model = strings.Join([]string{"acme", "net-7b"}, "/")'),
        ("c.rs", 'const ORG: &str = "acme"; let r = api.model(format!("{ORG}/net-7b"));'),
        ("a.R", 'model = paste0("acme", "/net-7b")'),
        ("a.jl", 'model = "acme" * "/net-7b"'),
        ("a.vb", 'Dim model = "acme" & "/net-7b"'),
        ("a.c", 'const char *model = "acme" "/net-7b";'),
        ("a.tf", 'org = "acme"\nmodel = "${local.org}/net-7b"'),
        ("a.js", 'await pipeline("text-generation", "acme".concat("/net-7b"));'),
        ("b.js", 'await pipeline("text-generation", "\\x61cme\\u002fnet-7b");'),
    ],
)
def test_names_that_other_languages_put_together(tmp_path: Path, name: str, code: str) -> None:
    """Templates, formats, sums of texts, constants: found on the line that uses them."""
    found = hub(uses_of(tmp_path, name, code))
    assert ("acme/net-7b") in {model for _, model in found}
    assert all(line <= code.count("\n") + 1 for line, _ in found)


@pytest.mark.parametrize(
    "given", ["process.env.M", "atob('YQ==')", "decode(NAME)", "prefix + '/net'", "names[0]"]
)
def test_a_load_of_a_name_that_is_not_written_out_is_told(tmp_path: Path, given: str) -> None:
    """In any language, by the calls that nothing else has; a pipeline of streams is none."""
    for call in (f'pipeline("text-generation", {given})', f"AutoModel.from_pretrained({given})"):
        assert [use.kind for use in uses_of(tmp_path, "a.ts", call)] == [UseKind.UNRESOLVED]
    assert uses_of(tmp_path, "a.ts", "pipeline(fs.open(process.env.M), out);") == []


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("web.config", '<a><add key="foo" value="Qwen/Qwen2.5-7B"/></a>'),
        ("odd.xml", '<a><b c="Qwen/Qwen2.5-7B"/></a>'),
        ("Dockerfile", "ARG M=Qwen/Qwen2.5-7B\nCMD python serve.py $M\n"),
        ("Makefile", "M ?= Qwen/Qwen2.5-7B\nrun: ; python a.py $(M)\n"),
        ("run.sh", "export THING='Qwen/Qwen2.5-7B'\npython a.py\n"),
    ],
)
def test_the_id_of_a_known_model_needs_no_word_beside_it(
    tmp_path: Path, name: str, text: str
) -> None:
    """Nobody writes one by chance; of a project's own names nothing is told there."""
    (tmp_path / name).write_text(text)
    assert {use.model for use in scan(tmp_path, services=services_of).uses} == {"Qwen/Qwen2.5-7B"}
    (tmp_path / name).write_text(text.replace("Qwen/Qwen2.5-7B", "acme/shop"))
    assert scan(tmp_path, services=services_of).uses == ()


def test_a_script_without_a_first_line_is_read_and_doubted(tmp_path: Path) -> None:
    """`sh start` runs one; a licence that names models is prose."""
    (use,) = uses_of(tmp_path, "start", "vllm serve acme/net-7b\n")
    assert (use.model, use.if_found) == ("acme/net-7b", True)
    (tmp_path / "start").unlink()
    for name in ("README", "LICENSE-APACHE"):
        assert uses_of(tmp_path, name, "vllm serve acme/net-7b\n") == []


@pytest.mark.parametrize(
    "text",
    [
        "org=acme\nmodel=${org}/net-7b\n",
        "model=acme\\u002fnet-7b\n",
        "model=acme/\\\n    net-7b\n",
        "model=${MODEL:acme/net-7b}\n",
    ],
)
def test_properties_are_read_as_java_reads_them(tmp_path: Path, text: str) -> None:
    """Values of other settings, defaults, characters by number, values over two lines."""
    assert {m for _, m in hub(uses_of(tmp_path, "a.properties", text))} == {"acme/net-7b"}


def test_what_no_model_can_be_called_is_none(tmp_path: Path) -> None:
    """The Hub keeps some names for its pages; a setter that other things have leaves it to the
    Hub."""
    assert hub(uses_of(tmp_path, "database.yml", "adapter: postgresql\nmodel: blog/post\n")) == []
    (use,) = (u for u in uses_of(tmp_path, "A.java", 'modelName("car/golf");') if u.model)
    assert use.if_found


def test_short_names_of_a_bundle_are_no_models(tmp_path: Path) -> None:
    """A constant and a call of the same letters are two things there."""
    assert hub(uses_of(tmp_path, "w.js", 'const t = "f32";\nx.from_pretrained(t);\n')) == []


def test_a_constant_behind_the_word_for_data_sets_is_listed(tmp_path: Path) -> None:
    """The address that it is put into says that it holds data."""
    code = "const HF_REPO_ID = 'acme/arena-2'\nconst URL = `https://huggingface.co/{}${{HF_REPO_ID}}`\n"
    (tmp_path / "model.js").write_text(code.format(""))
    (tmp_path / "data.js").write_text(code.format("datasets/"))

    assert {u.file for u in hub_uses(scan(tmp_path))} == {"model.js"}
