"""Classes told by identity: whoever wrote a class of classes may have written how its classes compare, and hash."""

from __future__ import annotations

from jupyter_gov.records._builtins import keep_builtins

keep_builtins(globals())


class Kinds:
    """Some classes; ``kind in kinds`` calls no method of `kind`."""

    def __init__(self, *kinds: type) -> None:
        self._kinds = kinds
        self._ids = frozenset(map(id, kinds))

    def __contains__(self, kind: object) -> bool:
        return id(kind) in self._ids


LISTS = Kinds(list, tuple)
CONTAINERS = Kinds(list, tuple, dict)
