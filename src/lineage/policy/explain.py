"""What a rule means, in words, for a terminal and for the reference."""

from __future__ import annotations

from lineage.core.errors import UsageError
from lineage.policy.nearest import did_you_mean
from lineage.policy.rules.interface import Rule, Setting
from lineage.policy.rules.registry import RULES, rule


def is_rule(text: str) -> bool:
    """Whether there is a rule of this id."""
    return text in RULES


def is_nearly_rule(text: str) -> bool:
    """Whether it is a slip for a rule's id: no old model without an owner is called nearly so."""
    from difflib import get_close_matches

    return "-" in text and "/" not in text and bool(get_close_matches(text, RULES, 1, 0.85))


def explain_rule(rule_id: str) -> str:
    """A page of plain text about one rule. Raises UsageError, with the nearest id, where there is
    none."""
    if not is_rule(rule_id):
        raise UsageError(
            f"There is no rule {rule_id!r}.",
            did_you_mean(rule_id, RULES) or "`lineage rules` lists them all.",
        )
    found = rule(rule_id)
    head = f"{found.id} ({default_words(found)})\n{found.summary}."
    lines = "".join(f"  {setting_line(s)}\n" for s in found.settings)
    text = (
        f"\n\nSettings under [rules.{found.id}], beside `level`:\n{lines}".rstrip() if lines else ""
    )
    return f"{head}\n\n{body_of(found)}{text}\n\n{found.help_url}"


def default_words(found: Rule) -> str:
    """Its level where no policy speaks."""
    return f"default: {found.level}"


def body_of(found: Rule) -> str:
    """The explanation without its first line, which is the summary."""
    return found.explanation.partition("\n\n")[2].strip()


def setting_line(setting: Setting) -> str:
    """One setting with what it may hold."""
    allowed = f" ({', '.join(setting.choices)})" if setting.choices else ""
    return f"{setting.name}: {setting.summary}{allowed}"
