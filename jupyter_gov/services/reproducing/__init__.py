"""The reproduction of a run: executed again, compared, judged."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from jupyter_gov.execution import Progress
from jupyter_gov.records import TOLERANCE, Cell, Reproduction, Run

from .._stores import find_store
from ..runs import find_run, load_records
from ..session import current, write
from ._original import Original, from_store
from ._plan import Scope
from ._work import Env, Work

__all__ = ["Original", "Work", "reproduce", "reproduced_cells"]


def reproduce(
    run: str | Run | None = None,
    *,
    scope: Scope = "slice",
    env: Env = "current",
    inputs: Mapping[str, str] | None = None,
    secrets: Sequence[str] = (),
    restore: bool = False,
    tolerance: float = TOLERANCE,
    times: int = 1,
    timeout: float | None = None,
    store: str | None = None,
    progress: Progress | None = None,
    stopped: Callable[[], bool] | None = None,
) -> Reproduction:
    """Execute a run again in a fresh kernel and a temporary work tree, and say whether it came out again.

    Parameters
    ----------
    run : str or Run, optional
        A run's id, the beginning of one, or ``latest``; or the path of a bundle. By default the run that is tracked
        here, else the latest.
    scope : str
        ``slice``: the cells that stand behind a result; ``all``: every cell.
    env : str
        ``current``: in this environment, saying how it differs; ``rebuild``: in a fresh one, made from the versions
        that the run had.
    inputs : mapping, optional
        Where files are now, by the path that the run knew.
    secrets : sequence of str
        Names of secrets that the code needs, found in environment variables or in the keyring.
    restore : bool
        Whether the states of the global random generators are put back before each cell.
    tolerance : float
        Relative difference up to which numbers are equivalent.
    times : int
        How often it is executed.
    timeout : float, optional
        Seconds for all cells together.
    store : str, optional
        URL or path of the store.
    progress : callable, optional
        Told what is being done; what it raises ends the work.
    stopped : callable, optional
        Asked all the while whether the work is to end.

    Returns
    -------
    Reproduction
        Also recorded with the run, where the store has it.

    Raises
    ------
    NotFoundError, InputError
        If there is no such run, file or secret, or an argument is out of range.
    ConflictError
        In the kernel of a reproduction.
    ExecutionError
        If it was stopped, or an environment could not be made. Nothing is recorded then, and nothing left behind.
    """
    # A bundle knows what can be reproduced, and so imports this.
    from ..bundling import is_bundle, open_bundle

    asked: Any = {
        "scope": scope, "env": env, "inputs": inputs or {}, "secrets": secrets, "restore": restore,
        "tolerance": tolerance, "times": times, "timeout": timeout, "progress": progress, "stopped": stopped,
    }  # fmt: skip
    if isinstance(run, str) and (is_bundle(run) or _PATH.search(run)):
        with open_bundle(run) as original:
            made = Work(original=original, **asked).do()
        known = find_store(store)
        if known is not None and known.get(Run, original.run.id) is not None:
            write(original.run.id, (made, _MADE), store=store)
        return made
    wanted, store = _tracked(run, store)
    original = from_store(wanted, store)
    made = Work(original=original, **asked).do()
    write(original.run.id, (made, _MADE), store=store)
    return made


_PATH = re.compile(r"\.zip$|[/\\\\]")
"""What no id of a run has."""
_MADE = "reproduction.made"


def reproduced_cells(run: str | Run | None = None, store: str | None = None) -> list[Cell]:
    """Return the executions of the run that `reproduce` takes, by which a reproduction is told."""
    from ..bundling import is_bundle, open_bundle

    if isinstance(run, str) and (is_bundle(run) or _PATH.search(run)):
        with open_bundle(run) as original:
            return [r for r in original.records if isinstance(r, Cell)]
    wanted, store = _tracked(run, store)
    return [r for r in load_records(find_run(wanted, store).id, store) if isinstance(r, Cell)]


def _tracked(run: str | Run | None, store: str | None) -> tuple[str, str | None]:
    """Return which run is meant, and its store; what is tracked here is on disk then."""
    session = current()
    if session is not None:
        session.flush()
    if run is None and session is not None:
        return session.run.id, session.store.url
    return run.id if isinstance(run, Run) else run or "latest", store
