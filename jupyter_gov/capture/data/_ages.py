"""How old the data in the user's variables are: what was made of others is younger than these."""

from __future__ import annotations

import weakref
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from .._kinds import LISTS
from ._readable import known

_MOST = 10_000
"""Objects that are remembered, those that are gone included."""


class Age(NamedTuple):
    """When an object was first seen.

    Attributes
    ----------
    cell : int
        At the end of which cell, counted under tracking.
    place : int or None
        Its variable's place among those that were new then; None where a variable that was there before got it, or
        none did.
    """

    cell: int
    place: int | None = None

    def before(self, other: Age) -> bool | None:
        """Say whether an object is older than another one; None where that cannot be told."""
        if self.cell != other.cell:
            return self.cell < other.cell
        if self.place is None or other.place is None or self.place == other.place:
            return None
        return self.place < other.place


class Ages:
    """Remembers when the data in variables were first seen; keeps none of them alive.

    Parameters
    ----------
    namespace : callable
        Returns the user's variables.
    """

    def __init__(self, namespace: Callable[[], Mapping[str, Any]]) -> None:
        self._namespace = namespace
        self._cell = 1
        self._last = ""
        self._held: dict[str, int] = {}
        """The `id` of what each variable held, so that what has not been bound anew costs next to nothing."""
        self._since: dict[str, Age] = {}
        """When each variable was new."""
        self._seen: dict[int, tuple[weakref.ref[Any], Age]] = {}

    @property
    def now(self) -> Age:
        """The age of what is being made."""
        return Age(self._cell)

    def look(self, *, ended: bool = False) -> None:
        """Look at the variables.

        Parameters
        ----------
        ended : bool
            Whether a cell has come to its end.
        """
        space = self._namespace()
        for name in self._new_names(list(space)):
            self._since.setdefault(name, Age(self._cell, len(self._since)))
        for name, since in list(self._since.items()):
            if name not in space:
                del self._since[name]
                self._held.pop(name, None)
            elif self._held.get(name) != id(value := space[name]):
                self._held[name] = id(value)
                if self._is_new(value):
                    self._remember(value, since if since.cell == self._cell else self.now)
        if ended:
            self._cell += 1
            if len(self._seen) > _MOST:
                self._seen = {key: entry for key, entry in self._seen.items() if entry[0]() is not None}

    def _new_names(self, names: list[Any]) -> list[str]:
        """Return the variables behind the last name of last time, so that not all have to be gone through each time."""
        new = []
        for name in reversed(names):
            if name is self._last:
                break
            if type(name) is str and not name.startswith("_"):
                new.append(name)
        self._last = names[-1] if names else ""
        return new[::-1]

    def held(self) -> frozenset[int]:
        """Return the `id` of what the variables held when they were looked at last."""
        return frozenset(self._held.values())

    def of(self, thing: Any) -> Age | None:
        """Return when an object was first seen in a variable; None where it was not."""
        reference, age = self._seen.get(id(thing), (None, None))
        return age if reference is not None and reference() is thing else None

    def _is_new(self, value: Any) -> bool:
        return type(value) not in LISTS and known(value) is not None and self.of(value) is None

    def _remember(self, value: Any, age: Age) -> None:
        try:
            self._seen[id(value)] = weakref.ref(value), age
        except TypeError:
            return
