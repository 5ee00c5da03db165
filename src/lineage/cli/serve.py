"""`lineage serve`: a web page and an API for a team."""

from __future__ import annotations

import os
import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from lineage.cli.access_options import AccessChoice, access_options
from lineage.cli.admission_options import AdmissionChoice, admission_options
from lineage.cli.options import examples
from lineage.cli.policies import PolicyChoice, policy_options
from lineage.cli.source_options import SourceChoice, source_options_of
from lineage.cli.tls_options import TlsChoice, tls_options
from lineage.core.errors import CannotRunError, UsageError

if TYPE_CHECKING:
    from lineage.workflows.options import Options

_SWITCH = 0.0005
_WAIT = 3600.0
"""Seconds that a run here waits for the Hub's quota by itself: nobody sits before it."""


@click.command(epilog=examples("lineage serve", "lineage serve --policy strict --port 8470"))
@access_options
@click.option(
    "--port",
    type=click.IntRange(0, 65535),
    default=8470,
    show_default=True,
    help="Listen at this port; 0 takes a free one.",
)
@click.option(
    "--state",
    type=click.Path(path_type=Path, file_okay=False),
    help="Store runs in this folder instead of the user's own.",
)
@click.option(
    "--keep",
    "keep_days",
    type=click.IntRange(0),
    default=365,
    show_default=True,
    metavar="DAYS",
    help="Delete runs after this many days; 0 never deletes them.",
)
@tls_options
@admission_options
@source_options_of(max_wait=_WAIT)
@policy_options
def serve(
    access: AccessChoice,
    port: int,
    state: Path | None,
    keep_days: int,
    tls: TlsChoice,
    admission: AdmissionChoice,
    source: SourceChoice,
    policy: PolicyChoice,
) -> int:
    """Serve a web page on which a team audits models, and an API for programs.

    By default only this machine can reach it; on any other --host, everybody needs a token. Runs
    are stored, and continue where they stopped when the server is started again.
    """
    try:
        from lineage.serve.app import application
        from lineage.serve.guard.access import is_loopback
        from lineage.serve.guard.connection import configured
        from lineage.serve.listening import Server, bound
    except ImportError as problem:
        raise CannotRunError(
            "lineage serve needs more packages.", "pip install 'lineage-audit[serve]'"
        ) from problem
    from lineage.core.version import __version__
    from lineage.policy.load import load_pack
    from lineage.policy.packs import pack_names
    from lineage.serve.settings import Settings

    if access.new_token:
        click.echo(access.made_token())
        return 0
    tls.check()
    is_shown = bool(admission.token_file or tls.client_ca)
    if admission.admission and not is_loopback(access.host) and not is_shown:
        raise UsageError(
            f"Anyone who can reach {access.host} could send reviews.",
            "Give --admission-token-file or --tls-client-ca.",
        )
    reach = access.access(is_quiet=bool(source.quiet))
    usual = policy.load()
    display = source.display()
    options = source.options(display, usual)
    options = replace(
        options,
        where=replace(options.where, is_distant=True),
        hub=replace(
            options.hub,
            prefetch=False,
            token="" if access.anonymous else None,
        ),
    )
    policies = {name: load_pack(name, __version__) for name in pack_names()}
    settings = Settings(
        options,
        state or _state_folder(),
        {**policies, usual.name: usual},
        usual.name,
        os.environ.get("HF_ENDPOINT", ""),
        keep_days,
        access=reach,
        admission=admission.settings(),
    )
    for warning in access.warnings(
        has_tls=tls.cert is not None, asks_with_token=_has_token(options)
    ):
        display.notice(warning)
    app = application(settings)
    taken = bound(access.host, port)
    server = Server(
        configured(
            settings,
            app,
            log_level="info" if source.verbose else "warning",
            access_log=bool(source.verbose),
            **tls.config(),
        ),
        lambda address: click.echo(f"Serving at {address} (Ctrl-C stops it)", err=True),
        app.stop,
    )
    if tls.cert and tls.key:
        from lineage.serve.renewal import renewing

        server.config.load()
        if server.config.ssl is not None:
            renewing(server.config.ssl, tls.cert, tls.key)
    # Threads that walk and judge must not keep the one that answers waiting for its turn.
    sys.setswitchinterval(_SWITCH)
    server.run([taken])
    return 0


def _has_token(options: Options) -> bool:
    """Whether the Hub is asked as somebody."""
    from lineage.sources.hub.settings import discover

    return not options.offline and bool(discover(token=options.hub.token).token)


def _state_folder() -> Path:
    given = os.environ.get("XDG_STATE_HOME", "").strip()
    return (Path(given) if given else Path.home() / ".local" / "state") / "lineage"
