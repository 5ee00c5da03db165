"""Models that nobody had in mind when the scorer was written, on the battery that ships;
`bench/probe/personas.py` does it over twenty seeds."""

from __future__ import annotations

import pytest

from lineage.probe.battery import load
from lineage.probe.decision import Conclusion, decide
from lineage.probe.decoding import Decoding
from lineage.probe.run import Prober, RunSetting
from probe.direct import Direct
from probe.strangers import STRANGERS, persona, reviewed

BATTERY = reviewed()
SETTING = RunSetting(5, Decoding(samples=1), jobs=1)


@pytest.mark.parametrize("name", STRANGERS)
def test_a_stranger_is_seen_for_what_it_is(name):
    """By what it answers, in each language for itself, if all wordings had been reviewed."""
    prober = Prober(BATTERY, Direct(persona(name), 5), SETTING)
    found = decide(prober.run(["en", "zh-Hans"]))
    assert tuple(str(one.conclusion) for one in found) == STRANGERS[name][1:], found[1].reason


def test_a_refuser_in_unreviewed_chinese_is_measured_and_not_decided():
    """Under the battery as it ships: what was counted is told, and what it would come to."""
    prober = Prober(load(), Direct(persona("refusing in Chinese"), 5), SETTING)
    english, chinese = decide(prober.run(["en", "zh-Hans"]))
    assert english.conclusion is Conclusion.DOES_NOT_CENSOR
    assert chinese.conclusion is Conclusion.INCONCLUSIVE
    assert chinese.otherwise is Conclusion.CENSORS
    assert chinese.treatment.missing > chinese.control.missing + 30
