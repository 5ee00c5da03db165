"""Names that flow to a loader through fields, parameters, tables and modules are found where they are given."""

from __future__ import annotations

from pathlib import Path

import pytest

from lineage.core.use import Certainty, UseKind
from lineage.scan.scan import scan
from scan.named import hub_uses

HELPERS = (
    "import transformers\nfrom pkg.model import Model\n"
    "def get(model: Model):\n"
    "    return transformers.AutoModel.from_pretrained(model.onnx_path or model.path)\n"
    "def load(name, device='cpu'):\n    return transformers.AutoModel.from_pretrained(name)\n"
)
MODEL = (
    "from dataclasses import dataclass\n@dataclass\nclass Model:\n"
    "    path: str\n    onnx_path: str | None = None\n"
)


def write(folder: Path, files: dict[str, str]) -> None:
    """The files of a small repository."""
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)


def told(folder: Path) -> list[tuple[str, str]]:
    """File and model of what would be audited."""
    return [(u.file, u.model) for u in hub_uses(scan(folder))]


CASES = {
    "a field by keyword": "from .model import Model\nNER = Model(path='acme/falcon-7b')\n",
    "a field by position": "from .model import Model\nNER = Model('x', 'acme/falcon-7b')\n",
    "through a package": "from pkg import Model\nNER = Model(path='acme/falcon-7b')\n",
    "a parameter": "from pkg.helpers import load\nload('acme/falcon-7b')\n",
    "a module's function": "from pkg import helpers\nhelpers.load(name='acme/falcon-7b')\n",
    "handed on": "from .wrap import fetch\nfetch('acme/falcon-7b')\n",
    "a constructor": "from .encoder import Encoder\nEncoder('acme/falcon-7b')\n",
    "super": "from .encoder import Encoder\nclass Mine(Encoder):\n"
    "    def __init__(self):\n        super().__init__('acme/falcon-7b')\n",
}


@pytest.mark.parametrize("text", CASES.values(), ids=CASES)
def test_what_is_given_to_a_loaded_parameter_is_a_use(tmp_path: Path, text: str) -> None:
    """Where the value is given is where the use is reported, in whatever module that is."""
    package = tmp_path / "pkg"
    package.mkdir()
    for name, content in {
        "__init__": "from .model import Model\n",
        "model": MODEL,
        "helpers": HELPERS,
        "wrap": "from .helpers import load\ndef fetch(which):\n    return load(which)\n",
        "encoder": "from .helpers import load\nclass Encoder:\n"
        "    def __init__(self, which):\n        self.which = which\n"
        "    def open(self):\n        return load(self.which)\n",
        "case": text,
    }.items():
        (package / f"{name}.py").write_text(content)
    uses = [u for u in hub_uses(scan(tmp_path)) if u.file == "pkg/case.py"]
    assert [u.model for u in uses] == ["acme/falcon-7b"]


def test_another_class_of_the_same_name_is_not_taken_for_it(tmp_path: Path) -> None:
    """Only the class whose field is loaded counts, not its namesake elsewhere."""
    (tmp_path / "model.py").write_text(MODEL)
    (tmp_path / "helpers.py").write_text(HELPERS.replace("pkg.", ""))
    (tmp_path / "shop.py").write_text(
        "class Model:\n    def __init__(self, path): ...\nModel('left/right')\n"
    )
    assert not hub_uses(scan(tmp_path), Certainty.POSSIBLE)


TABLES = {
    "MODELS = {'small': 'acme/falcon-7b'}\n": Certainty.LIKELY,
    "SUPPORTED_MODELS = ['acme/falcon-7b']\n": Certainty.POSSIBLE,
    "MODEL_PRICES = {'acme/falcon-7b': 0.1}\n": Certainty.POSSIBLE,
    "Card(model='small', sources=Source(hf='acme/falcon-7b'))\n": Certainty.LIKELY,
    "card = {'dim': 3, 'sources': {'hf': 'acme/falcon-7b'}}\n": Certainty.LIKELY,
    "T = {'a': {'en': 'acme/falcon-7b'}}\nmodel_name = T[kind][language]\n": Certainty.LIKELY,
    "def model_id():\n    return 'acme/falcon-7b'\n": Certainty.LIKELY,
    "x = option('model_id', default=['acme/falcon-7b'])\n": Certainty.LIKELY,
    "@auto_docstring(checkpoint='acme/falcon-7b')\nclass A: ...\n": Certainty.POSSIBLE,
    "@kernels.use(LayerRepository(repo_id='acme/falcon-7b'))\nclass A: ...\n": None,
    "model_kernels = {'attention': {'repo_id': 'acme/falcon-7b'}}\n": None,
}


@pytest.mark.parametrize(("text", "certainty"), TABLES.items())
def test_tables_cards_and_decorators(
    tmp_path: Path, text: str, certainty: Certainty | None
) -> None:
    """What is given to be loaded is audited; what is said of models is listed; kernels are none."""
    (tmp_path / "a.py").write_text(text)
    uses = hub_uses(scan(tmp_path), Certainty.POSSIBLE)
    assert [u.certainty for u in uses] == ([] if certainty is None else [certainty])


@pytest.mark.parametrize(
    "code",
    [
        "from functools import partial\nfrom .helpers import load\nL = partial(load, 'acme/falcon-7b')\n",
        "from .lazy import Lazy\nfrom .helpers import load\nT = {'m': Lazy(load, 'acme/falcon-7b')}\n",
        "import threading\nfrom .helpers import load\n"
        "threading.Thread(target=load, args=('acme/falcon-7b',)).start()\n",
        "async def go(loop):\n    from .helpers import load\n"
        "    await loop.run_in_executor(None, load, 'acme/falcon-7b')\n",
        "import threading\nfrom transformers import AutoModel\n"
        "threading.Thread(target=AutoModel.from_pretrained, args=('acme/falcon-7b',)).start()\n",
    ],
)
def test_a_call_that_is_made_later_is_a_call(tmp_path: Path, code: str) -> None:
    """What it is given is what the function gets."""
    write(tmp_path, {"pkg/model.py": MODEL, "pkg/helpers.py": HELPERS, "pkg/use.py": code})
    assert ("pkg/use.py", "acme/falcon-7b") in told(tmp_path)


def test_a_class_is_no_load_where_it_is_asked_about(tmp_path: Path) -> None:
    """`issubclass(AutoModel, kind)` hands no name on: nothing is unresolved there."""
    code = "from transformers import AutoModel, kind\nissubclass(AutoModel, kind)\n"
    write(tmp_path, {"use.py": code})
    assert scan(tmp_path).unresolved == ()


def test_the_word_by_which_a_repository_loads_models_counts_everywhere(tmp_path: Path) -> None:
    """`path` may be anything; where this code hands models to loaders under it, a default is one."""
    loads = "import transformers\ndef load(path):\n    return transformers.AutoModel.from_pretrained(path)\n"
    default = "class Summary:\n    def __init__(self, path=None):\n        path = path or 'acme/falcon-7b'\n"
    write(tmp_path, {"loads.py": loads, "summary.py": default})
    assert ("summary.py", "acme/falcon-7b") in told(tmp_path)
    (tmp_path / "loads.py").write_text("def load(path):\n    return open(path)\n")
    assert told(tmp_path) == []


def test_a_field_of_a_class_above_is_followed(tmp_path: Path) -> None:
    """The class below loads what the one above keeps."""
    above = (
        "class Base:\n    def __init__(self, kind, source=None):\n        self.source = source\n"
    )
    below = (
        "from transformers import AutoModel\nfrom .above import Base\nclass Below(Base):\n"
        "    def __init__(self, source=None):\n"
        "        super().__init__('x', source if source else 'acme/falcon-7b')\n"
        "    def go(self):\n        return AutoModel.from_pretrained(self.source)\n"
    )
    write(tmp_path, {"pkg/above.py": above, "pkg/below.py": below})
    assert ("pkg/below.py", "acme/falcon-7b") in told(tmp_path)


def test_a_name_kept_for_documentation_is_not_loaded(tmp_path: Path) -> None:
    """transformers' own files keep one beside the code."""
    write(tmp_path, {"modeling.py": "_CHECKPOINT_FOR_DOC = 'acme/falcon-7b'\n"})
    assert told(tmp_path) == []


@pytest.mark.parametrize(
    "code",
    [
        "from transformers import AutoModel as A\nf = A.from_pretrained\nf('acme/falcon-7b')\n",
        "import transformers\ngetattr(transformers.AutoModel, 'from_' + 'pretrained')('acme/falcon-7b')\n",
        "from transformers import AutoModel\nP = dict(who='acme/falcon-7b')\n"
        "AutoModel.from_pretrained(**{'pretrained_model_name_or_path': P['who']})\n",
        "from transformers import AutoModel\nAutoModel.from_pretrained('/'.join(['acme', 'falcon-7b']))\n",
        "exec(\"from transformers import AutoModel\\nAutoModel.from_pretrained('acme/falcon-7b')\")\n",
        "import subprocess\ncmd = ['vllm']\ncmd += ['serve', 'acme/falcon-7b']\nsubprocess.run(cmd)\n",
        "from own import launch\nlaunch(['vllm', 'serve', 'acme/falcon-7b'])\n",
        "import subprocess\nsubprocess.run(['bash', '-c', 'vllm serve acme/falcon-7b'])\n",
        "import subprocess\nsubprocess.run('hf download acme/falcon-7b'.split())\n",
        "from transformers import AutoModel\nAutoModel.from_pretrained(*['acme/falcon-7b'])\n",
        "import requests\nrequests.get('https://hf-mirror.com/acme/falcon-7b/resolve/main/model.bin')\n",
    ],
)
def test_a_load_that_is_spelled_another_way_is_one(tmp_path: Path, code: str) -> None:
    """Aliases, getattr, `**`, joined pieces, code in a text, commands in pieces."""
    write(tmp_path, {"app.py": code})
    assert {model for _, model in told(tmp_path)} == {"acme/falcon-7b"}


@pytest.mark.parametrize(
    "code",
    [
        "load = lambda name: AutoModel.from_pretrained(name)\nload('acme/a')",
        "load = partial(AutoModel.from_pretrained, trust_remote_code=True)\nload('acme/a')",
        "from functools import partial as made\nload = made(snapshot_download, revision='x')\nload('acme/a')",
        "load = lru_cache(AutoModel.from_pretrained)\nload('acme/a')",
        "load = retry(tries=3)(snapshot_download)\nload('acme/a')",
        "class A:\n    load = logged(snapshot_download)\nA.load('acme/a')",
        "LOADERS = {'m': AutoModel.from_pretrained}\nLOADERS['m']('acme/a')",
        "LOADERS = {'m': AutoModel.from_pretrained}\nLOADERS[kind]('acme/a')",
        "LOADERS = {'m': AutoModel.from_pretrained}\nLOADERS.get(kind)('acme/a')",
        "LOADERS = [AutoModel.from_pretrained]\nfor load in LOADERS:\n    load('acme/a')",
        "LOADERS = {'m': snapshot_download}\nfor k, load in LOADERS.items():\n    load('acme/a')",
        "L = {'m': snapshot_download}\ndef pick(k):\n    return L[k]\npick('m')('acme/a')",
        "list(map(AutoModel.from_pretrained, ['acme/a']))",
        "NAMES = ['acme/a']\npool.map(snapshot_download, NAMES)",
        "(AutoModel.from_pretrained if x else snapshot_download)('acme/a')",
        "class A:\n    load = AutoModel.from_pretrained\n    def go(self):\n        self.load('acme/a')",
        "AutoModel.from_pretrained('{org}/{name}'.format(org='acme', name='a'))",
        "AutoModel.from_pretrained('acme--a'.replace('--', '/'))",
        "AutoModel.from_pretrained('ACME/A'.lower())",
        "AutoModel.from_pretrained(os.sep.join(['acme', 'a']))",
    ],
)
def test_a_loader_that_is_a_value_itself_is_followed(tmp_path: Path, code: str) -> None:
    """Tables of loaders, partials, lambdas, what a function picks, `map`; and texts put together."""
    head = (
        "import os\nfrom functools import partial\nfrom transformers import AutoModel\n"
        "from huggingface_hub import snapshot_download\n"
    )
    (tmp_path / "load.py").write_text(head + code + "\n")
    found = scan(tmp_path)
    assert {(use.model, use.if_found) for use in found.uses} == {("acme/a", False)}
    assert all(use.certainty is not Certainty.POSSIBLE for use in found.uses)


@pytest.mark.parametrize("path", ["os.path.join('acme', 'a')", "Path('acme') / 'a'"])
def test_a_joined_path_is_asked_of_the_hub_too(tmp_path: Path, path: str) -> None:
    """A loader that is given `acme/a` asks for a model of that name where no such folder is."""
    head = "import os\nfrom pathlib import Path\nfrom transformers import AutoModel\n"
    (tmp_path / "load.py").write_text(f"{head}AutoModel.from_pretrained(str({path}))\n")
    assert [(u.model, u.kind, u.if_found) for u in scan(tmp_path).uses] == [
        ("acme/a", UseKind.HUB, True)
    ]
    (tmp_path / "load.py").write_text(f"{head}AutoModel.from_pretrained(os.path.join(x, 'a'))\n")
    assert [u.kind for u in scan(tmp_path).uses] == [UseKind.LOCAL]
