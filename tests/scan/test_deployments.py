"""Small repositories as people deploy models: exactly the models named in them, and no image, path
or data set beside."""

from __future__ import annotations

from pathlib import Path

import pytest

from lineage.scan.scan import scan
from scan.named import hub_uses

Files = dict[str, str]

# name: the files, and every model that must be audited for them; anything else found is a false
# alarm.
REPOSITORIES: dict[str, tuple[Files, set[str]]] = {
    "production-stack": (
        {
            "helm/values-05.yaml": """\
servingEngineSpec:
  modelSpec:
  - name: "one"
    repository: "acme/vllm-openai"
    tag: "v0.9"
    modelURL: "mistralai/Mistral-7B-Instruct-v0.3"
    pvcStorage: "50Gi"
    vllmConfig: {dtype: bfloat16, extraArgs: ["--speculative-config", '{"model": "acme/draft"}']}
routerSpec:
  repository: "lmcache/lmstack-router"
"""
        },
        {"mistralai/Mistral-7B-Instruct-v0.3", "acme/draft"},
    ),
    "helm on the command line": (
        {
            "up.sh": "helm upgrade -i chat vllm/vllm-stack --set servingEngineSpec.modelSpec[0].modelURL=acme/net"
            " --set-string 'image.repository=acme/router,embedding.modelId=BAAI/bge-m3'\n"
        },
        {"acme/net", "BAAI/bge-m3"},
    ),
    "ray serve": (
        {
            "serve.yaml": """\
applications:
- name: llm
  import_path: ray.serve.llm:build_openai_app
  runtime_env: {working_dir: acme/code}
  args:
    llm_configs:
    - model_loading_config: {model_id: my/alias, model_source: acme/net}
      lora_config: {dynamic_lora_loading_path: s3://bucket/loras}
    - model_loading_config:
        model_id: acme/second
"""
        },
        {"acme/net", "acme/second"},
    ),
    "hydra overrides": (
        {
            "run.sh": """\
PYTHONUNBUFFERED=1 python3 -m verl.trainer.main_ppo \\
  data.train_files=acme/data trainer.project_name=acme/project \\
  +actor_rollout_ref.model.path="acme/policy" \\
  critic.model.path=acme/critic critic.model.tokenizer_path=acme/tok \\
  trainer.default_local_dir=out/run trainer.n_gpus_per_node=8 "$@"
python train.py experiment=fit model.encoder.pretrained=acme/encoder data.name=acme/dataset
""",
        },
        {"acme/policy", "acme/critic", "acme/tok", "acme/encoder"},
    ),
    "lightning": (
        {
            "fit.sh": "python main.py fit --config cfg/base.yaml --model.class_path acme.Net"
            " --model.init_args.text_encoder_path=acme/text --data.path acme/corpus"
            " --trainer.logger.project acme/runs --model.teacher acme/teacher\n",
            "cfg/base.yaml": "model:\n  class_path: nets.Net\n  init_args:\n    backbone: acme/back\n"
            "data:\n  init_args:\n    path: acme/corpus\n",
        },
        {"acme/text", "acme/teacher", "acme/back"},
    ),
    "kubernetes variables": (
        {
            "k8s.yaml": """\
apiVersion: apps/v1
kind: Deployment
spec:
  template:
    spec:
      containers:
      - name: engine
        image: registry.acme.io/acme/engine:1
        command: ["vllm", "serve", "$(MODEL)"]
        args: ["--tokenizer=$(TOK)", "--port", "8000"]
        env:
        - {name: MODEL, value: acme/net}
        - {name: TOK, value: acme/tok}
        - {name: IMAGE_REPO, value: acme/image}
      - name: script
        image: acme/tools
        command: ["/bin/bash", "-c"]
        args:
        - >-
          hf download $WEIGHTS --local-dir /m &&
          exec llama-server -m /m/x.gguf
        env:
        - name: WEIGHTS
          value: acme/other
"""
        },
        {"acme/net", "acme/tok", "acme/other"},
    ),
    "kubernetes, read within": (
        {
            "pod.yaml": """\
apiVersion: v1
kind: Pod
metadata: {annotations: {note: lineage-report/1}}
spec:
  containers:
  - name: a
    image: acme/tools
    command: [python3, -c, "from vllm import LLM; LLM('acme/code')"]
    env:
    - {name: ORG, value: acme}
    - {name: MODEL_ID, value: $(ORG)/chained}
  volumes:
  - name: m
    csi: {driver: d, volumeAttributes: {acme.io/model-reference: "quay.io/acme/artefact:1"}}
""",
            "ray.yaml": """\
apiVersion: ray.io/v1
kind: RayService
spec:
  serveConfigV2: |
    applications:
    - name: llm
      args:
        llm_configs:
        - model_loading_config: {model_id: my/alias, model_source: acme/ray}
""",
        },
        {"acme/code", "acme/chained", "acme/ray"},
    ),
    "kubernetes resources": (
        {
            "isvc.yaml": "kind: InferenceService\nspec:\n  predictor:\n    model:\n      modelFormat: {name: huggingface}\n"
            "      args: [--model_name=chat, --model_id=acme/one]\n",
            "llmisvc.yaml": "kind: LLMInferenceService\nspec:\n  model:\n    uri: hf://acme/two\n    name: acme/two\n",
            "kubeai.yaml": "kind: Model\nspec:\n  features: [TextGeneration]\n  url: hf://acme/three?rev=v1\n  engine: VLLM\n"
            "  adapters:\n  - name: sql\n    url: hf://acme/lora\n",
            "aibrix.yaml": "kind: ModelAdapter\nspec:\n  baseModel: served-name\n  artifactURL: huggingface://acme/four\n",
            "llmaz.yaml": "kind: OpenModel\nspec:\n  source:\n    modelHub:\n      modelID: acme/five\n",
            "other.yaml": "kind: Application\nspec:\n  source:\n    repoURL: https://github.com/acme/charts\n    path: apps/model\n"
            "    chart: acme/chart\n",
        },
        {"acme/one", "acme/two", "acme/three", "acme/lora", "acme/four", "acme/five"},
    ),
    "compose": (
        {
            "compose.yaml": """\
services:
  chat:
    image: ghcr.io/huggingface/text-generation-inference:3.3
    command: >
      --model-id ${CHAT_MODEL:-acme/chat}
      --max-input-length 4096
    environment:
      LORA_ADAPTERS: acme/lora-a,sql=acme/lora-b
  embed:
    image: michaelf34/infinity:latest
    command: |
      v2
      --model-id acme/embed
      --port 7997
  list:
    image: vllm/vllm-openai:latest
    command:
      ["--model", "acme/list",
       "--served-model-name", "acme/alias"]
  shell:
    image: acme/base
    entrypoint: ["/bin/sh", "-c"]
    command:
      - |
        vllm serve acme/shell \\
          --tokenizer acme/tok
    volumes: ["acme/data:/data"]
  llama:
    image: ghcr.io/ggml-org/llama.cpp:server-cuda
    command: -hf acme/net-GGUF:Q4_K_M --port 80
  infinity:
    image: acme/inf
    environment:
      - INFINITY_MODEL_ID=acme/x;acme/y;
"""
        },
        {
            "acme/chat", "acme/lora-a", "acme/lora-b", "acme/embed", "acme/list", "acme/shell",
            "acme/tok", "acme/net-GGUF", "acme/x", "acme/y",
        },
    ),
    "llama-swap": (
        {
            "config.yaml": """\
healthCheckTimeout: 300
macros:
  "llama": >
    /app/llama-server --port ${PORT}
models:
  "qwen":
    cmd: |
      ${llama}
      -hf acme/qwen-GGUF:Q4_K_M
      --ctx-size 8192
    aliases: [acme/alias]
  "vllm":
    cmd: docker run --rm vllm/vllm-openai:latest --model acme/net --port 8000
  "draft":
    cmd: >
      llama-server --hf-repo acme/big-GGUF
      -hfd acme/small-GGUF:Q8_0
"""
        },
        {"acme/qwen-GGUF", "acme/net", "acme/big-GGUF", "acme/small-GGUF"},
    ),
    "dockerfile": (
        {
            "Dockerfile": """\
# syntax=docker/dockerfile:1
FROM vllm/vllm-openai:v0.9 AS base
ADD https://huggingface.co/acme/added/resolve/main/m.gguf /models/
ADD https://github.com/acme/code.git /src
COPY --from=acme/tools /bin/x /bin/x
RUN <<EOF
set -e
hf download acme/heredoc
python3 - <<PY
from sentence_transformers import SentenceTransformer
SentenceTransformer("acme/python")
PY
EOF
COPY <<CONF /etc/engine.yaml
model: acme/conf
CONF
RUN --mount=type=cache,target=/root/.cache huggingface-cli download acme/mounted
ENTRYPOINT ["vllm", "serve"]
CMD ["acme/cmd", "--port", "80"]
FROM ghcr.io/huggingface/text-embeddings-inference:1.8
CMD ["--model-id", "acme/tei"]
"""
        },
        {"acme/added", "acme/heredoc", "acme/python", "acme/conf", "acme/mounted", "acme/cmd", "acme/tei"},
    ),
    "bake": (
        {
            "docker-bake.hcl": """\
variable "MODEL_ID" {
  default = "acme/net"
}
variable "REGISTRY" { default = "acme/registry" }
target "app" {
  tags = ["acme/app:latest"]
  args = {
    EMBEDDING_MODEL = "BAAI/bge-m3"
    BASE_IMAGE = "acme/base"
  }
}
"""
        },
        {"acme/net", "BAAI/bge-m3"},
    ),
    "jenkins": (
        {
            "ci/Jenkinsfile.gpu": '''\
@Library('acme/shared') _
pipeline {
  agent { docker { image 'acme/agent' } }
  environment { RERANK_MODEL = "acme/rerank"; APP = 'acme/app' }
  stages { stage('x') { steps {
    git url: 'https://github.com/acme/code'
    sh """
      set -e
      vllm serve acme/one \\
        --tokenizer acme/tok &
      hf download acme/data --repo-type dataset
    """
    bat "huggingface-cli download acme/two"
    sh(script: 'text-generation-launcher --model-id acme/three', returnStdout: true)
  } } }
}
'''
        },
        {"acme/rerank", "acme/one", "acme/tok", "acme/two", "acme/three"},
    ),
    "windows": (
        {
            "run.cmd": "@echo off\r\nREM vllm serve acme/comment\r\n:: vllm serve acme/comment\r\n"
            'set "M=acme/one"\r\nset TOK=acme/tok\r\npython -m vllm.entrypoints.openai.api_server ^\r\n  --model "%M%" ^\r\n  --tokenizer %TOK%\r\n'
            "curl -L -o m.gguf https://huggingface.co/acme/two/resolve/main/m.gguf\r\nvllm serve C:\\models\\acme\r\n",
            "run.ps1": '<#\r\n vllm serve acme/comment\r\n#>\r\nparam(\r\n  [string]$Name = "acme/three",\r\n  [string]$Dir = "acme/dir"\r\n)\r\n'
            '$env:RERANKER_MODEL = "acme/four"\r\n& "C:\\tools\\llama-server.exe" `\r\n  -hf acme/five-GGUF:Q4_K_M `\r\n  --port 80\r\n'
            'vllm serve $Name --port 8000\r\nInvoke-WebRequest -Uri "https://huggingface.co/acme/six/resolve/main/x.safetensors" -OutFile x\r\n'
            "docker pull acme/image\r\n",
        },
        {"acme/one", "acme/tok", "acme/two", "acme/three", "acme/four", "acme/five-GGUF", "acme/six"},
    ),
    "packages": (
        {
            "requirements/prod.txt": "torch==2.7\n# https://huggingface.co/acme/comment/resolve/main/a.whl\n"
            "https://huggingface.co/acme/en_core/resolve/main/en_core-any-py3-none-any.whl\n"
            "tools @ git+https://github.com/acme/tools\n-e git+https://huggingface.co/acme/pkg@v1#egg=pkg\n"
            "sp @ git+https://huggingface.co/spaces/acme/space\n",
            "pyproject.toml": '[project]\nname = "x"\ndependencies = ["zh @ https://huggingface.co/acme/zh_core/resolve/main/zh.whl", "a"]\n'
            '[project.urls]\nModel = "https://huggingface.co/acme/page"\n',
            "environment.yml": "dependencies:\n- pip:\n  - git+https://huggingface.co/acme/conda\n",
            ".gitmodules": '[submodule "w"]\n\tpath = acme/w\n\turl = git@hf.co:acme/ssh\n[submodule "v"]\n\tpath = v\n\turl = https://hf.co/acme/sub\n'
            '[submodule "d"]\n\turl = https://huggingface.co/datasets/acme/data\n[submodule "g"]\n\turl = https://github.com/acme/code\n',
        },
        {"acme/en_core", "acme/pkg", "acme/zh_core", "acme/conda", "acme/ssh", "acme/sub"},
    ),
    "nix": (
        {
            "flake.nix": """\
{
  inputs.nixpkgs.url = "github:acme/nixpkgs";
  outputs = { self, nixpkgs }: let
    # https://huggingface.co/acme/comment/resolve/main/a.gguf
    weights = pkgs.fetchurl {
      url = "https://huggingface.co/acme/one/resolve/main/m.gguf";
      hash = "sha256-AAAA";
    };
    repo = pkgs.fetchgit {
      url = "https://huggingface.co/acme/two";
      rev = "abc";
    };
    src = fetchFromGitHub { owner = "acme"; repo = "acme/code"; };
  in {
    meta.homepage = "https://huggingface.co/acme/page";
    systemd.services.llm.serviceConfig.ExecStart = "${pkgs.vllm}/bin/vllm serve acme/three --port 80";
    services.tei.model = "acme/four";
  };
}
"""
        },
        {"acme/one", "acme/two", "acme/three", "acme/four"},
    ),
    "build systems": (
        {
            "MODULE.bazel": 'bazel_dep(name = "rules_python", version = "1")\nhttp_file(\n    name = "w",\n'
            '    urls = ["https://huggingface.co/acme/one/resolve/abc/m.safetensors"],\n)\n'
            'git_override(module_name = "x", remote = "https://github.com/acme/x")\n',
            "third_party/BUILD": 'huggingface.model(\n    name = "two",\n    model = "acme/two",\n)\nload("@acme/rules", "x")\n',
            "CMakeLists.txt": "file(DOWNLOAD\n  https://huggingface.co/acme/three/resolve/main/m.bin\n  ${CMAKE_BINARY_DIR}/m.bin)\n"
            "FetchContent_Declare(four GIT_REPOSITORY https://huggingface.co/acme/four GIT_TAG main)\n"
            "FetchContent_Declare(x GIT_REPOSITORY https://github.com/acme/x)\n",
            "build.gradle.kts": 'val modelUrl = "https://huggingface.co/acme/five/resolve/main/m.tflite"\nplugins { id("acme/plugin") }\n',
            "WORKSPACE": 'new_git_repository(\n    name = "six",\n    remote = "https://huggingface.co/acme/six",\n)\n',
        },
        {"acme/one", "acme/two", "acme/three", "acme/four", "acme/five", "acme/six"},
    ),
    "swift": (
        {
            "Sources/Chat.swift": """\
import MLXLLM
// let old = ModelConfiguration(id: "acme/comment")
let configuration = ModelConfiguration(
    id: "mlx-community/Qwen3-4B-4bit",
    defaultPrompt: "hi"
)
let repo = Hub.Repo(id: "acme/tokens")
let pipe = try await WhisperKit(WhisperKitConfig(model: "large-v3", modelRepo: "acme/whisperkit"))
let icon = UIImage(named: "assets/icon")
""",
            "Package.swift": 'let package = Package(dependencies: [.package(url: "https://github.com/acme/mlx", from: "1.0")])\n',
        },
        {"mlx-community/Qwen3-4B-4bit", "acme/tokens", "acme/whisperkit"},
    ),
    "java": (
        {
            "src/main/java/App.java": """\
class App {
    static final String MODEL_NAME = "acme/const";
    Criteria<String, float[]> criteria = Criteria.builder()
        .optModelUrls("djl://ai.djl.huggingface.pytorch/sentence-transformers/all-MiniLM-L6-v2")
        .optEngine("PyTorch").build();
    HuggingFaceTokenizer t = HuggingFaceTokenizer.newInstance("BAAI/bge-m3");
    String type = "application/json";
    ChatModel m = HuggingFaceChatModel.builder().modelId("acme/chat").build();
}
""",
            "serving.properties": "engine=Python\noption.model_id=acme/serving\noption.entryPoint=djl_python.huggingface\n"
            "option.task=text-generation\n",
        },
        {"acme/const", "sentence-transformers/all-MiniLM-L6-v2", "BAAI/bge-m3", "acme/chat", "acme/serving"},
    ),
    "javascript": (
        {
            "src/embed.ts": """\
import { pipeline, AutoTokenizer } from '@huggingface/transformers';
import thing from 'acme/thing';
const route = 'users/list';
export const embed = await pipeline(
  'feature-extraction',
  'Xenova/all-MiniLM-L6-v2',
  { dtype: 'q8' },
);
const tok = await AutoTokenizer.from_pretrained("acme/tok");
const out = await client.chatCompletion({ model: "acme/chat", messages: [] });
class Pipe { static task = 'text-classification'; static model = 'acme/static'; }
await fetch('/api/models');
""",
            "package.json": '{"name": "acme/app", "repository": "acme/app", "scripts": {"serve": "vllm serve acme/script"},\n'
            ' "dependencies": {"x": "acme/x"}}\n',
            "index.html": '<script type="module">\nconst p = await pipeline("summarization", "acme/page");\n</script>\n'
            '<a href="https://huggingface.co/acme/link">x</a>\n',
        },
        {"Xenova/all-MiniLM-L6-v2", "acme/tok", "acme/chat", "acme/static", "acme/script", "acme/page"},
    ),
    "terraform": (
        {
            "main.tf": """\
module "sm" {
  source  = "acme/sagemaker/aws"
  version = "1"
}
resource "aws_sagemaker_model" "m" {
  primary_container {
    image = "763104351884.dkr.ecr/acme/djl"
    environment = { HF_MODEL_ID = "acme/one", HF_TASK = "text-generation" }
  }
}
resource "aws_instance" "gpu" {
  user_data = <<-EOF
    #!/bin/bash
    docker run vllm/vllm-openai --model acme/two
  EOF
}
locals { env = [{ name = "EMBED_MODEL", value = "acme/three" }, { name = "REPO", value = "acme/repo" }] }
variable "llm_model" {
  type    = string
  default = "acme/four"
}
""",
            "prod.tfvars": 'reranker_model = "acme/five"\nartifact_bucket = "acme/bucket"\n',
        },
        {"acme/one", "acme/two", "acme/three", "acme/four", "acme/five"},
    ),
    "units": (
        {
            "llm.service": "[Service]\nEnvironment=MODEL=acme/one\nEnvironment=\"TOK=acme/tok\" 'A=b'\n"
            "ExecStart=/opt/v/bin/vllm serve ${MODEL} \\\n  --tokenizer ${TOK}\nWorkingDirectory=acme/dir\n",
            "tei.container": "[Container]\nImage=ghcr.io/huggingface/text-embeddings-inference:1.8\nExec=--model-id acme/two\nVolume=acme/vol:/v\n",
            "supervisord.conf": "[program:llm]\ncommand=llama-server -hf acme/three-GGUF:Q4_K_M --port 80\nenvironment=HF_MODEL_ID=\"acme/four\"\n",
            "Procfile": "web: vllm serve acme/five --port $PORT\nworker: python worker.py acme/x\n",
        },
        {"acme/one", "acme/tok", "acme/two", "acme/three-GGUF", "acme/four", "acme/five"},
    ),
    "task runners": (
        {
            "justfile": 'model := "acme/one"\n\nserve:\n    vllm serve {{model}} --port 80\n\nget:\n  @hf download acme/two\n',
            "Taskfile.yml": "version: '3'\nvars:\n  WEIGHTS: acme/three\ntasks:\n  get:\n    cmds:\n    - hf download {{.WEIGHTS}}\n"
            "    - cmd: vllm serve acme/four\n  lint:\n    desc: acme/desc\n",
            "Makefile": "NET ?= acme/five\nIMAGE := acme/image\nserve:\n\tdocker run $(IMAGE)\n\tvllm serve $(NET) \\\n\t  --tokenizer acme/tok\n",
        },
        {"acme/one", "acme/two", "acme/three", "acme/four", "acme/five", "acme/tok"},
    ),
    "workflow": (
        {
            ".github/workflows/eval.yml": """\
on: push
env:
  JUDGE: acme/judge
jobs:
  a:
    strategy:
      matrix:
        net: [acme/one, acme/two]
        os: [ubuntu/latest]
    container: acme/container
    steps:
    - uses: actions/checkout@v4
      with: {repository: acme/code, path: acme/dir}
    - uses: acme/run-model@v1
      with:
        model: acme/three
    - run: hf download ${{ matrix.net }}
    - run: >
        vllm serve $JUDGE
        --port 80
    - run: hf upload acme/four out
"""
        },
        {"acme/one", "acme/two", "acme/three", "acme/judge"},
    ),
    "shell": (
        {
            "all.sh": """\
#!/usr/bin/env bash
MODELS=(
  "acme/one"
  acme/two   # the small one
)
for m in "${MODELS[@]}"; do
  hf download "$m"
done
for m in acme/three acme/four; do vllm bench serve --model $m; done
for d in apps/web packages/ui; do ls $d; done
timeout 60 vllm serve acme/five &
EXTRA=()
vllm serve acme/fifteen "${EXTRA[@]}"
"${EXTRA[@]}"
kubectl exec -it pod -- ollama pull hf.co/acme/six-GGUF:Q4
ssh gpu "cd /srv && vllm serve acme/seven"
tmux new-session -d 'llama-server -hf acme/eight-GGUF'
lighteval accelerate "model_name=acme/nine,dtype=float16" "leaderboard|x|0"
trl sft --model_name_or_path acme/ten --dataset_name acme/data --hub_model_id acme/destination
cat > cfg.yaml <<EOF
base_model: acme/eleven
hub_model_id: acme/destination
EOF
python - <<'PY'
from transformers import AutoModel
AutoModel.from_pretrained("acme/twelve")
PY
gcloud run deploy x --image acme/image --set-env-vars "MODEL_ID=acme/thirteen,PORT=80"
mlc_llm chat HF://acme/fourteen
git commit -m "vllm serve acme/message"
echo "vllm serve acme/echo"
"""
        },
        {
            "acme/one", "acme/two", "acme/three", "acme/four", "acme/five", "acme/six-GGUF", "acme/seven", "acme/eight-GGUF",
            "acme/nine", "acme/ten", "acme/eleven", "acme/twelve", "acme/thirteen", "acme/fourteen",
            "acme/fifteen",
        },
    ),
    "recipes": (
        {
            "axolotl.yml": "base_model: acme/one\nadapter: lora\nlora_model_dir: acme/dir\ndatasets:\n- path: acme/data\nhub_model_id: acme/out\n"
            "wandb_project: acme/wandb\n",
            "llamafactory.yaml": "model_name_or_path: acme/two\nadapter_name_or_path: acme/three,acme/four\nref_model: acme/five\n"
            "dataset: acme/data\nexport_hub_model_id: acme/out\n",
            "torchtune.yaml": "tokenizer:\n  _component_: torchtune.models.llama3.llama3_tokenizer\n  path: /tmp/x/tokenizer.model\n"
            "dataset: {source: acme/data}\n",
            "unsloth.yaml": 'model_name: "acme/six"\nload_in_4bit: true\nsave_model_repo: acme/out\n',
            "mlx.yaml": 'model: "acme/seven"\ndata: acme/data\nadapter_path: adapters/x\n',
            "spacy.cfg": '[nlp]\nlang = "en"\n[components.transformer.model]\nname = "acme/eight"\n[corpora.train]\npath = "acme/data"\n',
            "presets.ini": "[coder]\nhf-repo = acme/nine-GGUF:Q4_K_M\nc = 4096\n",
            "sglang.yaml": "model-path: acme/ten\nspeculative-draft-model-path: acme/eleven\n",
            "config.yaml": "model_cache:\n- repo_id: acme/twelve\n  revision: main\nbuild_image: acme/image\nrepo: acme/code\n",
        },
        {
            "acme/one", "acme/two", "acme/three", "acme/four", "acme/five", "acme/six", "acme/seven", "acme/eight",
            "acme/nine-GGUF", "acme/ten", "acme/eleven", "acme/twelve",
        },
    ),
    "nothing": (
        {
            "values.yaml": "image:\n  repository: acme/server\n  tag: v1\nmodel:\n  repository: acme/model-server\n  tag: v2\n"
            "storage: {bucket: b, key: acme/key}\ningress: {path: api/v1}\nmodelServer: {image: acme/server}\n",
            "app.yaml": "model:\n  bucket: weights\n  path: llama/seven\nrepo: acme/code\ngithub: {repo: acme/model}\nrouter: users/model\n",
            "deploy.sh": "docker build -t acme/model-server . && docker push acme/model-server\nnpm install @acme/model\nnpx acme/model\n"
            "go get github.com/acme/model\naws s3 cp s3://acme/model .\ngit clone https://github.com/acme/model\ncd apps/model\n"
            "kubectl apply -f deploy/model\nrails generate model admin/user\nphp artisan make:model Admin/User\nterraform -chdir=infra/model apply\n",
            "a.ts": "import model from 'models/user';\nconst path = 'api/model';\nrouter.get('user/model');\nrequire('model/thing');\n"
            "const contentType = 'application/json';\nconst schema = { model: User };\n",
            "main.tf": 'module "m" {\n  source = "acme/model/aws"\n}\nresource "x" "model" {\n  image = "acme/model"\n}\n',
            "Dockerfile": "FROM acme/model\nCOPY models/x /models/x\nRUN apt-get install -y vllm serve\nLABEL repo=acme/model\n",
            "ci.nix": '{ src = fetchFromGitHub { owner = "acme"; repo = "model"; }; path = "models/a"; }\n',
        },
        set(),
    ),
}  # fmt: skip


def write(folder: Path, files: Files) -> None:
    """Lay out one repository."""
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, newline="")


@pytest.mark.parametrize("name", REPOSITORIES)
def test_a_deployment_names_its_models(tmp_path: Path, name: str) -> None:
    """Each model of the repository would be audited, and nothing else would."""
    files, expected = REPOSITORIES[name]
    write(tmp_path, files)
    result = scan(tmp_path)
    found = {use.model: f"{use.at} {use.via}" for use in hub_uses(result)}
    assert not result.unreadable
    assert set(found) == expected, {n: p for n, p in found.items() if n not in expected}
