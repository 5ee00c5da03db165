"""The scan of low claim: what patterns find in a text, as it is written and with what it puts
together written out."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

from lineage.core.use import Certainty, ModelUse
from lineage.scan.brought import Brought
from lineage.scan.comments import without_comments
from lineage.scan.enumerated import enumerated_uses
from lineage.scan.hosted_text import hosted_text
from lineage.scan.joined import joined
from lineage.scan.kinds import FileKind, kind_of
from lineage.scan.known_ids import known_in_text
from lineage.scan.made_code import made_in_code, made_use
from lineage.scan.place import Places
from lineage.scan.renamed import renamed
from lineage.scan.services import Services
from lineage.scan.tokens import bundled_lines, token_uses
from lineage.scan.unnamed import unnamed_uses


class PlainText:
    """Reads the texts of languages without a parser here, and what could not be parsed."""

    def __init__(
        self, names: Sequence[str], services: Services, text_of: Callable[[str], str | None]
    ) -> None:
        self._services = services
        self._brought = Brought(names, text_of)

    def uses(self, text: str, file: str) -> Iterator[ModelUse]:
        """What patterns find in a text."""
        code = without_comments(text)
        if kind_of(file) is FileKind.TEXT:
            code = renamed(code)
        seen: set[tuple[int, str]] = set()
        for use in self._patterns(code, file):
            seen.add((use.line, use.model))
            yield use
        spelled = code if file.endswith(".py") else joined(code, self._brought.to(code, file))
        if spelled is not code:
            for use in self._patterns(spelled, file):
                # Short names of a bundle are anything: only whole names count.
                if (use.line, use.model) not in seen and ("/" in use.model or use.target):
                    seen.add((use.line, use.model))
                    yield use
        if kind_of(file) is FileKind.TEXT:
            lines = {line for line, _ in seen}
            yield from (one for one in unnamed_uses(spelled, file) if one.line not in lines)
            places = Places(code)
            for start, via in made_in_code(code):
                yield made_use((file, *places.of(start)), via, code[start : start + 120])

    def _patterns(self, code: str, file: str) -> Iterator[ModelUse]:
        yield from token_uses(code, file)
        bundled = frozenset() if file.endswith(".py") else bundled_lines(code)
        uses = hosted_text(code, file, self._services)
        known = known_in_text(code, file, self._services) if not file.endswith(".py") else ()
        listed = enumerated_uses(code, file, self._services)
        for use in (*uses, *known, *listed):
            yield replace(use, certainty=Certainty.POSSIBLE) if use.line in bundled else use
