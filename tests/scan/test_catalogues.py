"""Names in lists of models that others keep: clusters, clouds, gateways, editors. Each is found with
its line, and nothing beside it is taken for one."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import pytest

from lineage.core.packaged import EMBEDDED
from lineage.core.use import Certainty, ModelUse, UseKind
from lineage.scan.scan import scan
from lineage.workflows.check import services_of

_WITH_TABLES = partial(services_of, EMBEDDED)


def _uses(folder: Path, file: str, text: str) -> list[ModelUse]:
    path = folder / file
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, "utf-8")
    return list(scan(folder, services=_WITH_TABLES).uses)


def _named(uses: list[ModelUse]) -> set[tuple[int, str]]:
    """What would be audited: the line, and the id."""
    return {
        (use.line, use.target or use.model)
        for use in uses
        if (use.kind is UseKind.HUB or use.target) and use.certainty is not Certainty.POSSIBLE
    }


CASES: dict[str, tuple[str, str, set[tuple[int, str]]]] = {
    "KAITO serves a preset": (
        "ws.yaml",
        "apiVersion: kaito.sh/v1beta1\nkind: Workspace\nmetadata: {name: a}\nresource:\n"
        "  instanceType: Standard_NC24\ninference:\n  preset:\n    name: qwen2.5-coder-7b-instruct\n",
        {(8, "api://unknown/qwen2.5-coder-7b-instruct")},
    ),
    "KAITO tunes a preset, by its name on the Hub": (
        "ws.yaml",
        "kind: Workspace\ntuning:\n  preset: {name: acme/net-1b}\n  method: qlora\n",
        {(3, "acme/net-1b")},
    ),
    "a preset of anything else": ("a.yaml", "build:\n  preset: {name: web-7b-fast}\n", set()),
    "JumpStart in Python": (
        "d.py",
        "from sagemaker.jumpstart.model import JumpStartModel\n"
        'm = JumpStartModel(model_id="deepseek-llm-r1-distill-qwen-14b")\n',
        {(2, "api://sagemaker/deepseek-llm-r1-distill-qwen-14b")},
    ),
    "JumpStart in Terraform": (
        "main.tf",
        'module "m" {\n  jumpstart_model_id = "huggingface-llm-mistral-7b-instruct"\n}\n',
        {(2, "api://sagemaker/huggingface-llm-mistral-7b-instruct")},
    ),
    "JumpStart in the CDK": (
        "s.ts",
        "const m = JumpStartModel.META_TEXTGENERATION_LLAMA_3_8B_2_0_1;\n",
        {(1, "api://sagemaker/meta-textgeneration-llama-3-8b")},
    ),
    "a form of words that is none of JumpStart's": (
        "main.tf",
        'variable "m" {\n  default = "meta-data-service-7b"\n}\nlocal = "model-registry-prod"\n',
        set(),
    ),
    "Bedrock by the name of a resource": (
        "main.tf",
        'resource "a" "b" {\n  foundation_model = "arn:aws:bedrock:${var.region}::foundation-model/'
        'qwen.qwen3-32b-v1:0"\n}\n',
        {(2, "api://bedrock/qwen.qwen3-32b-v1:0")},
    ),
    "Google's Model Garden": (
        "main.tf",
        'resource "a" "b" {\n  publisher_model_name = "publishers/qwen/models/qwen3@qwen3-8b"\n}\n',
        {(2, "api://vertex_ai/qwen/qwen3@qwen3-8b")},
    ),
    "a registry of Azure's for everybody": (
        "e.yml",
        "name: r1\nmodel_id: azureml://registries/azureml-deepseek/models/DeepSeek-R1\n",
        {(2, "api://azure_ai/DeepSeek-R1")},
    ),
    "code of GitHub that loads weights": (
        "a.py",
        'import torch\nx = torch.load("weights.pt")\n'
        'a = torch.hub.load("acme/vision:v0.10", "net", pretrained=True)\n',
        {(3, "github:acme/vision:v0.10")},
    ),
    "the same by another import": (
        "a.py",
        'from torch.hub import load\nx = load(repo_or_dir="acme/vision", model="net")\n',
        {(2, "github:acme/vision")},
    ),
    "keras_hub": (
        "a.py",
        "import keras_hub\n"
        'm = keras_hub.models.CausalLM.from_preset("kaggle://keras/qwen3/keras/qwen3_0.6b_en")\n'
        'n = keras_hub.models.CausalLM.from_preset("hf://acme/net")\n',
        {(2, "kaggle:keras/qwen3/keras/qwen3_0.6b_en"), (3, "acme/net")},
    ),
    "where Kaggle's notebooks have a model": (
        "a.py",
        "from transformers import AutoModel\nm = AutoModel.from_pretrained("
        '"/kaggle/input/models/acme/net/transformers/7b/1")\n',
        {(2, "kaggle:acme/net/transformers/7b/1")},
    ),
    "a submodule at ModelScope": (
        ".gitmodules",
        '[submodule "m"]\n\tpath = m\n\turl = https://www.modelscope.cn/acme/net.git\n',
        {(3, "modelscope:acme/net")},
    ),
    "an image that holds a model": (
        "Dockerfile",
        "FROM alpine:3.20\nCOPY --from=ai/qwen3:0.6B-Q4_K_M / /model/\n",
        {(2, "docker:ai/qwen3:0.6B-Q4_K_M")},
    ),
    "lists of a program's own": (
        "run.sh",
        "openllm serve qwen2.5:7b\nlocal-ai run acme-3b\nfoundry model run qwen2.5-0.5b\n"
        "docker run -p 8080:8080 localai/localai:latest net-8b\n",
        {
            (1, "api://unknown/qwen2.5:7b"),
            (2, "api://unknown/acme-3b"),
            (3, "api://unknown/qwen2.5-0.5b"),
            (4, "api://unknown/net-8b"),
        },
    ),
    "constants of a list": (
        "main.rs",
        "let a = TextEmbedding::try_new(InitOptions::new(EmbeddingModel::BGESmallZHV15))?;\n"
        "let b = UserModel::ActiveRecord2;\nlet c = ProductModel.Laptop15;\n",
        {(1, "baai/bge-small-zh-v1.5")},
    ),
    "a default of clap": (
        "main.rs",
        '#[derive(Parser)]\nstruct Args {\n    #[arg(long, default_value = "acme/net-1b")]\n'
        '    model_id: String,\n    #[arg(long, default_value = "data/in")]\n    folder: String,\n}\n',
        {(3, "acme/net-1b")},
    ),
    "a constant with a type": (
        "main.rs",
        'const MODEL: &str = "deepseek-chat";\nstatic NAME: &str = "deepseek-chat-window";\n',
        {(1, "api://unknown/deepseek-chat")},
    ),
    "llama.cpp in Node": (
        "package.json",
        '{"scripts": {\n"models:pull": "node-llama-cpp pull --dir m hf:acme/net-GGUF/net.gguf"}}\n',
        {(2, "acme/net-GGUF")},
    ),
    "llama.cpp in Node, by code": (
        "a.mjs",
        'const path = await resolveModelFile("hf:acme/net-GGUF:Q4_K_M");\n',
        {(1, "acme/net-GGUF")},
    ),
    "what a member of a list can do is no model": (
        ".continue/config.yaml",
        "models:\n  - name: Coder\n    provider: ollama\n    model: qwen2.5-coder:7b\n"
        "    roles: [chat, autocomplete]\n    capabilities: [tool_use]\n",
        {(4, "ollama:qwen2.5-coder:7b")},
    ),
    "a block of Continue's": (
        "c.yaml",
        "name: a\nmodels:\n  - uses: deepseek/deepseek-chat\n",
        {(3, "api://api.deepseek.com/deepseek-chat")},
    ),
    "names that are keys": (
        "opencode.json",
        '{"provider": {"ollama": {"npm": "@ai-sdk/openai-compatible",\n'
        '  "models": {"qwen3-coder:30b": {"name": "Qwen3 Coder"}}}}}\n',
        {(2, "ollama:qwen3-coder:30b")},
    ),
    "names of members of a list": (
        ".zed/settings.json",
        '{"language_models": {"ollama": {"available_models": [\n'
        '  {"name": "qwen2.5-coder", "max_tokens": 32768}]}}}\n',
        {(2, "ollama:qwen2.5-coder")},
    ),
    "a form's fields": (
        "flow.json",
        '{"nodes": [{"data": {"type": "OllamaModel", "template": {\n'
        '  "model_name": {"name": "model_name", "value": "qwen3:8b"}}}}]}\n',
        {(2, "ollama:qwen3:8b")},
    ),
    "a form's fields, of the Hub": (
        "flow.json",
        '{"template": {"repo_id": {"name": "repo_id", "value": "acme/net"}}}\n',
        {(1, "acme/net")},
    ),
    "another service's protocol": (
        "litellm.yaml",
        "model_list:\n  - model_name: a\n    litellm_params:\n      model: openai/qwen-plus\n"
        "      api_base: https://dashscope.aliyuncs.com/compatible-mode/v1\n"
        "  - model_name: b\n    litellm_params:\n      model: openai/acme/net\n"
        "      api_base: http://vllm:8000/v1\n",
        {(4, "api://dashscope.aliyuncs.com/qwen-plus"), (8, "acme/net")},
    ),
    "key beside value": (
        "hub.json",
        '{"env": [\n  {"key": "MODEL_NAME", "value": "acme/net"},\n'
        '  {"key": "REGION", "value": "eu/west"}]}\n',
        {(2, "acme/net")},
    ),
    "a parameter of a task": (
        "task.yaml",
        "apiVersion: tekton.dev/v1\nkind: Task\nspec:\n  params:\n    - name: net-name\n"
        "      default: acme/net\n  steps:\n    - script: |\n        #!/bin/sh\n"
        "        huggingface-cli download $(params.net-name)\n",
        {(10, "acme/net")},
    ),
    "a loop of Ansible's": (
        "play.yml",
        '- tasks:\n    - ansible.builtin.command: "ollama pull {{ item }}"\n'
        "      loop: [mistral:7b, acme-own]\n"
        '    - ansible.builtin.shell: "hf download {{ item.id }}"\n'
        "      loop:\n        - {id: acme/net, size: 3}\n",
        {
            (2, "ollama:mistral:7b"),
            (3, "ollama:mistral:7b"),
            (2, "ollama:acme-own"),
            (4, "acme/net"),
        },
    ),
    "calls that YAML makes": (
        "conf.yaml",
        "a: !!python/object/apply:vllm.LLM\n  kwds: {model: acme/one}\n"
        "b: !!python/object/apply:transformers.AutoModel.from_pretrained\n  args:\n"
        "    - acme/two\n"
        "c: !!python/object/apply:sentence_transformers.SentenceTransformer\n  - acme/three\n"
        "d: !!python/object/apply:os.path.join\n  - acme/four\n",
        {(2, "acme/one"), (5, "acme/two"), (7, "acme/three")},
    ),
    "xinference in a folded command": (
        "docker-compose.yml",
        "services:\n  x:\n    image: xprobe/xinference\n    command: >\n"
        "      xinference launch --model-name qwen2.5-instruct --size-in-billions 7\n",
        {(5, "xinference:qwen2.5-instruct")},
    ),
    "a service's own package in JavaScript": (
        "b.js",
        'import Replicate from "replicate";\nconst replicate = new Replicate();\n'
        'await replicate.run("acme/net:bc4d", {});\n',
        {(3, "api://api.replicate.com/acme/net:bc4d")},
    ),
    "another service's protocol, in Python": (
        "r.py",
        "import litellm\nr = litellm.completion(\n"
        '    model="openai/qwen-plus", api_base="https://dashscope.aliyuncs.com/compatible-mode/v1")\n'
        "router = litellm.Router(model_list=[\n"
        '    {"model_name": "a", "litellm_params": {"model": "deepseek/deepseek-chat"}},\n'
        '    {"model_name": "b", "litellm_params": {"model": "openai/qwen-max",\n'
        '     "api_base": "https://dashscope-intl.aliyuncs.com/compatible-mode/v1"}}])\n',
        {
            (3, "api://dashscope.aliyuncs.com/qwen-plus"),
            (5, "api://api.deepseek.com/deepseek-chat"),
            (6, "api://dashscope-intl.aliyuncs.com/qwen-max"),
        },
    ),
    "a service that has names with a vendor": (
        "a.yaml",
        "llm:\n  model: openai/gpt-4o\n  base_url: https://openrouter.ai/api/v1\n",
        {(2, "api://openrouter.ai/openai/gpt-4o")},
    ),
    "a parameter of Jenkins": (
        "Jenkinsfile",
        "pipeline { parameters {\n"
        "  string(name: 'MODEL_ID', defaultValue: 'acme/net', description: 'x')\n"
        "  string(name: 'TARGET', defaultValue: 'acme/prod', description: 'x') } }\n",
        {(2, "acme/net")},
    ),
    "a value that Terraform sets in a chart": (
        "main.tf",
        'resource "helm_release" "v" {\n  set {\n'
        '    name  = "servingEngineSpec.modelSpec[0].modelURL"\n    value = "acme/net"\n  }\n'
        '  set {\n    name  = "image.repository"\n    value = "acme/web"\n  }\n}\n',
        {(4, "acme/net")},
    ),
    "a block that says model": (
        "main.tf",
        'resource "e" "e" {\n  model = {\n    repository = "acme/net"\n    task = "x"\n  }\n'
        '  app = {\n    repository = "acme/web"\n  }\n}\n',
        {(3, "acme/net")},
    ),
    "a variable of CMake": (
        "CMakeLists.txt",
        'set(MODEL_REPO "acme/net")\nset(VENDOR_PATH "acme/lib")\n',
        {(1, "acme/net")},
    ),
    "a table of PowerShell": (
        "s.ps1",
        '$p = @{\n  ModelId = "acme/net"\n  Zone = "eu/west"\n}\n& .\\serve.ps1 @p\n',
        {(2, "acme/net")},
    ),
    "a loop of Windows' scripts": (
        "get.bat",
        "for %%M in (acme/one acme/two) do (\n  huggingface-cli download %%M\n)\n",
        {(2, "acme/one"), (2, "acme/two")},
    ),
    "a case of several": (
        "main.rs",
        "use hf_hub::api::sync::Api;\nfn repo(w: W) -> &str { match w {\n"
        '  W::Small => "acme/net-1b",\n} }\n',
        {(3, "acme/net-1b")},
    ),
    "a case of several, of anything else": (
        "main.rs",
        'fn kind(w: W) -> &str { match w {\n  W::Small => "text/plain-2",\n} }\n',
        set(),
    ),
    "a typed constant of Go": (
        "main.go",
        'package main\n\nconst defaultModel string = "acme/net"\n',
        {(3, "acme/net")},
    ),
    "the Hub's client in JavaScript": (
        "a.mjs",
        'const r = await downloadFile({ repo: "acme/net", path: "config.json" });\n',
        {(1, "acme/net")},
    ),
    "a git fetch of Nix": (
        "d.nix",
        'fetchgit {\n  name = "m";\n  url = "https://huggingface.co/acme/net";\n}\n',
        {(3, "acme/net")},
    ),
    "a service that is imported": (
        "main.rs",
        'use rig::providers::deepseek;\nlet a = deepseek::Client::from_env().agent("deepseek-chat");\n',
        {(2, "api://api.deepseek.com/deepseek-chat")},
    ),
    "an id of a provider": (
        "run.yaml",
        "models:\n  - model_id: chat\n    provider_model_id: qwen3:8b\n    provider_id: ollama\n",
        {(3, "ollama:qwen3:8b")},
    ),
    "addresses of other registers": (
        "m.yaml",
        "a: {url: ollama://qwen2.5:0.5b}\nb: {source: 'modelscope://acme/net'}\n",
        {(1, "ollama:qwen2.5:0.5b"), (2, "modelscope:acme/net")},
    ),
    "a tag that tells a size": (
        "m.yaml",
        "spec:\n  image: qwen2.5:7b\n  other: postgres:16\n  version: web:2b\n",
        {(2, "ollama:qwen2.5:7b")},
    ),
    "a request in a step of a pipeline": (
        ".github/workflows/a.yml",
        "jobs:\n  a:\n    steps:\n      - run: |\n"
        '          curl http://localhost:11434/api/pull -d \'{"name": "qwen2.5:1.5b"}\'\n'
        "          aider --model deepseek/deepseek-chat\n",
        {(5, "ollama:qwen2.5:1.5b"), (6, "api://api.deepseek.com/deepseek-chat")},
    ),
    "a registry of Azure's, in Bicep": (
        "main.bicep",
        "var m = { modelId: 'azureml://registries/azureml-deepseek/models/DeepSeek-V3-0324' }\n",
        {(1, "api://azure_ai/DeepSeek-V3-0324")},
    ),
    "adapters with names": (
        "run.sh",
        'docker run -e LORA_ADAPTERS="support=acme/lora" \\\n'
        "  ghcr.io/huggingface/text-generation-inference:3 --model-id acme/net\n",
        {(1, "acme/lora"), (2, "acme/net")},
    ),
    "variables as pairs": (
        "Jenkinsfile",
        "withEnv(['MODEL_NAME=acme/net', 'SOURCE=acme/code']) { sh './serve.sh' }\n",
        {(1, "acme/net")},
    ),
    "choices of Jenkins": (
        "Jenkinsfile",
        "choice(name: 'MODEL', choices: ['acme/one', 'acme/two'], description: '')\n"
        "choice(name: 'STAGE', choices: ['eu/prod', 'us/prod'])\n",
        {(1, "acme/one"), (1, "acme/two")},
    ),
    "a source of uv": (
        "pyproject.toml",
        '[tool.uv.sources]\nnet = { git = "https://huggingface.co/acme/net", rev = "main" }\n',
        {(2, "acme/net")},
    ),
    "a requirement of setuptools": (
        "setup.py",
        "from setuptools import setup\nsetup(install_requires=[\n"
        '    "net @ https://huggingface.co/acme/net/resolve/main/net-any-py3-none-any.whl"])\n',
        {(3, "acme/net")},
    ),
    "words of Nix": (
        "c.nix",
        '{ services.llama-cpp.extraFlags = [ "-hf" "acme/net-GGUF:Q4_K_M" "-c" "8192" ];\n'
        '  networking.extraHosts = [ "a" "acme/web" ]; }\n',
        {(1, "acme/net-GGUF")},
    ),
    "a table of models": (
        "src/models.ts",
        'export const MODELS = {\n  small: { id: "acme/net", size: "300MB" },\n};\n'
        'export const USERS = {\n  one: { id: "acme/tom" },\n};\n',
        {(2, "acme/net")},
    ),
    "a table of models, by their uses": (
        "m.bzl",
        'MODELS = {"chat": "acme/net"}\nIMAGES = {"chat": "acme/web"}\n',
        {(1, "acme/net")},
    ),
    "variables of a machine": (
        "a.ps1",
        '[Environment]::SetEnvironmentVariable("HF_MODEL_ID", "acme/net", "Machine")\n',
        {(1, "acme/net")},
    ),
    "a loop of PowerShell": (
        "a.ps1",
        '$Repos = @(\n  "acme/one",\n  "acme/two"\n)\n'
        "foreach ($r in $Repos) { huggingface-cli download $r }\n"
        "$Repos | ForEach-Object { hf download $_ }\n",
        {(5, "acme/one"), (5, "acme/two"), (6, "acme/one"), (6, "acme/two")},
    ),
    "a program that PowerShell starts": (
        "a.ps1",
        'Start-Process -FilePath "llama-server.exe" `\n'
        '  -ArgumentList "-hf acme/net-GGUF:Q4_K_M --port 8080"\n',
        {(2, "acme/net-GGUF")},
    ),
    "a configuration made in place": (
        "A.swift",
        "let c = try await VLMModelFactory.shared.loadContainer("
        'configuration: .init(id: "acme/net"))\n',
        {(1, "acme/net")},
    ),
    "an artefact of DJL": (
        "A.java",
        'class A { Object c = Criteria.builder().optArtifactId("acme/net").build(); }\n',
        {(1, "acme/net")},
    ),
    "what stands for a variable that is not set": (
        "a.js",
        'const a = process.env.MODEL_ID || "acme/one";\n'
        'const b = config.model ?? "acme/two";\nconst c = process.env.TEAM || "acme/team";\n',
        {(1, "acme/one"), (2, "acme/two")},
    ),
    "the same in Ruby": (
        "a.rb",
        'a = ENV.fetch("MODEL_ID", "acme/one")\nb = ENV.fetch("TEAM", "acme/team")\n',
        {(1, "acme/one")},
    ),
    "the same in C#": (
        "a.cs",
        'var a = Environment.GetEnvironmentVariable("MODEL_ID") ?? "acme/one";\n',
        {(1, "acme/one")},
    ),
    "the same in Rust": (
        "main.rs",
        'let a = std::env::var("MODEL_ID").unwrap_or_else(|_| "acme/one".to_string());\n',
        {(1, "acme/one")},
    ),
    "settings of an extension": (
        "package.json",
        '{"contributes": {"properties": {\n  "ext.provider": {"type": "string", "default": '
        '"ollama"},\n  "ext.model": {"type": "string", "default": "deepseek-coder:6.7b"}}}}\n',
        {(3, "ollama:deepseek-coder:6.7b")},
    ),
    "an engine is no model": (
        ".env",
        "OLLAMA_BASE_PATH=http://localhost:11434\nEMBEDDING_ENGINE=native\n",
        set(),
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_a_name_of_a_catalogue_is_found(tmp_path: Path, name: str) -> None:
    file, text, expected = CASES[name]
    assert _named(_uses(tmp_path, file, text)) == expected


def test_a_model_of_kaggle_whose_owner_a_path_does_not_tell_is_an_open_point(
    tmp_path: Path,
) -> None:
    text = (
        "from transformers import AutoModel\n"
        'm = AutoModel.from_pretrained("/kaggle/input/r1/transformers/r1-7b/2")\n'
        'n = AutoModel.from_pretrained("/kaggle/input/my-own-files/net")\n'
    )
    (tmp_path / "a.py").write_text(text, "utf-8")
    assert [(u.line, u.expression) for u in scan(tmp_path).unresolved] == [
        (2, "'/kaggle/input/r1/transformers/r1-7b/2'")
    ]
