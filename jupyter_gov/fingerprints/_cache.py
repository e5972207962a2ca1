"""Fingerprints of data that has not changed, without hashing it a second time."""

from __future__ import annotations

import threading
from collections import OrderedDict
from typing import Any

from ._fingerprint import ColumnFingerprint, Fingerprint, Unordered, fingerprint
from ._mark import mark


class ContentCache:
    """Fingerprints by the mark of what they were made of; for use by any number of threads.

    All of the data is read each time, so that a change of a single value by any route is noticed; reading it is what
    it costs. Nothing is remembered of objects: equal data elsewhere, laid out the same way, is recognized as well.

    Parameters
    ----------
    size : int
        How many columns may be remembered, over all data; what was not asked for longest is forgotten first.
    """

    def __init__(self, *, size: int = 100_000) -> None:
        self._size = size
        self._held = 0
        self._lock = threading.Lock()
        self._known: OrderedDict[bytes, tuple[str, int, tuple[ColumnFingerprint, ...]]] = OrderedDict()

    def fingerprint(self, data: Any) -> Fingerprint:
        """Return what `jupyter_gov.fingerprints.fingerprint` returns.

        Raises
        ------
        InputError
            As `jupyter_gov.fingerprints.fingerprint` does.
        """
        before = mark(data)
        if before is None:
            return fingerprint(data)
        with self._lock:
            known = self._known.get(before)
            if known is not None:
                self._known.move_to_end(before)
        if known is not None:
            return Fingerprint(*known, Unordered(data))
        found = fingerprint(data)
        # Another thread may have changed the data between the two readings.
        if mark(data) == before:
            self._remember(before, found)
        return found

    def _remember(self, value: bytes, found: Fingerprint) -> None:
        with self._lock:
            if value not in self._known:
                self._known[value] = (found.digest, found.rows, found.columns)
                self._held += 1 + len(found.columns)
            while self._held > self._size:
                _, (_, _, columns) = self._known.popitem(last=False)
                self._held -= 1 + len(columns)
