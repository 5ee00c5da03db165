"""Takes the body of a card apart: text blocks with their lines, tables, list items, fenced code;
and the models that each names."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import field

from lineage.claims.names.known_names import exact_repo
from lineage.claims.names.parent_name import ParentName, read_parent_name
from lineage.core.elsewhere import PAGE_HOSTS
from lineage.core.pattern import late
from lineage.core.ref import HUB_ADDRESSES, is_repo_id
from lineage.core.value import dataclass

LONGEST_BODY = 400_000
"""Characters of a body that are read whole."""
LONGEST_REST = 100_000
"""Characters of further lines that may name a base."""
_LONGEST_LINE = 2_000
_TELLING = late(
    r"base[-_ ]?model|fine-?tun|based on|built (?:on|upon)|derived|derivative|merge|"
    r"quanti[sz]|converted|initiali[sz]ed|distill|lora"
    r"|original model|基于|基座|微调|ベース|기반",
    re.IGNORECASE,
)
_LONGEST_BLOCK = 8_000
_MOST_MENTIONS = 3_000

_HOSTS = "|".join(map(re.escape, sorted({*HUB_ADDRESSES, *PAGE_HOSTS, "www.hf.co"})))
_FENCE = late(r"\s{0,8}(?:>\s?)?(```+|~~~+)\s*([\w+-]*)")
_HEADING = late(r"\s{0,3}(#{1,6})\s+(.{1,300}?)\s*#*\s*\Z")
_HTML_HEADING = late(r"\s*<h([1-6])[^>]{0,200}>(.{1,300}?)</h[1-6]>", re.IGNORECASE)
_ITEM = late(r"\s{0,12}(?:>\s?)?(?:[-*+•]|\d{1,2}[.)])\s+")
_ROW = late(r"\s*\|.*\|.*")
_COMMENT = late(r"<!--.*?(?:-->|\Z)", re.DOTALL)
_LINK = late(
    r"!?\[(?P<text>(?:[^\[\]\n]|\[[^\[\]\n]{0,100}\]){0,300})"
    r"\]\(\s*<?(?P<url>[^()\s<>]{0,500}(?:\([^()\s]{0,100}\))?[^"
    r"()\s<>]{0,200})>?(?:\s+[\"'][^\"'\n]{0,200}[\"'])?\s*\)"
    r"|<a\s[^<>]{0,300}?href\s*=\s*[\"']?(?P<href>[^\"'<>\s]{1,500})"
    r"[^<>]{0,300}>(?P<label>[^<\n]{0,300})</a>"
    rf"|<?(?P<bare>(?:https?://)?(?:{_HOSTS})"
    r"/[^\s<>()\[\]\"'`|,，。；]{2,300})>?"
    r"|(?<![\w./@:~\\-])(?P<id>[A-Za-z0-9][\w.-]{1,60}/[A-Za-z0-9_][\w.-]{1,95})(?![\w/\\])"
)
_PLAIN_NAME = late(
    r"(?<![A-Za-z0-9_./@:~\\‹-])"
    r"(?:[A-Za-z][A-Za-z0-9.]{0,30}(?:[-_][A-Za-z0-9.]{1,30}){1,10}|gpt2|distilgpt2)"
    r"(?![A-Za-z0-9_/\\›-])"
)
_ENTITY = late(r"&(?:#\d{1,7}|#[xX][0-9A-Fa-f]{1,6});")
_BADGE = late(r"\[!\[([^\[\]\n]{0,200})\]\([^()\s]{0,500}\)\s?\]\(([^()\s]{1,500})\)")
_ADDRESS = late(r"^ {0,3}\[([^\[\]\n]{1,100})\]:\s+<?(\S{1,500}?)>?(?:\s|\Z)", re.MULTILINE)
_BY_REFERENCE = late(r"\[([^\[\]\n]{1,200})\]\[([^\[\]\n]{0,100})\]")
_RELATIVE = late(r"\.?/?([A-Za-z0-9][\w.-]{1,60}/[A-Za-z0-9_][\w.-]{1,95})\Z")
_A_FILE = late(
    r"\.(?:md|txt|png|jpe?g|gif|svg|webp|pdf|json|ya?ml|py|ipynb|sh|html?|mp[34]|wav|"
    r"csv|bin|safetensors|gguf)\Z",
    re.IGNORECASE,
)
_TAG = late(r"</?[a-zA-Z][^<>]{0,300}>")
_MARKUP = late(r"[*`]+|(?<!\w)_{1,3}(?=\w)|(?<=\w)_{1,3}(?!\w)|^\s*(?:>\s?)+", re.MULTILINE)
_MODEL_URL = late(rf"(?:https?://)?(?:{_HOSTS})/", re.IGNORECASE)
_NOT_MODELS = late(
    r"/(?:datasets|spaces|papers|docs|blog|collections|organizations|learn|tasks|api|"
    r"front|models\?)(?:/|\b)",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Mention:
    """One place in the text that names something which may be a model."""

    name: ParentName
    written: str
    is_link: bool
    label: str = ""
    """The text of a link."""
    is_plain: bool = False
    """A name without its organisation, `Qwen2.5-7B-Instruct`, that tells one repo."""


@dataclass(frozen=True)
class Block:
    """A paragraph, list item or table row; mentions are replaced by their number in angle quotes:
    `based on ‹0›`."""

    line: int
    """In the file, from 1."""
    text: str
    mentions: tuple[Mention, ...]
    headings: tuple[str, ...] = ()
    """Those that it is under, outermost first, lower case."""
    kind: str = "paragraph"
    """`paragraph`, `item`, `row` or `heading`."""
    cells: tuple[str, ...] = ()
    """Of a table row."""


@dataclass(frozen=True)
class Fence:
    """Fenced code, with the language that it names."""

    line: int
    language: str
    text: str
    headings: tuple[str, ...] = ()


@dataclass
class _State:
    headings: list[tuple[int, str]] = field(default_factory=list)
    mentions: int = 0

    def titles(self) -> tuple[str, ...]:
        return tuple(title for _, title in self.headings)


def within_length(body: str) -> str:
    """A body that is too long keeps its first part whole and, of the rest, the lines that may name
    a base; line numbers stay."""
    if len(body) <= LONGEST_BODY:
        return body
    cut = body.rfind("\n", 0, LONGEST_BODY) + 1 or LONGEST_BODY
    kept, left = [], LONGEST_REST
    for line in body[cut:].split("\n"):
        telling = len(line) <= _LONGEST_LINE and _TELLING.search(line)
        kept.append(line if telling and left > 0 else "")
        left -= len(line) if telling else 0
    return body[:cut] + "\n".join(kept)


def take_apart(body: str, first_line: int) -> tuple[list[Block], list[Fence]]:
    """Blocks and fences of a body in order. Never raises; what lies behind the bounds is not
    read."""
    text = _COMMENT.sub(lambda found: "\n" * found[0].count("\n"), within_length(body))
    text = _with_links(_ENTITY.sub(_letter, text))
    lines = text.split("\n")
    state, blocks, fences, number = _State(), list[Block](), list[Fence](), 0
    while number < len(lines):
        if fence := _FENCE.match(lines[number]):
            end = next(
                (
                    n
                    for n in range(number + 1, len(lines))
                    if lines[n].strip().lstrip("> ").startswith(fence[1])
                ),
                len(lines),
            )
            fences.append(
                Fence(
                    first_line + number,
                    fence[2].lower(),
                    "\n".join(lines[number + 1 : end]),
                    state.titles(),
                )
            )
            number = end + 1
            continue
        size = _block_size(lines, number)
        blocks += _blocks(lines[number : number + size], first_line + number, state)
        number += size
    return blocks, fences


def _letter(match: re.Match[str]) -> str:
    """The letter or digit that an entity stands for; signs of markup stay as they are."""
    from html import unescape

    letter = unescape(match[0])
    return letter if letter.isalnum() else match[0]


def _with_links(text: str) -> str:
    """`[name][1]` with the address that is elsewhere under `[1]:`, and badges as links of their
    description."""
    text = _BADGE.sub(lambda found: f"[{found[1]}]({found[2]})", text)
    addresses = {found[1].casefold(): found[2] for found in _ADDRESS.finditer(text)}
    if not addresses:
        return text

    def put(match: re.Match[str]) -> str:
        address = addresses.get((match[2] or match[1]).casefold())
        return f"[{match[1]}]({address})" if address else match[0]

    return _BY_REFERENCE.sub(put, text)


def _block_size(lines: list[str], start: int) -> int:
    """Lines that belong together: a soft-wrapped paragraph or item; rows and headings stand
    alone."""
    if _alone(lines[start]):
        return 1
    size, length = 1, len(lines[start])
    while start + size < len(lines) and length < _LONGEST_BLOCK:
        line = lines[start + size]
        if _alone(line) or _ITEM.match(line) or _FENCE.match(line):
            break
        length += len(line)
        size += 1
    return size


def _alone(line: str) -> bool:
    return not line.strip() or bool(
        _HEADING.match(line) or _ROW.match(line) or _HTML_HEADING.match(line)
    )


def _blocks(lines: list[str], line: int, state: _State) -> Iterator[Block]:
    first = lines[0]
    if not first.strip():
        return
    if heading := _HEADING.match(first) or _HTML_HEADING.match(first):
        level = len(heading[1]) if heading[1].startswith("#") else int(heading[1])
        state.headings = [(depth, title) for depth, title in state.headings if depth < level]
        state.headings.append(
            (level, _MARKUP.sub("", _TAG.sub(" ", heading[2])).strip().lower()[:200])
        )
        yield _flat(heading[2], line, state, "heading")
    elif _ROW.match(first):
        yield _flat(first, line, state, "row")
    else:
        yield _flat("\n".join(lines), line, state, "item" if _ITEM.match(first) else "paragraph")


def _flat(text: str, line: int, state: _State, kind: str) -> Block:
    """Text without markup, each mention replaced by its number; the angle quotes of the author are
    dropped first."""
    found: list[Mention] = []

    def put(match: re.Match[str]) -> str:
        mention = _mention(match) if state.mentions + len(found) < _MOST_MENTIONS else None
        if mention is None:
            return " " + (match["text"] or match["label"] or match["id"] or "") + " "
        found.append(mention)
        return f" ‹{len(found) - 1}› {'.' if match[0].endswith('.') else ''}"

    def put_plain(match: re.Match[str]) -> str:
        written = match[0].rstrip(".")
        repo = exact_repo(written) if state.mentions + len(found) < _MOST_MENTIONS else None
        if repo is None:
            return match[0]
        name = ParentName(written, problem="bare name", guesses=(repo,))
        found.append(Mention(name, written, False, written, True))
        return f" ‹{len(found) - 1}› {match[0][len(written) :]}"

    flat = _LINK.sub(put, text[:_LONGEST_BLOCK].replace("‹", "").replace("›", ""))
    flat = _PLAIN_NAME.sub(put_plain, flat)
    state.mentions += len(found)
    flat = _MARKUP.sub("", _TAG.sub(" ", flat)).replace("\u200b", "")
    cells = (
        tuple(cell.strip() for cell in flat.strip().strip("|").split("|")) if kind == "row" else ()
    )
    return Block(line, flat, tuple(found), state.titles(), kind, cells)


def _mention(match: re.Match[str]) -> Mention | None:
    if match[0].startswith("!"):
        return None
    if match["id"]:
        return _plain(match["id"])
    url, label = (
        match["url"] or match["href"] or match["bare"] or "",
        match["text"] or match["label"] or "",
    )
    if not _MODEL_URL.match(url):
        # A relative link may be an id, and a link elsewhere whose text is one still names it.
        relative = _RELATIVE.match(url)
        if relative and _is_plain_id(relative[1]) and not _A_FILE.search(url):
            return Mention(ParentName(relative[1], relative[1]), relative[1], True, label[:300])
        return (
            _plain(label.strip().strip("`*"))
            if _is_plain_id(label.strip().strip("`*")) and not url.startswith("http")
            else None
        )
    if _NOT_MODELS.search(url):
        return None
    name = read_parent_name(url if "://" in url else f"https://{url}")
    if name.id is None and name.problem != "local path" and not name.guesses:
        return None
    return Mention(name, url, True, label[:300])


def _plain(text: str) -> Mention | None:
    text = text.rstrip(".-_")
    return Mention(ParentName(text, text), text, False, text) if _is_plain_id(text) else None


def _is_plain_id(text: str) -> bool:
    """Whether unlinked text is written like a repo id; `and/or`, `input/output` and dates are
    not."""
    namespace, _, name = text.partition("/")
    if (
        not is_repo_id(text)
        or not name
        or not any(c.isalpha() for c in namespace)
        or not any(c.isalpha() for c in name)
    ):
        return False
    return (any(c.isdigit() for c in name) or "-" in name) and len(name) > 3
