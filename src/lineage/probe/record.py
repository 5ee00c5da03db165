"""What is kept of a run: the result, and the transcript that it can be recomputed from.

The transcript is a file of its own, bound to the result by its hash: one JSON object a line, the
setup first. It is written as
replies arrive, so an interrupted run goes on where it stopped.
"""

from __future__ import annotations

import dataclasses
import hashlib
import json
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import IO, Any

from lineage.core.codec import decode, encode
from lineage.core.errors import DataError, UsageError
from lineage.core.value import dataclass
from lineage.probe.decision import Asked, LanguageFinding
from lineage.probe.decoding import Decoding, Served
from lineage.probe.reply import Reply, ReplyState
from lineage.probe.run import Replies, SampleRef

SCHEMA = "lineage-probe/1"
TRANSCRIPT_SCHEMA = "lineage-probe-transcript/1"
MOST_BYTES = 256 * 1024 * 1024
AS_PUBLISHED = "none"


@dataclass(frozen=True)
class Setup:
    """What was asked, of what, and how. Two runs with the same setup are one."""

    battery: str
    battery_version: str
    battery_digest: str
    about: str
    """What the treatment arm asks about: China."""
    endpoint: str
    """Host and port; never a path, a user or a key."""
    model: str
    """As the endpoint calls it."""
    languages: tuple[str, ...]
    seed: int
    decoding: Decoding
    subject: str = ""
    """The repository whose weights are served, where the runner says so."""
    revision: str = ""
    own: bool = False
    """Whether the runner says that the endpoint is its own and serves these weights, with no
    filter of its own."""
    digest: str = ""
    """Of the served file, by the runner's word or the server's."""
    quantization: str = ""
    """By which the served weights differ from the repository's; `none` where they do not, empty
    where nobody says."""
    is_whole: bool = False


@dataclass(frozen=True)
class TranscriptRef:
    """The transcript of a run."""

    file: str
    sha256: str
    replies: int
    blocked: int
    unmeasured: int
    troubles: Mapping[str, int] = dataclasses.field(default_factory=dict)
    """Why replies were not measured, and how many of each."""


@dataclass(frozen=True)
class Run:
    """One finished run."""

    created: str
    tool: str
    scorer: int
    setup: Setup
    served: Served
    findings: tuple[LanguageFinding, ...]
    outcomes: tuple[Asked, ...]
    """Every item's outcomes: the numbers follow from these, and these from the transcript."""
    transcript: TranscriptRef
    not_taken: tuple[str, ...] = ()
    """Settings that the endpoint did not take."""
    runner: str = ""
    """Who ran it, in their own words."""
    judged: Mapping[str, Any] | None = None
    """What an optional judge said of form D, with the judge's own record."""
    signature: Signature | None = None

    @property
    def answers_for_weights(self) -> bool:
        """Whether the run says what it served: these weights, at this revision, with nothing
        between them and the reader."""
        setup = self.setup
        is_named = bool(setup.subject and setup.revision and setup.quantization)
        return is_named and setup.own and not any(one.blocked for one in self.findings)


@dataclass(frozen=True)
class Signature:
    """Who vouches for a run."""

    key: str
    """`ed25519:` and the public key in base64."""
    value: str


def digest(run: Run) -> str:
    """SHA-256 of a run without its signature: what is signed."""
    row = {name: value for name, value in document(run).items() if name != "signature"}
    text = json.dumps(row, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def document(run: Run) -> dict[str, Any]:
    """The JSON document of a run."""
    return {"schema": SCHEMA, **encode(run)}


def write(run: Run, path: Path) -> None:
    """Whole or not at all."""
    new = path.with_name(path.name + ".new")
    new.write_text(json.dumps(document(run), ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    new.replace(path)


def read(path: Path) -> Run:
    """A run that was written by `write`."""
    row = _json(path, _bounded(path))
    if not isinstance(row, dict) or row.get("schema") != SCHEMA:
        problem = f"{path} is not a result of lineage probe."
        raise DataError(problem, f"Its schema would be {SCHEMA}.")
    try:
        found: Run = decode(Run, row)
    except DataError as problem:
        raise DataError(f"{path}: {problem}", "Run the probe again.") from problem
    return found


def _bounded(path: Path) -> str:
    try:
        if path.stat().st_size > MOST_BYTES:
            raise DataError(f"{path} is too large to be a file of lineage probe.")
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as problem:
        raise DataError(f"{path} cannot be read: {problem}.", "Look at the path.") from problem


def _json(path: Path, text: str) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError) as problem:
        raise DataError(f"{path} is not JSON: {problem}.", "Run the probe again.") from problem


# --- transcripts


def transcript_path(result: Path) -> Path:
    """Beside the result, under its name."""
    return result.with_name(f"{result.name.removesuffix('.json')}.transcript.jsonl")


class TranscriptWriter:
    """The transcript while it grows."""

    def __init__(self, path: Path, setup: Setup) -> None:
        self.path = path
        self.replies: Replies = {}
        is_new = not path.exists() or path.stat().st_size == 0
        if not is_new:
            stored, self.replies = load_transcript(path)
            if stored != setup:
                raise UsageError(
                    f"{path} belongs to another run ({_difference(stored, setup)} differs).",
                    "Give the same options to go on with it, or another name with -o.",
                )
            self._drop_torn_line()
            # What failed is asked again.
            self.replies = {
                call: reply
                for call, reply in self.replies.items()
                if reply.state is not ReplyState.UNMEASURED or reply.text or reply.reasoning
            }
        self._file: IO[str] = path.open("a", encoding="utf-8")
        if is_new:
            self._line({"schema": TRANSCRIPT_SCHEMA, "setup": encode(setup)})
        self._setup = setup

    def _drop_torn_line(self) -> None:
        """What a killed run left of its last line, lest the next reply be joined to it."""
        data = self.path.read_bytes()
        if not data.endswith(b"\n"):
            self.path.write_bytes(data[: data.rfind(b"\n") + 1])

    def keep(self, call: SampleRef, reply: Reply) -> None:
        """Add a reply."""
        self.replies[call] = reply
        self._line(_row(call, reply))

    def close(self) -> None:
        """Leave the file as it is: the run can go on from it."""
        self._file.close()

    def finish(self, replies: Replies) -> TranscriptRef:
        """Write the replies that count once each, in a fixed order, and close."""
        self.close()
        rows = [{"schema": TRANSCRIPT_SCHEMA, "setup": encode(self._setup)}]
        rows += [_row(call, replies[call]) for call in sorted(replies)]
        data = "".join(json.dumps(one, ensure_ascii=False) + "\n" for one in rows).encode()
        new = self.path.with_name(self.path.name + ".new")
        new.write_bytes(data)
        new.replace(self.path)
        return reference(self.path.name, data, replies)

    def _line(self, row: Mapping[str, Any]) -> None:
        self._file.write(json.dumps(row, ensure_ascii=False) + "\n")
        self._file.flush()


def reference(name: str, data: bytes, replies: Replies) -> TranscriptRef:
    """What a result says of its transcript."""
    states = [one.state for one in replies.values()]
    lost = Counter(
        one.detail[:80] for one in replies.values() if one.state is ReplyState.UNMEASURED
    )
    return TranscriptRef(
        name,
        hashlib.sha256(data).hexdigest(),
        len(replies),
        states.count(ReplyState.BLOCKED),
        states.count(ReplyState.UNMEASURED),
        dict(sorted(lost.items(), key=lambda one: (-one[1], one[0]))[:5]),
    )


def _row(call: SampleRef, reply: Reply) -> dict[str, Any]:
    return {"language": call.language, "item": call.item, "sample": call.sample, **encode(reply)}


def _difference(one: Setup, other: Setup) -> str:
    names = [f.name for f in dataclasses.fields(Setup)]
    return ", ".join(n for n in names if getattr(one, n) != getattr(other, n)).replace("_", " ")


def load_transcript(path: Path) -> tuple[Setup, Replies]:
    """The setup and the last reply to each call. A last line that was cut off by an interrupt is
    dropped."""
    lines = _bounded(path).split("\n")
    last = lines.pop()
    head = _json(path, lines[0]) if lines else None
    if not isinstance(head, dict) or head.get("schema") != TRANSCRIPT_SCHEMA:
        problem = f"{path} is not a transcript of lineage probe."
        raise DataError(problem, "Give another name with -o.")
    setup: Setup = decode(Setup, head["setup"])
    replies: Replies = {}
    for number, line in enumerate(lines[1:], 2):
        row = _json(path, line)
        try:
            call = decode(SampleRef, {k: row[k] for k in ("language", "item", "sample")})
            replies[call] = decode(Reply, row)
        except (KeyError, TypeError, DataError) as problem:
            raise DataError(f"{path}, line {number} holds no reply: {problem}.") from problem
    del last
    return setup, replies
