"""Addresses of models on the Hub in any text, and of files on ModelScope, and whether one stands
there to be fetched."""

from __future__ import annotations

import re
from collections.abc import Iterator

from lineage.core.elsewhere import at_address
from lineage.core.use import UseKind
from lineage.core.value import dataclass
from lineage.scan.names import Bare, Judged, judge, named_elsewhere

_HOSTS = r"(?:www\.)?(?:huggingface\.co|hf\.co|hf-mirror\.com)"
_NOT_MODELS = (
    r"(?:datasets|spaces|docs|blog|papers|collections|api|learn|join|login|settings|models|tasks"
    r"|pricing|organizations|inference|chat|new|search|posts|front|buckets)"
)
# It begins with a set of letters, which the engine skips to.
_ADDRESS = re.compile(
    r"[ghHsd](?:(?:(?<=g)(?P<git>it\+)git@|(?<=g)it@"
    r"|(?:(?<=g)(?P<git_of>it\+)(?:https?|ssh|git)|(?<=h)ttps?|(?<=s)sh|(?<=g)it)"
    rf"://(?:[^\s/@\"'`]{{1,100}}@)?)(?i:{_HOSTS})[/:]"
    r"|(?P<scheme>(?<=h)ttps://(?:api-inference|router)\.huggingface\.co/(?:hf-inference/)?models/"
    r"|(?<=[hH])(?i:f|uggingface)://(?:models/)?|(?<=d)jl://ai\.djl\.huggingface\.\w+/))"
    rf"(?!{_NOT_MODELS}/)(?P<id>[A-Za-z0-9][\w.-]{{0,95}}/[A-Za-z0-9][\w.-]{{0,95}})"
    r"(?P<rest>(?:/|@)[^\s\"'`<>()\[\]{},;|]*)?"
)
_ANY = re.compile(r"[hH](?:ugging[fF]ace|UGGINGFACE|[fF](?:\.co|\.CO|-mirror|://))")
FILE_ELSEWHERE = (
    r"(?:www\.)?modelscope\.(?:cn|com|ai)/(?:api/v1/)?models/[\w.-]{1,96}/[\w.-]{1,96}"
    r"/(?:resolve/|repo\?)"
)
"""The address of a file on ModelScope, without its scheme: programs fetch from no other form."""
_ELSEWHERE = re.compile(rf"https?://{FILE_ELSEWHERE}[^\s\"'`<>()\[\]{{}},;|]*")
_MEDIA = (".png", ".jpg", ".jpeg", ".gif", ".svg", ".webp", ".mp4", ".wav", ".mp3", ".html")


_OF_A_FILE = re.compile(rf"(?s)\A\s*https?://(?i:{_HOSTS})/.*?/(?:resolve|raw)/([\w.-]+/)?")


def as_far_as_named(text: str) -> str:
    """The beginning of a file's address that says of which model it is, with some file behind it;
    empty where a text does not come so far."""
    cut = _OF_A_FILE.match(text)
    return "" if cut is None else cut[0] + ("file" if cut[1] else "main/file")


_REQUIREMENT = re.compile(r"[\w.-]{1,100}(?:\[[^\[\]]{0,100}\])? @ (?=[a-z+]{3,12}://)")


def required(text: str) -> str:
    """The address of a requirement, `name @ https://…`; any other text as it is."""
    return _REQUIREMENT.sub("", text, count=1) if " @ " in text else text


@dataclass(frozen=True)
class Address:
    """One address and its place in the text."""

    judged: Judged
    start: int
    is_fetch: bool
    """Whether its form is one that programs fetch from: a file, a wheel, a git remote, hf://."""


def addresses(text: str) -> Iterator[Address]:
    """The models whose addresses stand in a text, in reading order; files on ModelScope first."""
    if "modelscope." in text:
        yield from _elsewhere(text)
    if not _ANY.search(text):
        return
    for match in _ADDRESS.finditer(text):
        name, rest = match.group("id").rstrip("."), match.group("rest") or ""
        git = (
            bool(match.group("git") or match.group("git_of"))
            or "git@" in match.group()
            or name.endswith(".git")
        )
        revision = ""
        if rest.startswith("/"):
            kind, _, path = rest[1:].partition("/")
            if kind in ("resolve", "raw", "blob", "tree"):
                revision = path.partition("/")[0]
        elif git:
            revision = rest[1:].partition("#")[0]
        judged = judge(name.removesuffix(".git"), Bare.IGNORED)
        if judged is None or judged.kind is not UseKind.HUB:
            continue
        if revision and revision not in ("main", "master") and re.fullmatch(r"[\w.-]+", revision):
            judged = Judged(judged.kind, judged.model, revision)
        is_file = rest.startswith(("/resolve/", "/raw/")) and not rest.lower().endswith(_MEDIA)
        is_fetch = git or is_file or bool(match.group("scheme"))
        yield Address(judged, match.start(), is_fetch)


def _elsewhere(text: str) -> Iterator[Address]:
    """The same of files on ModelScope."""
    for match in _ELSEWHERE.finditer(text):
        named = at_address(match[0].replace("/api/v1/", "/"))
        if named is not None and not match[0].lower().endswith(_MEDIA):
            yield Address(named_elsewhere(named), match.start(), is_fetch=True)
