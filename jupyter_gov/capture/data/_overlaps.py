"""Whether data sets share rows, by how they were made; equal values alone prove nothing."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from jupyter_gov.records import Json

Overlap = Literal["", "inside", "around"]
"""``inside`` if all rows of the one are rows of the other, ``around`` if rows of the other are among its own."""


class Overlaps:
    """Which data sets hold rows of which others."""

    def __init__(self) -> None:
        self._from: dict[str, set[str]] = {}
        """All rows of a data set are rows of these."""
        self._holds: dict[str, set[str]] = {}
        """Rows of these are rows of a data set."""

    def add(self, child: str, parent: str, rows: Mapping[str, Json], count: int) -> None:
        """Take note of how a data set of `count` rows came from another."""
        if not rows:
            return
        if rows.get("count") == count:
            self._from.setdefault(child, set()).add(parent)
        else:
            # Several were laid end to end.
            self._holds.setdefault(child, set()).add(parent)
        if rows.get("all"):
            self._holds.setdefault(child, set()).add(parent)
            self._from.setdefault(parent, set()).add(child)

    def of(self, one: str, other: str) -> Overlap:
        """Return how the rows of two data sets overlap; empty where nothing is known to be shared."""
        sources = _reached(self._from, one)
        if other in sources:
            return "inside"
        # What holds rows of the one's, or is made of them: a part of `one` is a part of what `one` is.
        held = _reached(self._holds, one)
        return "around" if held & _reached(self._from, other) else ""


def _reached(steps: Mapping[str, set[str]], start: str) -> set[str]:
    found, waiting = {start}, [start]
    while waiting:
        new = steps.get(waiting.pop(), set()) - found
        found |= new
        waiting.extend(new)
    return found
