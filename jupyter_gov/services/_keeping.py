"""How much content a run keeps beside its records."""

from __future__ import annotations

import threading
from typing import Literal

from jupyter_gov.records import Gap
from jupyter_gov.records._builtins import keep_builtins

keep_builtins(globals())

Role = Literal["predictions", "learned", "rows"]

_WORDS: dict[Role, str] = {
    "predictions": "what models predicted",
    "learned": "what models have learned",
    "rows": "which rows of their source data sets have",
}
_MB = 1_000_000


class Keeping:
    """Counts the content of one run against what may be kept. Safe to share between threads.

    Parameters
    ----------
    most, most_each : float
        In MB, for all of the run and for each one; 0 for either keeps nothing.
    """

    def __init__(self, most: float, most_each: float) -> None:
        self.none = not (most and most_each)
        self._most = most
        self._most_each = most_each
        self._lock = threading.Lock()
        self._sizes: dict[str, int] = {}
        self._taken = 0
        self._reserved = 0

    def reserve(self, role: Role, size: int) -> Gap | None:
        """Take note of content that is about to be kept; return the gap where it may not be.

        Parameters
        ----------
        role : str
            What it is, for the gap.
        size : int
            In bytes, about.
        """
        with self._lock:
            gap = self._refuse(role, size)
            if gap is None:
                self._reserved += size
            return gap

    def release(self, size: int) -> None:
        """Give back what was reserved."""
        with self._lock:
            self._reserved -= size

    def take(self, role: Role, digest: str, size: int) -> Gap | None:
        """Count content; return the gap where it may not be kept. What the run has already counts once."""
        with self._lock:
            if digest in self._sizes:
                return None
            gap = self._refuse(role, size)
            if gap is None:
                self._sizes[digest] = size
                self._taken += size
            return gap

    def _refuse(self, role: Role, size: int) -> Gap | None:
        if size > self._most_each * _MB:
            reason, setting = f"Some take more than {self._most_each:g} MB each.", "kept_each_mb"
        elif self._taken + self._reserved + size > self._most * _MB:
            reason, setting = f"The run has kept {self._most:g} MB already.", "kept_mb"
        else:
            return None
        # The same words each time: it is told once.
        return Gap(what=_WORDS[role], reason=reason, remedy=f"Set c.Governance.{setting} higher: docs/reference.md.")
