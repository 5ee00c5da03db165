"""What this server goes by: versions, policies, bounds, the Hub's quota. No path, no secret."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import urlsplit

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from lineage.core.version import __version__
from lineage.report.html.markup import Markup, join, shown, tag
from lineage.serve.pages.frame import card, page
from lineage.serve.pages.order_form import named
from lineage.serve.site import Site, site_of
from lineage.workflows.reporting import data_versions

_USUAL = "https://huggingface.co"


def about(request: Request) -> Response:
    """The page."""
    site = site_of(request)
    parts = (named(name).partition(": ") for name in site.settings.policies)
    policies = (
        tag("li", tag("b", shown(name, 80)), shown(f"{mark}{value}", 300))
        for name, mark, value in parts
    )
    return page(
        request,
        "About",
        tag("section", tag("h1", "About this server"), _list(_facts(site))),
        card("Bounds", _list(_bounds(site)), id="bounds"),
        card("Policies", tag("ul", policies), id="policies"),
    )


def _list(facts: Iterator[tuple[str, str]]) -> Markup:
    return tag("dl", (join(tag("dt", name), tag("dd", shown(value, 300))) for name, value in facts))


def _facts(site: Site) -> Iterator[tuple[str, str]]:
    settings, options = site.settings, site.settings.options
    yield "Tool", f"lineage {__version__}"
    for name, day in data_versions(options.where.data).days.items():
        yield f"Data: {name}", day
    yield "Usual policy", settings.usual
    yield "The Hub", "not used: offline data only" if options.offline else _endpoint(site)
    yield "Its quota", _quota(site)


def _endpoint(site: Site) -> str:
    """Without what may be a secret in it."""
    parts = urlsplit(site.settings.options.hub.endpoint or site.settings.endpoint or _USUAL)
    return f"{parts.scheme}://{parts.hostname or ''}{f':{parts.port}' if parts.port else ''}"


def _quota(site: Site) -> str:
    budget = site.runs.desk.budget()
    if budget is None or budget.remaining is None:
        return "not known yet: no response from the Hub so far"
    of = f" of {budget.limit:,}" if budget.limit else ""
    resets = f", anew in {budget.resets_in:.0f} s" if budget.resets_in is not None else ""
    return f"{budget.remaining:,}{of} calls left{resets}, for all runs together"


def _bounds(site: Site) -> Iterator[tuple[str, str]]:
    settings, limits = site.settings, site.settings.limits
    days = settings.keep_days
    yield "Runs are stored", f"{days} days after they ended" if days else "until they are deleted"
    yield "Models of one run", f"{limits.rows:,}"
    yield "A file or request", f"{limits.upload / 2**20:.0f} MB"
    yield "Runs at a time", f"{limits.runs}; up to {limits.queued} wait in order"
    yield "Models at a time", f"{limits.audits}"
    yield "Answers are shared for", f"{limits.fresh / 60:.0f} minutes"


ROUTES = [Route("/about", about, methods=["GET"])]
