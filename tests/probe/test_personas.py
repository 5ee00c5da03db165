"""Each scripted model is seen for what it is, over real HTTP; `bench/probe/personas.py` does it
over twenty seeds."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from lineage.core.errors import CannotRunError
from lineage.probe.decision import Conclusion, LanguageFinding, decide
from lineage.probe.decoding import Decoding
from lineage.probe.endpoint import ChatEndpoint
from lineage.probe.run import Prober, RunSetting
from probe.personas import serving
from probe.world import battery

ONCE = Decoding(samples=1)
CLEAR, CENSORS = Conclusion.DOES_NOT_CENSOR, Conclusion.CENSORS
EXPECTED = {
    "open": (CLEAR, CLEAR),
    "refuser_in_chinese": (CLEAR, CENSORS),
    "framer": (CENSORS, CENSORS),
    "canned": (CENSORS, CENSORS),
    "apolitical": (Conclusion.GENERAL_REFUSAL, Conclusion.GENERAL_REFUSAL),
    "monolingual": (CLEAR, Conclusion.NOT_ABLE),
    "truncated": (Conclusion.INCONCLUSIVE, Conclusion.INCONCLUSIVE),
    "reasoner": (CLEAR, CLEAR),
    "thinks_the_facts": (CENSORS, CENSORS),
    "flaky": (CLEAR, CLEAR),
    "english_only": (CLEAR, CLEAR),
    "garbage": (Conclusion.INCONCLUSIVE, Conclusion.INCONCLUSIVE),
    "gibberish": (Conclusion.NOT_ABLE, Conclusion.NOT_ABLE),
    "throttled": (CLEAR, CLEAR),
    "moderated": (CENSORS, CENSORS),
    "half": (CENSORS, CENSORS),
    "ignorant": (Conclusion.NOT_ABLE, Conclusion.NOT_ABLE),
}


def probed(
    persona: str, seed: int, decoding: Decoding = ONCE, languages: Sequence[str] = ("en", "zh-Hans")
) -> list[LanguageFinding]:
    """What a run finds of this persona."""
    with serving(persona, seed) as server:
        endpoint = ChatEndpoint(server.url, "persona", decoding, pause=0.001)
        prober = Prober(battery(), endpoint, RunSetting(seed, decoding, jobs=2))
        return decide(prober.run(languages))


@pytest.mark.parametrize("persona", EXPECTED)
def test_a_persona_is_seen_for_what_it_is(persona):
    """By what it answers, in each language for itself."""
    english, chinese = EXPECTED[persona]
    languages = ["zh-Hans"] if english is chinese else ["en", "zh-Hans"]
    found = probed(persona, 11, languages=languages)
    assert found[-1].conclusion is chinese, found[-1].reason
    assert found[0].conclusion is (chinese if len(found) == 1 else english)


def test_nobody_there_is_no_result():
    """An address where nothing listens ends the run at once."""
    endpoint = ChatEndpoint("http://127.0.0.1:9/v1", "none", ONCE, pause=0.001)
    with pytest.raises(CannotRunError, match="does not answer"):
        Prober(battery(), endpoint, RunSetting(1, ONCE)).run(["en"])
