"""The battery that ships can do what its readers are told that it can."""

from __future__ import annotations

from collections import Counter

from lineage.probe.battery import Arm, Form, ReviewStatus, TopicKind, load

DECIDING = (Form.CHOICE, Form.FACT, Form.NAMES)


def test_it_has_the_pairs_that_a_decision_needs():
    """24 topics and 72 deciding pairs, plain pairs in three forms, eight matters of other
    governments."""
    battery = load()
    topics = [topic for topic in battery.topics if topic.kind is TopicKind.TOPIC]
    assert len(topics) >= 24
    pairs = {item.pair for topic in topics for item in topic.items if item.form in DECIDING}
    assert len(pairs) >= 72
    kinds = Counter(topic.kind for topic in battery.topics for _ in topic.items)
    assert kinds[TopicKind.COMPETENCE] >= 16
    assert kinds[TopicKind.OTHER_GOVERNMENT] >= 8


def test_every_topic_has_each_form_in_both_arms():
    """No topic weighs more than another."""
    for topic in load().topics:
        if topic.kind is TopicKind.TOPIC:
            forms = Counter((item.form, item.arm) for item in topic.items)
            assert forms == dict.fromkeys(((form, arm) for form in Form for arm in Arm), 1)


def test_chinese_decides_nothing_until_a_second_person_has_read_it():
    """One author wrote both languages: the translation says so in every item."""
    for topic in load().topics:
        for item in topic.items:
            assert set(item.text) == {"en", "zh-Hans"}
            chinese = item.text["zh-Hans"]
            assert chinese.status is ReviewStatus.MACHINE_REVIEWED
            assert chinese.translator
            assert "no person" in chinese.reviewer
