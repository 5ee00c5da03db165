"""What the weights say, in words and figures, for a terminal."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from lineage.report.printable import printable


def lines(found: Mapping[str, Any]) -> Iterator[str]:
    """The statement, how the declared base stands to it, the figures behind it, and what such a
    comparison cannot tell."""
    yield f"{printable(found['statement'])} Class: {found['kind']}."
    if found["reason"]:
        yield printable(found["reason"])
    if found["declared_reason"]:
        yield (
            f"Declared against found: {found['declared_vs_found']}. "
            f"{printable(found['declared_reason'])}"
        )
    yield from (_match(match) for match in found["matches"][:5])
    power = (
        f"; one vector with r >= {found['power_r']:.2f} would have been found"
        if found["power_r"] is not None
        else ""
    )
    read = f"{found['bytes_read']:,} bytes read in {found['requests']} requests"
    yield f"{found['compared']} models of the same width compared{power}; {read}."
    yield from (f"Not compared: {printable(one)}" for one in found["skipped"][:5])
    yield from found["caveats"]


def _match(match: Mapping[str, Any]) -> str:
    groups = match["comparison"]["groups"]
    text = "; ".join(
        f"{g['name'].replace('_', ' ')}: r {g['r']:.3f}, z {g['z']:.1f}, log10 p {g['log10_p']:.0f}"
        for g in groups
    )
    return f"{printable(match['repo'])}, {match['kind']}: {text or 'equal bytes'}"
