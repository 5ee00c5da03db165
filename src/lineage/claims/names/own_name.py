"""What the name of a converted copy says: `TheBloke/X-GGUF`, `unsloth/X-bnb-4bit`,
`mlx-community/X-4bit`. The weakest trace."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace

from lineage.claims.interface import Reading, ReadsNoFile
from lineage.claims.names.known_names import family_guess, stripped
from lineage.claims.trace import Trace, declares_base
from lineage.claims.words import words
from lineage.core.claim import Claim
from lineage.core.record import ModelRecord
from lineage.core.ref import is_repo_id
from lineage.core.relation import Grade, Relation

_ORG_PREFIX = re.compile(r"([A-Za-z0-9-]{2,40}?)(?:_|--)(.{4,90})\Z")
# Publishers that convert what others made; elsewhere the same suffix most often means the
# publisher's own model.
_MIRRORS = words(
    """
    thebloke bartowski unsloth mlx-community mradermacher lmstudio-community quantfactory
    lonestriker maziyarpanahi second-state ggml-org tensorblock neuralmagic redhatai nm-testing
    turboderp casperhansen solidrust richarderkhov gguf-my-repo dranger003 nousresearch
    onnx-community openvino mlc-ai cyankiwi cpatonn hugging-quants modelcloud afrideva brittlewis12
    duyntnet featherless-ai-quants triangle104
    noctrex intel nvidia qwen deepseek-ai google zai-org exlabs royallab async0x42 artefact2
    legraphista xenova devquasar reinforce20001
    """
)


class Names(ReadsNoFile):
    """Guesses from the repo's own name alone; every one is kept only where the guessed repo
    exists."""

    name = "name"

    def read(self, record: ModelRecord, documents: Mapping[str, bytes]) -> Reading:
        """Tentative claims, the likeliest first; none where a base is declared, for each costs the
        walk a question."""
        if record.id.count("/") != 1 or not is_repo_id(record.id) or declares_base(record):
            return Reading()
        trace = Trace(record, self.name, "api", Grade.INFERRED)
        claims: list[Claim] = []
        for guess, confidence in dict(_guesses(record)).items():
            found = trace.claims(guess, "id", _relation(record.id))
            claims += (
                replace(claim, value=record.id, tentative=True, confidence=confidence)
                for claim in found
            )
        return Reading(tuple(claim for claim in claims if claim.parent))


def _guesses(record: ModelRecord) -> Iterator[tuple[str, float]]:
    namespace, _, name = record.id.partition("/")
    bare = stripped(name)
    if bare == name:
        return
    yield f"{namespace}/{bare}", 0.8
    if namespace.lower() not in _MIRRORS:
        return
    if match := _ORG_PREFIX.match(bare):
        yield f"{match[1]}/{match[2]}", 0.9
    if family := family_guess(bare):
        yield family, 0.8


def _relation(repo: str) -> Relation:
    tail = repo.rpartition("-")[2].lower()
    return (
        Relation.CONVERSION
        if tail in ("bf16", "fp16", "onnx", "mlx", "coreml", "openvino")
        else Relation.QUANTIZED
    )
