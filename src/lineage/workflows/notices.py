"""What a run tells its user beside the report."""

from __future__ import annotations

from collections.abc import Callable


class Notices:
    """What a run tells its user, once each; nothing after `stop`, when calls are cancelled."""

    def __init__(self, on_notice: Callable[[str], None] | None) -> None:
        self._on_notice = on_notice
        self._told: dict[str, None] = {}
        self._is_over = False

    def __call__(self, text: str) -> None:
        """Keep and tell a notice, unless the run is over."""
        if self._is_over:
            return
        self._told[text] = None
        if self._on_notice:
            self._on_notice(text)

    def stop(self) -> None:
        """Errors of cancelled calls are not news."""
        self._is_over = True

    @property
    def text(self) -> str:
        """All that was reported."""
        return " ".join(list(self._told))
