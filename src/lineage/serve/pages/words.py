"""What several pages say alike: how far a run is, when, its verdict, one model's name."""

from __future__ import annotations

import math
import re
from datetime import datetime, timezone
from urllib.parse import quote

from lineage.core.clock import stamp_of
from lineage.policy.finding import Verdict
from lineage.report.html.answer import badge
from lineage.report.html.markup import Markup, join, shown, tag
from lineage.serve.pages.frame import table
from lineage.serve.run import Run, State

STATES = {
    State.QUEUED: "waiting its turn",
    State.RUNNING: "running",
    State.DONE: "done",
    State.FAILED: "not done: it failed",
    State.CANCELLED: "cancelled",
}
WORST_FIRST = tuple(sorted(Verdict, key=lambda one: -one.rank))
_ON_THE_HUB = re.compile(r"[A-Za-z0-9][\w.-]*/[\w-][\w.-]*", re.ASCII)


def state(run: Run) -> Markup:
    """The verdict of a run that is done; else how far it is."""
    if run.state is State.DONE and run.verdict:
        return badge(Verdict(run.verdict))
    far = f", {run.done:,} of {run.rows:,}" if run.state is State.RUNNING else ""
    return tag("span", f"{STATES[run.state]}{far}", class_="state")


def when(seconds: float | None) -> Markup:
    """A moment for people, in UTC."""
    if seconds is None:
        return join("–")
    moment = datetime.fromtimestamp(seconds, timezone.utc)
    text = f"{moment.day} {moment:%b %Y, %H:%M} UTC"
    return tag("time", text, datetime=stamp_of(seconds), class_="date")


def stamped(run: Run) -> str:
    """When it was asked for, where only text may stand."""
    return stamp_of(run.created).replace("T", " ").replace("Z", " UTC")


def link_to(run: Run) -> Markup:
    """A run by its title."""
    return tag("a", shown(run.title, 120), href=f"/audits/{run.id}")


def history_of(name: str) -> Markup | None:
    """The way to what earlier runs said of a model, where its name can be an address."""
    if not _ON_THE_HUB.fullmatch(name) or len(name) > 200:
        return None
    unseen = tag("span", f" of {shown(name, 120)}", class_="unseen")
    return tag("a", "History", unseen, href=f"/models/{quote(name)}", class_="screen")


WAITING = "The Hub's quota is used up for now. The run continues by itself in {} s."


def waiting(seconds: float | None) -> str:
    """What a run waits for; empty where it does not wait."""
    return WAITING.format(math.ceil(seconds)) if seconds else ""


def runs_table(listed: list[Run], caption: str) -> Markup:
    """Runs as rows."""
    heads = ("Run", "Verdict", "Models", "Policy", "Asked for")
    return table(caption, heads, (_row(run, heads) for run in listed), "runs")


def _row(run: Run, heads: tuple[str, ...]) -> Markup:
    cells: tuple[str, ...] = (state(run), f"{run.rows:,}", shown(run.policy, 60), when(run.created))
    by = tag("span", f"by {shown(run.by, 60)}", class_="fine block") if run.by else None
    return tag(
        "tr",
        tag("th", link_to(run), by, scope="row"),
        (tag("td", cell, data_label=head) for cell, head in zip(cells, heads[1:], strict=True)),
    )
