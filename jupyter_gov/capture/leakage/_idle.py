"""Work for when nothing else runs: a thread that is told to stop as soon as something does."""

from __future__ import annotations

import threading
from collections.abc import Callable

_PATIENCE = 0.02
"""Seconds that a cell waits for the thread to let go; it ends soon after, and what it found then does not count."""


class Idle:
    """Does work on a thread of its own, one at a time.

    Parameters
    ----------
    work : callable
        Given a function that says whether to stop.
    """

    def __init__(self, work: Callable[[Callable[[], bool]], None]) -> None:
        self._work = work
        self._thread: threading.Thread | None = None
        self._stop = threading.Event()
        self._one = threading.Lock()

    def start(self) -> None:
        """Begin to work."""
        self._stop = stop = threading.Event()

        def work() -> None:
            with self._one:
                if not stop.is_set():
                    self._work(stop.is_set)

        self._thread = threading.Thread(target=work, name="jupyter-gov-leakage", daemon=True)
        self._thread.start()

    def stop(self, *, wait: float = _PATIENCE) -> bool:
        """Stop working; say whether that is so, which may take a while, after so many seconds."""
        self._stop.set()
        if self._thread is not None:
            self._thread.join(wait)
            if self._thread.is_alive():
                return False
            self._thread = None
        return True
