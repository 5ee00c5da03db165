"""The scan of last resort: patterns over plain text, for languages without a
parser here and files that could not be parsed."""

from __future__ import annotations

import re
from collections.abc import Iterator

from lineage.core.use import Certainty, ModelUse, UseKind
from lineage.scan.names import Bare, judge

_NAME = r"""["'`](?P<name>[^"'`\s]{2,200})["'`]"""
_ANY = _NAME.replace("?P<name>", "")
_KEYS = r"model|model_?id|model_?name|repo_?id|modelPath|base_model"
_PATTERNS: tuple[tuple[str, re.Pattern[str], Bare], ...] = (
    ("from_pretrained", re.compile(rf"\bfrom_pretrained\s*\(\s*(?:\w+\s*=\s*)?{_NAME}"), Bare.HUB),
    (
        "pipeline",
        re.compile(rf"\bpipeline\s*\(\s*(?:{_ANY}\s*,\s*)?(?:model\s*[=:]\s*)?{_NAME}"),
        Bare.IGNORED,
    ),
    (
        "SentenceTransformer",
        re.compile(rf"\b(?:SentenceTransformer|CrossEncoder)\s*\(\s*(?:\w+\s*=\s*)?{_NAME}"),
        Bare.SENTENCE,
    ),
    (
        "download",
        re.compile(rf"\b(?:hf_hub_download|snapshot_download)\s*\(\s*(?:repo_id\s*=\s*)?{_NAME}"),
        Bare.HUB,
    ),
    (
        "model key",
        re.compile(rf"\b(?:{_KEYS})[\"']?\s*[=:]\s*{_NAME}", re.IGNORECASE),
        Bare.IGNORED,
    ),
    (
        "hub client",
        re.compile(rf"\b(?:Repo|api\.model|repo|Repo::model|Repo::new)\s*\(\s*{_NAME}"),
        Bare.IGNORED,
    ),
    (
        "file address",
        re.compile(
            r"(?P<name>https?://(?:huggingface\.co|hf\.co)/[\w.-]+/[\w.-]+/(?:resolve|raw)/[^\s\"'`)<>]+)"
        ),
        Bare.IGNORED,
    ),
)
_LONGEST_LINE = 10_000
MOST_USES = 500


def token_uses(text: str, file: str) -> Iterator[ModelUse]:
    """At most 500 uses, none of them certain; comment lines are left out."""
    count = 0
    for number, line in enumerate(text.splitlines(), 1):
        if len(line) > _LONGEST_LINE or line.lstrip().startswith(("//", "#", "* ", "--", "<!--")):
            continue
        for via, pattern, bare in _PATTERNS:
            for match in pattern.finditer(line):
                judged = judge(match.group("name"), bare)
                if judged is not None and judged.kind is UseKind.HUB:
                    count += 1
                    yield ModelUse(
                        file,
                        number,
                        match.start("name") + 1,
                        judged.kind,
                        judged.model,
                        via,
                        Certainty.LIKELY,
                        judged.revision,
                    )
        if count >= MOST_USES:
            return
