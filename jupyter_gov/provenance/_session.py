"""What a session's cell executions amount to: which still hold, and what stands behind each."""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate

from ..records import Cell, Notebook
from ..records._cell import RANDOM
from ._replay import Replay, name_of, unknown
from ._tokens import Tokens
from ._unsaved import as_it_stands


@dataclass(frozen=True, slots=True, kw_only=True)
class CellState:
    """How one execution stands to the notebook and to what was executed after it.

    Attributes
    ----------
    rerun : bool
        A later execution of the same cell took its place.
    edited : bool
        The notebook's source of the cell is not the one that was executed.
    deleted : bool
        The notebook does not have the cell any more.
    out_of_order : bool
        It read something that, in the notebook's order, another cell would have made.
    stale : bool
        Something that it read, directly or through others, has since been changed by other code, edited or deleted.
    reasons : tuple of str
        Why, in plain words.
    """

    rerun: bool = False
    edited: bool = False
    deleted: bool = False
    out_of_order: bool = False
    stale: bool = False
    reasons: tuple[str, ...] = ()


def examine(cells: Sequence[Cell], notebook: Notebook | None, *, digest_of: Callable[[str], str]) -> Session:
    """Look at the executions of a session beside the notebook that they come from.

    Parameters
    ----------
    cells : sequence of Cell
        All executions under tracking.
    notebook : Notebook or None
        The notebook as it stands; None where it is not known. Where no execution has a cell id, as without a front
        end, the order of execution is the notebook's.
    digest_of : callable
        Gives a source the digest that `notebook` has for it.

    Returns
    -------
    Session

    Notes
    -----
    Two executions count as the same if their sources are the same and everything they read comes from executions that
    are the same; random numbers come from generators, which are variables too, and time and files are not looked at.
    What a cell reads and changes, by name, is taken to depend on its source alone.
    """
    return Session(cells, notebook, digest_of)


class Session:
    """The executions of one run; see `examine`."""

    def __init__(self, cells: Sequence[Cell], notebook: Notebook | None, digest_of: Callable[[str], str]) -> None:
        self._cells = sorted(cells, key=lambda c: c.order)
        self._by_id = {c.id: c for c in self._cells}
        self._digests = {c.id: digest_of(c.source) for c in self._cells}
        self._tokens = Tokens(self._cells, self._digests)
        self._in_order = all(c.cell_id is None for c in self._cells)
        self._notebook = None
        if notebook is not None and not self._in_order:
            self._notebook = as_it_stands(notebook, self._cells, digest_of)
        self._standing = {n.cell_id: n.digest for n in self._notebook.cells} if self._notebook else {}
        self._nothing = digest_of("")
        self._places = self._find_places()
        self._last = {self._key(c): c for c in self._cells}

    @cached_property
    def states(self) -> Mapping[str, CellState]:
        """The state of every execution, by its id."""
        made: dict[str, CellState] = {}
        for cell in self._cells:
            made[cell.id] = self._state(cell, made)
        return made

    def slice(self, cell: str) -> tuple[str, ...]:
        """Return the ids of the executions that `cell` rests on, itself included, in the order they ran.

        Parameters
        ----------
        cell : str
            The id of an execution; one that is not recorded has an empty slice.
        """
        if cell not in self._by_id:
            return ()
        found, open_ = {cell}, [cell]
        while open_:
            here = self._by_id[open_.pop()]
            new = {w.id for w in map(self._writer(here), here.reads) if w is not None} - found
            found |= new
            open_ += new
        return tuple(sorted(found, key=lambda i: self._by_id[i].order))

    def top_to_bottom(self, cell: str) -> bool | None:
        """Say whether running the notebook as it stands, from top to bottom, would execute `cell` the same way.

        Returns
        -------
        bool or None
            True if the same sources would run and each would read what the same sources made; None where that cannot
            be told. `why` says why not, or why it cannot.
        """
        return self._verdict(cell)[0]

    def why(self, cell: str) -> str:
        """Return the reason for an answer of `top_to_bottom` other than True; empty for True."""
        return self._verdict(cell)[1]

    # ------------------------------------------------------------------------------------------------------------------

    def _verdict(self, key: str) -> tuple[bool | None, str]:
        behind = [self._by_id[i] for i in self.slice(key)]
        if not behind:
            return None, "The cell's execution is not recorded."
        if not self._in_order and self._notebook is None:
            return None, "The order of the notebook's cells is not known: it has not been saved, or cannot be found."
        standing = set(self._standing.values())
        for cell in behind:
            if not self._in_order and self._digests[cell.id] not in standing:
                return False, f"The source of {name_of(cell)} does not stand in the notebook as it was executed."
        for cell in behind:
            for variable in cell.reads:
                if self._writer(cell)(variable) is None:
                    return None, unknown(cell, variable)
        return self._replay.verdict(behind)

    @cached_property
    def _replay(self) -> Replay:
        by_digest: dict[str, list[Cell]] = defaultdict(list)
        for cell in self._cells:
            by_digest[self._digests[cell.id]].append(cell)
        if self._notebook is None:
            # Whatever raised, the execution did go on.
            return Replay([[c] for c in self._cells], self._tokens, errors_stop=False)
        steps = [by_digest[n.digest] for n in self._notebook.cells if n.digest != self._nothing]
        return Replay(steps, self._tokens, errors_stop=True)

    def _find_places(self) -> Mapping[str, int]:
        """Return the place of each cell: the notebook's, else by when it was executed first."""
        if self._notebook is not None:
            return {n.cell_id: i for i, n in enumerate(self._notebook.cells)}
        return {key: i for i, key in enumerate(dict.fromkeys(map(self._key, self._cells)))}

    def _key(self, cell: Cell) -> str:
        """Return what stands for the notebook's cell: its id, else the execution's own."""
        return cell.cell_id or cell.id

    def _place(self, cell: Cell) -> int | None:
        return self._places.get(self._key(cell))

    def _writer(self, cell: Cell) -> Callable[[str], Cell | None]:
        """Return a function from a variable that `cell` read to the execution before it that had made it."""

        def writer(variable: str) -> Cell | None:
            found = self._by_id.get(cell.reads[variable] or "")
            return found if found is not None and found.order < cell.order else None

        return writer

    @cached_property
    def _changes(self) -> Mapping[str, tuple[list[int], list[Cell]]]:
        """For each variable the places of the cells that changed it, and the last change at or above each place.

        A cell that the notebook does not have any more stands above all others.
        """
        last: dict[str, dict[str, Cell]] = defaultdict(dict)
        for cell in self._cells:
            for variable in cell.writes:
                last[variable][self._key(cell)] = cell
        found: dict[str, tuple[list[int], list[Cell]]] = {}
        for variable, cells in last.items():
            placed = sorted((self._places.get(key, -1), cell.order, cell) for key, cell in cells.items())
            latest = accumulate([c for _, _, c in placed], _later)
            found[variable] = ([place for place, _, _ in placed], list(latest))
        return found

    @cached_property
    def _makers(self) -> Mapping[str, list[tuple[int, Cell]]]:
        """The cells that change each variable as the notebook stands, by place, each as it was executed last."""
        standing = {self._key(c): c for c in self._cells if self._standing.get(c.cell_id or "") == self._digests[c.id]}
        found: dict[str, list[tuple[int, Cell]]] = defaultdict(list)
        for key, cell in (self._last | standing).items():
            for variable in cell.writes:
                if key in self._places:
                    found[variable].append((self._places[key], cell))
        return {variable: sorted(cells, key=lambda c: c[0]) for variable, cells in found.items()}

    def _state(self, cell: Cell, earlier: Mapping[str, CellState]) -> CellState:
        last = self._last[self._key(cell)]
        deleted = self._notebook is not None and cell.cell_id is not None and cell.cell_id not in self._standing
        edited = cell.cell_id in self._standing and self._standing[cell.cell_id] != self._digests[cell.id]
        own = {
            f"The same cell ran again as {name_of(last)}.": last is not cell,
            "The cell has been edited since it ran.": edited,
            "The cell is no longer in the notebook.": deleted,
        }
        order = self._disorder(cell) if self._notebook is not None else []
        overtaken = [r for v in cell.reads for r in self._overtaken(cell, v, earlier)]
        return CellState(
            rerun=last is not cell,
            edited=edited,
            deleted=deleted,
            out_of_order=bool(order),
            stale=bool(overtaken),
            reasons=(*(reason for reason, holds in own.items() if holds), *order, *overtaken),
        )

    def _disorder(self, cell: Cell) -> list[str]:
        """Return in which way what `cell` read is not what the cells above it make."""
        place, found = self._place(cell), []
        for variable in cell.reads:
            writer = self._writer(cell)(variable)
            at = None if writer is None else self._place(writer)
            if writer is None or place is None or at is None:
                continue
            makers = self._makers.get(variable, [])
            above = bisect_left(makers, place, key=lambda m: m[0])
            if at == place:
                found.append(f"It read `{variable}` as {name_of(writer)}, an earlier run of this cell, had left it.")
            elif at > place:
                found.append(f"`{variable}` came from {name_of(writer)}, which stands below it in the notebook.")
            elif above and makers[above - 1][0] > at:
                between = name_of(makers[above - 1][1])
                found.append(
                    f"`{variable}` came from {name_of(writer)}, though {between} stands between the two and changes it."
                )
        return found

    def _overtaken(self, cell: Cell, variable: str, earlier: Mapping[str, CellState]) -> list[str]:
        """Return why what `cell` read as `variable` is not what it would read now; empty where it would."""
        found, writer = [], self._writer(cell)(variable)
        if writer is not None:
            state = earlier[writer.id]
            again = self._last[self._key(writer)]
            which = f"{name_of(writer)}, which made `{variable}`,"
            if state.deleted:
                found.append(f"{which} is no longer in the notebook.")
            elif state.edited and not self._makes_the_same(variable, writer, again):
                found.append(f"{which} has been edited since.")
            elif (
                self._notebook is None
                and self._digests[again.id] != self._digests[writer.id]
                and self._tokens.value(variable, again.id) != self._tokens.value(variable, writer.id)
            ):
                found.append(f"{which} ran again with another source as {name_of(again)}.")
            elif state.stale:
                found.append(f"{which} is stale itself.")
        # Who draws on takes nothing away from what has been drawn.
        change = self._change(cell, variable) if variable not in RANDOM.values() else None
        made = self._tokens.value(variable, None if writer is None else writer.id)
        if change is not None and self._tokens.value(variable, change.id) != made:
            found.append(f"`{variable}` was changed by {name_of(change)} after this ran.")
        return [reason[0].upper() + reason[1:] for reason in found]

    def _makes_the_same(self, variable: str, writer: Cell, again: Cell) -> bool:
        """Say whether a cell that was edited has been run as it stands, and makes of a variable what it made."""
        stands = self._standing.get(again.cell_id or "") == self._digests[again.id]
        return stands and self._tokens.value(variable, again.id) == self._tokens.value(variable, writer.id)

    def _change(self, cell: Cell, variable: str) -> Cell | None:
        """Return the last execution after `cell` of a cell above it that changed a variable.

        What is changed further down is how a notebook goes on.
        """
        places, latest = self._changes.get(variable, ([], []))
        place = self._place(cell)
        above = 0 if place is None else bisect_left(places, place)
        return latest[above - 1] if above and latest[above - 1].order > cell.order else None


def _later(one: Cell, other: Cell) -> Cell:
    return one if one.order > other.order else other
