"""Take a module apart into its code and its texts as Python itself does, without parsing it."""

from __future__ import annotations

import ast
import re
import unicodedata
import warnings
from dataclasses import dataclass, field
from functools import cached_property, lru_cache

# Each text and each comment, in the order in which Python reads them; what begins with a quote and
# never ends takes all that follows. The class of letters in front is what the engine skips to: with
# a fourth in it, which is none of them, it asks a table for each letter, and is quicker.
_TOKEN = re.compile(
    r"""(?s)(["'#\0](?:"""
    r"""(?<=\#)[^\n]*"""
    r'''|(?<=")(?:""[^"\\]*(?:(?:\\.|"(?!""))[^"\\]*)*"""|[^"\\\n]*(?:\\.[^"\\\n]*)*")'''
    r"""|(?<=')(?:''[^'\\]*(?:(?:\\.|'(?!''))[^'\\]*)*'''|[^'\\\n]*(?:\\.[^'\\\n]*)*')"""
    r"""|(?<=["'])(.*)))"""
)
_BLANK = " \t\n\f\\"
_PREFIXES = "rRbBuUfFtT"
_AROUND_PREFIX = _BLANK + _PREFIXES
_PREFIX = re.compile(rf"(?<!\w)[{_PREFIXES}]{{1,2}}\Z")
_WORD = re.compile(r"\w+")
_BRACE = re.compile(r"[{}]")
_DEEPEST = 3  # templates within the fields of templates
_NOT_IN_WORDS = bytes(
    c if c >= 0x80 or chr(c).isalnum() or chr(c) == "_" else 0x20 for c in range(256)
)


@dataclass
class Lexed:
    """A module's code and texts."""

    code: str = ""
    """Without comments and texts; the fields of templates stand at its end."""
    texts: set[str] = field(default_factory=set)
    """Every text that stands in it, and those side by side as the one that they are to Python."""
    is_sure: bool = True
    """Whether it is known where all of its texts begin and end."""
    quoted: str = ""
    """Its texts and comments as they are written, one behind the other."""

    @cached_property
    def words(self) -> frozenset[bytes]:
        """Every name and keyword of the code."""
        return words_of(self.code)

    @cached_property
    def _spelled(self) -> bytes:
        return b" ".join(self.words)

    def may_have(self, part: str) -> bool:
        """Whether `part` may stand in the module as it is written: in a text or a comment, or its
        words in those of the code, of which most stand there many times. It has no quote in it."""
        for word in _words_in(part):
            if word not in self._spelled:
                return part in self.quoted
        return True


@lru_cache(maxsize=100)
def _words_in(part: str) -> tuple[bytes, ...]:
    return tuple(word.encode() for word in _WORD.findall(part))


def words_of(text: str) -> frozenset[bytes]:
    """Every word in a text."""
    return frozenset(text.encode("utf-8", "replace").translate(_NOT_IN_WORDS).split())


def lexed(text: str) -> Lexed:
    """Take `text` apart; never fails, and says where it is not sure."""
    if "\r" in text:  # each of them ends a line for Python, and a comment with it
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    found = Lexed()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # invalid escapes in somebody else's code
        code = _take_apart(text, found, 0)
    # Names are equal to Python where their compatible forms are.
    found.code = code if code.isascii() else unicodedata.normalize("NFKC", code)
    return found


def _take_apart(text: str, found: Lexed, depth: int) -> str:
    pieces = _TOKEN.split(text)
    code = pieces[0::3]
    if depth == 0:
        found.quoted = "\0".join(pieces[1::3])
    fields: list[str] = []
    before: list[str] = []
    for token, between in zip(pieces[1::3], code, strict=False):
        # What stands between two texts leaves them one where it is nothing, or the second's prefix.
        if before and (between.strip(_AROUND_PREFIX) or between.strip(_BLANK)[2:]):
            _add_joined(before, found)
            before = []
        if token[0] == "#":
            continue
        quotes = 3 if token[1:2] == token[0] and len(token) > 5 else 1
        value = token[quotes:-quotes]
        if "\\" in value or "{" in value:
            value = _marked(value, token, between, found, fields)
        found.texts.add(value)
        before.append(value)
    _add_joined(before, found)
    found.is_sure = found.is_sure and pieces[-2:-1] in ([None], [])
    if fields and depth < _DEEPEST:
        code.append(_take_apart("\n".join(fields), found, depth + 1))
    elif fields:
        found.is_sure = False
    return " ".join(code)


def _add_joined(texts: list[str], found: Lexed) -> None:
    if len(texts) > 1:
        found.texts.add("".join(texts))


def _marked(value: str, token: str, before: str, found: Lexed, fields: list[str]) -> str:
    """What a text with escapes or braces is, its code added to the fields; what stands before it
    ends with its prefix."""
    match = _PREFIX.search(before[-3:])
    prefix = match.group().lower() if match else ""
    if "{" in value and ("f" in prefix or "t" in prefix):
        inside = _fields(value)
        found.is_sure = found.is_sure and inside is not None
        fields += inside or ()
    if "\\" in value and "r" not in prefix:
        try:
            return str(ast.literal_eval(token))
        except (ValueError, SyntaxError, MemoryError):
            found.is_sure = False
    return value


def _fields(template: str) -> list[str] | None:
    """The code between the braces of a template; None where it ends within one, as a text does
    that quotes the same quotes in a field: its true end is further on."""
    fields: list[str] = []
    depth = start = skipped = 0
    for match in _BRACE.finditer(template):
        at = match.start()
        if at < skipped:
            continue
        if depth == 0 and template[at] * 2 == template[at : at + 2]:
            skipped = at + 2
        elif match.group() == "{":
            depth += 1
            start = at + 1 if depth == 1 else start
        elif depth:
            depth -= 1
            if depth == 0:
                fields.append(template[start:at])
    return fields if depth == 0 else None
