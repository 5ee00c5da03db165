"""A judge is measured before it is believed, and never judges its own kin."""

from __future__ import annotations

import json
import random

import pytest

from lineage.core.errors import UsageError
from lineage.probe.decoding import Decoding
from lineage.probe.endpoint import ChatEndpoint
from lineage.probe.judge import Instrument, corrected, judged, measure, read_labelled
from lineage.workflows.judging import Judge, judge_run, refuse_relative
from lineage.workflows.options import Options
from lineage.workflows.probe import ProbeOptions, Subject, probe, verified
from probe.personas import declined, is_critical, known, serving
from probe.world import battery

LLAMA, QWEN = "deepseek-ai/DeepSeek-R1-Distill-Llama-8B", "Qwen/Qwen2.5-7B-Instruct"


def careful(prompt, draw, call):
    """Says that a short text declined, whatever the order of the options."""
    text = prompt.partition("<text>")[2].partition("</text>")[0].strip()
    wanted = "declines" if len(text) < 45 else "what was asked"
    return next(line[0] for line in prompt.splitlines() if line[1:2] == "." and wanted in line)


def refuser(prompt, draw, call):
    return (declined if is_critical(prompt) else known)(prompt, draw)


def always_a(prompt, draw, call):
    return "A"


def coin(prompt, draw, call):
    wanted = random.Random(prompt.partition("<text>")[2].partition("</text>")[0]).choice(
        ("declines", "what was asked")
    )
    return next(line[0] for line in prompt.splitlines() if line[1:2] == "." and wanted in line)


def _labelled(path, n=240):
    rows = [
        {
            "language": "en",
            "prompt": "Write.",
            "label": "declined" if k % 3 == 0 else "did",
            "text": f"No. {k}"
            if k % 3 == 0
            else f"A long text about the matter at hand, number {k}, as wanted.",
        }
        for k in range(n)
    ]
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    return path


def _endpoint(server):
    return ChatEndpoint(server.url, "judge", Decoding(samples=1), pause=0.001)


def test_a_judge_that_follows_the_order_of_options_is_unsure():
    """It says A both times, which is two answers."""
    with serving(always_a) as server:
        assert judged(_endpoint(server), "Write.", "A text.") is None


@pytest.mark.parametrize(
    ("persona", "n", "said"),
    [(coin, 240, "kappa"), (always_a, 240, "kappa"), (careful, 199, "needs 200")],
)
def test_a_judge_below_its_kappa_is_refused(tmp_path, persona, n, said):
    """By chance, by position, or measured on too little."""
    with serving(persona) as server, pytest.raises(UsageError, match=said):
        measure(_endpoint(server), read_labelled(_labelled(tmp_path / "l.jsonl", n)), "en")


def test_known_errors_are_taken_off():
    """Rogan and Gladen: 30 % seen by an instrument that finds 80 % and keeps 90 % are 2/7."""
    found = corrected(30, 100, Instrument(200, 0.7, 0.8, 0.9, 100))
    assert found.corrected == pytest.approx((0.3 + 0.9 - 1) / 0.7)
    assert found.lower < found.corrected < found.upper


def test_kin_may_not_judge():
    """An ancestor, the family, the model itself; and one whose lineage nobody knows."""
    offline = Options(offline=True)
    for judge in (LLAMA, "meta-llama/Llama-3.1-8B-Instruct"):
        with pytest.raises(UsageError, match="of the lineage of"):
            refuse_relative(LLAMA, judge, offline)
    with pytest.raises(UsageError, match="not known"):
        refuse_relative(LLAMA, "nobody/nothing", offline)
    refuse_relative("meta-llama/Llama-3.1-8B-Instruct", QWEN, offline)


def test_a_judged_run_keeps_its_conclusion_and_still_verifies(tmp_path):
    """What the judge says is shown beside, and decides nothing."""
    asked = battery()
    options = {"languages": ("en",), "seed": 1, "decoding": Decoding(samples=1), "battery": asked}
    with serving(refuser) as server:
        run = probe(
            ProbeOptions(
                server.url,
                "m",
                tmp_path / "r.json",
                subject=Subject("meta-llama/Llama-3.1-8B-Instruct"),
                **options,
            )
        )
    with serving(careful) as server:
        judge = Judge(_endpoint(server), QWEN, _labelled(tmp_path / "l.jsonl"))
        found = judge_run(run, tmp_path / "r.transcript.jsonl", asked, judge, Options(offline=True))
    shares = found.judged["languages"]["en"]["declined"]
    assert shares["treatment"]["corrected"] > 0.9 > 0.1 > shares["control"]["corrected"]
    assert found.findings == run.findings
    assert verified(tmp_path / "r.json", asked)[1].passes
