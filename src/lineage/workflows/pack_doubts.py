"""What speaks against the inputs of a pack though everything in it fits together: shipped data and
policies that are not the shipped ones, a clock before the answers, files unlike their hashes."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta

from lineage.core import clock
from lineage.core.packaged import EMBEDDED, EMBEDDED_VERSION, DataSet
from lineage.core.version import __version__
from lineage.evidence.document import load
from lineage.policy.load import load_pack
from lineage.policy.packs import pack_names
from lineage.policy.policy import Policy
from lineage.report.printable import printable
from lineage.sources.recorded import FileAnswer
from lineage.workflows.pack import CONTENT, DATA, SETTING
from lineage.workflows.pack_inputs import Filed, unlike

Installed = Callable[[str], DataSet | None]
"""The data that is installed here under a name."""


def doubts(filed: Filed, made_by: str, installed: Installed) -> Iterator[str]:
    """One sentence each. What cannot be compared with anything is not doubted."""
    yield from _data(filed, made_by, installed)
    yield from _policy(filed.policy)
    yield from _clock(filed)
    yield from _contents(filed)


def _data(filed: Filed, made_by: str, installed: Installed) -> Iterator[str]:
    """Unlike what this installation has under the same name: the package's own where the same
    version of lineage made the pack, or where it says the same day; else an installed version."""
    name = filed.data.version
    stated = filed.recorded.setting.circumstances.data
    if name != (stated.version if stated else EMBEDDED_VERSION):
        yield f"{SETTING} goes by the data {printable(name, 60)!r} and names another to readers."
    is_embedded = name == EMBEDDED_VERSION
    own = EMBEDDED if is_embedded else installed(name)
    if own is None:
        return
    for document in unlike(filed.files, own):
        here, kept = load(document, own), json.loads(filed.files[f"{DATA}/{document}"])
        is_of_day = kept["version"] == here["version"] and kept != here
        if is_of_day or not is_embedded or made_by == __version__:
            of = "" if is_embedded else f" of the data {printable(name, 60)}"
            yield (
                f"{DATA}/{document}{of} says it is of {printable(kept['version'], 40)}, and has "
                f"another content than in this installation, which is of {here['version']}."
            )


def _policy(policy: Policy) -> Iterator[str]:
    """A policy that ships under this name, and says something else. What the command line may
    change of it is left out."""
    name = policy.source.removeprefix("pack ")
    if policy.source == Policy().source:
        shipped = Policy()
    elif name in pack_names() and name != policy.source:
        shipped = load_pack(name, __version__, policy.environment)
    else:
        return
    if _plain(policy) != _plain(shipped):
        yield (
            f"policy.json says it is {printable(policy.source, 60)!r}, and is not what this "
            "installation has under that name."
        )


def _plain(policy: Policy) -> Policy:
    usual = Policy()
    return replace(policy, fail_on=usual.fail_on, waiver_limits=usual.waiver_limits)


def _clock(filed: Filed) -> Iterator[str]:
    judged = filed.recorded.setting.clock
    if judged[:10] > clock.stamp(clock.now() + timedelta(days=1))[:10]:
        yield f"It was judged on {printable(judged, 40)}, which is still to come."
    for one in filed.recorded.answers:
        read = one.record.retrieved_at or ""
        if read[:10] > judged[:10]:
            yield (
                f"{printable(one.record.id, 120)} was read at {printable(read, 40)}, after the "
                f"{printable(judged, 40)} on which it was judged."
            )


def _contents(filed: Filed) -> Iterator[str]:
    """Whole files whose bytes do not have the hash that the list of files gives them."""
    records = {
        (one.record.id.casefold(), one.record.revision): one.record
        for one in filed.recorded.answers
    }
    for one in filed.recorded.files:
        record = records.get((one.model.casefold(), one.revision))
        entry = record.file(one.path) if record and one.sha256 and one.start == 0 else None
        if entry is None or not (entry.sha256 or entry.blob_id):
            continue
        body = filed.files.get(f"{CONTENT}/{one.sha256}", b"")
        if entry.size != len(body):
            continue
        is_its = one.sha256 == entry.sha256 if entry.sha256 else _git_hash(body) == entry.blob_id
        if not is_its:
            yield _unlike(one)


def _unlike(one: FileAnswer) -> str:
    path, model = printable(one.path, 120), printable(one.model, 120)
    return f"What was read of {path} of {model} does not have the hash that its list of files says."


def _git_hash(body: bytes) -> str:
    return hashlib.sha1(b"blob %d\0" % len(body) + body, usedforsecurity=False).hexdigest()
