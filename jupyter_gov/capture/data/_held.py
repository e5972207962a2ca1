"""Small data that nothing else may keep: they are held until the cell has ended and everybody has looked at them."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

_MOST = 64 << 20
"""Bytes that are held in all."""


class Held:
    """Data by the ids of their records."""

    def __init__(self) -> None:
        self._things: dict[str, tuple[Any, int]] = {}
        self._bytes = 0

    def hold(self, id_: str, thing: Any, size: int) -> None:
        """Hold data of so many bytes, unless they are too many."""
        if id_ not in self._things and self._bytes + size <= _MOST:
            self._things[id_] = thing, size
            self._bytes += size

    def get(self, id_: str) -> Any:
        """Return the data, or None."""
        return self._things.get(id_, (None,))[0]

    def release(self, *, but: Collection[str] = ()) -> None:
        """Let go of all but some."""
        self._things = {id_: held for id_, held in self._things.items() if id_ in but}
        self._bytes = sum(size for _, size in self._things.values())
