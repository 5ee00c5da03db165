"""What a model replied, as far as the wire tells: an answer, a block by the service, or nothing
that can be measured."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from typing import Any

from lineage.core.value import dataclass
from lineage.core.word import Word


class ReplyState(Word):
    """What a call came to."""

    ANSWERED = "answered"
    BLOCKED = "blocked"
    """The service says that its filter stopped the question or the answer: it was not answered."""
    UNMEASURED = "unmeasured"
    """Cut off, garbled or failed. It is no refusal, and no answer."""


@dataclass(frozen=True)
class Reply:
    """One reply; `text` alone is ever scored."""

    state: ReplyState
    text: str = ""
    reasoning: str = ""
    """What the model wrote for itself, kept apart."""
    detail: str = ""
    """Why it is blocked or not measured."""
    model: str = ""
    """As the server names what answered."""
    tokens: int = 0


class AdjustError(Exception):
    """The server takes the request without one of its settings."""

    def __init__(self, setting: str) -> None:
        super().__init__(setting)
        self.setting = setting


_FILTER = re.compile(
    r"content.?(?:filter|policy|management|exists.?risk|risk)|moderat|sensitive|"
    r"data.?inspection|prohibited"
    r"|inappropriate|safety|flagged|policy.?violation|violat\w+ .{0,40}polic|"
    r"high.?risk|unsafe|censor"
    r"|responsible.?ai|guardrail|敏感|违规|审核|不合规|安全",
    re.IGNORECASE,
)
_CALLS = ("tool_calls", "function_call")
_CUT = ("length", "max_tokens", "max_output_tokens")
_BLOCKS = re.compile(
    r"content.?filter|sensitive|moderat|safety|blocklist|prohibited|guardrail", re.IGNORECASE
)
_SETTINGS = ("max_completion_tokens", "max_tokens", "temperature", "seed")
_THOUGHT = re.compile(r"<(think|thinking|thought|reasoning)>(.*?)</\1>", re.DOTALL | re.IGNORECASE)
_THOUGHT_END = re.compile(r"</(?:think|thinking|thought|reasoning)>", re.IGNORECASE)
_THOUGHT_OPEN = re.compile(r"<(?:think|thinking|thought|reasoning)>", re.IGNORECASE)


def of_answer(body: bytes) -> Reply:
    """A reply out of the body of a successful chat completion."""
    try:
        document = _streamed(body) if body.startswith(b"data:") else json.loads(body)
        choice = document["choices"][0]
        message = choice["message"]
    except (ValueError, KeyError, IndexError, TypeError, AttributeError):
        return _without_choice(body)
    if not isinstance(message, dict):
        return Reply(ReplyState.UNMEASURED, detail="the server's answer holds no message")
    content = _text(message.get("content"))
    if content is None:
        return Reply(ReplyState.UNMEASURED, detail="the message holds no text")
    answer, thought = apart(content)
    reasoning = _text(message.get("reasoning_content") or message.get("reasoning")) or ""
    finish = str(choice.get("finish_reason") or "")
    refusal = message.get("refusal")
    blank = Reply(
        ReplyState.UNMEASURED,
        text=answer or "",
        reasoning="\n".join(one for one in (reasoning, thought or "") if one),
        model=without_folders(str(document.get("model") or ""))[:200],
        tokens=_tokens(document),
    )
    if finish in _CUT:
        return replace(blank, detail="cut off by the limit of tokens")
    if _BLOCKS.search(finish):
        return replace(blank, state=ReplyState.BLOCKED, detail=f"finish_reason {finish[:60]}")
    if answer is None:
        return replace(blank, detail="the reasoning has no end, so there is no answer")
    if not answer and (any(message.get(name) for name in _CALLS)):
        return replace(blank, detail="it called a tool, which nobody offered, and wrote no answer")
    if not answer and isinstance(refusal, str):
        answer = refusal
    return replace(blank, state=ReplyState.ANSWERED, text=answer)


def _without_choice(body: bytes) -> Reply:
    """Some services say with status 200 that their filter stopped it, in a document of their
    own."""
    text = body[:4000].decode("utf-8", "replace")
    if text.lstrip().startswith("{") and _FILTER.search(_unescaped(text)):
        return Reply(ReplyState.BLOCKED, detail=_short(text))
    return Reply(ReplyState.UNMEASURED, detail="the server's answer is not a chat completion")


def _unescaped(text: str) -> str:
    try:
        return json.dumps(json.loads(text), ensure_ascii=False)
    except (ValueError, RecursionError):
        return ""


def _streamed(body: bytes) -> dict[str, Any]:
    """The whole answer out of a stream of its parts, which some servers send unasked. One without
    an end is cut off."""
    rows = [
        json.loads(line[5:])
        for line in body.splitlines()
        if line.startswith(b"data:") and line[5:].strip() != b"[DONE]"
    ]
    choices = [row["choices"][0] for row in rows if row.get("choices")]
    parts = [one.get("delta") or {} for one in choices]
    message: dict[str, Any] = {
        name: "".join(part.get(name) or "" for part in parts)
        for name in ("content", "reasoning_content", "reasoning", "refusal")
    }
    calls = [part[name] for part in parts for name in _CALLS if part.get(name)]
    message |= {"tool_calls": calls}
    ends = [one["finish_reason"] for one in choices if one.get("finish_reason")]
    choice = {"message": message, "finish_reason": ends[-1] if ends else _CUT[0]}
    return {**rows[-1], "choices": [choice]}


def of_error(status: int, body: bytes) -> Reply:
    """A reply out of an error that repeating does not mend. Raises AdjustError where a setting
    alone is not taken."""
    text = body[:4000].decode("utf-8", "replace")
    if status in (400, 422):
        setting = next((one for one in _SETTINGS if one in text), None)
        if setting:
            raise AdjustError(setting)
    # 451 is itself "for legal reasons", whatever its text says
    if status == 451 or (status in (400, 403, 422) and _FILTER.search(text)):
        return Reply(ReplyState.BLOCKED, detail=f"HTTP {status}: {_short(text)}")
    return Reply(ReplyState.UNMEASURED, detail=f"HTTP {status}: {_short(text)}")


def apart(content: str) -> tuple[str | None, str | None]:
    """The answer and the thoughts written into it; no answer where the thoughts have no end."""
    thoughts = [match.group(2).strip() for match in _THOUGHT.finditer(content)]
    rest = _THOUGHT.sub("", content)
    ends = list(_THOUGHT_END.finditer(rest))
    if ends:  # some templates open the thought before the model writes
        thoughts.append(rest[: ends[-1].start()].strip())
        rest = rest[ends[-1].end() :]
    if match := _THOUGHT_OPEN.search(rest):
        return None, "\n".join((*thoughts, rest[match.end() :].strip()))
    return rest.strip(), "\n".join(thoughts)


def _text(content: Any) -> str | None:
    if content is None:
        return ""
    if isinstance(content, list):
        parts = [one.get("text") for one in content if isinstance(one, dict)]
        return "".join(part for part in parts if isinstance(part, str))
    return content if isinstance(content, str) else None


def _tokens(document: dict[str, Any]) -> int:
    usage = document.get("usage")
    total = usage.get("total_tokens") if isinstance(usage, dict) else None
    return total if isinstance(total, int) else 0


def without_folders(name: str) -> str:
    """A model's name; of a path on the server's machine, the file alone."""
    is_path = name.startswith(("/", "~", ".")) or "\\" in name
    return name.replace("\\", "/").rpartition("/")[2] if is_path else name


def _short(text: str) -> str:
    return " ".join(text.split())[:200]
