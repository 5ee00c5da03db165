"""What a resource starts: exactly the models in it, and every place where one could stand unseen."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import yaml

from effort import steps
from lineage.serve.admission.reading import started_by
from lineage.serve.admission.started import Started
from lineage.workflows.check import services_of

REVIEWS = Path(__file__).parent / "reviews"
SERVICES = services_of()
QWEN = "hf://Qwen/Qwen2.5-7B"


def read(text: str) -> Started:
    return started_by(yaml.safe_load(text), SERVICES)


def pod(container: str, more: str = "") -> str:
    return f"""
apiVersion: v1
kind: Pod
metadata: {{name: chat}}
spec:
  containers:
  - {{name: engine, image: registry.acme.io/engine:1, {container}}}
{more}"""


# name: the resource, and every model that it starts.
NAMED: dict[str, tuple[str, set[str]]] = {
    "arguments": (pod("args: [--model, Qwen/Qwen2.5-7B]"), {QWEN}),
    "variable": (pod("env: [{name: MODEL_ID, value: Qwen/Qwen2.5-7B}]"), {QWEN}),
    "variables of variables": (
        pod('args: ["--model=$(M)"], env: [{name: O, value: acme}, {name: M, value: $(O)/net}]'),
        {"hf://acme/net"},
    ),
    "shell": (pod(r'command: [sh, -c], args: ["set -e\nexec vllm serve \\\n  acme/net"]'), {"hf://acme/net"}),
    "python": (
        pod(r'command: [python3, -c, "from vllm import LLM\nLLM(\"acme/net\")"]'),
        {"hf://acme/net"},
    ),
    "a known model under any word": (pod("args: [Qwen/Qwen2.5-7B]"), {QWEN}),
    "any name beside an accelerator": (
        pod("args: [acme/new], resources: {limits: {amd.com/gpu: 1}}"),
        {"hf://acme/new"},
    ),
    "several in one word": (
        pod("args: ['--models=acme/a,acme/b', --draft-models, 'acme/c acme/d']"),
        {"hf://acme/a", "hf://acme/b", "hf://acme/c", "hf://acme/d"},
    ),
    "a known model in a list": (pod("args: ['--pull=[\"Qwen/Qwen2.5-7B\",\"a/b\"]']"), {QWEN}),
    "several in a variable": (
        pod("""env: [{name: MODELS, value: '["acme/a","acme/b"]'}]"""),
        {"hf://acme/a", "hf://acme/b"},
    ),
    "settings in a variable": (
        pod(r'env: [{name: APP_CONFIG, value: "port: 1\nengine:\n  model: acme/net\n"}]'),
        {"hf://acme/net"},
    ),
    "hook": (
        pod('lifecycle: {postStart: {exec: {command: [sh, -c, "ollama pull qwen2.5:7b"]}}}'),
        {"ollama:qwen2.5:7b"},
    ),
    "init container": (
        pod("args: [--model, /m/net], volumeMounts: [{name: m, mountPath: /m}]")
        + "  initContainers:\n  - {name: get, image: a/b, command: [hf, download, acme/net],\n"
        "     volumeMounts: [{name: m, mountPath: /to}]}\n  volumes: [{name: m, emptyDir: {}}]\n",
        {"hf://acme/net"},
    ),
    "image volume": (
        pod("args: [--model, /m], volumeMounts: [{name: m, mountPath: /m}]")
        + "  volumes: [{name: m, image: {reference: 'quay.io/acme/net:7b'}}]\n",
        {"oci://quay.io/acme/net:7b"},
    ),
    "modelcar": (
        pod("args: [--model, /mnt/models], volumeMounts: [{name: m, mountPath: /mnt}]")
        + "  - {name: modelcar, image: 'quay.io/acme/car:1', volumeMounts: [{name: m, mountPath: /mnt}]}\n"
        "  volumes: [{name: m, emptyDir: {}}]\n",
        {"oci://quay.io/acme/car:1"},
    ),
    "storage initializer's note": (
        "apiVersion: v1\nkind: Pod\nmetadata: {annotations: {internal.serving.kserve.io/storage-initializer-sourceuri: "
        "'oci://quay.io/acme/net:7b'}}\nspec: {containers: [{name: a, image: b}]}",
        {"oci://quay.io/acme/net:7b"},
    ),
    "git volume": (
        pod("args: [x]") + "  volumes: [{name: m, gitRepo: {repository: 'https://huggingface.co/acme/net'}}]\n",
        {"hf://acme/net"},
    ),
    "volume of a driver": (
        pod("args: [x]")
        + "  volumes: [{name: m, csi: {driver: d, volumeAttributes: {model.csi.modelpack.org/reference: 'quay.io/acme/net:1'}}}]\n",
        {"oci://quay.io/acme/net:1"},
    ),
    "image that holds a model": (
        "kind: NIMService\napiVersion: a/v1\nspec: {image: {repository: nvcr.io/nim/meta/llama-3.1-8b, tag: '1.8'}}",
        {"oci://nvcr.io/nim/meta/llama-3.1-8b:1.8"},
    ),
    "puller of images that hold a model": (
        "kind: NIMCache\napiVersion: a/v1\nspec: {source: {ngc: {modelPuller: 'nvcr.io/nim/meta/llama:1'}}}",
        {"oci://nvcr.io/nim/meta/llama:1"},
    ),
    "page beside a model server": (
        pod("env: [{name: OLLAMA_BASE_URL, value: 'http://ollama:11434'}, {name: RAG_EMBEDDING_MODEL, value: Qwen/Qwen2.5-7B}]"),
        {QWEN},
    ),
    "cron job": (
        "kind: CronJob\napiVersion: batch/v1\nspec: {jobTemplate: {spec: {template: {spec: {containers: "
        "[{name: a, image: b, command: [hf, download, acme/net]}]}}}}}",
        {"hf://acme/net"},
    ),
    "inference service": (
        "kind: InferenceService\napiVersion: a/v1\nspec: {predictor: {model: {storageUri: 'hf://acme/net', args: [--model, /mnt/models]}}}",
        {"hf://acme/net"},
    ),
    "model inference service": (
        "kind: LLMInferenceService\napiVersion: a/v1\nspec: {model: {uri: 'hf://acme/net', name: acme/net}}",
        {"hf://acme/net"},
    ),
    "kubeai": ("kind: Model\napiVersion: kubeai.org/v1\nspec: {url: 'hf://acme/net?rev=v1', engine: VLLM}", {"hf://acme/net"}),
    "ray": (
        "kind: RayService\napiVersion: ray.io/v1\nspec:\n  serveConfigV2: |\n    applications:\n    - name: llm\n      args:\n"
        "        llm_configs:\n        - model_loading_config: {model_id: q, model_source: acme/net}\n",
        {"hf://acme/net"},
    ),
    "leader and workers": (
        "kind: LeaderWorkerSet\napiVersion: a/v1\nspec: {leaderWorkerTemplate: {leaderTemplate: {spec: {containers: "
        "[{name: a, image: vllm/vllm-openai, args: [--model, acme/one]}]}}, workerTemplate: {spec: {containers: "
        "[{name: a, image: x, command: [vllm, serve, acme/two]}]}}}}",
        {"hf://acme/one", "hf://acme/two"},
    ),
    "a note that is like a report's": (
        pod("args: [--model, acme/net], env: [{name: A, value: lineage-report/1}]"),
        {"hf://acme/net"},
    ),
    "service by option": (pod("args: [litellm, --model, deepseek/deepseek-chat]"), {"api://api.deepseek.com/deepseek-chat"}),
    "service by option in a script": (
        pod(r'command: [sh, -c, "set -e\nlitellm --model deepseek/deepseek-chat\n"]'),
        {"api://api.deepseek.com/deepseek-chat"},
    ),
    "service by a bare name": (pod("args: [aider, --model, deepseek-chat]"), {"api://unknown/deepseek-chat"}),
    "image of a registry by another of its names": (
        "kind: Pod\napiVersion: v1\nspec: {containers: [{name: a, image: 'index.docker.io/ai/qwen2.5:7b'}]}",
        {"docker:ai/qwen2.5:7b"},
    ),
    "service in parts": (
        pod("args: [litellm, --model, $(P)/deepseek-chat], env: [{name: P, value: deepseek}]"),
        {"api://api.deepseek.com/deepseek-chat"},
    ),
    "one name in two containers": (
        pod("env: [{name: O, value: acme}, {name: MODEL_ID, value: $(O)/net}]")
        + "  - {name: b, image: c, env: [{name: O, value: corp}, {name: MODEL_ID, value: $(O)/net}]}\n",
        {"hf://acme/net", "hf://corp/net"},
    ),
    "a variable that is set twice": (
        pod('args: ["--model=$(A)"], env: [{name: A, value: acme/one}, {name: MODEL_ID, value: $(A)}, {name: A, value: acme/two}]'),
        {"hf://acme/one", "hf://acme/two"},
    ),
    "namespace and name": (
        "kind: NIMCache\napiVersion: a/v1\nspec: {source: {hf: {endpoint: 'https://huggingface.co', namespace: acme, modelName: net}}}",
        {"hf://acme/net"},
    ),
    "what an adapter is served as": (
        "kind: LoraAdapter\napiVersion: a/v1\nspec: {adapterSource: {type: huggingface, adapterName: sql-7b, repository: acme/sql}}",
        {"hf://acme/sql"},
    ),
    "none": (pod("args: [--port, '80'], env: [{name: CONFIG, value: acme/app}]"), set()),
    "what was applied before": (
        "apiVersion: v1\nkind: Pod\nmetadata: {annotations: {kubectl.kubernetes.io/last-applied-configuration: "
        "'{\"storageUri\": \"hf://acme/old\"}'}}\nspec: {containers: [{name: a, image: b}]}",
        set(),
    ),
}  # fmt: skip

# name: the resource, and what the reason says.
BLIND: dict[str, tuple[str, str]] = {
    "variable of a ConfigMap": (
        pod("env: [{name: MODEL_ID, valueFrom: {configMapKeyRef: {name: x, key: m}}}]"),
        "MODEL_ID is set by ConfigMap x (m)",
    ),
    "variable of an annotation": (
        pod("env: [{name: MODEL, valueFrom: {fieldRef: {fieldPath: \"metadata.annotations['m']\"}}}]"),
        "MODEL is set by fieldRef",
    ),
    "argument of a variable that nothing sets": (pod('args: ["--model=$(MODEL)"]'), "$(MODEL)"),
    "another container's variable of the same name": (
        pod('args: ["--model=$(X)"], env: [{name: X, valueFrom: {secretKeyRef: {name: s, key: k}}}]')
        + "  - {name: b, image: c, env: [{name: X, value: acme/good}]}\n",
        "X is set by Secret s (k)",
    ),
    "escaped variable": (pod('args: ["--model=$$(X)"], env: [{name: X, value: acme/good}]'), "not in the resource"),
    "variable used before it is set": (
        pod("env: [{name: MODEL_ID, value: $(A)}, {name: A, value: acme/good}], envFrom: [{secretRef: {name: s}}]"),
        "MODEL_ID holds $(A)",
    ),
    "variable that another container alone sets": (
        pod('args: ["--model=$(X)"], envFrom: [{secretRef: {name: s}}]')
        + "  - {name: b, image: c, env: [{name: X, value: acme/good}]}\n",
        "$(X)",
    ),
    "shell's variable that another container alone sets": (
        pod("command: [sh, -c, 'vllm serve $X']")
        + "  - {name: b, image: c, env: [{name: X, value: acme/good}]}\n",
        "$X",
    ),
    "variables that double thirty times": (
        pod("args: [--model, $(V29)], env: [{name: V, value: acme/net}, {name: V0, value: $(V)$(V)}, "
            + ", ".join(f"{{name: V{n}, value: $(V{n - 1})$(V{n - 1})}}" for n in range(1, 30)) + "]"),
        "not in the resource",
    ),
    "a name that looks like another": (pod("args: [--model, 'Qw\u0435n/Qwen2.5-7B']"), "Qw\\u0435n/Qwen2.5-7B is no name"),
    "server with all from elsewhere": (
        pod("command: [vllm, serve], envFrom: [{configMapRef: {name: x}}]"),
        "names no model. Its variables come from elsewhere",
    ),
    "server without a model": (pod("command: [vllm, serve, --port, '80']"), "starts vllm and names no model"),
    "claim": (
        pod("args: [--model, /m/net], volumeMounts: [{name: m, mountPath: /m}]")
        + "  volumes: [{name: m, persistentVolumeClaim: {claimName: c}}]\n",
        "lies on m (persistentVolumeClaim)",
    ),
    "in the image": (pod("args: [--model, /opt/net]"), "lies in the image registry.acme.io/engine:1 or on the node"),
    "bucket": (pod("args: [--model=s3://bucket/net]"), "s3://bucket/net cannot be looked up"),
    "bucket of a service": (
        "kind: InferenceService\napiVersion: a/v1\nspec: {predictor: {model: {storageUri: 'gs://b/net'}}}",
        "gs://b/net cannot be looked up",
    ),
    "weights of another site": (pod("args: ['https://acme.io/net.gguf']"), "net.gguf cannot be looked up"),
    "kind that is a model": (
        "kind: Model\napiVersion: ollama.ayaka.io/v1\nspec: {image: phi}",
        "A Model in which no model was found",
    ),
    "too deep": ("a: " + "[" * 300 + "]" * 300, "nested deeper than 200"),
}  # fmt: skip


@pytest.mark.parametrize("name", NAMED)
def test_every_model_is_found_and_nothing_else(name: str) -> None:
    """Whatever the kind, wherever the model stands in it."""
    text, models = NAMED[name]
    started = read(text)
    assert {model.target for model in started.models} == models
    assert started.blind == ()


@pytest.mark.parametrize("name", BLIND)
def test_what_is_not_shown_is_told(name: str) -> None:
    """A model that the resource does not name is never none."""
    text, reason = BLIND[name]
    reasons = [one.reason for one in read(text).blind]
    assert any(reason in one for one in reasons), reasons


def test_a_place_is_told_by_the_names_on_its_way() -> None:
    """People know their containers by name."""
    assert read(pod("args: [--model, acme/net]")).models[0].places == (
        "spec.containers[engine].args[1]",
    )


def test_a_token_of_a_secret_leaves_nothing_open() -> None:
    """The recorded pod takes its Hub token from a Secret and its model from its arguments."""
    resource = json.loads((REVIEWS / "pod.json").read_text())["request"]["object"]
    started = started_by(resource, SERVICES)
    assert [model.name for model in started.models] == ["Qwen/Qwen2.5-7B-Instruct"]
    assert started.blind == ()
    assert started.notes == ()


def test_a_resource_over_the_bounds_is_not_read_at_all() -> None:
    """A flood of values hides nothing."""
    started = started_by({"kind": "Pod", "x": ["v"] * 200_001}, SERVICES)
    assert "more than 5000 values" in started.blind[0].reason


def test_twice_the_containers_cost_twice_the_work_and_no_more_than_the_bound() -> None:
    """Reading goes on when nobody waits any more, and keeps others from being read."""

    def cost(count: int) -> int:
        env = [{"name": f"A{n}", "value": f"$(A{n - 1})x"} for n in range(8)]
        one = {"image": "vllm/vllm-openai", "args": ["--model", "acme/net"], "env": env}
        pod = {"kind": "Pod", "spec": {"containers": [one] * count}}
        return steps(lambda: started_by(pod, SERVICES))

    cost(2)
    few, more = cost(10), cost(20)
    assert more < 2.6 * few
    assert cost(2_000) < more


def test_another_image_is_another_place_for_a_model() -> None:
    """A change of the image alone may change the model in it."""
    before = read(pod("args: [--model, /opt/net]"))
    after = read(pod("args: [--model, /opt/net]").replace("engine:1", "engine:2"))
    assert after.beyond(before).blind == after.blind != ()


def test_text_about_a_model_is_no_name() -> None:
    """In whatever language."""
    started = read(pod("env: [{name: MODEL_DESCRIPTION, value: 'Café / Modèle'}]"))
    assert started == Started()


def test_an_accelerator_without_a_model_is_noted() -> None:
    """It may be any program; a person should know."""
    started = read(pod("resources: {limits: {nvidia.com/gpu: 1}}, env: [{name: A, value: b}]"))
    assert started.blind == ()
    assert started.notes == (
        "spec.containers[engine]: asks for nvidia.com/gpu and names no model.",
    )
