"""Each execution of each cell: source, order, error, what it used of the machine and of the notebook's variables."""

from __future__ import annotations

import contextlib
import re
import sys
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import FrameType
from typing import Any, TypeVar

from blake3 import blake3

from jupyter_gov.records import Cell, new_id, utc_now
from jupyter_gov.records._builtins import keep_builtins
from jupyter_gov.records._cell import UNTOLD
from jupyter_gov.services.session import Session

from .._active import active, guarded, stack
from ._outputs import OutputWatch
from ._randomness import Mark, Randomness
from ._resources import Resources, Usage
from ._variables import Began, Variables
from ._walk import names_in

keep_builtins(globals())

T = TypeVar("T")

_MAX_ERROR = 1000

_SEED = re.compile("seed|set_?state", re.IGNORECASE)

_SHELL = "IPython.core.interactiveshell"

_OURS = re.compile(r"\s*((%load_ext jupyter_gov|%gov_\w+[^\n]*)\s*)*")
"""What the panel's switch executes."""


@dataclass
class _Running:
    """The cell that is being executed."""

    order: int
    message: str | None
    usage: Usage
    info: Any = None
    id: str = field(default_factory=new_id)
    started: str = field(default_factory=utc_now)
    variables: Began | None = None
    generators: Mapping[str, str] = field(default_factory=dict)
    mark: Mark | None = None
    nested: list[Any] = field(default_factory=list)
    depth: int = 1
    """How many executions, one within the other, were under way when it was first seen."""


class CellWatch:
    """Records cells through IPython's own events.

    A cell may run another (``get_ipython().run_cell``), which is a part of it, and ipykernel's subshells run cells in
    several threads. What a front end executes for itself, without a place in the history, is no cell: so does our
    panel's switch.

    Parameters
    ----------
    shell : InteractiveShell
        The running shell.
    session : Session
        Where records go.
    randomness : Randomness
        Knows the states of the random generators.
    resources : Resources
        Measures time and memory.
    fit_of : callable
        Returns the id of the fit that made an object what it is, or None.
    """

    def __init__(
        self,
        shell: Any,
        session: Session,
        *,
        randomness: Randomness,
        resources: Resources,
        fit_of: Callable[[Any], str | None],
    ) -> None:
        self._shell = shell
        self._session = session
        self._randomness = randomness
        self._resources = resources
        self._variables = Variables(shell, fit_of)
        self._outputs = OutputWatch(shell)
        self._running: dict[int, _Running] = {}
        self._count = 0
        self.earlier = 0
        """How many cells ran in this kernel before the one in which tracking began."""

    @property
    def current(self) -> str | None:
        """Id of the record of the cell that is running: this thread's own, else the one that began last."""
        running = self._running.get(threading.get_ident())
        if running is None:
            running = next(reversed(list(self._running.values())), None)
        return running.id if running is not None else None

    @property
    def names(self) -> list[str] | None:
        """Names that the cell which is running in this thread may have bound; None where it may have bound any."""
        running = self._running.get(threading.get_ident())
        began = running.variables if running is not None else None
        # The value of its last expression has no other name.
        return None if began is None or began.everything else [*began.ids, "_"]

    def start(self) -> None:
        """Begin watching; the cell that is running now, if any, counts too."""
        self._outputs.start()
        self._shell.events.register("pre_run_cell", self._before)
        self._shell.events.register("post_run_cell", self._after)
        self._part("the random generators' states", self._randomness.start, self._has_seeded())
        entered = len(self._shell.history_manager.input_hist_raw) - 1
        if depth := _depth():
            self._begin(None)
            self._running[threading.get_ident()].depth = depth
            entered -= 1
        self.earlier = max(0, entered)
        if not self._outputs.available:
            self._session.gap(
                "digests of cell outputs",
                "Outside a Jupyter kernel outputs go straight to the terminal.",
                remedy="Run the code in JupyterLab, Notebook or `jupyter gov run`.",
            )

    def stop(self) -> None:
        """Stop watching; the cell that is running is recorded as far as it has come."""
        for event, callback in (("pre_run_cell", self._before), ("post_run_cell", self._after)):
            if callback in self._shell.events.callbacks[event]:
                self._shell.events.unregister(event, callback)
        self._outputs.stop()
        running = self._running.pop(threading.get_ident(), None)
        if running is not None:
            self._session.record(self._cell(running, None), "cell.executed")

    def _before(self, info: Any) -> None:
        tracker = active()
        if tracker is not None:
            guarded(tracker, "the beginning of a cell", self._notice, info)

    def _notice(self, info: Any) -> None:
        running = self._running.get(threading.get_ident())
        if running is not None and running.message == self._outputs.message():
            # The same request of the front end: a cell that a cell runs.
            running.nested.append(info)
            if running.variables is not None:
                self._variables.nested(running.variables, self._code(info))
        elif info.store_history:
            self._begin(info)
        elif not _OURS.fullmatch(info.raw_cell or ""):
            self._session.gap(
                "code that was executed outside of the notebook's history",
                "A front end or an extension executed it for itself: it has no place among the cells.",
                remedy="Run in a cell what belongs to the notebook.",
            )

    def _after(self, result: Any) -> None:
        tracker = active()
        # None in a forked child, which must not touch the parent's locks.
        if tracker is not None:
            guarded(tracker, "a cell", self._end, result)

    def _begin(self, info: Any) -> None:
        thread = threading.get_ident()
        message = self._outputs.message()
        running = self._running.get(thread)
        if running is not None:
            # A cell whose end was never announced.
            self._session.record(self._cell(running, None), "cell.executed")
        self._count += 1
        # An interrupt may have left behind a call that is over.
        stack.calls.clear()
        self._outputs.open(message)
        # Taken out first, so that the one that began last is last.
        self._running.pop(thread, None)
        running = _Running(order=self._count, message=message, usage=self._resources.begin(), info=info)
        self._running[thread] = running
        running.variables = self._part("the variables that a cell uses", self._variables.begin, self._code(info))
        for magic in running.variables.unknown if running.variables is not None else ():
            self._session.gap(
                f"what the magic %{magic} does with variables",
                "It may use any: the names that it bound are found, those that it used are not.",
                remedy="Do it in Python where it matters which cells stand behind a result.",
                cell=running.id,
            )
        if running.variables is not None and UNTOLD in running.variables.reads:
            self._session.gap(
                "which variables a cell uses",
                "It uses them by names that do not stand in it: results behind it cannot be said to come out again.",
                remedy="Name the variables in the code, without eval, exec, globals(), locals(), vars(), Out or %run.",
                cell=running.id,
            )
        seeds = running.variables is not None and running.variables.seeds
        self._part("the random generators' states", self._mark, running, seeds)
        # What has been done so far is none of the cell's.
        self._resources.end(running.usage)
        running.usage = self._resources.begin()

    def _end(self, result: Any) -> None:
        thread = threading.get_ident()
        running = self._running.get(thread)
        if running is None:
            return
        info = getattr(result, "info", None)
        if any(info is n for n in running.nested):
            running.nested = [n for n in running.nested if n is not info]
            return
        if running.info is None and running.depth > 1:
            # Tracking began in a cell that a cell runs; the outer one goes on.
            running.depth -= 1
            return
        if info is not None and not info.store_history:
            return
        cell = self._cell(running, result)
        del self._running[thread]
        self._session.record_later(
            lambda: cell.replace(outputs_digest=self._outputs.close(running.message)), "cell.executed"
        )

    def _cell(self, running: _Running, result: Any) -> Cell:
        """Return the record of a cell; `result` is None for one that was cancelled or has not come to its end."""
        seconds, cpu_seconds, peak = self._resources.end(running.usage)
        info = running.info or getattr(result, "info", None)
        source = self._source(info)
        error = None if result is None else result.error_before_exec or result.error_in_exec
        variables = running.variables
        writes = None
        if variables is not None:
            ended = result is not None and error is None
            drawn = None
            if running.mark is not None:
                drawn = self._part("what a cell drew at random", self._randomness.changed, running.mark)
            writes = self._part("what a cell changed", self._variables.end, variables, running.id, ended, drawn or {})
        self._part("what a cell drew at random", self._drawn, running, source)
        return Cell(
            id=running.id,
            order=running.order,
            execution_count=self._number(result),
            source=source,
            cell_id=getattr(info, "cell_id", None),
            status="error" if error is not None else "ok",
            error="" if error is None else (self._outputs.error(running.message) or _error_text(error))[:_MAX_ERROR],
            started=running.started,
            seconds=seconds,
            cpu_seconds=cpu_seconds,
            peak_memory_bytes=peak,
            reads=variables.reads if variables is not None else {},
            writes=writes or (),
            generators=running.generators,
        )

    def _number(self, result: Any) -> int:
        """Return what the notebook shows beside the cell."""
        # The shell's own counter is one ahead in some versions: they count on before a cell, others after it.
        told = getattr(result, "execution_count", None)
        return len(self._shell.history_manager.input_hist_raw) - 1 if told is None else int(told)

    def _mark(self, running: _Running, seeds: bool) -> None:
        running.mark = self._randomness.mark()
        running.generators = self._randomness.before_cell(running.mark, seeds=seeds)

    def _drawn(self, running: _Running, source: str) -> None:
        """See whether the cell drew random numbers that nothing has seeded."""
        began = running.variables
        if running.mark is None or began is None:
            return
        also = [
            f"The cell makes a generator by {name}() without a seed: it may give other results each time. Pass a seed."
            for name in began.unseeded
        ]
        about = blake3(source.encode("utf-8", "replace")).hexdigest()
        seeds = self._variables.seeds(began)
        self._randomness.after_cell(running.mark, running.id, seeds=seeds, about=about, also=also)

    def _has_seeded(self) -> bool:
        """Say whether one of the cells before tracking began calls something that seeds."""
        earlier = list(self._shell.history_manager.input_hist_parsed)
        return any(_SEED.search(code) and names_in(code).seeds for code in earlier)

    def _source(self, info: Any) -> str:
        source = getattr(info, "raw_cell", None)
        if isinstance(source, str):
            return source
        # `%gov_track` in a cell that had begun before; its own text is what was entered last.
        return next(iter(self._shell.history_manager.input_hist_raw[-1:]), "")

    def _code(self, info: Any) -> str:
        """Return a cell's source as IPython's transformers leave it."""
        code = getattr(info, "transformed_cell", None)
        return code if isinstance(code, str) else self._shell.transform_cell(self._source(info))

    def _part(self, what: str, work: Callable[..., T], *args: Any) -> T | None:
        """Work out a part of a record; without it the others still count."""
        tracker = active()
        if tracker is not None:
            return guarded(tracker, what, work, *args)
        # Tracking is being turned off in the middle of a cell.
        with contextlib.suppress(Exception):
            return work(*args)
        return None


def _depth() -> int:
    """Return how many executions this is called within; 0 while a kernel starts, or by a front end for itself."""
    frame: FrameType | None = sys._getframe(1)
    depth, is_cell = 0, False
    while frame is not None:
        if frame.f_code.co_name == "run_cell_async" and frame.f_globals.get("__name__") == _SHELL:
            # The outermost counts: a cell may run another one that is not to be kept.
            depth, is_cell = depth + 1, bool(frame.f_locals.get("store_history"))
        frame = frame.f_back
    return depth if is_cell else 0


def _error_text(error: BaseException) -> str:
    """Return ``Type: message``; an exception that cannot say its message is named by its type."""
    try:
        return f"{type(error).__name__}: {error}"
    except Exception:
        return type(error).__name__
