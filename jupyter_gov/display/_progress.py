"""Progress of long work, in the place where its result will stand."""

from __future__ import annotations

import sys
import time
from types import TracebackType
from typing import Any, Self

from jupyter_gov.records import new_id

AFTER_SECONDS = 1.0
"""Shorter work shows only its result."""

_EVERY_SECONDS = 0.2


class Progress:
    """Shows what is being done once the work has taken over a second; the result replaces it.

    Parameters
    ----------
    shell : InteractiveShell
        The running shell; outside a kernel progress goes to standard error.
    """

    def __init__(self, shell: Any) -> None:
        self._inline = hasattr(shell, "kernel")
        self._started = time.monotonic()
        self._last = 0.0
        self._display: str | None = None
        self._shown = False
        self._finished = False

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._shown and not self._finished:
            self._publish("", "")

    def __call__(self, what: str, done: int, total: int) -> None:
        """Tell how far the work is."""
        now = time.monotonic()
        if now - self._started < AFTER_SECONDS or now - self._last < _EVERY_SECONDS:
            return
        self._last = now
        text = f"{what} … {done} of {total}" if total > 1 else f"{what} …"
        self._publish(f"<p><em>{text}</em></p>", text)

    def finish(self, html: str, text: str, *, kind: str) -> None:
        """Show the result where progress stood."""
        from ._inline import show

        self._finished = True
        if not self._inline and self._shown:
            print("\r\033[K", end="", file=sys.stderr, flush=True)  # noqa: T201 - a terminal's own line
        show(html, text, kind=kind, display_id=self._display, update=self._display is not None)

    def _publish(self, html: str, text: str) -> None:
        if not self._inline:
            print(f"\r\033[K{text}", end="", file=sys.stderr, flush=True)  # noqa: T201 - a terminal's own line
        else:
            from ._inline import show

            update = self._display is not None
            self._display = self._display or new_id()
            show(html, text, kind="progress", display_id=self._display, update=update)
        self._shown = True
