"""Going through a notebook from top to bottom with what its executions have shown each cell to read and change."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from typing import NamedTuple

from ..records import Cell
from ..records._cell import ENTROPY, RANDOM, UNTOLD
from ._tokens import Tokens

_BY_CHANCE = ("KeyboardInterrupt", "NameError")
"""Errors that do not show what a cell would do: what it would have read next is not known."""


class Held(NamedTuple):
    """What a variable holds: its value's identity, and the execution that shows how it was made."""

    token: Hashable
    maker: Cell | None


def name_of(cell: Cell) -> str:
    """Return what people call an execution: by the number that the notebook shows beside it."""
    return f"cell [{cell.number}]"


def unknown(cell: Cell, variable: str) -> str:
    """Return why nothing can be said of what a cell read, of which no execution is known that made it."""
    name = name_of(cell)
    if variable == ENTROPY or variable in RANDOM.values():
        return f"{name.capitalize()} draws random numbers that nothing has seeded."
    if variable == UNTOLD:
        return f"{name.capitalize()} uses variables by names that do not stand in it."
    if cell.reads[variable] == "":
        return f"It is not known what made `{variable}`, which {name} reads, what it was then."
    return f"`{variable}`, which {name} reads, was made before tracking began."


class Replay:
    """A run of the notebook from top to bottom, as far as it can be foretold.

    Parameters
    ----------
    steps : sequence of sequence of Cell
        For each of the notebook's cells in their order, all executions of its source.
    tokens : Tokens
    errors_stop : bool
        Whether a cell that raises ends the run.
    """

    def __init__(self, steps: Sequence[Sequence[Cell]], tokens: Tokens, *, errors_stop: bool) -> None:
        self._tokens = tokens
        self._errors_stop = errors_stop
        self._done: dict[int, str] = {}
        """Executions that happen again, by token, each with what makes that doubtful."""
        self._missed: dict[int, str] = {}
        """Why others do not."""
        self._doubt = self._stop = ""
        self._variables: dict[str, Held] = {}
        for place, known in enumerate(steps):
            telling = [c for c in known if not (errors_stop and c.error.startswith(_BY_CHANCE))]
            shown = [(c, self._stop or self._differs(c)) for c in telling]
            for cell, reason in shown:
                self._missed.setdefault(tokens[cell.id], reason)
            if not self._stop:
                self._step(place, shown)

    def verdict(self, behind: Sequence[Cell]) -> tuple[bool | None, str]:
        """Say whether the last of `behind` happens again, and why not; the others are what it rests on, in order."""
        for cell in behind:
            if self._tokens[cell.id] not in self._done:
                reason = self._missed.get(self._tokens[cell.id])
                return (False, reason) if reason else (None, f"{name_of(cell).capitalize()} did not come to its end.")
        doubt = self._done[self._tokens[behind[-1].id]]
        return (None, doubt) if doubt else (True, "")

    def _step(self, place: int, shown: Sequence[tuple[Cell, str]]) -> None:
        """Go through one cell, given executions of its source, each with how it would be different now."""
        if not shown:
            self._doubt = (
                self._doubt or f"The notebook's code cell {place + 1} has not been run to its end as it stands."
            )
            return
        same = [c for c, reason in shown if not reason]
        if same:
            # The same may also have failed, for a reason outside of the notebook.
            cell = min(same, key=lambda c: c.status == "error")
            token = self._tokens[cell.id]
            self._done.setdefault(token, self._doubt)
            self._variables |= {v: Held(self._tokens.value(v, cell.id), cell) for v in cell.writes}
            if cell.status == "error" and self._errors_stop:
                self._stop = f"A run from top to bottom would stop at {name_of(cell)}: {cell.error}"
            return
        if not self._doubt and all(any(self._lacks(c, v) for v in c.reads) for c, _ in shown):
            cell, reason = shown[-1]
            self._stop = f"A run from top to bottom would stop at {name_of(cell)}. {reason}"
        # It changes what it changed, to something that nobody has seen.
        self._variables |= {v: Held((v, "other", place), c) for c, _ in shown for v in c.writes}

    def _differs(self, cell: Cell) -> str:
        """Return which variable would not be what `cell` read; empty where all would."""
        for variable, writer in cell.reads.items():
            held = self._held(variable)
            if held.token == self._tokens.value(variable, writer):
                continue
            if held.maker is None and variable in RANDOM.values():
                return f"No cell above {name_of(cell)} seeds `{variable}`, from which it draws."
            if held.maker is None:
                return f"No cell above {name_of(cell)} makes `{variable}`, which it reads."
            other = held.token == self._tokens.value(variable, held.maker.id) and held.maker.id != writer
            return (
                f"{name_of(cell).capitalize()} would read `{variable}` from {name_of(held.maker)}."
                if other
                else f"{name_of(cell).capitalize()} would read `{variable}` as it has not been seen yet."
            )
        return ""

    def _lacks(self, cell: Cell, variable: str) -> bool:
        """Say whether `cell` would not find a variable that it needs."""
        return bool(cell.reads[variable]) and variable not in RANDOM.values() and self._held(variable).maker is None

    def _held(self, variable: str) -> Held:
        return self._variables.get(variable, Held((variable, "before"), None))
