"""Models behind an API: found where code asks for them, told by host, and nowhere else."""

from __future__ import annotations

from pathlib import Path

import pytest

from lineage.core.use import Certainty, UseKind
from lineage.workflows.check import scanned


def found(folder: Path, text: str, name: str = "app.py") -> list[tuple[int, str]]:
    """Line and target of every use that would be audited."""
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    uses = scanned(folder).uses
    return [(u.line, u.target or u.model) for u in uses if u.certainty is not Certainty.POSSIBLE]


@pytest.mark.parametrize(
    ("code", "target"),
    [
        ("import ollama\nollama.chat(model='deepseek-r1:8b')", "ollama:deepseek-r1:8b"),
        ("import ollama\nollama.generate('llama3.1:8b', 'x')", "ollama:llama3.1:8b"),
        (
            "from openai import OpenAI\nOpenAI(base_url='https://api.deepseek.com').chat.completions.create(model='deepseek-chat')",
            "api://api.deepseek.com/deepseek-chat",
        ),
        (
            "from openai import OpenAI\nOpenAI().responses.create(model='gpt-4o', input='x')",
            "api://api.openai.com/gpt-4o",
        ),
        (
            "from langchain_deepseek import ChatDeepSeek\nChatDeepSeek(model='deepseek-chat')",
            "api://api.deepseek.com/deepseek-chat",
        ),
        (
            "from llama_index.llms.deepseek import DeepSeek\nDeepSeek(model='deepseek-reasoner')",
            "api://api.deepseek.com/deepseek-reasoner",
        ),
        (
            "from agno.models.moonshot import MoonShot\nMoonShot(id='kimi-k2')",
            "api://api.moonshot.ai/kimi-k2",
        ),
        (
            "import dashscope\ndashscope.Generation.call(model='qwen-max', prompt='x')",
            "api://dashscope-intl.aliyuncs.com/qwen-max",
        ),
        (
            "from zhipuai import ZhipuAI\nZhipuAI(api_key='x').chat.completions.create(model='glm-4-plus')",
            "api://open.bigmodel.cn/glm-4-plus",
        ),
        (
            "import litellm\nlitellm.completion('deepseek/deepseek-chat', [])",
            "api://api.deepseek.com/deepseek-chat",
        ),
        (
            "import dspy\ndspy.LM('openrouter/qwen/qwen3-coder')",
            "api://openrouter.ai/qwen/qwen3-coder",
        ),
        ("from crewai import LLM\nLLM(model='ollama/llama3.1:8b')", "ollama:llama3.1:8b"),
        (
            "from smolagents import ParserAgent\nParserAgent(f'deepseek/{\"\"}talk-1')",
            "api://api.deepseek.com/talk-1",
        ),
        (
            "from pydantic_ai import Agent\nAgent('deepseek:deepseek-chat')",
            "api://api.deepseek.com/deepseek-chat",
        ),
        (
            "from langchain.chat_models import init_chat_model\ninit_chat_model('glm-4.6', model_provider='zai')",
            "api://api.z.ai/glm-4.6",
        ),
        (
            "from nobody_knows import Talker\nTalker(endpoint='https://api.moonshot.cn/v1', model='kimi-latest')",
            "api://api.moonshot.cn/kimi-latest",
        ),
        (
            "from openai import OpenAI\nOpenAI(base_url='http://localhost:11434/v1').chat.completions.create(model='qwen3:4b')",
            "ollama:qwen3:4b",
        ),
        (
            "from openai import OpenAI\nOpenAI(base_url='http://vllm:8000/v1').chat.completions.create(model='Qwen/Qwen3-8B')",
            "Qwen/Qwen3-8B",
        ),
        (
            "from openai import OpenAI\nOpenAI(base_url='http://vllm:8000/v1').chat.completions.create(model='acme-chat')",
            "api://vllm:8000/acme-chat",
        ),
    ],
)
def test_each_way_of_asking_is_a_use_on_its_line(tmp_path: Path, code: str, target: str) -> None:
    """The host comes from the address, the client's class or package, or the route in the name."""
    assert found(tmp_path, code) == [(2, target)]


def test_values_are_followed_to_the_address_and_the_model(tmp_path: Path) -> None:
    """Constants, environment look-ups with defaults, attributes, functions that return a client,
    other modules."""
    (tmp_path / "settings.py").write_text("BASE = 'https://api.deepseek.com/v1'\n")
    code = """import os
from openai import OpenAI, AsyncOpenAI
from settings import BASE

MODEL = os.getenv("LLM_MODEL", "deepseek-reasoner")

def make():
    client = OpenAI(base_url=BASE)
    return client

class Bot:
    def __init__(self):
        self.client = AsyncOpenAI(base_url="https://api.moonshot.ai/v1")

    async def ask(self):
        return await self.client.chat.completions.create(model="kimi-k2-0905-preview")

make().chat.completions.create(model=MODEL)
"""
    assert found(tmp_path, code) == [
        (16, "api://api.moonshot.ai/kimi-k2-0905-preview"),
        (18, "api://api.deepseek.com/deepseek-reasoner"),
    ]


def test_a_variable_that_carries_a_services_address_stands_for_it(tmp_path: Path) -> None:
    """`DEEPSEEK_API_BASE` has no default: whatever it holds is meant to be DeepSeek's address."""
    code = "import os\nfrom openai import OpenAI\nc = OpenAI(base_url=os.environ['DEEPSEEK_API_BASE'])\nc.chat.completions.create(model='deepseek-chat')\n"
    assert found(tmp_path, code) == [(4, "api://api.deepseek.com/deepseek-chat")]


@pytest.mark.parametrize(
    ("code", "target"),
    [
        (
            "import boto3\nboto3.client('bedrock-runtime').converse(modelId='us.deepseek.r1-v1:0')",
            "api://bedrock/us.deepseek.r1-v1:0",
        ),
        (
            "client = make()\nclient.invoke_model(modelId='arn:aws:bedrock:us-east-1::foundation-model/qwen.qwen3-32b-v1:0')",
            "api://bedrock/qwen.qwen3-32b-v1:0",
        ),
        (
            "import aws_cdk\nfind(self, Id('qwen.qwen3-coder-30b-a3b-v1:0'))",
            "api://bedrock/qwen.qwen3-coder-30b-a3b-v1:0",
        ),
        ("import x\nDEFAULT_MODEL = 'qwen-plus'", "api://unknown/qwen-plus"),
        ("import x\nLLM_MODEL = 'qwen2.5:7b'", "ollama:qwen2.5:7b"),
        (
            f"import x\nVISION_MODEL = 'someone/fuyu-8b:{'42f23bc8' * 8}'",
            "api://api.replicate.com/someone/fuyu-8b",
        ),
        (
            "import requests\nrequests.post('https://api-inference.huggingface.co/models/Qwen/Qwen2.5-7B', json={})",
            "Qwen/Qwen2.5-7B",
        ),
    ],
)
def test_a_name_may_say_by_itself_whose_it_is(tmp_path: Path, code: str, target: str) -> None:
    """Ids in a form that one service alone has, names that the tables list, addresses that hold a name."""
    assert found(tmp_path, code) == [(2, target)]


@pytest.mark.parametrize("name", ["app.ts", "bot.py"])
def test_one_long_line_hides_no_other(tmp_path: Path, name: str) -> None:
    """A line as bundlers write them makes only what it holds itself uncertain."""
    code = f'x = \'{"a" * 6_000}\'\nask({{"model": "deepseek-reasoner"}})\n'
    broken = code + ("def (:\n" if name == "bot.py" else "")
    assert found(tmp_path, broken, name) == [(2, "api://unknown/deepseek-reasoner")]


def test_a_known_name_is_told_once_where_its_service_is_shown(tmp_path: Path) -> None:
    """A constant is no second use of the model that the code asks a service for."""
    (tmp_path / "names.py").write_text("MODEL = 'deepseek-chat'\n")
    code = (
        "from openai import OpenAI\nfrom names import MODEL\n"
        "OpenAI(base_url='https://api.deepseek.com').chat.completions.create(model=MODEL)\n"
    )
    assert found(tmp_path, code) == [(3, "api://api.deepseek.com/deepseek-chat")]


def test_an_address_whose_model_is_not_known_is_a_use_of_the_service(tmp_path: Path) -> None:
    """Who serves it can be told; which model it is stays open."""
    code = "from openai import OpenAI\nclient = OpenAI(base_url='https://api.deepseek.com')\n"
    assert found(tmp_path, code) == [(2, "api://api.deepseek.com")]


def test_a_request_without_a_client_is_a_use(tmp_path: Path) -> None:
    """The payload names the model, the address stands elsewhere in the module."""
    code = "import requests\nURL = 'https://api.deepseek.com/chat/completions'\nrequests.post(URL, json={'model': 'deepseek-chat'})\n"
    assert found(tmp_path, code) == [(3, "api://api.deepseek.com/deepseek-chat")]


@pytest.mark.parametrize(
    "code",
    [
        "# OpenAI(base_url='https://api.deepseek.com') with model='deepseek-chat'\n",
        '"""Ask https://api.moonshot.ai/v1 for kimi-latest."""\n',
        "import os\nkey = os.environ['DEEPSEEK_API_KEY']\n",
        "import openai, dashscope, zhipuai\n",
        "from openai import OpenAI\nclient = OpenAI()\n",
        "DOCS = 'https://api.deepseek.com/docs/guide'\n",
        "class DeepSeek:\n    pass\nDeepSeek()\n",
        "assert parse('deepseek/deepseek-chat') == 1\n",
        "table = ['https://api.deepseek.com', 'https://api.moonshot.ai/v1']\n",
    ],
)
def test_what_is_only_spoken_of_is_no_use(tmp_path: Path, code: str) -> None:
    """Comments, docstrings, keys, imports, a default client that asks nothing, one's own class of
    that name."""
    assert found(tmp_path, code) == []


def test_a_repository_of_the_hub_is_not_taken_for_a_route(tmp_path: Path) -> None:
    """`openai/whisper-large-v3` loaded by transformers is the Hub's, whatever the word before the
    slash means to a router."""
    code = "from transformers import pipeline\npipeline('automatic-speech-recognition', model='openai/whisper-large-v3')\n"
    assert found(tmp_path, code) == [(2, "openai/whisper-large-v3")]


def test_a_name_that_only_the_run_knows_is_unresolved(tmp_path: Path) -> None:
    """A client of an unknown address that is asked for an unknown model: reported, never silent."""
    code = "import os\nfrom openai import OpenAI\nc = OpenAI(base_url=os.environ['MY_URL'])\nc.chat.completions.create(model=os.environ['MY_MODEL'])\n"
    (tmp_path / "app.py").write_text(code)
    unresolved = scanned(tmp_path).unresolved
    assert [(use.line, use.kind) for use in unresolved] == [(4, UseKind.UNRESOLVED)]


@pytest.mark.parametrize(
    ("name", "text", "expected"),
    [
        (
            "application.yml",
            "spring:\n  ai:\n    ollama:\n      chat:\n        options:\n          model: qwen2.5:7b\n",
            [(6, "ollama:qwen2.5:7b")],
        ),
        (
            "application.properties",
            "spring.ai.openai.base-url=https://api.moonshot.cn\nspring.ai.openai.chat.options.model=moonshot-v1-32k\n",
            [(2, "api://api.moonshot.cn/moonshot-v1-32k")],
        ),
        (
            "litellm.yaml",
            "model_list:\n  - model_name: chat\n    litellm_params:\n      model: deepseek/deepseek-chat\n",
            [(4, "api://api.deepseek.com/deepseek-chat")],
        ),
        (
            "config.yaml",
            "models:\n  - name: coder\n    provider: ollama\n    model: qwen2.5-coder:7b\n",
            [(4, "ollama:qwen2.5-coder:7b")],
        ),
        (
            "promptfooconfig.yaml",
            "providers:\n  - ollama:chat:qwen2.5:7b\n  - deepseek:deepseek-chat\n",
            [(2, "ollama:qwen2.5:7b"), (3, "api://api.deepseek.com/deepseek-chat")],
        ),
        (
            "settings.json",
            '{"models": [{"apiBase": "https://open.bigmodel.cn/api/paas/v4",\n "model": "glm-4.6"}]}',
            [(2, "api://open.bigmodel.cn/glm-4.6")],
        ),
        (
            ".env",
            "OPENAI_BASE_URL=https://api.deepseek.com/v1\nOPENAI_MODEL=deepseek-chat\n",
            [(2, "api://api.deepseek.com/deepseek-chat")],
        ),
        (
            "pod.yaml",
            "env:\n  - name: ANTHROPIC_BASE_URL\n    value: https://api.moonshot.ai/anthropic\n  - name: ANTHROPIC_MODEL\n    value: kimi-k2-turbo-preview\n",
            [(5, "api://api.moonshot.ai/kimi-k2-turbo-preview")],
        ),
        (
            "compose.yaml",
            'services:\n  llm:\n    image: ollama/ollama\n    command: ["run", "deepseek-r1:8b"]\n',
            [(4, "ollama:deepseek-r1:8b")],
        ),
        ("run.sh", "export OLLAMA_MODEL=qwen3:4b\n", [(1, "ollama:qwen3:4b")]),
        ("get.sh", "lms get qwen/qwen3-8b --yes\n", [(1, "lmstudio:qwen/qwen3-8b")]),
        (
            "ask.sh",
            'curl https://api.deepseek.com/chat/completions -d \'{"model": "deepseek-chat"}\'\n',
            [(1, "api://api.deepseek.com/deepseek-chat")],
        ),
        (
            "app.ts",
            'import OpenAI from "openai";\nconst c = new OpenAI({ baseURL: "https://api.deepseek.com" });\nc.chat.completions.create({ model: "deepseek-chat" });\n',
            [(3, "api://api.deepseek.com/deepseek-chat")],
        ),
        (
            "chat.ts",
            'import { deepseek } from "@ai-sdk/deepseek";\ngenerateText({ model: deepseek("deepseek-reasoner") });\n',
            [(2, "api://api.deepseek.com/deepseek-reasoner")],
        ),
        (
            "A.java",
            'import dev.langchain4j.model.ollama.OllamaChatModel;\nObject m = OllamaChatModel.builder().modelName("qwen2.5:7b").build();\n',
            [(2, "ollama:qwen2.5:7b")],
        ),
        (
            "main.go",
            'c.BaseURL = "https://api.moonshot.cn/v1"\nreq := openai.ChatCompletionRequest{Model: "moonshot-v1-8k"}\n',
            [(2, "api://api.moonshot.cn/moonshot-v1-8k")],
        ),
        (
            "chart/values.yaml",
            "ollama:\n  ollama:\n    models:\n      pull:\n        - qwen2.5:3b\n",
            [(5, "ollama:qwen2.5:3b")],
        ),
        (
            "site.yml",
            'vars:\n  ollama_models: ["qwen2.5:14b"]\n',
            [(2, "ollama:qwen2.5:14b")],
        ),
        (
            "compose.yaml",
            'services:\n  o:\n    command: >\n      "ollama serve & sleep 5 &&\n       ollama pull qwen3:8b"\n',
            [(4, "ollama:qwen3:8b")],
        ),
        (
            "pull.sh",
            'curl http://localhost:11434/api/pull -d \'{"name": "qwen3:8b"}\'\n',
            [(1, "ollama:qwen3:8b")],
        ),
        (
            "flake.nix",
            '{ services.ollama = { enable = true; loadModels = [ "qwen3:4b" "qwen3:8b" ]; }; }\n',
            [(1, "ollama:qwen3:4b"), (1, "ollama:qwen3:8b")],
        ),
        (
            "main.cpp",
            '#include "ollama.hpp"\nint main() { ollama::generate("qwen2.5:7b", "hi"); }\n',
            [(2, "ollama:qwen2.5:7b")],
        ),
        ("chat.R", 'chat <- chat_ollama(model = "qwen2.5:7b")\n', [(1, "ollama:qwen2.5:7b")]),
        (
            "main.rs",
            'let r = Args::default().model("deepseek-reasoner").build()?;\n',
            [(1, "api://unknown/deepseek-reasoner")],
        ),
        (
            "main.bicep",
            "properties: { model: { format: 'DeepSeek', name: 'DeepSeek-V3-0324', version: '1' } }\n",
            [(1, "api://azure/DeepSeek-V3-0324")],
        ),
        (
            "main.tf",
            'resource "aws_bedrockagent_agent" "a" {\n  foundation_model = "deepseek.v3-v1:0"\n}\n',
            [(2, "api://bedrock/deepseek.v3-v1:0")],
        ),
        (
            "main.ts",
            'const M = process.env.OLLAMA_MODEL ?? "qwen2.5:7b";\n',
            [(1, "ollama:qwen2.5:7b")],
        ),
        (
            "A.php",
            "<?php\nPrism::text()->using(Provider::DeepSeek, 'deepseek-chat');\n",
            [(2, "api://api.deepseek.com/deepseek-chat")],
        ),
        (
            "worker.js",
            "await env.AI.run('@cf/qwen/qwq-32b', { prompt });\n",
            [(1, "api://api.cloudflare.com/@cf/qwen/qwq-32b")],
        ),
        (
            "ecs.tf",
            'environment = [{name="OLLAMA_MODEL", value="qwen2.5:7b"}]\n',
            [(1, "ollama:qwen2.5:7b")],
        ),
        (
            "app.yml",
            "model:\n  provider: langgenius/tongyi/tongyi\n  name: qwen-plus\n",
            [(3, "api://unknown/qwen-plus")],
        ),
        (
            "flow.json",
            '{"nodes": [{"parameters": {"model": "qwen2.5:14b"}}]}',
            [(1, "ollama:qwen2.5:14b")],
        ),
        ("app.ex", 'Bumblebee.load_model({:hf, "Qwen/Qwen3-0.6B"})\n', [(1, "Qwen/Qwen3-0.6B")]),
        (
            "llm.ts",
            'const e = await CreateMLCEngine("Qwen2.5-1.5B-Instruct-q4f16_1-MLC");\n',
            [(1, "mlc-ai/Qwen2.5-1.5B-Instruct-q4f16_1-MLC")],
        ),
    ],
)
def test_configuration_and_other_languages_name_models_of_services(
    tmp_path: Path, name: str, text: str, expected: list[tuple[int, str]]
) -> None:
    """A provider or an address beside the model, a service's word on the path or in the variable, a
    route in the name."""
    assert found(tmp_path, text, name) == expected


@pytest.mark.parametrize(
    ("code", "target"),
    [
        (
            "from modelscope import snapshot_download\nsnapshot_download('qwen/Qwen2.5-7B-Instruct')",
            "modelscope:qwen/Qwen2.5-7B-Instruct",
        ),
        (
            "import kagglehub\nkagglehub.model_download('qwen-lm/qwen2.5/transformers/7b')",
            "kaggle:qwen-lm/qwen2.5/transformers/7b",
        ),
        ("import lmstudio\nlmstudio.llm('qwen/qwen3-8b')", "lmstudio:qwen/qwen3-8b"),
        (
            "from xinference.client import Client\nc = Client('x')\nc.launch_model(model_name='qwen2.5-instruct')",
            "xinference:qwen2.5-instruct",
        ),
    ],
)
def test_other_registers_are_named_as_such(tmp_path: Path, code: str, target: str) -> None:
    """Their names are not the Hub's, even where they look like one."""
    assert [told for _, told in found(tmp_path, code)] == [target]


@pytest.mark.parametrize(
    ("name", "text"),
    [
        (".env", "DEEPSEEK_API_KEY=sk-1\n"),
        ("package.json", '{"dependencies": {"@ai-sdk/deepseek": "^1.0.0", "ollama": "0.5"}}'),
        ("config.yaml", "model: house-blend-2\n"),
        ("k.yaml", "meta:\n  model: something\n"),
        ("app.ts", '// baseURL: "https://api.deepseek.com", model: "deepseek-chat"\n'),
        ("run.sh", "# export OLLAMA_MODEL=qwen3:4b\n"),
        (
            "names.py",
            "import x\nx.load('google.cloud.speech_v1', 'openai.types.v2', 'meta.json5')\n",
        ),
        ("names.ts", 'load("google.cloud.speech-v1.js"); f("amazon.s3", Kind.Car, "model-3");\n'),
        ("prices.json", '[{"model": "deepseek-chat", "price": 1}, {"model": "qwen-max"}]'),
        ("mail.py", "MODEL = 'openai.com'\nname = {'model': 'search'}\n"),
        ("i18n.json", '{"models": {"select": "deepseek-chat", "hint": "qwen3:8b"}}'),
    ],
)
def test_a_key_a_package_and_a_comment_are_no_uses(tmp_path: Path, name: str, text: str) -> None:
    """They are leads at most."""
    assert found(tmp_path, text, name) == []


@pytest.mark.parametrize(
    ("code", "target"),
    [
        ("MODEL = 'gpt-4o-mini'\n", "api://unknown/gpt-4o-mini"),
        ("llm = llm_factory('gpt-4o-mini', client=client)\n", "api://unknown/gpt-4o-mini"),
        ("MODELS = {'fast': 'claude-haiku-4-5'}\n", "api://unknown/claude-haiku-4-5"),
        ("MODEL = 'claude-sonnet-4-5-some-day'\n", "api://unknown/claude-sonnet-4-5-some-day"),
        ("default_chat_models = ['gpt-4.1']\n", "api://unknown/gpt-4.1"),
        ("MODEL = 'openai/gpt-4o@tool'\n", "api://api.openai.com/gpt-4o"),
        (
            "class Embedder:\n    MODEL = 'models/embedding-001'\n",
            "api://generativelanguage.googleapis.com/embedding-001",
        ),
        (
            "from vendor.drivers import AnthropicPromptDriver\n"
            "AnthropicPromptDriver(model='some-new-9')\n",
            "api://api.anthropic.com/some-new-9",
        ),
        (
            "def ask(messages, model, tools):\n    ...\nask([], 'openrouter/acme/v3-fast', None)\n",
            "api://openrouter.ai/acme/v3-fast",
        ),
        (
            "def get_api_model(url):\n    if 'x' in url:\n        return url\n"
            "    return 'gpt-4o-mini'\n",
            "api://unknown/gpt-4o-mini",
        ),
        ("GROQ_MODEL = 'some-new-model-9b'\n", "api://api.groq.com/some-new-model-9b"),
        (
            "import os\nmodel = os.getenv('VOYAGE_MODEL_NAME', 'some-new-9')\n",
            "api://voyage/some-new-9",
        ),
    ],
)
def test_a_name_of_a_closed_model_is_told(tmp_path: Path, code: str, target: str) -> None:
    """Under a name that says model, or a variable that says whose."""
    assert [told for _, told in found(tmp_path, code)] == [target]


@pytest.mark.parametrize(
    "code",
    [
        "import tiktoken\ntiktoken.encoding_for_model('gpt-4o')\n",
        "MODEL_PRICES = {'name': 'gpt-4o'}\n",
        "def num_tokens(text, model='gpt-4o'):\n    ...\n",
        "def count_tokens(text, model=None):\n    model = model or 'gpt-4o'\n",
        "default_tokenizer = 'gpt-4o'\nx.count_tokens(model='gpt-4o')\n",
        "def normalize_model(name):\n    return 'gpt-4o'\n",
        "MODEL_LIMITS = {'anthropic.claude-3-haiku-v1': 4096}\n",
        "MODEL = 'llama-3-8b-of-our-own'\n",
        "from typing import Literal\nKind = Literal['anthropic.claude-3-haiku-v1', 'x']\n",
        "CHOICES = ['anthropic.claude-3-haiku-v1']\n",
        "def log(text, level):\n    ...\nlog('gpt-4o', 'openai/gpt-4o')\n",
        "OPENAI_MODEL_LIST_TIMEOUT = '10'\n",
        "GEN_AI_REQUEST_MODEL = 'gen_ai.request.model'\n",
    ],
)
def test_what_only_speaks_of_models_asks_for_none(tmp_path: Path, code: str) -> None:
    """Counting tokens, prices, a timeout, the name of an attribute."""
    assert found(tmp_path, code) == []


def test_a_module_that_is_called_like_a_service_names_its_models(tmp_path: Path) -> None:
    """Constants and fields that say model; elsewhere the same name is nobody's."""
    code = "DEFAULT_STT_MODEL = 'scribe_v2'\n"
    assert found(tmp_path, code, "stt/elevenlabs.py") == [(1, "api://elevenlabs/scribe_v2")]
    assert found(tmp_path / "other", code, "stt/speech.py") == []


def test_a_mention_that_is_only_possible_hides_no_name(tmp_path: Path) -> None:
    """A long line of a bundle asks a service for the name: the constant is still told."""
    (tmp_path / "app.js").write_text(
        "fetch('https://api.deepseek.com/v1',{model:'deepseek-chat'});" + "x();" * 2000
    )
    assert found(tmp_path, "MODEL = 'deepseek-chat'\n") == [(1, "api://unknown/deepseek-chat")]


@pytest.mark.parametrize(
    ("name", "code", "target"),
    [
        (
            "a.py",
            "import replicate\nreplicate.run('deepseek-ai/deepseek-r1', input={})\n",
            "api://api.replicate.com/deepseek-ai/deepseek-r1",
        ),
        (
            "a.py",
            "import fal_client\nfal_client.subscribe('fal-ai/qwen-image', arguments={})\n",
            "api://fal_ai/fal-ai/qwen-image",
        ),
        (
            "a.py",
            "from funasr import AutoModel\nAutoModel(model='paraformer-zh')\n",
            "modelscope:paraformer-zh",
        ),
        (
            "a.py",
            "import boto3\nboto3.client('bedrock-runtime').converse(modelId='qwen.' + 'qwen3-32b-v1:0')\n",
            "api://bedrock/qwen.qwen3-32b-v1:0",
        ),
        (
            "A.java",
            'class A { static final String M = "deepseek-r1:8b";\n'
            "void f() { OllamaChatModel.builder().modelName(M).build(); } }\n",
            "ollama:deepseek-r1:8b",
        ),
        ("a.ps1", '$env:OLLAMA_MODEL = "deepseek-r1:8b"\n', "ollama:deepseek-r1:8b"),
        ("app.ini", "[bot]\nbrain = Qwen/Qwen2.5-7B-Instruct\n", "Qwen/Qwen2.5-7B-Instruct"),
    ],
)
def test_a_model_is_told_however_it_is_handed_over(
    tmp_path: Path, name: str, code: str, target: str
) -> None:
    """By a service's own package, a register of its own, pieces, constants, or a known id alone."""
    assert target in [told for _, told in found(tmp_path, code, name)]


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("data.yaml", "datasets:\n  teacher: Qwen/Qwen2.5-7B-Instruct\n"),
        ("c.json", '{"results": [{"who": "Qwen/Qwen2.5-7B-Instruct"}]}'),
        ("w.yml", "steps:\n  - uses: Qwen/Qwen2.5-7B-Instruct\n"),
    ],
)
def test_a_known_id_in_data_is_no_use(tmp_path: Path, name: str, text: str) -> None:
    """What a result, a data set or a step of a pipeline names."""
    assert found(tmp_path, text, name) == []


def test_a_services_name_that_flows_to_another_loader_is_left_to_the_hub(tmp_path: Path) -> None:
    """Two classes share a field: what one asks a service for, the other does not surely load."""
    (tmp_path / "embed.py").write_text(
        "from openai import OpenAI\nfrom sentence_transformers import SentenceTransformer\n"
        "class Ask:\n  model_name: str = 'text-embedding-3-small'\n"
        "class Load:\n  model_name: str = 'all-MiniLM-L6-v2'\n"
        "def load(config):\n  return SentenceTransformer(config.model_name)\n"
        "def ask(config):\n  return OpenAI().embeddings.create(model=config.model_name)\n"
    )
    found = {u.model: u.if_found for u in scanned(tmp_path).uses}
    assert found["sentence-transformers/text-embedding-3-small"]
    assert not found["sentence-transformers/all-MiniLM-L6-v2"]


@pytest.mark.parametrize(
    ("text", "targets"),
    [
        ("RUN curl -fsSL https://ollama.com/install.sh | sh\n", []),
        ("RUN wget https://ollama.com/download/ollama-linux-amd64.tgz\n", []),
        ("RUN curl -s https://api.deepseek.com/v1/chat/completions\n", ["api://api.deepseek.com"]),
        (
            "# \nRUN curl https://api.deepseek.com/docs/\nRUN curl https://api.deepseek.com/v1/x\n",
            ["api://api.deepseek.com"],
        ),
    ],
)
def test_an_installer_or_a_page_asks_no_service(
    tmp_path: Path, text: str, targets: list[str]
) -> None:
    """Nor does it hide what is asked at the same host further down."""
    assert [target for _, target in found(tmp_path, f"FROM x\n{text}", "Dockerfile")] == targets


@pytest.mark.parametrize(
    "code",
    [
        "litellm.model_cost.get(f'deepseek/{NAME}')",
        "litellm.get_model_info(f'deepseek/{NAME}')",
        "raise litellm.BadRequestError('no', model='deepseek/talk-1', llm_provider='deepseek')",
        "raise Failed.SomeError('no', model='deepseek/talk-1', provider='deepseek')",
    ],
)
def test_what_is_asked_about_a_model_or_raised_for_it_calls_none(tmp_path: Path, code: str) -> None:
    """The tables of a package that routes by name, and an error that names the model."""
    head = "import litellm\nNAME = 'talk-1'\n"
    assert found(tmp_path, f"{head}{code}\n") == []
    asked = f"{head}litellm.completion(f'deepseek/{{NAME}}')\n"
    assert [target for _, target in found(tmp_path, asked)] == ["api://api.deepseek.com/talk-1"]
