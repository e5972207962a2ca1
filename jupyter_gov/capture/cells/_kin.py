"""Which variables share an object, a part of one, or memory: whoever changes one of them changes the others."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any

from jupyter_gov.records._builtins import keep_builtins

from ._objects import SCALARS, identities, memories_of

keep_builtins(globals())


class Kin:
    """An index from the objects inside of variables to their names, kept up as variables are written."""

    def __init__(self) -> None:
        self._inside: dict[str, set[int]] = {}
        self._names: defaultdict[int, set[str]] = defaultdict(set)

    def update(self, names: Iterable[str], space: Mapping[str, Any]) -> None:
        """Look at variables again, which may be new, changed or deleted."""
        for name in names:
            value = space.get(name)
            new = set() if id(type(value)) in SCALARS else identities(value)
            old = self._inside.pop(name, set())
            for key in old - new:
                self._names[key].discard(name)
                if not self._names[key]:
                    del self._names[key]
            for key in new - old:
                self._names[key].add(name)
            if new:
                self._inside[name] = new

    def of(self, names: Iterable[str]) -> set[str]:
        """Return the variables that share something with one of these, themselves included."""
        found: set[str] = set()
        for name in names:
            found.update(*(self._names[key] for key in self._inside.get(name, ())))
        return found

    def holding(self, names: Iterable[str], space: Mapping[str, Any]) -> set[str]:
        """Return the variables that hold the object of one of these, or use its memory."""
        keys = {key for name in names if name in space for key in (id(space[name]), *memories_of(space[name]))}
        return set().union(*(self._names.get(key, ()) for key in keys))
