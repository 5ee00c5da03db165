"""What a pull request can put into the tree to be let through, each through the real command
line."""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
import subprocess
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import date, timedelta
from pathlib import Path

import pytest

from conftest import Ran
from hub import HubModel, TestHub

Run = Callable[..., Ran]
QWEN = HubModel("Qwen/Qwen2.5-7B", card={"license": "apache-2.0"}, config={"model_type": "qwen2"})
CHILD = HubModel("acme/child", card={"base_model": "Qwen/Qwen2.5-7B", "license": "apache-2.0"})
STRICT = 'extends = ["default"]\n[rules]\nfoundation-jurisdiction = "fail"\n'
LAX = 'extends = ["default"]\n[rules]\nfoundation-jurisdiction = "off"\n'
LOADS = "from transformers import AutoModel\nAutoModel.from_pretrained('acme/child')\n"


@pytest.fixture
def hub() -> Iterator[TestHub]:
    with TestHub([QWEN, CHILD]) as server:
        yield server


@pytest.fixture
def code(tmp_path: Path) -> Path:
    """The checkout of the pull request, a git repository, which loads a model that the policy
    fails."""
    folder = tmp_path / "code"
    folder.mkdir()
    (folder / "app.py").write_text(LOADS)
    return folder


@pytest.fixture
def base(tmp_path: Path) -> Path:
    """The policy of the base branch, outside the checkout."""
    folder = tmp_path / "base"
    folder.mkdir()
    (folder / "lineage.toml").write_text(STRICT)
    return folder / "lineage.toml"


def waiver(rule: str = "*", model: str = "*", days: int = 30) -> str:
    until = date.today() + timedelta(days)
    return f'[[waiver]]\nrule = "{rule}"\nmodel = "{model}"\nreason = "r"\nowner = "o"\nuntil = {until}\n'


def committed(code: Path) -> None:
    """The tree as git keeps it, files that a .gitignore names included."""
    git = ("git", "-c", "user.name=x", "-c", "user.email=x@example.org")
    subprocess.run((*git, "init", "-q", "."), cwd=code, check=True)
    subprocess.run((*git, "add", "-f", "-A"), cwd=code, check=True)
    subprocess.run((*git, "commit", "-qm", "x"), cwd=code, check=True)


def own_policy(code: Path) -> None:
    (code / "lineage.toml").write_text(LAX + waiver())


def project_table(code: Path) -> None:
    (code / "pyproject.toml").write_text("[tool.lineage.rules]\nfoundation-jurisdiction = 'off'\n")


def ignore_files(code: Path) -> None:
    (code / ".lineageignore").write_text("*\n")
    (code / ".gitignore").write_text("app.py\n")
    (code / "app.py").write_text(LOADS.replace("\n", "  # lineage: ignore  # noqa\n"))


def dot_env(code: Path) -> None:
    (code / ".env").write_text(
        "HF_ENDPOINT=http://127.0.0.1:1\nHF_HUB_OFFLINE=1\nLINEAGE_CACHE_DIR=./cache\n"
        "SOURCE_DATE_EPOCH=0\n"
    )


def modules_of_its_own(code: Path) -> None:
    """What Python would import instead of the tool's own, were the tree on its path."""
    for name in ("click", "yaml", "requests", "sitecustomize", "usercustomize"):
        (code / f"{name}.py").write_text("import os\nos._exit(0)\n")


def folder_of_that_name(code: Path) -> None:
    (code / "acme/child").mkdir(parents=True)
    (code / "acme/child/config.json").write_text('{"model_type": "llama"}')
    (code / "acme/child/README.md").write_text("---\nlicense: mit\n---\nTrained from scratch.\n")


ATTACKS = (
    own_policy,
    project_table,
    ignore_files,
    dot_env,
    modules_of_its_own,
)


@pytest.mark.parametrize("attack", ATTACKS, ids=lambda one: one.__name__)
def test_a_pinned_policy_is_above_everything_in_the_tree(
    lineage: Run, hub: TestHub, code: Path, base: Path, attack: Callable[[Path], None]
) -> None:
    """With --policy from outside, no file of the checkout makes the verdict better, git-ignored
    ones included."""
    attack(code)
    committed(code)
    ran = lineage(
        "check", "--policy", str(base), "-f", "json", env={"HF_ENDPOINT": hub.url}, cwd=code
    )
    assert ran.code == 1, ran.err
    report = json.loads(ran.out)
    assert report["policy"]["source"] == str(base)
    assert [t["verdict"] for t in report["targets"]] == ["fail"]


def test_a_file_named_like_a_pack_is_not_the_pack(lineage: Run, hub: TestHub, code: Path) -> None:
    """`--policy us-ks-75-4720` is the pack, whatever the tree holds under that name; ./NAME is the
    file."""
    (code / "us-ks-75-4720").write_text(LAX)
    env = {"HF_ENDPOINT": hub.url}
    ran = lineage("check", "--policy", "us-ks-75-4720", "-f", "json", env=env, cwd=code)
    assert (ran.code, json.loads(ran.out)["policy"]["source"]) == (1, "pack us-ks-75-4720")
    ran = lineage("check", "--policy", "./us-ks-75-4720", "-f", "json", env=env, cwd=code)
    assert json.loads(ran.out)["policy"]["source"] == "us-ks-75-4720"


@pytest.mark.parametrize(
    ("rule", "model"), [("*", "*"), ("?*", "[!x]*"), ("*-*", "*/*"), ("*i*", "*a*")]
)
def test_a_waiver_of_everything_does_not_count(
    lineage: Run, hub: TestHub, code: Path, rule: str, model: str
) -> None:
    """However it is spelled; a policy that was found beside the code cannot allow it, one named
    with --policy can."""
    allowed = "[waivers]\neverything = true\n"
    policy = code / "lineage.toml"
    policy.write_text(STRICT + waiver(rule, model))
    env = {"HF_ENDPOINT": hub.url}
    for text in (STRICT, STRICT + allowed):
        policy.write_text(text + waiver(rule, model))
        ran = lineage("check", "-f", "json", env=env, cwd=code)
        assert ran.code == 1, ran.err
        assert "unbounded-waiver" in {
            f["rule"] for f in json.loads(ran.out)["targets"][0]["findings"]
        }
    assert lineage("check", "--policy", "lineage.toml", env=env, cwd=code).code == 0
    policy.write_text(STRICT + waiver("foundation-jurisdiction", "acme/*"))
    assert lineage("check", env=env, cwd=code).code == 0


@pytest.mark.parametrize("args", [("check",), ("audit", "acme/child"), ("pack", "acme/child")])
def test_a_date_that_is_given_revives_no_waiver(
    lineage: Run, hub: TestHub, code: Path, args: tuple[str, ...]
) -> None:
    """SOURCE_DATE_EPOCH dates the report and nothing else: what expired yesterday is expired."""
    env = {"HF_ENDPOINT": hub.url, "SOURCE_DATE_EPOCH": "1577836800"}
    more = ("-o", "filed") if args[0] == "pack" else ("-f", "json", "-o", "filed/report.json")
    for days, expected in ((-1, 1), (1, 0)):
        (code / "lineage.toml").write_text(
            STRICT + waiver("foundation-jurisdiction", "acme/child", days)
        )
        ran = lineage(*args, *more, env=env, cwd=code)
        assert ran.code == expected, ran.err
        report = json.loads((code / "filed" / "report.json").read_text())
        assert report["generated_at"] == "2020-01-01T00:00:00Z"
        shutil.rmtree(code / "filed")


def test_a_waiver_lasts_no_longer_than_the_policy_allows(
    lineage: Run, hub: TestHub, code: Path, base: Path
) -> None:
    """A policy that extends another cannot raise its bound."""
    base.write_text(STRICT + "[waivers]\nmax-days = 90\n")
    extending = f'extends = ["{base.as_posix()}"]\n[waivers]\nmax-days = 9000\n'
    for days, expected in ((400, 1), (60, 0)):
        (code / "lineage.toml").write_text(
            extending + waiver("foundation-jurisdiction", "acme/child", days)
        )
        ran = lineage("check", env={"HF_ENDPOINT": hub.url}, cwd=code)
        assert ran.code == expected, ran.out
    assert ("and the policy allows 90" in ran.out) is False


def test_policy_check_tells_of_doubtful_waivers(lineage: Run, code: Path) -> None:
    """Expired, of everything, too long: each on a line with its place, and the file is still
    valid."""
    text = (
        waiver() + waiver("licence-denied", "acme/x", 900) + waiver("licence-denied", "acme/y", -3)
    )
    (code / "lineage.toml").write_text(text)
    ran = lineage("policy", "check", cwd=code)
    assert ran.code == 0
    for told in ("names no rule and no model", "max-days would bound it", "expired on"):
        assert told in ran.err


def test_another_policy_than_the_locked_one_fails(lineage: Run, hub: TestHub, code: Path) -> None:
    """Loosened in the same change: red, in every format, until the lock is written anew."""
    env = {"HF_ENDPOINT": hub.url}
    (code / "lineage.toml").write_text(STRICT + waiver("foundation-jurisdiction", "acme/child"))
    assert lineage("lock", env=env, cwd=code).code == 0
    assert lineage("check", "--locked", env=env, cwd=code).code == 0
    own_policy(code)
    for form in ("text", "sarif", "junit", "github"):
        ran = lineage("check", "--locked", "-f", form, env=env, cwd=code)
        assert ran.code == 1, ran.err
        assert "The policy is not the one that was locked" in " ".join(ran.out.split())


UNUSUAL = ("pipe", "zero", "giant", "folder")


def unusual(kind: str, place: Path) -> str:
    if kind == "pipe":
        os.mkfifo(place)
    elif kind == "giant":
        with place.open("wb") as file:
            file.truncate(2**40)
    elif kind == "folder":
        place.mkdir()
    else:
        return "/dev/zero"
    return str(place)


@pytest.mark.posix
@pytest.mark.parametrize("kind", UNUSUAL)
@pytest.mark.parametrize(
    "command",
    [
        ("audit", "acme/child", "--policy"),
        ("audit", "acme/child", "--evidence"),
        ("audit", "--input"),
        ("check", ".", "--lock-file"),
    ],
    ids=lambda one: one[-1],
)
def test_a_pipe_a_device_and_a_giant_end_in_one_sentence(
    lineage: Run, tmp_path: Path, code: Path, command: tuple[str, ...], kind: str
) -> None:
    """Nobody writes to the pipe, the device never ends, the giant is a terabyte: exit 2, the file
    named, at once."""
    name = unusual(kind, tmp_path / "given")
    ran = lineage(*command, name, "--offline", cwd=code)
    assert ran.code == 2, ran.err
    assert name in ran.err
    assert "Internal" not in ran.err


@pytest.mark.posix
@pytest.mark.parametrize("kind", ["pipe", "giant"])
def test_a_pack_holds_plain_files(lineage: Run, tmp_path: Path, kind: str) -> None:
    """A member that is none ends `pack verify` with its name."""
    filed = tmp_path / "filed"
    assert lineage("pack", "gpt2", "--offline", "-o", str(filed)).code in (0, 1, 3)
    unusual(kind, filed / "inputs" / "more.bin")
    ran = lineage("pack", "verify", str(filed))
    assert ran.code == 2, ran.err
    assert "more.bin" in ran.err


def test_a_folder_never_stands_in_for_a_model_of_the_hub(
    lineage: Run, hub: TestHub, code: Path
) -> None:
    """audit, --input and pack ask the Hub for org/name and say so; ./org/name is the folder."""
    folder_of_that_name(code)
    (code / "lineage.toml").write_text(STRICT)
    (code / "models.csv").write_text("model\nacme/child\n")
    env = {"HF_ENDPOINT": hub.url}
    for args in (
        ("audit", "acme/child"),
        ("audit", "--input", "models.csv"),
        ("pack", "acme/child"),
    ):
        more = ("-o", "filed") if args[0] == "pack" else ()
        ran = lineage(*args, *more, env=env, cwd=code)
        assert ran.code == 1, ran.out
    assert "./acme/child is what is called so here" in ran.err
    ran = lineage("audit", "./acme/child", "-f", "json", env=env, cwd=code)
    assert [t["source"] for t in json.loads(ran.out)["targets"]] == ["local"]


@pytest.mark.parametrize(
    ("line", "kinds"),
    [
        ("from transformers import AutoModel\nAutoModel.from_pretrained('acme/child')\n", 2),
        ("from huggingface_hub import snapshot_download\nsnapshot_download('acme/child')\n", 1),
        ("import subprocess\nsubprocess.run(['vllm', 'serve', 'acme/child'])\n", 1),
    ],
)
def test_a_folder_of_the_code_is_audited_beside_the_model_it_is_named_like(
    lineage: Run, hub: TestHub, code: Path, base: Path, line: str, kinds: int
) -> None:
    """The Hub's model is always audited; the folder too, where the loader may take it."""
    folder_of_that_name(code)
    (code / "app.py").write_text(line)
    args = ("check", "--policy", str(base), "-f", "json")
    ran = lineage(*args, env={"HF_ENDPOINT": hub.url}, cwd=code)
    targets = json.loads(ran.out)["targets"]
    assert ran.code == 1
    assert {t["model"]: t["verdict"] for t in targets}["acme/child"] == "fail"
    assert len(targets) == kinds


@pytest.mark.linux
@pytest.mark.parametrize("name", ["LINEAGE_CACHE_DIR", "XDG_CACHE_HOME"])
def test_a_cache_inside_the_tree_is_not_used(
    lineage: Run, hub: TestHub, code: Path, base: Path, name: str
) -> None:
    """By whatever variable it got there, by a link too: told, nothing read, nothing written."""
    (code / "kept").mkdir()
    (code.parent / "link").symlink_to(code / "kept")
    for place in (code / "kept", code.parent / "link"):
        env = {"HF_ENDPOINT": hub.url, "LINEAGE_CACHE_DIR": "", name: str(place)}
        for _ in range(2):
            hub.forget()
            ran = lineage("check", "--policy", str(base), env=env, cwd=code)
            assert (ran.code, bool(hub.calls)) == (1, True)
        assert "lies inside what is audited and is not used" in ran.err
    assert list((code / "kept").iterdir()) == []


def test_a_journal_of_the_tree_cannot_say_what_was_not_found(
    lineage: Run, hub: TestHub, tmp_path: Path, code: Path, base: Path
) -> None:
    """Changed in one word, or written by somebody else: exit 2. A pipeline carries its own key as a secret."""
    (code / "models.csv").write_text("model\nacme/child\n")
    journal = code / "run.journal"
    args = ("audit", "--input", "models.csv", "--resume", str(journal), "--policy", str(base))
    env = {"HF_ENDPOINT": hub.url}
    assert lineage(*args, env=env, cwd=code).code == 1
    ran = lineage(*args, env=env, cwd=code)
    assert (ran.code, "1 of 1 rows were finished earlier" in ran.err) == (1, True)
    honest = journal.read_text()
    journal.write_text(honest.replace('"verdict":"fail"', '"verdict":"pass"'))
    ran = lineage(*args, env=env, cwd=code)
    assert (ran.code, "or was changed since" in ran.err) == (2, True)
    journal.write_text(honest)
    (elsewhere := tmp_path / "elsewhere").mkdir()
    other = {"HOME": str(elsewhere), "USERPROFILE": str(elsewhere), "LOCALAPPDATA": str(elsewhere)}
    assert lineage(*args, env=env | other, cwd=code).code == 2
    if os.name == "posix":
        (key,) = elsewhere.rglob("journal.key")
        assert key.stat().st_mode & 0o777 == 0o600
    journal.unlink()
    secret = env | {"LINEAGE_JOURNAL_KEY": "a secret of the pipeline"}
    assert lineage(*args, env=secret, cwd=code).code == 1
    assert "finished earlier" in lineage(*args, env=secret | other, cwd=code).err


@pytest.mark.posix
def test_a_cache_of_others_is_closed_and_an_old_one_does_not_answer(
    lineage: Run, hub: TestHub, code: Path, base: Path
) -> None:
    """Whatever mode the file comes with, its owner alone reads it afterwards; an answer that says of
    itself that it holds for ever is not taken after 30 days, nor one that says to be newer than
    the file that holds it, though opening makes the file look new."""
    folder = code.parent / "cache"
    env = {"HF_ENDPOINT": hub.url, "LINEAGE_CACHE_DIR": str(folder)}

    def asks() -> bool:
        hub.forget()
        assert lineage("check", "--policy", str(base), env=env, cwd=code).code == 1
        return bool(hub.calls)

    assert asks()
    assert not asks()
    (kept,) = folder.glob("*.sqlite*")
    with closing(sqlite3.connect(kept)) as db, db:
        db.execute("UPDATE answer SET stored_at = stored_at - 2678400, expires_at = 9e15")
    kept.chmod(0o666)
    assert asks()
    assert all(one.stat().st_mode & 0o077 == 0 for one in folder.iterdir())
    assert not asks()
    os.utime(kept, (kept.stat().st_mtime - 40 * 86400,) * 2)
    assert ["Answers", "0"] in map(str.split, lineage("cache", "info", env=env).out.splitlines())
    assert asks()


@pytest.mark.parametrize(
    "load",
    [
        "import os\nfrom transformers import AutoModel\n"
        "AutoModel.from_pretrained(os.path.join('Qwen', 'Qwen3-8B'))\n",
        "from pathlib import Path\nfrom transformers import AutoModel\n"
        "AutoModel.from_pretrained(str(Path('Qwen') / 'Qwen3-8B'))\n",
        "from urllib.request import urlretrieve\nNAME = 'Qwen/Qwen3-8B'\n"
        "urlretrieve(f'https://huggingface.co/{NAME}/resolve/main/model.gguf', 'm.gguf')\n",
        "import requests\nHUB = 'https://huggingface.co/'\n"
        "requests.get(HUB + 'Qwen/Qwen3-8B' + '/resolve/main/model.safetensors')\n",
    ],
    ids=["os.path.join", "pathlib", "urlretrieve", "requests"],
)
def test_a_model_is_seen_in_joined_paths_and_addresses(
    lineage: Run, hub: TestHub, code: Path, base: Path, load: str
) -> None:
    """Path operations spell a name of the Hub as well, and an address may be put together."""
    (code / "app.py").write_text(load)
    args = ("check", "--policy", str(base), "-f", "json")
    hub.add(HubModel("Qwen/Qwen3-8B", config={"model_type": "qwen3"}))
    ran = lineage(*args, env={"HF_ENDPOINT": hub.url}, cwd=code)
    assert ran.code == 1, ran.out
    assert [t["model"] for t in json.loads(ran.out)["targets"]] == ["Qwen/Qwen3-8B"]


@pytest.mark.parametrize("beside", ["", "manufacturer: acme\n", "printer: true\n"])
def test_a_word_beside_a_name_hides_no_model(
    lineage: Run, code: Path, base: Path, beside: str
) -> None:
    """A name that nobody knows is audited whatever the keys and the file around it speak of."""
    (code / "car.yaml").write_text(f"model: acme-labs/helper-7b\n{beside}")
    ran = lineage("check", "--dry-run", "--policy", str(base), cwd=code)
    assert "\taudit\tacme-labs/helper-7b" in ran.out, ran.out
