"""Classes that wrap a service: the model that they ask for where nobody names another."""

from __future__ import annotations

from pathlib import Path

import pytest

from lineage.core.use import Certainty
from lineage.workflows.check import scanned


def found(folder: Path, text: str, name: str = "app.py") -> list[str]:
    """Target of every use that would be audited."""
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    uses = scanned(folder).uses
    return [u.target or u.model for u in uses if u.certainty is not Certainty.POSSIBLE]


_FIELDS = """from dataclasses import dataclass, field
from os import getenv
from .like import OpenAILike
@dataclass
class {name}(OpenAILike):
    id: str = "{model}"
    provider: str = "{provider}"
    api_key: str | None = field(default_factory=lambda: getenv("SOME_API_KEY"))
    base_url: str = "{address}"
"""
_INIT = """class Speaks{name}(Base):
    def __init__(self, *, api_key: str, voice: str = "x", {url}model: str | None = None):
        self.settings = self.Settings({key}={model}, voice=None)
        if model is not None:
            self.settings.model = model
"""


@pytest.mark.parametrize(
    ("name", "model", "provider", "address", "target"),
    [
        (
            "DeepSeek",
            "deepseek-v9",
            "DeepSeek",
            "https://api.deepseek.com",
            "api://api.deepseek.com/deepseek-v9",
        ),
        (
            "Flow",
            "Qwen/QwQ-32B",
            "Flow",
            "https://api.siliconflow.cn/v1",
            "api://api.siliconflow.cn/Qwen/QwQ-32B",
        ),
        (
            "New",
            "some-model-3",
            "New",
            "https://api.new-service.example/v1",
            "api://api.new-service.example:443/some-model-3",
        ),
        (
            "LMStudio",
            "qwen2.5-7b-instruct-1m",
            "LMStudio",
            "http://127.0.0.1:1234/v1",
            "lmstudio:qwen2.5-7b-instruct-1m",
        ),
        ("Ours", "our-model-1", "Ours", "http://127.0.0.1:9/v1", "api://127.0.0.1:9/our-model-1"),
        (
            "Llama",
            "ggml-org/gpt-oss-20b-GGUF",
            "Local",
            "http://127.0.0.1:8080/v1",
            "ggml-org/gpt-oss-20b-GGUF",
        ),
    ],
)
def test_the_default_of_a_wrapper_is_its_services_model(
    tmp_path: Path, name: str, model: str, provider: str, address: str, target: str
) -> None:
    """By the address beside it, also of a service that no table knows; of a server on the machine
    by its word, if that has names of its own, and nobody's otherwise."""
    code = _FIELDS.format(name=name, model=model, provider=provider, address=address)
    assert found(tmp_path, code) == [target]


@pytest.mark.parametrize(
    ("file", "url", "model", "target"),
    [
        ("services/groq/stt.py", "", '"a-voice-3"', "api://api.groq.com/a-voice-3"),
        ("services/unheard/tts.py", "", '"sonic-9"', "api://unknown/sonic-9"),
        (
            "services/unheard/tts.py",
            'url: str = "wss://api.unheard.example/v2", ',
            '"sonic-9"',
            "api://api.unheard.example:443/sonic-9",
        ),
        ("services/unheard/tts.py", "", 'voice or "pulse"', "api://unknown/pulse"),
    ],
)
def test_a_constructor_that_hands_on_a_name_gives_the_default(
    tmp_path: Path, file: str, url: str, model: str, target: str
) -> None:
    """In a folder that is called like a service it is that service's; else nobody's, and told all
    the same."""
    code = _INIT.format(name="Up", url=url, key="model", model=model)
    assert found(tmp_path, code, file) == [target]


@pytest.mark.parametrize(
    "code",
    [
        _INIT.format(name="Up", url="", key="model", model="None"),
        _INIT.format(name="Up", url="", key="model", model='"default"'),
        _INIT.format(name="Up", url="", key="language", model='"en-1"'),
        _INIT.format(name="Up", url="", key="model", model='"pulse"').replace("api_key", "size"),
        'class Printer:\n    def __init__(self, api_key, model="LaserJet-4"):\n        pass\n',
        'class Chat:\n    api_key: str = ""\n    roles = {"model": "assistant"}\n',
        'class Chat:\n    id: str = "thread-1"\n    api_key: str = ""\n',
        'class Chat:\n    api_key: str = ""\n    def voices(self, model="quality"):\n        pass\n',
        'class Chat:\n    api_key: str = ""\n    def count_tokens(self, model="a-1"):\n        pass\n',
        'class ChatKeys:\n    api_key: str = ""\n    X_MODEL_NAME = "x_model_name"\n',
        'class ChatKeys:\n    api_key: str = ""\n    HF_MODEL_ID = "app/hf-model-id"\n',
        'class Chat:\n    api_key: str = ""\n    def of_model(self):\n        return "a-1"\n',
        'class ChatMigration:\n    operations = [AddField(model_name="chat-1", api_key="")]\n',
    ],
)
def test_what_is_no_model_of_a_service_is_no_use(tmp_path: Path, code: str) -> None:
    """Nothing, a word in its place, another setting, a class without a key or an address, another
    kind of machine, a table of roles, the id of something else, a method's choice, a count, the keys of
    settings, what a method returns, a call that has a key of its own."""
    assert found(tmp_path, code) == []


def test_a_class_of_ones_own_that_is_called_like_a_service_is_given_its_model(
    tmp_path: Path,
) -> None:
    """A name that nothing else has, given to it as its `id`."""
    (tmp_path / "own.py").write_text("class OpenAIChat:\n    pass\n")
    code = 'from own import OpenAIChat\nOpenAIChat(id="o4-mini")\nOpenAIChat(id="thread")\n'
    assert found(tmp_path, code) == ["api://api.openai.com/o4-mini"]


def test_an_id_of_ones_own_is_not_the_model_that_stands_beside_it(tmp_path: Path) -> None:
    """`id` is the model where nothing else names one."""
    both = 'x = Entry(id="mine-gpt-4o", name="gpt-4o", provider="openai")\n'
    alone = 'x = Entry(id="gpt-4o", name="GPT", provider="openai")\n'
    assert found(tmp_path, both) == ["api://api.openai.com/gpt-4o"]
    assert found(tmp_path, alone) == ["api://api.openai.com/gpt-4o"]


def test_a_factory_of_a_default_is_read(tmp_path: Path) -> None:
    """`field(default_factory=lambda: "gpt-4")` is the name that it gives."""
    code = 'class GPT:\n    model: str = field(default_factory=lambda: "gpt-4")\n'
    assert found(tmp_path, code, "openai.py") == ["api://api.openai.com/gpt-4"]


@pytest.mark.parametrize(
    "code",
    [
        'SHOWN = {"example": {"models": [{"id": "gpt-4.1", "provider": "openai"}]}}\n',
        'ANSWERS = {200: {"example": [{"model_id": "gpt-4.1", "model_provider": "OpenAI"}]}}\n',
        'if name == "amazon.nova-sonic-v1:0":\n    pass\n',
        'if name in ("amazon.nova-sonic-v1:0", "amazon.nova-pro-v1:0"):\n    pass\n',
        'class DeepSeek:\n    _plain_model_ids = {"deepseek-chat"}\n',
    ],
)
def test_examples_and_conditions_are_no_uses(tmp_path: Path, code: str) -> None:
    """What the documentation of an interface shows, and what a name is compared with."""
    assert found(tmp_path, code) == []


@pytest.mark.parametrize(
    ("name", "code", "target"),
    [
        (
            "a.py",
            'import dashscope\ndashscope.Generation.call("qwen3-max", messages=[])\n',
            "api://dashscope-intl.aliyuncs.com/qwen3-max",
        ),
        (
            "a.py",
            "from openai import OpenAI\n"
            'c = OpenAI(base_url="https://us-1.cloud.example/v1")\n'
            'c.chat.completions.create(model="deepseek-ai/deepseek-v3.2-maas")\n',
            "api://vertex_ai/deepseek-ai/deepseek-v3.2-maas",
        ),
        (
            "a.ts",
            'new AzureChatOpenAI({ azureOpenAIApiDeploymentName: "gpt-4o-mini" });\n',
            "api://azure/gpt-4o-mini",
        ),
        (
            "a.ts",
            'import OpenAI from "openai";\n'
            'const c = new OpenAI({ baseURL: "https://api.new.example/v1" });\n'
            'c.chat.completions.create({ model: "some-model-3" });\n',
            "api://api.new.example:443/some-model-3",
        ),
    ],
)
def test_what_apps_write(tmp_path: Path, name: str, code: str, target: str) -> None:
    """A name that a service's own function is given first, a form that one cloud alone has, a
    deployment's name within a longer one, a client at an address that no table knows."""
    assert target in found(tmp_path, code, name)


def test_an_address_of_anything_else_says_nothing_of_a_model(tmp_path: Path) -> None:
    """Cars have models too, and services of their own."""
    code = (
        'const c = axios({ baseURL: "https://api.cars.example" });\nc.get({ model: "t-1000" });\n'
    )
    assert found(tmp_path, code, "a.ts") == []
