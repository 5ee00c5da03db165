"""`lineage probe` as a user runs it, against scripted models on this machine, and its result as evidence in an audit."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from pathlib import Path

import jsonschema
import pytest

from conftest import Ran
from probe.personas import PERSONAS, PersonaServer, serving
from probe.world import write

Run = Callable[..., Ran]
SUBJECT = "deepseek-ai/DeepSeek-R1-Distill-Llama-8B"


@pytest.fixture(scope="module")
def battery(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The made-up world's, as files."""
    return write(tmp_path_factory.mktemp("battery"))


@pytest.fixture
def ask(lineage: Run, battery: Path, tmp_path: Path) -> Callable[..., Ran]:
    """Probe a persona; the result is `run.json`."""

    def run(server: PersonaServer, *args: str, output: str = "run.json", **more: object) -> Ran:
        return lineage(
            "probe", "--endpoint", server.url, "--model", "m", "--battery", str(battery), "--samples", "1", "--seed", "3",
            "--languages", "zh", "-o", str(tmp_path / output), *args, **more,
        )  # fmt: skip

    return run


def _verify(lineage: Run, battery: Path, result: Path) -> Ran:
    return lineage("probe", "verify", str(result), "--battery", str(battery))


def test_a_run_is_written_shown_and_verified(ask, lineage, battery, tmp_path):
    """One sentence says what was counted; every number can be computed again."""
    with serving("refuser_in_chinese") as server:
        ran = ask(server)
    assert ran.code == 0, ran.err
    assert (
        "did not answer 54 of 54 questions about Nordavia and 0 of 54 matched controls in Simplified Chinese"
        in ran.out
    )
    result = json.loads((tmp_path / "run.json").read_text())
    assert [one["conclusion"] for one in result["findings"]] == ["censors"]
    assert (
        result["transcript"]["sha256"]
        == hashlib.sha256((tmp_path / "run.transcript.jsonl").read_bytes()).hexdigest()
    )
    jsonschema.validate(result, json.loads(lineage("schema", "probe").out))
    checked = _verify(lineage, battery, tmp_path / "run.json")
    assert (checked.code, "recomputed from the transcript" in checked.out) == (0, True), checked.out
    page = lineage("probe", "report", str(tmp_path / "run.json"), "-f", "html").out
    assert "evidence about this service" in page and "seed 3" in page
    assert "<svg" in page and "topic-00-a" in page and "<script src" not in page
    assert (
        "| Difference | +100 points"
        in lineage("probe", "report", str(tmp_path / "run.json"), "-f", "markdown").out
    )


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (
            lambda row: row["findings"][0].update(conclusion="does-not-censor"),
            "conclusion is does-not-censor, recomputed censors",
        ),
        (
            lambda row: row["outcomes"][0]["pairs"][0]["treatment"].update(outcomes=["facts"]),
            "come out otherwise",
        ),
        (lambda row: row["transcript"].update(sha256="0" * 64), "its hash differs"),
        (lambda row: row["setup"].update(subject="org/other"), "another setup"),
    ],
)
def test_what_was_changed_is_found(ask, lineage, battery, tmp_path, change, said):
    """A nicer conclusion, an outcome, another transcript, another model."""
    with serving("refuser_in_chinese") as server:
        ask(server)
    path = tmp_path / "run.json"
    row = json.loads(path.read_text())
    change(row)
    path.write_text(json.dumps(row))
    ran = _verify(lineage, battery, path)
    assert (ran.code, said in ran.out) == (1, True), ran.out
    (tmp_path / "run.transcript.jsonl").unlink()


def test_without_a_transcript_outcomes_are_taken_on_trust(ask, lineage, battery, tmp_path):
    """And said to be."""
    with serving("refuser_in_chinese") as server:
        ask(server)
    (tmp_path / "run.transcript.jsonl").unlink()
    ran = _verify(lineage, battery, tmp_path / "run.json")
    assert (ran.code, "on trust" in ran.out) == (3, True)


def test_the_key_is_in_no_output_and_no_file(ask, tmp_path):
    """Not even where the service repeats it in its errors."""
    key = "sk-do-not-tell-4711"

    def leaky(prompt, draw, call):
        if call % 3 == 0:
            return 400, {}, json.dumps({"error": {"message": f"bad request with key {key}"}})
        return PERSONAS["open"](prompt, draw, call)

    with serving(leaky) as server:
        ran = ask(server, env={"LINEAGE_ENDPOINT_KEY": key, "OPENAI_API_KEY": "sk-other"})
        assert server.requests[0][0]["Authorization"] == f"Bearer {key}"
    told = (
        ran.out + ran.err + "".join(one.read_text() for one in tmp_path.iterdir() if one.is_file())
    )
    assert "bad request with key" in told
    assert key not in told and "sk-other" not in told


def test_an_interrupted_run_goes_on(ask, tmp_path):
    """What was answered is not asked again; another setup is refused."""

    last = 60

    def stops(prompt, draw, call):
        return (401, {}, "") if call > last else PERSONAS["open"](prompt, draw, call)

    with serving(stops) as server:
        assert ask(server, "--jobs", "1").code == 4
        kept = len((tmp_path / "run.transcript.jsonl").read_text().splitlines()) - 1
        assert 40 <= kept <= 60
        with (tmp_path / "run.transcript.jsonl").open("a") as file:
            file.write('{"language": "zh-Hans", "item": "cut of')
        server.persona = PERSONAS["open"]
        assert ask(server, "--seed", "4").code == 2
        server.persona, last = stops, last + 20
        assert ask(server, "--jobs", "1").code == 4  # again, behind the line that was cut off
        again = len((tmp_path / "run.transcript.jsonl").read_text().splitlines()) - 1
        assert again > kept
        kept = again
        server.persona = PERSONAS["open"]
        before = len(server.requests)
        ran = ask(server)
        assert ran.code == 0, ran.err
        asked = len(server.requests) - before
    replies = json.loads((tmp_path / "run.json").read_text())["transcript"]["replies"]
    assert asked == replies - kept


def test_a_plan_asks_nothing(ask, tmp_path):
    """It says what a run costs at most."""
    with serving("open") as server:
        ran = ask(server, "--plan")
        assert server.requests == []
    assert "At most 264 requests" in ran.out, ran.out
    assert not list(tmp_path.glob("run*"))


def test_two_runs_are_compared(ask, lineage, tmp_path):
    """Which questions are answered now, and which no more."""
    with serving("refuser_in_chinese") as server:
        ask(server, "--whole")
    with serving("open") as server:
        ask(server, output="after.json")
    ran = lineage("probe", "compare", str(tmp_path / "run.json"), str(tmp_path / "after.json"))
    assert "Simplified Chinese: censors -> does-not-censor" in ran.out
    assert "B answers, A did not: topic-00-a" in ran.out


@pytest.mark.parametrize("text", ["{}", "[", '{"schema": "lineage-probe/1"}', "\x00"])
def test_what_is_no_result_is_refused(lineage, tmp_path, text):
    """By name."""
    (tmp_path / "x.json").write_text(text)
    ran = lineage("probe", "report", str(tmp_path / "x.json"))
    assert (ran.code, "x.json" in ran.err) == (2, True)


# --- as evidence


def _audit(lineage: Run, tmp_path: Path, *more: str) -> dict:
    ran = lineage(
        "audit", "--offline", SUBJECT, "--probe", str(tmp_path / "run.json"), "-f", "json", *more
    )
    assert ran.code in (0, 1, 3), ran.err
    return json.loads(ran.out)["targets"][0]


def _shipped(server: PersonaServer, lineage: Run, tmp_path: Path, battery: Path, *more: str) -> Ran:
    return lineage(
        "probe", "--endpoint", server.url, "--model", "m", "--battery", str(battery), "--samples", "1", "--seed", "3", "--languages", "en",
        "--for", SUBJECT + "@6a6f4aa4197940add57724a7707d069478df56b1", "-o", str(tmp_path / "run.json"), *more,
    )  # fmt: skip


OWN = ("--own", "--quantization", "none")


def _probed(target: dict) -> dict:
    return next(one for one in target["exposure"]["results"] if one["kind"] == "probe")


def test_an_adverse_run_on_own_weights_counts_as_partly(lineage, battery, tmp_path):
    """Direct, in its language, in its own words; it asks for a review, and the rest stays as it was."""
    with serving("framer") as server:
        assert _shipped(server, lineage, tmp_path, battery, *OWN).code == 0
    target = _audit(lineage, tmp_path)
    found = _probed(target)
    assert (found["applicability"], found["counts"], found["why_not"]) == ("direct", True, None)
    assert target["exposure"]["standing"]["by_language"]["en"] == "partly"
    finding = next(one for one in target["findings"] if one["rule"] == "exposure-partly")
    assert (
        "did not answer 54 of 54 questions about Nordavia and 0 of 54 matched controls in English"
        in finding["message"]
    )
    assert "published test" not in finding["message"]
    assert any(
        one["rule"] == "exposure-teacher" or one["rule"] == "exposure-inherited"
        for one in target["findings"]
    )


@pytest.mark.parametrize(
    ("persona", "said", "why"),
    [
        ("framer", (), "which may filter what the weights do not"),
        ("framer", ("--own",), "does not say that they are as published"),
        ("framer", ("--own", "--quantization", "Q4_K_M"), "a quantization (Q4_K_M)"),
        ("moderated", OWN, "The service blocked replies itself"),
        ("open", OWN, "not recomputed from its transcript"),
        ("apolitical", OWN, "Its result is general-refusal"),
    ],
)
def test_other_runs_only_inform(lineage, battery, tmp_path, persona, said, why):
    """A service, a quantization, a filter, an open result: shown with the reason, and the verdict is as without."""
    with serving(persona) as server:
        assert _shipped(server, lineage, tmp_path, battery, *said).code == 0
    target = _audit(lineage, tmp_path)
    without = json.loads(lineage("audit", "--offline", SUBJECT, "-f", "json").out)["targets"][0]
    found = _probed(target)
    assert (found["counts"], why in found["why_not"]) == (False, True), found["why_not"]
    rules = [
        sorted(
            (f["rule"], f["message"]) for f in one["findings"] if f["rule"] != "exposure-reported"
        )
        for one in (target, without)
    ]
    assert (target["verdict"], rules[0]) == (without["verdict"], rules[1])


def test_a_run_about_another_model_is_not_used(lineage, battery, tmp_path):
    """And said to be not."""
    with serving("framer") as server:
        _shipped(server, lineage, tmp_path, battery, *OWN, "--for", "org/other@abc")
    ran = lineage("audit", "--offline", SUBJECT, "--probe", str(tmp_path / "run.json"))
    assert "a probe of org/other, which is not in the lineage" in ran.err


def test_a_pack_holds_the_run_that_it_rests_on(lineage, battery, tmp_path):
    """Result and transcript, under the pack's checksums; and it verifies."""
    with serving("framer") as server:
        _shipped(server, lineage, tmp_path, battery, *OWN)
    ran = lineage(
        "pack",
        "--offline",
        SUBJECT,
        "--probe",
        str(tmp_path / "run.json"),
        "-o",
        str(tmp_path / "p"),
    )
    assert ran.code in (0, 1, 3), ran.err
    kept = tmp_path / "p" / "inputs" / "probe"
    assert sorted(one.name for one in kept.iterdir()) == ["run.json", "run.transcript.jsonl"]
    assert "lineage probe" in (tmp_path / "p" / "report.html").read_text()
    assert lineage("pack", "verify", str(tmp_path / "p")).code == 0
    with (kept / "run.transcript.jsonl").open("a") as file:
        file.write("x")
    assert lineage("pack", "verify", str(tmp_path / "p")).code == 1
