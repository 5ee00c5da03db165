"""A persona without its server: the same bodies, read and repeated as the endpoint does."""

from __future__ import annotations

import json
import random

from lineage.probe.endpoint import ATTEMPTS
from lineage.probe.reply import Reply, ReplyState, of_answer, of_error
from probe.personas import Persona


class Direct:
    """Saves the sockets, so that twenty seeds take minutes."""

    def __init__(self, persona: Persona, seed: int) -> None:
        self._persona, self._seed, self._calls = persona, seed, 0

    def ask(self, prompt: str, seed: int) -> Reply:
        for _ in range(ATTEMPTS):
            self._calls += 1
            draw = random.Random(f"{self._seed}/{self._calls}/{prompt}")
            answer = self._persona(prompt, draw, self._calls)
            if not isinstance(answer, tuple):
                choice = {"message": {"content": answer}} if isinstance(answer, str) else answer
                body = {"choices": [{"finish_reason": "stop"} | choice]}
                return of_answer(json.dumps(body).encode())
            status, _, body = answer
            if status == 200:
                reply = of_answer(body.encode("utf-8", "surrogateescape"))
                if reply.state is not ReplyState.UNMEASURED:
                    return reply
            elif status == 429 or status >= 500:
                reply = Reply(ReplyState.UNMEASURED, detail=f"HTTP {status}")
            else:
                return of_error(status, body.encode())
        return reply
