"""Which variables each cell used, and which it bound, changed in place or deleted."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from ._changes import Look, Seen
from ._follow import follow, seeds_elsewhere
from ._names import Names
from ._walk import names_in

_LONGEST = 200_000
"""Characters of a cell; a longer one is not analysed."""

_HIDDEN = re.compile(r"_{1,3}|_i{1,3}|_i?\d+|_[ido]h|_exit_code|__\w+__")
"""What IPython keeps of former cells, and what belongs to the module."""

_KEEPS = frozenset({"capture", "prun", "time", "timeit"})
"""Magics that run their text in the notebook."""

_BINDS = frozenset({"autoreload", "cd", "pylab", "reset", "reset_selective", "run", "store", "xdel"})
"""Magics that bind or delete names, or run files that do: found by comparing."""

_HARMLESS = frozenset({
    "!", "alias_magic", "bash", "colors", "conda", "config", "env", "history", "html", "javascript", "js", "latex",
    "load_ext", "ls", "magic", "markdown", "matplotlib", "page", "pdef", "pdoc", "pfile", "pinfo", "pinfo2", "pip",
    "precision", "psource", "pwd", "pycat", "quickref", "reload_ext", "script", "set_env", "sh", "svg", "sx", "system",
    "unload_ext", "uv", "who", "who_ls", "whos", "writefile", "xmode",
})  # fmt: skip
"""Magics that bind no names other than those that stand in the code."""

_IN_TEXT = re.compile(r"[{$]\s*([A-Za-z_]\w*)")
"""A variable in the text behind a magic or a shell command."""

_WORD = re.compile(r"[A-Za-z_]\w*")
"""Anything that may be a variable: our own magics are told them by name."""

_OPTIONS = re.compile(r"\s*(-\w+\s*\d*\s+)*")


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
        self._writers: dict[str, str | None] = {}
        # All of the notebook's names, so that none of what IPython adds with every cell has to be gone through.
        self._writers = {n: None for n in list(shell.user_ns) if type(n) is str and self._is_variable(n, shell.user_ns)}
        self._analyse = lru_cache(maxsize=64)(self._parsed)

    def begin(self, source: str) -> Began:
        """Look at the variables before a cell runs.

        Parameters
        ----------
        source : str
            The cell, as IPython's transformers leave it.
        """
        space = self._shell.user_ns
        names, unknown = self._analyse(source)
        # A function that the cell itself defines does what its body does, if the cell uses it.
        defined = [body for name, body in names.functions.items() if name in names.loads]
        followed = [*defined, *follow([*names.loads, *(n for body in defined for n in body.loads)], space)]
        parts = [names, *followed]
        # What the cell has certainly bound is its own by the time that a function uses it.
        loads = names.reads | {n for body in followed for n in body.loads if n not in names.bound}
        everything = any(part.dynamic for part in parts)
        bound = space if everything else {n for part in parts for n in (*part.binds, *part.deletes)}
        reads = {n: self._writers.get(n) for n in sorted(loads) if self._is_variable(n, space)}
        return Began(
            parts=parts,
            reads=reads,
            ids={n: id(space[n]) if n in space else None for n in list(bound) if type(n) is str},
            seen=self._look(reads, space) if any(part.changes for part in parts) else {},
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
        began.reads |= {n: self._writers.get(n) for n in names.reads - set(began.reads) if self._is_variable(n, space)}

    def seeds(self, began: Began) -> bool:
        """Say whether the cell calls something that seeds a random generator, now that it has run."""
        return began.seeds or seeds_elsewhere(began.parts[0], self._shell.user_ns)

    def end(self, began: Began, cell: str, complete: bool) -> tuple[str, ...]:
        """Return the names that a cell bound, whose objects it changed, or that it deleted.

        Parameters
        ----------
        began : Began
            From `begin`.
        cell : str
            Id of this execution.
        complete : bool
            Whether the cell came to its end.
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
        changed = self._changed(began, space)
        if changed:
            memory = {_memory(space[n]) for n in changed}
            names = [*self._writers, *written]
            written |= {n for n in names if n in space and _memory(space[n]) in memory}
        written = {n for n in written if not _HIDDEN.fullmatch(n)}
        for name in written:
            if name in space:
                self._writers[name] = cell
            else:
                self._writers.pop(name, None)
        if len(self._writers) > 2 * len(space):
            self._writers = {n: w for n, w in self._writers.items() if n in space}
        return tuple(sorted(written))

    def _parsed(self, source: str) -> tuple[Names, tuple[str, ...]]:
        """Return what a cell does, the text of its magics included, and the magics that are not known."""
        names = names_in(source) if len(source) <= _LONGEST else Names(dynamic=True)
        unknown = []
        for magic, line, body in names.magics:
            found = (_WORD if magic.startswith("gov_") else _IN_TEXT).findall(line)
            names.reads.update(found)
            names.loads |= dict.fromkeys(found, 0)
            if magic in _KEEPS:
                code = line[_OPTIONS.match(line).end() :] if body is None else body  # type: ignore[union-attr]
                _absorb(names, self._parsed(self._shell.transform_cell(code))[0], binds=magic != "timeit")
            elif magic not in _HARMLESS and not magic.startswith("gov_"):
                names.dynamic = names.changes = True
                unknown += [] if magic in _BINDS else [magic]
        return names, tuple(unknown)

    def _is_variable(self, name: str, space: Mapping[str, Any]) -> bool:
        """Say whether a name is a variable of the notebook's, and none that IPython has put there."""
        if name not in space or _HIDDEN.fullmatch(name):
            return False
        hidden = self._shell.user_ns_hidden
        return name in self._writers or name not in hidden or hidden[name] is not space[name]

    def _look(self, names: Iterable[str], space: Mapping[str, Any]) -> dict[int, tuple[list[str], Seen]]:
        look = Look(self._fit_of)
        found: dict[int, tuple[list[str], Seen]] = {}
        for name in names:
            value = space[name]
            if id(value) in found:
                found[id(value)][0].append(name)
            elif (seen := look.at(value)) is not None:
                found[id(value)] = [name], seen
        return found

    def _changed(self, began: Began, space: Mapping[str, Any]) -> list[str]:
        """Return a name of each object that was changed in place."""
        look, changed = Look(self._fit_of), []
        for key, (names, before) in began.seen.items():
            name = next((n for n in names if n in space and id(space[n]) == key), None)
            after = None if name is None else look.at(space[name])
            if name is None or after is None:
                continue
            if before.parts != after.parts or (not before.complete and _may_change(names, before, began.parts)):
                changed.append(name)
        return changed


def _may_change(names: list[str], before: Seen, parts: list[Names]) -> bool:
    """Say whether the code does to one of these names what usually changes an object that could not be looked at."""
    for part in parts:
        for name in names:
            if name in part.targets or (name in part.receivers and (part.receivers[name] or not before.known)):
                return True
    return False


def _absorb(names: Names, inner: Names, *, binds: bool) -> None:
    """Add what the text behind a magic does to what its cell does."""
    names.reads |= {n for n in inner.reads if n not in names.bound}
    names.loads |= inner.loads
    names.targets |= inner.targets
    names.receivers |= inner.receivers
    names.functions |= inner.functions
    names.calls |= inner.calls
    names.deletes |= inner.deletes
    names.unseeded += inner.unseeded
    names.changes |= inner.changes
    names.seeds |= inner.seeds
    names.dynamic |= inner.dynamic
    if binds:
        names.binds = dict(inner.binds) | names.binds
        names.bound |= inner.bound


def _memory(value: Any) -> int:
    """Return the `id` of the object whose memory this is: an array may be a view of another."""
    array = getattr(sys.modules.get("numpy"), "ndarray", None)
    while type(value) is array and value.base is not None:
        value = value.base
    return id(value)
