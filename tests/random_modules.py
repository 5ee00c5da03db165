"""Python modules made up at random: names of models, written and given away in every way that the
reader follows, among comments, texts and templates that make it hard to see where they are."""

from __future__ import annotations

from hypothesis import strategies as st

NAMES = (
    "acme/falcon-7b",
    "gpt2",
    "hf://acme/falcon-7b",
    "https://huggingface.co/acme/falcon-7b/resolve/main/model.safetensors",
    "deepseek-chat",
    "qwen2.5:7b",
    "openai:gpt-4o",
    "deepseek/deepseek-chat",
    "us.deepseek.r1-v1:0",
    "@cf/meta/llama-3-8b",
    "https://api.deepseek.com/v1",
    "deepseek",
    "plain words",
)
PLACES = (
    "MODEL = {0}",
    "class Settings:\n    model_name: str = {0}",
    "TABLE = {{'model': {0}, 'base_url': {1}}}",
    "TABLE = {{'embedding_model': {0}}}",
    "run(model={0})",
    "run(model={0}, base_url={1})",
    "run(model=name, provider={1})",
    "client.chat.completions.create(model={0})",
    "import openai\nopenai.OpenAI(base_url={1})",
    "from openai import OpenAI as Made\nc = Made(base_url={1})\nc.go(model={0})",
    "import litellm\nlitellm.completion({0}, [])",
    "from transformers import AutoModel\nAutoModel.from_pretrained({0})",
    "from transformers import pipeline as p\np('fill-mask', {0})",
    "from transformers import (\n    pipeline,  # it's\n)\npipeline('fill-mask')",
    "from transformers import *\npipeline('fill-mask', {0})",
    "from functools import partial\npartial(HFEmbedder, model={0})()",
    "HFEmbedder \\\n(model={0})",
    "from subprocess import run as r\nr(['vllm', 'serve', {0}])",
    "import os; os.system('hf download ' + {0})",
    "evaluate(model_args='pretrained=' + {0})",
    "import requests\nrequests.post({1}, json={{'model': {0}}})",
    "session.put(url, data=dict(model={0}))",
    "def load(name={0}):\n    return name\nMODEL = load()",
    "print(f'{{load(model={0})}}')",
    "x: Literal[{0}] = 1",
    "table[{0}] = 1",
    "x = {0}",
    "EMBEDDER = env('MODEL', {0})",
    "parser.add_argument('--model', default={0})",
    "@option(model={0})\ndef f(): pass",
    "match x:\n    case {0}: pass",
    "embed_model = {0}\nimport llama_index",
    "import transformers\ngetattr(transformers, 'pipeline')('fill-mask', {0})",
    "from transformers import AutoModel\nload = AutoModel.from_pretrained\nload({0})",
    "exec('''run(model=\"acme/x\")''')",
    "import replicate\nreplicate.run({0})",
    "from threading import Thread\nThread(target=HFEmbedder, kwargs={{'model': {0}}})",
    "pool.submit(HFEmbedder, {0})",
    "GROQ_MODEL = {0}",
)
NOISE = (
    "# it's a note \\",
    '# a """ in a note',
    "'don\\'t'",
    '"""A text with \'quotes\' and "more\\" and # no note."""',
    "f'{x!r:>{width}} {{ {y[0]} }}'",
    'f"{x[\'a\']}" "}}{{"',
    "r'\\\\'",
    "b'\\x2f' + B''",
    "x = 1 / 2 # /",
    "'''\n'''",
    "\f",
    "",
)


def _escaped(char: str, how: int) -> str:
    return (f"\\x{ord(char):02x}", f"\\u{ord(char):04x}", f"\\{ord(char):03o}")[how]


@st.composite
def written(draw: st.DrawFn) -> str:
    """An expression that is a name, written in one of many ways."""
    text = draw(st.sampled_from(NAMES))
    quote = draw(st.sampled_from(["'", '"', "'''", '"""']))
    blank = draw(st.sampled_from(["", "", "", " ", "\\n", "\\u00a0"]))
    at = draw(st.integers(0, len(text) - 1))
    if draw(st.booleans()):
        escaped = _escaped(text[at], draw(st.integers(0, 2)))
        whole = f"{quote}{blank}{text[:at]}{escaped}{text[at + 1 :]}{blank}{quote}"
        return draw(st.sampled_from([whole, f"({whole})", f"str({whole})", f"f{whole}"]))
    whole = f"{quote}{blank}{text}{blank}{quote}"
    first, second = (f"{quote}{part}{quote}" for part in (text[:at], text[at:]))
    return draw(
        st.sampled_from(
            [
                whole,
                f"r{quote}{text}{quote}",
                f"({first} {second})",
                f"({first}\n{second})",
                f"{first} + {second}",
                f"'%s%s' % ({first}, {second})",
                f"'{{}}{{}}'.format({first}, {second})",
                f"f{quote}{text[:at]}{{rest}}{quote}",
                f'f"""{{{text[:at]!r}}}{text[at:]}"""',
                f"({whole} if x else None)",
                f"[{whole}][0]",
                f"{quote}{text[:at]}\\\n{text[at:]}{quote}",
            ]
        )
    )


@st.composite
def sources(draw: st.DrawFn) -> str:
    """One module."""
    lines: list[str] = []
    for _ in range(draw(st.integers(1, 3))):
        lines.append(draw(st.sampled_from(NOISE)))
        lines.append(draw(st.sampled_from(PLACES)).format(draw(written()), draw(written())))
    lines.append(draw(st.sampled_from(NOISE)))
    return draw(st.sampled_from(["\n", "\n", "\r\n", "\r"])).join(lines)
