"""Asks a chat endpoint that speaks OpenAI's protocol: vLLM, llama.cpp, Ollama and most services do.

The key goes to the endpoint and nowhere else; no address that it redirects to is followed.
"""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Callable
from dataclasses import replace
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlsplit

from lineage.core.errors import CannotRunError, UsageError
from lineage.core.version import __version__
from lineage.probe.decoding import Decoding, Served
from lineage.probe.reply import AdjustError, Reply, ReplyState, of_answer, of_error, without_folders

if TYPE_CHECKING:
    import requests

ATTEMPTS = 6
MOST_BYTES = 8 * 1024 * 1024
_PAUSE = 1.0
_LONGEST_PAUSE = 60.0
_SOON = 0.01
"""Before what answers 200 and sends no chat completion is asked once more: a page will stay one."""


class ChatEndpoint:
    """One model behind one address. Threads may ask it at the same time."""

    def __init__(
        self,
        url: str,
        model: str,
        decoding: Decoding,
        *,
        key: str = "",
        timeout: float = 600.0,
        max_wait: float = 600.0,
        pause: float = _PAUSE,
        on_wait: Callable[[float, str], None] | None = None,
    ) -> None:
        self.url = chat_address(url)
        self.model = model
        self._decoding = decoding
        self._key = key
        self._timeout = timeout
        self._max_wait = max_wait
        self._pause = pause
        self._on_wait = on_wait
        self._left_out: set[str] = set()
        self._lock = threading.Lock()
        self._closed_until = 0.0
        self._local = threading.local()

    @property
    def host(self) -> str:
        """Host and port, without user, path or key."""
        return urlsplit(self.url).netloc.rpartition("@")[2]

    @property
    def left_out(self) -> tuple[str, ...]:
        """Settings that the server did not take."""
        return tuple(sorted(self._left_out))

    def ask(self, prompt: str, seed: int) -> Reply:
        """One reply. What fails for good is a reply that is not measured; only an endpoint that
        nobody can ask raises."""
        draw = random.Random(f"{seed}/{prompt}")  # noqa: S311 - spreads repetitions, not secret
        waited, reply = 0.0, Reply(ReplyState.UNMEASURED, detail="not asked")
        for attempt in range(ATTEMPTS):
            waited += self._wait()
            reply, pause = self._once(prompt, seed)
            is_last = attempt >= (1 if pause == _SOON else ATTEMPTS - 1)
            if pause is None or is_last:
                break
            pause = pause or min(_LONGEST_PAUSE, self._pause * 2**attempt) * draw.uniform(0.5, 1)
            if waited + pause > self._max_wait:
                break
            self._close_for(pause, reply.detail)
        return reply

    def _once(self, prompt: str, seed: int) -> tuple[Reply, float | None]:
        """A reply, and how long to wait before asking again: 0 is for us to choose, None is
        never."""
        from requests.exceptions import InvalidSchema, InvalidURL, RequestException

        try:
            status, headers, body = self._post(self._payload(prompt, seed))
        except (InvalidSchema, InvalidURL) as problem:
            raise UsageError(
                f"{self.host or 'The endpoint'} is not an address that can be asked."
            ) from problem
        except RequestException as problem:
            return Reply(ReplyState.UNMEASURED, detail=f"no answer: {type(problem).__name__}"), 0.0
        if status == 200:
            reply = self._masked(of_answer(body))
            is_garbled = reply.state is ReplyState.UNMEASURED and not (
                reply.text or reply.reasoning
            )
            return reply, _SOON if is_garbled and "cut off" not in reply.detail else None
        if status == 429 or status >= 500:
            return Reply(ReplyState.UNMEASURED, detail=f"HTTP {status}"), _retry_after(
                headers
            ) or 0.0
        if status in (401, 404):
            raise CannotRunError(*self._refused(status))
        try:
            return self._masked(of_error(status, body)), None
        except AdjustError as wanted:
            if wanted.setting in self._left_out:
                return Reply(ReplyState.UNMEASURED, detail=f"HTTP {status}"), None
            self._left_out.add(wanted.setting)
            return Reply(ReplyState.UNMEASURED, detail=f"{wanted.setting} is not taken"), 1e-3

    def _masked(self, reply: Reply) -> Reply:
        """Without the key, which some services repeat, plain or as they write an address."""
        fields = {name: getattr(reply, name) for name in ("text", "reasoning", "detail", "model")}
        for key in {self._key, quote(self._key, safe="")} - {""}:
            fields = {name: value.replace(key, "[key]") for name, value in fields.items()}
        return replace(reply, **fields)

    def _refused(self, status: int) -> tuple[str, str]:
        if status == 401:
            step = "Put the key into LINEAGE_ENDPOINT_KEY."
            return f"{self.host} refused access (HTTP 401).", step
        return (
            f"{self.host} knows no model {self.model!r} at {urlsplit(self.url).path} (HTTP 404).",
            "Give the address up to /v1, and the model's name as the server lists it.",
        )

    def _payload(self, prompt: str, seed: int) -> dict[str, Any]:
        limit = "max_tokens" if "max_tokens" not in self._left_out else "max_completion_tokens"
        found: dict[str, Any] = {
            "model": self.model,
            "messages": [{"role": "user", "content": prompt}],
            limit: self._decoding.max_tokens,
            "seed": seed,
        }
        if self._decoding.temperature is not None:
            found["temperature"] = self._decoding.temperature
        kept = self._left_out - {"max_tokens"}
        return {name: value for name, value in found.items() if name not in kept}

    def _post(self, payload: dict[str, Any]) -> tuple[int, dict[str, str], bytes]:
        with self._session().post(
            self.url, json=payload, timeout=(30, self._timeout), stream=True, allow_redirects=False
        ) as response:
            return (
                response.status_code,
                {k.lower(): v for k, v in response.headers.items()},
                _body(response, self._timeout),
            )

    def get(self, path: str) -> Any:
        """A JSON document beside the chat address; None where there is none."""
        from requests.exceptions import RequestException

        parts = urlsplit(self.url)
        address = f"{parts.scheme}://{parts.netloc}{path}"
        try:
            with self._session().get(
                address, timeout=(10, 20), stream=True, allow_redirects=False
            ) as response:
                body = _body(response, 20)
                if self._key:
                    body = body.replace(self._key.encode(), b"[key]")
                return _json(body) if response.status_code == 200 else None
        except RequestException:
            return None

    def _session(self) -> requests.Session:
        if not hasattr(self._local, "session"):
            import requests

            session = requests.Session()
            session.headers["User-Agent"] = f"lineage/{__version__}"
            session.auth = _Bearer(self._key)  # also keeps a .netrc out of it
            self._local.session = session
        found: requests.Session = self._local.session
        return found

    def _close_for(self, seconds: float, reason: str) -> None:
        """Let nobody ask for a while: one quota is meant for all."""
        with self._lock:
            self._closed_until = max(self._closed_until, time.monotonic() + seconds)
        if self._on_wait and seconds >= 1:
            self._on_wait(seconds, reason)

    def _wait(self) -> float:
        with self._lock:
            left = self._closed_until - time.monotonic()
        if left > 0:
            time.sleep(left)
        return max(0.0, left)


class _Bearer:
    def __init__(self, key: str) -> None:
        self._key = key

    def __call__(self, request: Any) -> Any:
        if self._key:
            request.headers["Authorization"] = f"Bearer {self._key}"
        return request


def chat_address(url: str) -> str:
    """The address of chat completions, from what people write: the server, its /v1, or the
    whole."""
    parts = urlsplit(url.strip())
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise UsageError(f"{url[:100]!r} is not an address.", "Write it with http:// or https://.")
    if parts.username or parts.password:
        raise UsageError("The address holds a user or password.", "Use LINEAGE_ENDPOINT_KEY.")
    path = parts.path.rstrip("/")
    if not path.endswith("/chat/completions"):
        path = f"{path or '/v1'}/chat/completions"
    return f"{parts.scheme}://{parts.netloc}{path}" + (f"?{parts.query}" if parts.query else "")


def served(endpoint: ChatEndpoint) -> Served:
    """What the endpoint itself says about what it serves."""
    base = urlsplit(endpoint.url).path.removesuffix("/chat/completions")
    row = _row(endpoint.get(f"{base}/models"), "data", endpoint.model)
    found = {"id": row.get("id"), "root": row.get("root"), "parent": row.get("parent")}
    ollama = _row(endpoint.get("/api/tags"), "models", endpoint.model)
    if ollama:
        details = ollama.get("details")
        found |= {
            "server": "ollama",
            "digest": ollama.get("digest"),
            "quantization": details.get("quantization_level") if isinstance(details, dict) else "",
        }
    else:
        properties = endpoint.get("/props")
        if isinstance(properties, dict) and "model_path" in properties:
            name = str(properties["model_path"]).replace("\\", "/").rpartition("/")[2]
            found |= {"server": "llama.cpp", "root": found["root"] or name}
    return Served(
        **{name: without_folders(str(value))[:300] for name, value in found.items() if value}
    )


def _row(document: Any, key: str, model: str) -> dict[str, Any]:
    rows = document.get(key) if isinstance(document, dict) else None
    found = [one for one in rows if isinstance(one, dict)] if isinstance(rows, list) else []
    named = (model, f"{model}:latest")
    return next((one for one in found if one.get("id", one.get("name")) in named), {})


def _body(response: requests.Response, seconds: float) -> bytes:
    """At most MOST_BYTES, and no longer than `seconds` for all of it: a server may drip for
    ever."""
    from requests.exceptions import RequestException

    until = time.monotonic() + seconds
    found = bytearray()
    for part in response.iter_content(65536):
        found += part
        if len(found) > MOST_BYTES or time.monotonic() > until:
            raise RequestException("the answer is too long")
    return bytes(found)


def _json(body: bytes) -> Any:
    import json

    try:
        return json.loads(body)
    except ValueError:
        return None


def _retry_after(headers: dict[str, str]) -> float | None:
    value = headers.get("retry-after", "").strip()
    if value.replace(".", "", 1).isdigit():
        return float(value) + 0.05
    try:
        return max(0.0, parsedate_to_datetime(value).timestamp() - time.time()) + 0.05
    except ValueError:
        return None
