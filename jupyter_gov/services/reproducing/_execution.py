"""Executing the planned cells again in a work tree of their own, into a store of their own."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from jupyter_gov.display.words import lower_first
from jupyter_gov.execution import Progress, Replayed, Step, replay
from jupyter_gov.provenance import compare_runs
from jupyter_gov.records import Cause, Cell, Compared, Environment, GeneratorState, Record, Run, unpack
from jupyter_gov.records._cell import RANDOM

from ..session import entry_of
from ._original import Original
from ._secrets import knowing, without_secrets
from ._tree import WorkTree

_LONGEST = 500
"""Characters of an error."""
_RESTORE = "__import__('jupyter_gov.capture.cells._restoring', fromlist=['restore']).restore({!r})"
_SLICED = ("NameError", "ModuleNotFoundError", "ImportError", "FileNotFoundError", "AttributeError", "UsageError")
"""What a cell may raise because another that it rests on was not executed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Again:
    """What came of executing the cells.

    Attributes
    ----------
    records : tuple of Record
        What was captured.
    pairs : mapping
        The id of each execution by that of the run's; an empty text for one that was not reached.
    items : tuple of Compared
    stop : Cause or None
        Why it did not come to its end.
    sliced : bool
        Whether that it did not, or all in which it differs, may be because other cells were left out.
    """

    records: tuple[Record, ...]
    pairs: Mapping[str, str]
    items: tuple[Compared, ...]
    stop: Cause | None = None
    sliced: bool = False

    def unseen(self, tree: WorkTree) -> Path | None:
        """Return the file for want of which it ended, where that is there and nobody saw it being read."""
        found = re.search(r" raised FileNotFoundError: .*'([^'\n]+)'\.$", self.stop.message) if self.stop else None
        if found is None:
            return None
        path = tree.told(found[1])
        if path.is_relative_to(tree.root):
            path = Path(path.anchor, path.relative_to(tree.root))
        own = path.is_relative_to(tree.here) or path.is_relative_to(tree.top)
        return path if own and path.is_file() and not tree.at(path).exists() else None

    @property
    def environment(self) -> Environment | None:
        """Where they were executed."""
        return next((r for r in reversed(self.records) if isinstance(r, Environment)), None)


def execute(
    original: Original,
    cells: Sequence[Cell],
    sources: Mapping[str, str],
    *,
    place: Path,
    folder: Path,
    restore: bool,
    tolerance: float,
    python: Path | None,
    variables: Mapping[str, str],
    secrets: Collection[str],
    timeout: float | None,
    left: float | None,
    progress: Progress | None,
    stopped: Callable[[], bool] | None,
) -> Again:
    """Execute cells of a run in a fresh kernel, and compare what they make.

    Parameters
    ----------
    original : Original
    cells : sequence of Cell
        The run's executions, in their order.
    sources : mapping
        The code of each, by its id.
    place : Path
        A folder for the store.
    folder : Path
        Where the kernel works.
    restore : bool
        Whether states of random generators are put back before each cell.
    tolerance, timeout, progress, stopped
        As in `reproduce`.
    python, variables
        As in `replay`.
    secrets : collection of str
        What stands in no record, and in no text that is told.
    left : float, optional
        How much of the time is left.

    Raises
    ------
    ExecutionError
        If it was stopped.
    """
    from jupyter_gov.store import open_store

    states = {r.digest: r for r in original.records if isinstance(r, GeneratorState)} if restore else {}
    steps = [
        Step(
            id=c.id,
            source=sources[c.id],
            before=_restoring([states[d] for d in c.generators.values() if d in states]),
            may_raise=c.status == "error",
        )
        for c in cells
    ]
    if steps:
        steps[0] = replace(steps[0], before=knowing(secrets) + steps[0].before)
    run = Run(name=original.run.name, experiment=original.run.experiment, notebook=original.run.notebook)
    place.mkdir(parents=True, exist_ok=True)
    with open_store(f"sqlite:///{place / 'gov.db'}") as store:
        store.append([entry_of(run, "run.started", run.id)])
        done = replay(
            steps, folder=folder, run=run.id, store=store.url, log=place / "kernel.log", python=python,
            variables=variables, timeout=left, progress=progress, stopped=stopped,
        )  # fmt: skip
        records = tuple(store.records(run.id))

        def kept_again(record: str, role: str) -> Mapping[str, object] | None:
            found = store.artifact(record, role, run=run.id)
            content = store.content(found.digest) if found is not None else None
            return None if content is None else unpack(content)

        made = {c.cell_id: c.id for c in records if isinstance(c, Cell)}
        reached = {c.id for c in cells[: done.done]}
        pairs = {c.id: made.get(c.id, "") if c.id in reached else "" for c in cells}
        items = compare_runs(
            original.records, records, pairs=pairs, tolerance=tolerance, kept=original.kept, kept_again=kept_again
        )
    done = replace(done, error=without_secrets(done.error, secrets)[:_LONGEST])
    stop, sliced = _why(done, cells, timeout)
    if stop is None:
        # What is seen of data depends on what was seen of the same before.
        differing = [i for i in items if i.verdict == "different"]
        sliced = bool(differing) and not any(i.again for i in differing)
    return Again(records=records, pairs=pairs, items=items, stop=stop, sliced=sliced)


def _restoring(states: Sequence[GeneratorState]) -> str:
    """Return code that puts states of generators back; empty where there are none."""
    told = {s.library: s.state for s in states}
    return _RESTORE.format(json.dumps(told)) if told else ""


def cell_name(cell: Cell) -> str:
    """Return what a person calls a cell."""
    return f"cell [{cell.order if cell.execution_count is None else cell.execution_count}]"


def _why(done: Replayed, cells: Sequence[Cell], timeout: float | None) -> tuple[Cause | None, bool]:
    """Return why an execution did not come to its end, and whether that may be for want of other cells."""
    if done.ended == "end":
        return None, False
    cell = cells[done.done]
    name = cell_name(cell).capitalize()
    where = (cell.id,)
    if done.ended == "timeout":
        message = f"{name} had not come to its end after {timeout:g} seconds in all."
        return Cause(what="timeout", message=message, remedy="Allow more with --timeout.", cells=where), False
    if done.ended == "died":
        said = f" It said last: {done.error}" if done.error else ""
        message = f"The kernel died in {lower_first(name)}.{said}"
        return Cause(what="raised", message=message, remedy="Look at how much memory it needs.", cells=where), False
    kind = done.error.partition(":")[0]
    if kind == "StdinNotImplementedError":
        message = f"{name} asks a person for something."
        remedy = "Put what is answered into the code, or into an environment variable that the code reads."
        return Cause(what="person", message=message, remedy=remedy, cells=where), False
    found = re.match(r"NameError: name '(\w+)'", done.error)
    if found and found[1] in cell.reads and cell.reads[found[1]] is None and found[1] not in RANDOM:
        message = f"{name} uses {found[1]!r}, which was made before tracking began."
        remedy = "Put %gov_track into the first cell, restart the kernel and run all cells."
        return Cause(what="not_recorded", message=message, remedy=remedy, cells=where), False
    message = f"{name} raised {done.error}" if done.error.endswith(".") else f"{name} raised {done.error}."
    remedy = "Look at what the cell needs besides code and data."
    return Cause(what="raised", message=message, remedy=remedy, cells=where), kind in _SLICED
