"""What one release of the data says of itself: which it is, of which days, and its files'
checksums."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping

from lineage.core.errors import DataError
from lineage.core.packaged import FACTS
from lineage.core.value import dataclass

FORMAT = 1
"""Of the documents; raised whenever an earlier lineage could not read them, or would read them
otherwise."""

_SCHEMA = "lineage-data/"
_VERSION = re.compile(r"\d{4}-\d\d-\d\d\.\d{1,9}", re.ASCII)


@dataclass(frozen=True)
class Manifest:
    """One release: `embedded`, or named after its day and its number."""

    version: str
    date: str
    """Of its newest record; ISO 8601."""
    dates: Mapping[str, str]
    """Of each part."""
    files: Mapping[str, str]
    """SHA-256 by name; exactly the facts that belong together."""


def written(version: str, dates: Mapping[str, str], content: Mapping[str, bytes]) -> str:
    """The manifest's text: the same bytes for the same facts."""
    document = {
        "schema": f"{_SCHEMA}{FORMAT}",
        "version": version,
        "date": max(dates.values()),
        "dates": dict(dates),
        "files": {name: digest(content[name]) for name in FACTS},
    }
    return json.dumps(document, indent=1, sort_keys=True) + "\n"


def digest(content: bytes) -> str:
    """SHA-256 in hexadecimal digits."""
    return hashlib.sha256(content).hexdigest()


def parse(content: bytes) -> Manifest:
    """The manifest of a release. Raises DataError where it is none, or made for a newer lineage."""
    try:
        row = json.loads(content)
        schema, version, date = (str(row[key]) for key in ("schema", "version", "date"))
        number = int(schema.removeprefix(_SCHEMA)) if schema.startswith(_SCHEMA) else 0
        if number > FORMAT:
            raise DataError(
                f"The data {version[:40]!r} is of format {number}; this lineage reads "
                f"up to {FORMAT}.",
                "Upgrade: pip install --upgrade lineage-audit.",
            )
        dates, files = dict(row["dates"]), dict(row["files"])
        is_named = _VERSION.fullmatch(version) and version.rpartition(".")[0] == date
        is_sound = number == FORMAT and is_named and set(files) == set(FACTS)
    except (ValueError, KeyError, TypeError) as problem:
        raise _unreadable() from problem
    if not is_sound:
        raise _unreadable()
    return Manifest(version, date, dates, files)


def _unreadable() -> DataError:
    return DataError(
        "The release holds no list of its data that lineage can read.", "Tell whoever publishes it."
    )
