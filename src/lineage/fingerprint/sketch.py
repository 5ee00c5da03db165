"""`lineage-fp/1`: a model's fingerprint in two to three kilobytes,
made from a file that is named by its hash.

Of each vector the ranks at a sample of channels are kept, in 256 steps, which costs
the statistic nothing measurable; and the beginning of the SHA-256 of all its numbers
as F32, so that bit-identical vectors are recognised.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from lineage.core.errors import DataError
from lineage.fingerprint.opening import OpenedWeights
from lineage.fingerprint.profile import FEED_ROLES, LiveProfile, VectorKey, norm_keys, sampled, span
from lineage.fingerprint.roles import EMBEDDING, FINAL
from lineage.fingerprint.statistic import MIN_WIDTH, Scores, normal_scores

FORMAT = "lineage-fp/1"
FINAL_CODES, NORM_CODES, ROW_CODES = 512, 192, 128
KEPT_ROWS = 2
DIGEST = 32
"""Hexadecimal digits kept of a vector's SHA-256."""


@dataclass(frozen=True)
class Coded:
    """One vector's ranks at a sample of channels."""

    key: VectorKey
    codes: bytes
    digest: str
    encoding: str


@dataclass(frozen=True)
class SourceFile:
    """A file that the sketch was computed from."""

    path: str
    size: int | None
    sha256: str | None
    """Of the whole file, as the hub lists it or as computed from a
    local copy; None where neither was known."""


@dataclass(frozen=True)
class Sketch:
    """A stored reference; one side of a comparison."""

    repo: str
    """The hub repo that these weights are published as."""
    revision: str | None
    files: tuple[SourceFile, ...]
    licence: str
    width: int
    layers: int
    model_type: str
    vectors: tuple[Coded, ...]
    made_from: str = ""
    """Where the file was taken from when it was not the repo itself: a package and its version."""
    constant_norms: bool = False
    bytes_read: int = 0
    requests: int = 0

    @property
    def label(self) -> str:
        """The repo id."""
        return self.repo

    @property
    def norm_keys(self) -> tuple[VectorKey, ...]:
        """The layer norms that were kept."""
        return tuple(
            v.key for v in self.vectors if not v.key.is_row and v.key.role not in (FINAL, EMBEDDING)
        )

    def _coded(self, key: VectorKey) -> Coded | None:
        return next((vector for vector in self.vectors if vector.key == key), None)

    def sample(self, key: VectorKey) -> int | None:
        """How many channels were kept."""
        coded = self._coded(key)
        return len(coded.codes) if coded else None

    def scores(self, key: VectorKey, count: int, *, folded: bool = True) -> Scores | None:
        """From the rank codes.

        Rows were stored times the norm before them, so there are none `folded=False`.
        """
        coded = self._coded(key)
        if coded is None or (key.is_row and not folded) or count > len(coded.codes):
            return None
        return _scores(coded.codes, span(key, self.width), count)

    def digest(self, key: VectorKey) -> tuple[str, str]:
        """(beginning of the SHA-256 of the whole vector as F32, its encoding);
        of a row itself, without the norm before it."""
        coded = self._coded(key)
        return (coded.digest, coded.encoding) if coded else ("", "")

    def to_dict(self) -> dict[str, Any]:
        """One line of a references file."""
        return {
            "format": FORMAT,
            "repo": self.repo,
            "revision": self.revision,
            "files": [{"path": f.path, "size": f.size, "sha256": f.sha256} for f in self.files],
            "licence": self.licence,
            "made_from": self.made_from,
            "width": self.width,
            "layers": self.layers,
            "model_type": self.model_type,
            "constant_norms": self.constant_norms,
            "cost": {"bytes": self.bytes_read, "requests": self.requests},
            # role, layer, row, encoding in the file, beginning of the SHA-256
            # of all numbers as F32, rank codes
            "vectors": [
                [v.key.role, v.key.layer, v.key.row, v.encoding, v.digest, _packed(v.codes)]
                for v in self.vectors
            ],
        }


def _packed(codes: bytes) -> str:
    return base64.b64encode(codes).decode("ascii")


@lru_cache(maxsize=4096)
def _scores(codes: bytes, width: int, count: int) -> Scores | None:
    if count < len(codes):
        # A smaller sample that is not a part of the kept one cannot be
        # taken; both follow from the width alone.
        kept = {channel: place for place, channel in enumerate(sampled(width, len(codes)))}
        wanted = sampled(width, count)
        if not all(channel in kept for channel in wanted):
            return None
        codes = bytes(codes[kept[channel]] for channel in wanted)
    return normal_scores(codes)


def make_sketch(
    opened: OpenedWeights,
    *,
    repo: str,
    revision: str | None = None,
    licence: str = "",
    made_from: str = "",
) -> Sketch:
    """Read what a reference needs of an opened model.

    Raises RefusedError where there is nothing to keep.
    """
    profile = LiveProfile(opened)
    layout = profile.layout
    middle = layout.layers // 2
    coded = [_code(profile, VectorKey(role), FINAL_CODES) for role in (FINAL, EMBEDDING)]
    coded += [_code(profile, key, NORM_CODES) for key in norm_keys(layout)]
    for roles in (("v", "qkv"), FEED_ROLES):
        role = next((role for role in roles if profile.vector(VectorKey(role, middle))), None)
        if role:
            coded += [
                _code(profile, VectorKey(role, middle, row), ROW_CODES) for row in range(KEPT_ROWS)
            ]
    vectors = tuple(vector for vector in coded if vector)
    norms = [profile.vector(key) for key in (VectorKey(FINAL), *norm_keys(layout))]
    return Sketch(
        repo=repo,
        revision=revision,
        files=tuple(SourceFile(f.path, f.size, f.sha256) for f in opened.files),
        licence=licence,
        width=layout.width,
        layers=layout.layers,
        model_type=opened.model_type,
        vectors=vectors,
        made_from=made_from,
        constant_norms=all(v.is_constant for v in norms if v) and any(norms),
        bytes_read=opened.tally.bytes,
        requests=opened.tally.requests,
    )


def _code(profile: LiveProfile, key: VectorKey, count: int) -> Coded | None:
    vector = profile.vector(key)
    product = profile.folded(key) if key.is_row else vector
    if vector is None or product is None:
        return None
    channels = sampled(span(key, profile.width), count)
    scores = normal_scores([product.values[channel] for channel in channels])
    if scores is None:
        return None
    order = sorted(set(scores))
    at_most = {
        score: sum(1 for s in scores if s < score) + sum(1 for s in scores if s == score) / 2
        for score in order
    }
    codes = bytes(min(255, int(at_most[score] * 256 / len(scores))) for score in scores)
    return Coded(key, codes, vector.digest[:DIGEST], vector.encoding)


def parse_sketch(row: Mapping[str, Any]) -> Sketch:
    """Read one line of a references file.

    Raises DataError where it has not the form of a sketch.
    """
    try:
        if row["format"] != FORMAT:
            raise DataError(
                f"A reference has the format {str(row['format'])[:40]!r}, not {FORMAT}.",
                "Compute it again with `lineage fingerprint add`.",
            )
        vectors = tuple(
            Coded(
                VectorKey(str(role), int(layer), int(number)),
                base64.b64decode(ranks, validate=True),
                str(digest),
                str(encoding),
            )
            for role, layer, number, encoding, digest, ranks in row["vectors"]
        )
        width, layers = int(row["width"]), int(row["layers"])
        if any(not MIN_WIDTH <= len(v.codes) <= width for v in vectors) or not 0 < layers < 10_000:
            raise DataError(f"The reference of {str(row['repo'])[:80]} has impossible sizes.")
        files = tuple(SourceFile(str(f["path"]), f["size"], f["sha256"]) for f in row["files"])
        cost = row.get("cost") or {}
        return Sketch(
            repo=str(row["repo"]),
            revision=row["revision"],
            files=files,
            licence=str(row["licence"]),
            width=width,
            layers=layers,
            model_type=str(row["model_type"]),
            vectors=vectors,
            made_from=str(row.get("made_from", "")),
            constant_norms=bool(row.get("constant_norms")),
            bytes_read=int(cost.get("bytes", 0)),
            requests=int(cost.get("requests", 0)),
        )
    except (KeyError, TypeError, ValueError, AttributeError, binascii.Error) as problem:
        raise DataError(
            "A reference cannot be read: it has not the form of a sketch.",
            "Compute it again with `lineage fingerprint add`.",
        ) from problem


def differences(old: Sketch, new: Sketch) -> list[str]:
    """What changed between a stored sketch and one computed now; empty when they agree."""
    found = []
    for name in ("width", "layers", "revision"):
        before, after = getattr(old, name), getattr(new, name)
        if before != after and before is not None:
            found.append(f"{name} was {before} and is {after}")
    for vector in old.vectors:
        again = new._coded(vector.key)
        if again is None or again.codes != vector.codes or again.digest != vector.digest:
            found.append(f"the vector {vector.key.role} of layer {vector.key.layer} differs")
    return found
