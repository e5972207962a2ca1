"""Which variables each cell used, and which it bound, changed in place or deleted."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from types import FunctionType, ModuleType
from typing import Any

from jupyter_gov.records._builtins import keep_builtins
from jupyter_gov.records._cell import ENTROPY, RANDOM, UNTOLD

from ._calls import LOOP, leaves_alone
from ._changes import Look, Seen
from ._follow import follow, libraries_seeded, may_draw, seeds_elsewhere
from ._kin import Kin
from ._magics import analyse
from ._names import Names, words_of
from ._objects import is_used_up, package_of

keep_builtins(globals())

_HIDDEN = re.compile(r"_{1,3}|_i{1,3}|_i?\d+|_[ido]h|_exit_code|__\w+__")
"""What IPython keeps of former cells, and what belongs to the module."""

_FORMER = re.compile(r"_{1,3}|_\d+|_oh|Out")
"""What IPython keeps of the results of former cells."""

_QUERIED = frozenset({"_duckdb", "duckdb", "numpy", "pandas", "polars", "pyarrow"})
"""Packages whose objects SQL and expressions find by their names."""


@dataclass
class Began:
    """What was known of the variables when a cell began.

    Attributes
    ----------
    parts : list of Names
        What the cell does, and what the functions and cells do that it calls.
    seen : dict
        The objects that it could change, by their `id`: their names and how they were.
    everything : bool
        Whether `ids` is of all variables, since the cell may bind any.
    unknown : tuple of str
        Magics of which it is not known what they do.
    """

    parts: list[Names]
    reads: dict[str, str | None]
    ids: dict[str, int | None]
    seen: dict[int, tuple[list[str], Seen]]
    everything: bool
    seeds: bool
    unseeded: tuple[str, ...]
    unknown: tuple[str, ...]


class Variables:
    """Which cell execution bound or last changed each variable.

    Parameters
    ----------
    shell : InteractiveShell
        The running shell.
    fit_of : callable
        Returns the id of the fit that made an object what it is, or None.
    """

    def __init__(self, shell: Any, fit_of: Callable[[Any], str | None]) -> None:
        self._shell = shell
        self._fit_of = fit_of
        self._generators: dict[str, str] = {}
        self._kin = Kin()
        self._writers: dict[str, str | None] = {}
        # All of the notebook's names, so that none of what IPython adds with every cell has to be gone through.
        self._writers = {n: None for n in list(shell.user_ns) if type(n) is str and self._is_variable(n, shell.user_ns)}
        self._kin.update(self._writers, shell.user_ns)
        self._analyse = lru_cache(maxsize=64)(lambda source: analyse(source, shell.transform_cell))

    def begin(self, source: str) -> Began:
        """Look at the variables before a cell runs.

        Parameters
        ----------
        source : str
            The cell, as IPython's transformers leave it.
        """
        space = self._shell.user_ns
        names, unknown = self._analyse(source)
        followed, inner = self._follow(names, space)
        parts = [names, *followed]
        loads = names.reads | inner | _asked_for(parts, names, space)
        everything = any(part.dynamic for part in parts)
        bound = space if everything else {n for part in parts for n in (*part.binds, *part.deletes)}
        reads = {n: self._writer(n) for n in sorted(loads) if self._is_variable(n, space)}
        untold = any(part.untold for part in parts) or any(_FORMER.fullmatch(n) and n in space for n in names.reads)
        return Began(
            parts=parts,
            reads=reads | dict.fromkeys([UNTOLD] * untold + [ENTROPY] * bool(names.unseeded), ""),
            ids={n: id(space[n]) if n in space else None for n in list(bound) if type(n) is str},
            seen=self._could_change(parts, self._writers if untold else reads, space),
            everything=everything,
            seeds=any(part.seeds for part in parts) or seeds_elsewhere(names, space),
            unseeded=tuple(dict.fromkeys(names.unseeded)),
            unknown=unknown,
        )

    def nested(self, began: Began, source: str) -> None:
        """Take note of a cell that the cell runs."""
        space = self._shell.user_ns
        names, _ = self._analyse(source)
        began.parts.append(names)
        began.ids = {n: id(space[n]) if n in space else None for n in (*names.binds, *names.deletes)} | began.ids
        began.reads |= {n: self._writer(n) for n in names.reads - set(began.reads) if self._is_variable(n, space)}

    def seeds(self, began: Began) -> bool:
        """Say whether the cell calls something that seeds a random generator, now that it has run."""
        return began.seeds or seeds_elsewhere(began.parts[0], self._shell.user_ns)

    def end(self, began: Began, cell: str, complete: bool, drawn: Mapping[str, bool]) -> tuple[str, ...]:
        """Return the names that a cell bound, whose objects it changed, or that it deleted.

        Parameters
        ----------
        began : Began
            From `begin`; what the cell has drawn at random is added to its reads.
        cell : str
            Id of this execution.
        complete : bool
            Whether the cell came to its end.
        drawn : mapping
            Libraries whose global generators have changed; true where their state is one that only a seed gives.
        """
        space, certain = self._shell.user_ns, began.parts[0].binds
        written = {
            name
            for name, before in began.ids.items()
            if before != (id(space[name]) if name in space else None)
            or (complete and name in space and certain.get(name, False))
        }
        if began.everything:
            written |= {n for n in list(space) if type(n) is str and n not in began.ids}
        changed, untold = self._changed(began, space)
        written = {n for n in written | changed if not _HIDDEN.fullmatch(n)}
        for name in written:
            if name in space:
                self._writers[name] = cell
            else:
                self._writers.pop(name, None)
        # Nobody knows whether it is still what the last cell made of it.
        self._writers |= dict.fromkeys(untold - written, "")
        self._kin.update(written, space)
        if len(self._writers) > 2 * len(space):
            self._writers = {n: w for n, w in self._writers.items() if n in space}
        return (*sorted(written), *self._draw(began, cell, complete, drawn))

    def _draw(self, began: Began, cell: str, complete: bool, drawn: Mapping[str, bool]) -> list[str]:
        """Return the generators that a cell changed; those from which it drew before it seeded them, it has read."""
        first, space = began.parts[0], self._shell.user_ns
        seeded: set[str] = set()
        sure = not may_draw(first.before, space)
        if sure:
            seeded = libraries_seeded(first.seeders, space)
        for library, fresh in drawn.items():
            if library not in seeded and not (sure and fresh and first.seeds_first):
                began.reads[RANDOM[library]] = self._generators.get(RANDOM[library])
        # A seed that was set already is set all the same.
        written = [RANDOM[library] for library in sorted(set(drawn) | (seeded if complete else set()))]
        self._generators |= dict.fromkeys(written, cell)
        return written

    def _writer(self, name: str) -> str | None:
        """Return who made a variable: None before tracking began, empty where nobody was seen to."""
        return self._writers.get(name, "")

    def _is_variable(self, name: str, space: Mapping[str, Any]) -> bool:
        """Say whether a name is a variable of the notebook's, and none that IPython has put there."""
        if name not in space or _HIDDEN.fullmatch(name):
            return False
        hidden = self._shell.user_ns_hidden
        return name in self._writers or name not in hidden or hidden[name] is not space[name]

    def _follow(self, names: Names, space: Mapping[str, Any]) -> tuple[list[Names], set[str]]:
        """Return what the functions do that a cell uses, and the variables that they use and the cell has not bound."""
        parts: dict[int, Names] = {}
        loads: set[str] = set()
        for name, place in names.loads.items():
            own = names.functions.get(name)
            bodies = [] if own is None else [own, *follow(own.loads, space)]
            if not names.bound.get(name, place) < place:
                bodies += follow([name], space)
            parts |= {id(body): body for body in bodies}
            # What the cell has certainly bound before it used the function is its own.
            loads |= {n for body in bodies for n in body.loads if not names.bound.get(n, place) < place}
        return list(parts.values()), loads

    def _could_change(
        self, parts: list[Names], reads: Iterable[str], space: Mapping[str, Any]
    ) -> dict[int, tuple[list[str], Seen]]:
        """Look at the objects that a cell could change, and at those that share a part with them."""
        reads = [n for n in reads if n in space]
        if not any(part.changes for part in parts):
            reads = [n for n in reads if is_used_up(type(space[n]))]
        look = Look(self._fit_of)
        found: dict[int, tuple[list[str], Seen]] = {}
        for name in dict.fromkeys([*reads, *sorted(self._kin.of(reads))]):
            value = space.get(name)
            if id(value) in found:
                found[id(value)][0].append(name)
            elif (seen := look.at(value)) is not None:
                found[id(value)] = [name], seen
        return found

    def _changed(self, began: Began, space: Mapping[str, Any]) -> tuple[set[str], set[str]]:
        """Return the names of the objects that were changed in place, and of those of which it cannot be told."""
        look = Look(self._fit_of)
        changed: set[str] = set()
        untold: set[str] = set()
        unclear: list[tuple[list[str], Seen]] = []
        for key, (names, before) in began.seen.items():
            still = [n for n in names if n in space and id(space[n]) == key]
            after = look.at(space[still[0]]) if still else None
            if after is None:
                continue
            if before.parts != after.parts:
                changed.update(still)
            elif not before.complete:
                unclear.append((still, before))
        for names, before in unclear:
            if _may_change(names, before, began.parts):
                changed.update(names)
            elif before.large and _is_passed(names, before, began.parts, space):
                untold.update(names)
        # A part of something that could not be looked at as a whole was changed: so was that.
        holding = self._kin.holding(changed, space)
        return changed | {n for names, _ in unclear for n in names if n in holding}, untold


def _may_change(names: list[str], before: Seen, parts: list[Names]) -> bool:
    """Say whether the code does to one of these names what usually changes an object that could not be looked at."""
    for part in parts:
        for name in names:
            if name in part.targets or (name in part.receivers and (part.receivers[name] or not before.known)):
                return True
            if before.used and name in part.loads:
                return True
    return False


def _is_passed(names: list[str], before: Seen, parts: list[Names], space: Mapping[str, Any]) -> bool:
    """Say whether one of these is given to a function that could change it."""
    paths = {path for part in parts for name in names for path in part.passed.get(name, ())}
    return any(not (path == LOOP and before.known) and not leaves_alone(path, _origin(path, space)) for path in paths)


def _origin(path: tuple[str, ...], space: Mapping[str, Any]) -> str:
    """Return the package of what a path begins with."""
    value = space.get(path[0]) if path else None
    if path and path[0] not in space:
        return "builtins"
    if type(value) is ModuleType:
        return str(value.__name__).partition(".")[0]
    if type(value) is FunctionType:
        return str(value.__module__).partition(".")[0]
    return package_of(value if issubclass(type(value), type) else type(value))[0]


def _asked_for(parts: list[Names], names: Names, space: Mapping[str, Any]) -> set[str]:
    """Return the variables that SQL or an expression of pandas in a text may use."""
    if not any(part.asks for part in parts):
        return set()
    words = {word for part in parts for word in part.words}
    texts = [space.get(n) for part in parts for n in part.loads]
    words |= {word for text in texts if type(text) is str for word in words_of(text)}
    plain = {w for w in words if not w.startswith("@") and package_of(type(space.get(w)))[0] in _QUERIED}
    return (plain | {w[1:] for w in words if w.startswith("@")}) - set(names.bound)
