"""`lineage policy`: check a policy file, show what a policy says, list the packs."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import click

from lineage.cli.completion_items import packs as packs_starting
from lineage.cli.groups import NamedGroup
from lineage.cli.options import examples, format_option
from lineage.cli.policies import PolicyChoice, developer_ids, policy_options
from lineage.core import clock
from lineage.core.version import __version__
from lineage.policy.layer import read_file
from lineage.policy.load import load_pack, load_policy
from lineage.policy.packs import pack_names, pack_text
from lineage.policy.policy import Policy
from lineage.policy.rules.interface import Setting
from lineage.policy.rules.registry import all_rules
from lineage.policy.waiver import Waiver, WaiverLimits
from lineage.report.printable import counted


@click.group(
    cls=NamedGroup, epilog=examples("lineage policy packs", "lineage policy check lineage.toml")
)
def policy() -> None:
    """Check and show policies, and list the packs that ship with the tool."""


@policy.command(epilog=examples("lineage policy check lineage.toml"))
@click.argument("file", type=click.Path(path_type=Path), default="lineage.toml")
def check(file: Path) -> None:
    """Check a policy FILE, with everything that it extends and each of its environments.

    Prints `ok` if everything is valid; otherwise names file, line and key and what is allowed, and
    exits with 2.
    """
    environments = read_file(file, __version__).values.get("env", {})
    read = [load_policy(file, __version__, name, developer_ids()) for name in ("", *environments)]
    today = clock.now().date()
    for waiver in dict.fromkeys(one for policy in read for one in policy.waivers):
        for problem in _doubtful(waiver, read[0].waiver_limits, today):
            click.echo(
                f"{waiver.place}: the waiver of {waiver.owner} for {waiver.rule} on "
                f"{waiver.model} {problem}.",
                err=True,
            )
    for requirement in read[0].requirements:
        if requirement.is_stale(today):
            click.echo(
                f"{requirement.id} was last checked on {requirement.checked_on}, over 90 days ago.",
                err=True,
            )
    waivers, requirements = (
        counted(len(read[0].waivers), "waiver"),
        counted(len(read[0].requirements), "requirement"),
    )
    over = f", environments: {', '.join(environments)}" if environments else ""
    click.echo(f"{file}: ok ({read[0].name}, {waivers}, {requirements}{over})")


_LONG = 365
"""Days to its last day from which on a waiver is no passing exception."""


def _doubtful(waiver: Waiver, limits: WaiverLimits, today: date) -> Iterator[str]:
    """What a reader of the policy should look at again."""
    if waiver.is_expired(today):
        yield f"expired on {waiver.until}"
        return
    if beyond := limits.beyond(waiver, today):
        yield f"does not count: it {beyond}"
    elif waiver.is_of_everything:
        yield "covers every rule on every model"
    if limits.max_days is None and (waiver.until - today).days > _LONG:
        yield f"lasts until {waiver.until}; [waivers] max-days would bound it"


@policy.command(
    epilog=examples("lineage policy show --policy strict", "lineage policy show --json")
)
@policy_options
@format_option()
def show(form: str, policy: PolicyChoice) -> None:
    """Show the policy that would apply here, after everything that it extends and its
    environment."""
    found = policy.load()
    if form == "json":
        click.echo(json.dumps(_document(found), indent=2, ensure_ascii=False))
        return
    for line in _lines(found):
        click.echo(line)


@policy.command(epilog=examples("lineage policy packs", "lineage policy packs strict"))
@click.argument("name", required=False, shell_complete=packs_starting)
def packs(name: str | None) -> None:
    """List the packs that ship with the tool, or print the TOML text of the one called NAME."""
    if name is not None:
        click.echo(pack_text(name), nl=False)
        return
    for pack in pack_names():
        summary = next(
            (line.lstrip("# ") for line in pack_text(pack).splitlines() if line.startswith("#")), ""
        )
        states = ", ".join(
            sorted({str(r.status) for r in load_pack(pack, __version__).requirements})
        )
        click.echo(f"{pack}{f' ({states})' if states else ''}\n  {summary}")


def _lines(found: Policy) -> list[str]:
    lines = [f"policy         {found.name} ({found.source})"]
    lines += [f"extends        {', '.join(found.extends)}"] if found.extends else []
    lines += [f"environment    {found.environment}"] if found.environment else []
    lines += [
        f"fail-on        {found.fail_on}",
        f"jurisdictions  {', '.join(found.jurisdictions) or 'none'}",
        f"languages      {', '.join(found.languages) or 'all'}",
        f"known-grades   {', '.join(found.known_grades)}",
        "",
        "rules:",
    ]
    for rule in all_rules():
        text = ", ".join(
            f"{s.name} = {_plain(value)}"
            for s in rule.settings
            if (value := _shown(found, rule.id, s)) is not None
        )
        lines.append(f"  {rule.id} = {found.level(rule.id)}{f' ({text})' if text else ''}")
    for requirement in found.requirements:
        lines += [
            "",
            (
                f"requirement {requirement.id}: {requirement.title} ({requirement.when}; "
                f"checked {requirement.checked_on})"
            ),
        ]
        lines += [
            f"  {match.id} = {found.match_level(requirement, match)}"
            for match in requirement.matches
        ]
    for waiver in found.waivers:
        lines += [
            "",
            (
                f"waiver {waiver.rule} on {waiver.model} until {waiver.until} by "
                f"{waiver.owner}: {waiver.reason} ({waiver.place})"
            ),
        ]
    return lines


def _shown(found: Policy, rule_id: str, setting: Setting) -> Any:
    return found.settings.get(rule_id, {}).get(setting.name)


def _plain(value: Any) -> str:
    return json.dumps(list(value) if isinstance(value, tuple) else value)


def _document(found: Policy) -> dict[str, Any]:
    return {
        "name": found.name,
        "source": found.source,
        "extends": list(found.extends),
        "environment": found.environment or None,
        "fail_on": str(found.fail_on),
        "jurisdictions": list(found.jurisdictions),
        "languages": list(found.languages),
        "known_grades": [str(grade) for grade in found.known_grades],
        "rules": {
            r.id: {"level": str(found.level(r.id)), **found.settings.get(r.id, {})}
            for r in all_rules()
        },
        "requirements": [
            {
                "id": r.id,
                "title": r.title,
                "status": str(r.status),
                "effective_from": r.effective_from.isoformat() if r.effective_from else None,
                "checked_on": r.checked_on.isoformat(),
                "primary_text_read": r.primary_text_read,
                "sources": list(r.sources),
                "exceptions": list(r.exceptions),
                "open_questions": list(r.open_questions),
                "matches": {m.id: str(found.match_level(r, m)) for m in r.matches},
            }
            for r in found.requirements
        ],
        "waiver_limits": {
            "max_days": found.waiver_limits.max_days,
            "everything": found.waiver_limits.everything,
        },
        "waivers": [
            {
                "rule": w.rule,
                "model": w.model,
                "reason": w.reason,
                "owner": w.owner,
                "ground": w.ground,
                "until": w.until.isoformat(),
            }
            for w in found.waivers
        ],
    }
