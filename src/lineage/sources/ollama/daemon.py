"""A running Ollama: what it holds, by its own API. It hands out no files."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

from lineage.core.errors import ReadError
from lineage.core.ollama import OllamaName, parse_ollama
from lineage.core.record import FileEntry, ModelRecord, Status
from lineage.sources.web.address import Server, parse_endpoint
from lineage.sources.web.exchange import Response
from lineage.sources.web.payload import PayloadError, parse_json
from lineage.sources.web.site import Manner, Site, UnansweredError, refusal

SERVER = Server("the running Ollama", "--ollama", "http://127.0.0.1:11434")
SHOWN, LISTED, MODELFILE = "show.json", "tags.json", "Modelfile"
"""Under these names a record shows the two answers, and the Modelfile within the first."""
_CAP = 16 << 20
_MOST = 10_000
_DIGEST = re.compile(r"(?:sha256:)?([0-9a-f]{64})\Z")
_TEXTS = {"modelfile": MODELFILE, "license": "LICENSE", "template": "template", "system": "system"}


class Daemon:
    """One address at which Ollama answers."""

    name = "ollama-server"

    def __init__(self, address: str, manner: Manner) -> None:
        self._site = Site(parse_endpoint(address, SERVER), manner)
        self._texts: dict[str, dict[str, bytes]] = {}

    def close(self) -> None:
        """End every wait and call."""
        self._site.close()

    def names(self) -> tuple[str, ...]:
        """The ids of all models that it holds. Raises UnansweredError."""
        items = (parse_ollama(str(row.get("name", ""))) for row in self._rows())
        return tuple(dict.fromkeys(name.id for name in items if name is not None))

    def fetch(self, name: OllamaName) -> ModelRecord | None:
        """The record of a model that it holds; None for others. Raises UnansweredError."""
        row = next((one for one in self._rows() if _is(one, name)), None)
        if row is None:
            return None
        asked = json.dumps({"model": name.plain}).encode()
        shown = self._json("/api/show", asked)
        if not isinstance(shown, dict):
            raise UnansweredError(f"{self._site.who}'s answer is not a model", Status.INVALID)
        self._texts[name.id] = texts = _texts(row, shown)
        digest = _DIGEST.match(str(row.get("digest", "")))
        return ModelRecord(
            id=name.id,
            requested=name.id,
            status=Status.RESOLVED,
            source=self.name,
            revision=f"sha256:{digest[1]}" if digest else None,
            files=tuple(FileEntry(path, len(text)) for path, text in texts.items()),
            library="ollama",
            gguf=_summary(shown),
            gaps=() if digest else ("the running Ollama tells no digest of it",),
        )

    def read(
        self, name: OllamaName, record: ModelRecord, entry: FileEntry, start: int, end: int | None
    ) -> bytes:
        """Bytes of what it answered."""
        text = self._texts.get(name.id, {}).get(entry.path)
        if text is None:
            raise ReadError(f"{record.id} has no file {entry.path[:200]}.")
        return text[start:end]

    def _rows(self) -> list[Mapping[str, Any]]:
        answer = self._json("/api/tags")
        rows = answer.get("models") if isinstance(answer, dict) else None
        if not isinstance(rows, list):
            raise UnansweredError(f"{self._site.who}'s answer lists no models", Status.INVALID)
        return [row for row in rows[:_MOST] if isinstance(row, dict)]

    def _json(self, path: str, content: bytes | None = None) -> Any:
        answer = self._site.ask(path, self._check, cap=_CAP, fresh_for=0, content=content)
        return parse_json(answer.body, self._site.who)

    def _check(self, response: Response) -> None:
        if response.status != 200:
            raise refusal(response, self._site.who)
        if response.is_web_page:
            raise PayloadError(f"{self._site.who} answered with a web page")
        parse_json(response.body, self._site.who)


def _is(row: Mapping[str, Any], name: OllamaName) -> bool:
    named = (parse_ollama(str(row.get(key, ""))) for key in ("name", "model"))
    return any(one is not None and one.id.casefold() == name.id.casefold() for one in named)


def _texts(row: Mapping[str, Any], shown: Mapping[str, Any]) -> dict[str, bytes]:
    """The answers as files: the texts within them apart, the rest as JSON."""
    texts = {
        path: value.encode("utf-8", "replace")
        for key, path in _TEXTS.items()
        if isinstance(value := shown.get(key), str) and value
    }
    rest = {
        key: value for key, value in shown.items() if key not in {*_TEXTS, "tensors", "messages"}
    }
    texts[SHOWN] = json.dumps(rest).encode()
    texts[LISTED] = json.dumps(row).encode()
    return texts


def _summary(shown: Mapping[str, Any]) -> Mapping[str, Any]:
    """The facts of the GGUF header, in the form in which the Hub tells them."""
    value = shown.get("model_info")
    values = value if isinstance(value, dict) else {}
    return {
        "architecture": values.get("general.architecture"),
        "chat_template": shown.get("template"),
    }
