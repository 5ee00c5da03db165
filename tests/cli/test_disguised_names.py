"""Names that code hands on, fills into templates or leaves to a card: each file below is a way that
a deployment has, and its model is audited, with its line."""

from __future__ import annotations

import json
from pathlib import Path

from disguised import NAME, Run, audited, check, places

IMPORT = "from transformers import AutoModel\n"
LOAD = f"{IMPORT}AutoModel.from_pretrained("

FILLED = {
    "table.py": "'{org}/{name}'.format(**{'org': 'acme', 'name': 'shadow-7b'}))",
    "map.py": "'{org}/{name}'.format_map({'org': 'acme', 'name': 'shadow-7b'}))",
    "dict.py": "'{org}/{name}'.format(**dict(org='acme', name='shadow-7b')))",
    "key.py": "'{0[org]}/{0[name]}'.format({'org': 'acme', 'name': 'shadow-7b'}))",
    "list.py": "'{}/{}'.format(*['acme', 'shadow-7b']))",
    "turned.py": "'{1}/{0!s}'.format('shadow-7b', 'acme'))",
    "percent.py": "'%(org)s/%(name)s' % {'org': 'acme', 'name': 'shadow-7b'})",
    "pair.py": "'%s/%s' % PAIR)\nPAIR = ('acme', 'shadow-7b')",
    "own.py": "'{org}/{name}'.format(**globals()))\norg, name = 'acme', 'shadow-7b'",
    "field.py": "'{c.org}/{c.name}'.format(c=C))\nclass C:\n    org, name = 'acme', 'shadow-7b'",
    "dollar.py": "string.Template('$org/${name}').substitute(org='acme', name='shadow-7b'))",
    "safe.py": "T.safe_substitute({'name': 'shadow-7b'}))\nT = Template('acme/$name')",
    "jinja.py": "J('{{ org }}/{{ name }}').render(org='acme', name='shadow-7b'))\n"
    "from jinja2 import Template as J",
}


def test_templates_are_filled(lineage: Run, tmp_path: Path) -> None:
    """From a table, by place, by name, from the module's own names and from an object's fields."""
    files = {name: f"{LOAD}{rest}\n" for name, rest in FILLED.items()}
    report = check(lineage, tmp_path, {**files, "open.py": f"{LOAD}'{{a}}/x'.format(**b))\n"})
    assert audited(report) == {name: {NAME} for name in FILLED}
    assert [use["file"] for use in report["scan"]["unresolved"]] == ["open.py"]


HANDED = {
    "key": "def load(**kw):\n    AutoModel.from_pretrained(kw['w'])\nload(w='acme/shadow-7b')",
    "get": "def load(**kw):\n    AutoModel.from_pretrained(kw.get('w'))\nload(w='acme/shadow-7b')",
    "place": "def load(*a):\n    AutoModel.from_pretrained(a[0])\nload('acme/shadow-7b')",
    "star": "def load(*a, **k):\n    AutoModel.from_pretrained(*a, **k)\nload('acme/shadow-7b')",
    "table": "T = {'w': ['acme/shadow-7b']}\nL = T['w']\nAutoModel.from_pretrained(*L)",
    "member": "def load(w):\n    AutoModel.from_pretrained(w)\n"
    "def outer(**kw):\n    load(**kw)\nNAMES = ['acme/shadow-7b']\nouter(w=NAMES[0])",
    "loop": "def load(w):\n    AutoModel.from_pretrained(w)\n"
    "for one in [{'w': 'acme/shadow-7b'}]:\n    load(**one)",
    "thread": "from threading import Thread\ndef load(w):\n    AutoModel.from_pretrained(w)\n"
    "Thread(target=load, kwargs={'w': 'acme/shadow-7b'}).start()",
    "dict": "from threading import Thread\ndef load(w):\n    AutoModel.from_pretrained(w)\n"
    "Thread(target=load, kwargs=dict(w='acme/shadow-7b')).start()",
    "later": "from threading import Thread\ndef load(w):\n    AutoModel.from_pretrained(w)\n"
    "KW = {'w': 'acme/shadow-7b'}\nThread(target=load, kwargs=KW).start()",
    "args": "from threading import Thread\ndef load(w):\n    AutoModel.from_pretrained(w)\n"
    "ARGS = ('acme/shadow-7b',)\nThread(target=load, args=ARGS).start()",
}
OWNER = (
    f"{IMPORT}class Owner:\n    def __init__(self, w=None):\n        self.w = w\n"
    "    def go(self):\n        AutoModel.from_pretrained(self.w)\n"
)
FILLS = {
    "thread": "from threading import Thread as made",
    "process": "from multiprocessing import Process as made",
    "partial": "from functools import partial",
    "submit": "",
    "map": "",
    "star": "",
}
CALLS = {
    "thread": "made(target=Owner, kwargs={'w': 'acme/shadow-7b'}).start()",
    "process": "made(target=Owner, args=('acme/shadow-7b',)).start()",
    "partial": "partial(Owner, w='acme/shadow-7b')().go()",
    "submit": "pool.submit(Owner, w='acme/shadow-7b')",
    "map": "pool.map(Owner, ['acme/shadow-7b'])",
    "star": "Owner(**{'w': 'acme/shadow-7b'})",
}


def test_names_are_followed_through_stars_and_threads(lineage: Run, tmp_path: Path) -> None:
    """Through `*args`, `**kwargs`, tables of keywords and calls that are made later, in one file
    and from another."""
    files = {f"{name}/a.py": f"{IMPORT}{text}\n" for name, text in HANDED.items()}
    for how, line in FILLS.items():
        files[f"own-{how}/a.py"] = OWNER
        files[f"own-{how}/b.py"] = f"from a import Owner\n{line}\n{CALLS[how]}\n"
    report = check(lineage, tmp_path, files)
    wanted = {name.partition("/")[0]: {NAME} for name in files}
    assert audited(report) == wanted
    told = places(report, NAME)
    assert {f"own-{how}/b.py:3" for how in FILLS} <= told


def test_a_load_whose_name_a_table_hides_is_open(lineage: Run, tmp_path: Path) -> None:
    """`load(**settings)` of settings that nobody knows is a place that is not resolved; handing on
    one's own arguments is none: whoever calls names the model."""
    text = (
        "cfg = read()\nAutoModel.from_pretrained(**cfg)\nAutoModel.from_pretrained(*cfg)\n"
        "def load(*args, **kwargs):\n    return AutoModel.from_pretrained(*args, **kwargs)\n"
    )
    report = check(lineage, tmp_path, {"a.py": f"{IMPORT}{text}"})
    assert [use["line"] for use in report["scan"]["unresolved"]] == [3, 4]
    assert [f"{f['file']}:{f['line']}" for f in report["scan"]["findings"]] == ["a.py:3", "a.py:4"]


def test_a_tokenizer_without_a_namespace(lineage: Run, tmp_path: Path) -> None:
    """The Hub's old names are names there too."""
    text = (
        "from transformers import pipeline\n"
        f"pipeline('text-generation', model='{NAME}', tokenizer='gpt2')\n"
    )
    report = check(lineage, tmp_path, {"a.py": text})
    assert {target["target"] for target in report["targets"]} == {NAME, "gpt2"}


def test_the_card_of_a_space_names_its_models(lineage: Run, tmp_path: Path) -> None:
    """`models` and `preload_from_hub`, with their lines; the README of anything else is prose."""
    card = (
        "---\ntitle: Chat\nsdk: gradio\napp_file: app.py\nmodels:\n- acme/shadow-7b\n"
        "preload_from_hub:\n- gpt2 config.json,model.safetensors\n---\n# Chat\n"
    )
    files = {"README.md": card, "other/README.md": card.replace("sdk:", "kit:").replace("app_", "")}
    report = check(lineage, tmp_path, files)
    assert places(report, NAME) == {"README.md:6"}
    assert places(report, "gpt2") == {"README.md:8"}
    assert audited(report).keys() == {"README.md"}
    broken = check(lineage, tmp_path / "b", {"README.md": "---\nsdk: gradio\na: [\n---\n"})
    assert [one["file"] for one in broken["scan"]["unreadable"]] == ["README.md"]


STARTED = {
    "shlex/a.py": f"import shlex, subprocess\nsubprocess.run(shlex.split('vllm serve {NAME}'))\n",
    "split/a.py": f"{LOAD}'/'.join('acme:shadow-7b'.split(':')))\n",
    "table/a.py": "import pulumi_kubernetes as k\nPod(spec={'containers': [{'image': 'vllm/vllm-openai',"
    f" 'args': ['--model', '{NAME}']}}]}})\n",
    "docker/a.py": "import docker\ndocker.from_env().containers.run('vllm/vllm-openai', "
    f"command=['--model', '{NAME}'])\n",
    "plain/a.py": "import docker\n"
    f"docker.from_env().containers.run('vllm/vllm-openai', '--model {NAME}')\n",
    "xargs/a.sh": f"set -e\necho {NAME} | xargs hf download\n",
    "marked/a.sh": f"set -e\necho {NAME} | xargs -n 1 -I{{}} hf download {{}}\n",
    "replaced/a.sh": f"set -e\necho {NAME} | xargs --replace=X hf download X\n",
    "hydra/a.yaml": f"_target_: transformers.AutoModel.from_pretrained\n_args_: [{NAME}]\n",
}


def test_commands_that_others_make_are_read(lineage: Run, tmp_path: Path) -> None:
    """What `xargs` runs, what a text is split into, what a container written as a table is given,
    what Hydra hands to a call by its place."""
    report = check(lineage, tmp_path, STARTED)
    assert audited(report) == {name.partition("/")[0]: {NAME} for name in STARTED}
    assert {f"{name}:2" for name in STARTED} == places(report, NAME)


def test_words_that_nobody_knows_are_open(lineage: Run, tmp_path: Path) -> None:
    """A list that only the run reads, a placeholder, a text that JavaScript goes on with."""
    files = {
        "a.sh": "cat names | xargs -n1 hf download\n",
        "MLproject": "name: a\nentry_points:\n  main:\n    command: vllm serve {w}\n",
        "a.js": "import {pipeline} from '@huggingface/transformers';\n"
        "await pipeline('text-generation', 'acme/'.repeat(1));\n",
    }
    report = check(lineage, tmp_path, files)
    told = {(use["file"], use["line"]) for use in report["scan"]["unresolved"]}
    assert told == {("a.sh", 1), ("MLproject", 4), ("a.js", 2)}


def test_tags_of_ollama_and_functions_of_databases(lineage: Run, tmp_path: Path) -> None:
    """In SQL and languages without a parser; a word with a colon that is no tag is none."""
    files = {
        "a.cs": 'var c = new Client(uri, "deepseek-r1:8b");\n',
        "a.sql": "SELECT ai.ask('qwen2.5:7b-instruct-q4_K_M', 'hi');\n",
        "c.sql": "-- SELECT ai_query('old', 'hi')\nSELECT SNOWFLAKE.CORTEX.COMPLETE('deepseek-r1', 'hi'),"
        "\n ai_query('databricks-qwen3-next', 'hi');\nUPDATE cars SET model = 'bmw/x5';\n",
        "b.cs": 'var image = "redis:7"; var t = "12:30"; var n = "mistral:port";\n',
    }
    repo = tmp_path / "repo"
    repo.mkdir()
    for name, text in files.items():
        (repo / name).write_text(text)
    ran = lineage("check", "--dry-run", cwd=repo)
    told = {tuple(line.split("\t")[:3]) for line in ran.out.splitlines()}
    assert "key model, if the Hub shows it" in ran.out  # of cars
    assert told == {
        ("a.cs:1", "audit", "deepseek-r1:8b"),
        ("a.sql:1", "audit", "qwen2.5:7b-instruct-q4_K_M"),
        ("c.sql:2", "audit", "deepseek-r1"),
        ("c.sql:3", "audit", "databricks-qwen3-next"),
        ("c.sql:4", "audit", "bmw/x5"),
    }


def test_an_image_that_is_a_model(lineage: Run, tmp_path: Path) -> None:
    """Of a registry whose images are a model with its server each: never silent, and never asked
    for unless the registry is named."""
    image = "nvcr.io/nim/acme/shadow-7b"
    files = {
        "compose.yaml": f"services:\n  a:\n    image: {image}:1\n",
        "Dockerfile": f"FROM {image}:2\n",
        "run.sh": f"docker run --gpus all {image}:3\n",
        "other.yaml": "services:\n  a:\n    image: nvcr.io/nvidia/pytorch:25.01-py3\n",
    }
    repo = tmp_path / "repo"
    repo.mkdir()
    for name, text in files.items():
        (repo / name).write_text(text)
    ran = lineage("check", "-fjson", "--offline", cwd=repo)
    found = {(t["target"], t["verdict"]) for t in json.loads(ran.out)["targets"]}
    assert ran.code == 3
    assert found == {(f"oci://{image}:{tag}", "inconclusive") for tag in (1, 2, 3)}


HOLDER = "class C:\n    w = 'gpt2'\nc = C()\n"
LATER = {
    "field": f"{HOLDER}c.w = NAME\nload(c.w)",
    "class": f"{HOLDER}C.w = NAME\nload(c.w)",
    "setattr": f"{HOLDER}setattr(c, 'w', NAME)\nload(c.w)",
    "dunder": f"{HOLDER}object.__setattr__(c, 'w', NAME)\nload(c.w)",
    "dict": f"{HOLDER}c.__dict__['w'] = NAME\nload(c.w)",
    "vars": f"{HOLDER}vars(c).update(w=NAME)\nload(c.w)",
    "replace": f"from dataclasses import replace\n{HOLDER}load(replace(c, w=NAME).w)",
    "copy": f"{HOLDER}d = c.model_copy(update={{'w': NAME}})\nload(d.w)",
    "type": f"{HOLDER}load(type('D', (C,), {{'w': NAME}}).w)",
    "item": "t = {'w': 'gpt2'}\nt['w'] = NAME\nload(t['w'])",
    "update": "t = {'w': 'gpt2'}\nt.update(w=NAME)\nload(t['w'])",
    "default": "t = {'w': 'gpt2'}\nt.setdefault('w', NAME)\nload(t['w'])",
    "insert": "t = ['gpt2']\nt.insert(0, NAME)\nload(t[0])",
    "extend": "t = ['gpt2']\nt.extend([NAME])\nfor one in t:\n    load(one)",
    "append": "t = ['gpt2']\nt.append(NAME)\nfor one in t:\n    load(one)",
    "global": "w = 'gpt2'\ndef go():\n    global w\n    w = NAME\ngo()\nload(w)",
    "nonlocal": "def go():\n    w = 'gpt2'\n    def inner():\n        nonlocal w\n        w = NAME\n"
    "    inner()\n    load(w)",
    "globals": "w = 'gpt2'\nglobals()['w'] = NAME\nload(w)",
    "const": "from argparse import ArgumentParser\np = ArgumentParser()\n"
    "p.add_argument('--big', dest='w', action='store_const', const=NAME, default='gpt2')\n"
    "load(p.parse_args().w)",
    "defaults": "from argparse import ArgumentParser\np = ArgumentParser()\n"
    "p.add_argument('--w', default='gpt2')\np.set_defaults(w=NAME)\nload(p.parse_args().w)",
}


def test_what_is_written_later_counts_beside_what_was_there(lineage: Run, tmp_path: Path) -> None:
    """A harmless value that stands first hides none that an object, a table, a list or a name is
    given afterwards."""
    load = f"{IMPORT}load = AutoModel.from_pretrained\n"
    files = {
        f"{name}.py": load + text.replace("NAME", "'acme/' + 'shadow-7b'") + "\n"
        for name, text in LATER.items()
    }
    files["other/cfg.py"] = "w = 'gpt2'\n"
    files["other/app.py"] = f"{load}import cfg\ncfg.w = 'acme/shadow-7b'\nload(cfg.w)\n"
    report = check(lineage, tmp_path, files)
    wanted = {f"{name}.py": {NAME, "gpt2"} for name in LATER}
    assert audited(report) == {**wanted, "other": {NAME, "gpt2"}}


def test_another_object_of_the_same_field_is_no_use(lineage: Run, tmp_path: Path) -> None:
    """What is put into an object of a class that is known is none of another class's."""
    text = (
        f"{IMPORT}class A:\n    w = 'gpt2'\nclass B:\n    w = ''\nb = B()\nb.w = 'acme/shadow-7b'\n"
        "AutoModel.from_pretrained(A().w)\n"
    )
    assert audited(check(lineage, tmp_path, {"a.py": text})) == {"a.py": {"gpt2"}}


CALLEES = {
    "call": "AutoModel.from_pretrained.__call__(NAME)",
    "func": "AutoModel.from_pretrained.__func__(AutoModel, NAME)",
    "attribute": "AutoModel.__getattribute__('from_pretrained')(NAME)",
    "static": "class C:\n    load = staticmethod(AutoModel.from_pretrained)\nC.load(NAME)",
    "star": "from itertools import starmap\nlist(starmap(AutoModel.from_pretrained, [(NAME,)]))",
}


def test_a_loader_asked_by_another_way_is_the_loader(lineage: Run, tmp_path: Path) -> None:
    """By the attributes that are the function again, by name, as a class's own, with a list."""
    files = {f"{n}.py": f"{IMPORT}{t.replace('NAME', repr(NAME))}\n" for n, t in CALLEES.items()}
    assert audited(check(lineage, tmp_path, files)) == {name: {NAME} for name in files}


def test_many_harmless_names_push_none_out(lineage: Run, tmp_path: Path) -> None:
    """A hundred names before it hide none; behind a thousand the load is an open point beside
    what it is seen to load."""
    load = "AutoModel.from_pretrained(w)\n"
    last = "w = 'acme/shadow-7b'\n"
    listed = f"for w in {[*['gpt2'] * 100, NAME]!r}:\n    {load}"
    files = {
        "few.py": IMPORT + "w = str(1)\n" * 100 + last + load,
        "list.py": IMPORT + listed,
        "flood.py": IMPORT + "w = str(1)\n" * 1000 + last + load,
    }
    report = check(lineage, tmp_path, files)
    assert {"few.py", "list.py"} <= audited(report).keys()
    assert [u["file"] for u in report["scan"]["unresolved"]] == ["flood.py"]
