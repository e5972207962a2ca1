"""The tracker: everything that watches one kernel for one run."""

from __future__ import annotations

import atexit
import contextlib
import os
import weakref
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import Any, Literal

from jupyter_gov.errors import GovError, NotTrackingError
from jupyter_gov.execution import RUN_VARIABLE
from jupyter_gov.records import Gap, Record, Run
from jupyter_gov.services import session as sessions
from jupyter_gov.services.workplace import (
    default_experiment,
    environment,
    moved_notebook,
    notebook_path,
    relative_notebook,
    source,
)

from . import _active
from ._cells import CellWatch
from ._data import DataRegistry
from ._fits import FittedModels
from ._hints import Hints
from ._instrument import Instruments
from ._predictions import Predictions

MAX_IN_A_CELL = 100
"""Values of one metric, or predictions, that one cell may record: a bootstrap is not a thousand findings."""


class Tracker:
    """Watches cells, data, fits and metrics, and records them; knows which record stands for an object.

    Parameters
    ----------
    session : Session
        Where records go.
    shell : InteractiveShell
        The running shell.
    """

    def __init__(self, session: sessions.Session, shell: Any) -> None:
        self.session = session
        self.shell = shell
        self.cells = CellWatch(shell, session)
        self.data = DataRegistry(session, lambda: shell.user_ns, self.cell)
        self.fits = FittedModels()
        self.predictions = Predictions()
        self.unnamed: list[tuple[str, weakref.ref[Any]]] = []
        self.notebook = Path(notebook_path(shell.user_ns))
        self.hints = Hints(
            lambda: session.run, lambda *told: _active.guarded(self, "the notebook's path", self._move, *told)
        )
        self._seen: Counter[tuple[str | None, str]] = Counter()
        self._instruments = Instruments(self.failed)

    def start(self) -> None:
        """Begin to observe."""
        self.session.resolver = self
        _active.activate(self)
        self.shell.events.register("pre_run_cell", self._renew)
        self.shell.events.register("post_run_cell", self._name)
        self.cells.start()
        self._instruments.start()
        earlier = self.cells.earlier
        if earlier > 0:
            self.session.gap(
                f"{earlier} cell execution{'s' if earlier > 1 else ''} before tracking began",
                "They ran before %gov_track.",
                remedy="Put %gov_track into the first cell, restart the kernel and run all cells.",
            )
        notebook = self.session.run.notebook
        if not notebook:
            self.session.gap(
                "the notebook's path",
                "The front end does not tell it to the kernel.",
                remedy="Open the notebook in JupyterLab, Notebook 7 or VS Code, or run it with `jupyter gov run`.",
            )
        self.session.written = self.hints.tell
        self.hints.open()
        self._later("the environment", environment)
        self._later("the source code's state", lambda: source(notebook))

    def stop(self) -> None:
        """Stop observing and give back everything that was touched."""
        _active.activate(None)
        self._instruments.stop()
        self.cells.stop()
        for event, callback in (("pre_run_cell", self._renew), ("post_run_cell", self._name)):
            if callback in self.shell.events.callbacks[event]:
                self.shell.events.unregister(event, callback)

    def failed(self, what: str, error: BaseException) -> None:
        """Put a failure of our own on the gap list."""
        reason = error.message if isinstance(error, GovError) else f"It could not be captured: {type(error).__name__}."
        # Whatever happens here, the user's call goes on.
        with contextlib.suppress(Exception):
            self.session.gap(what, reason, remedy=error.hint if isinstance(error, GovError) else "", cell=self.cell())

    def allows(self, what: str) -> bool:
        """Say whether one more of a kind is to be recorded in this cell; the first that is not goes on the gap list."""
        key = (self.cell(), what)
        self._seen[key] += 1
        if self._seen[key] == MAX_IN_A_CELL + 1:
            self.session.gap(
                f"{what} beyond the first {MAX_IN_A_CELL} in one cell",
                "A loop that repeats a call more often is recorded by its beginning only.",
                remedy="Compute what a reader should see outside of the loop.",
                cell=self.cell(),
            )
        return self._seen[key] <= MAX_IN_A_CELL

    def split(self, datasets: Iterable[str]) -> Literal["train", "test", "unknown"]:
        """Return what data sets were used for: ``train`` if any was fitted on, else ``test``; unknown where none is."""
        roles = {self.data.role_of(d) for d in datasets}
        return "train" if "train" in roles else "test" if "test" in roles else "unknown"

    # -- the resolver that services ask --------------------------------------------------------------------------------

    def fit_of(self, model: object) -> str | None:
        """Return the id of the fit that made `model` what it is."""
        fit = self.fits.of(model)
        return fit.id if fit else None

    def was_fitted_on(self, model: object, dataset: str | None) -> bool:
        """Say whether the fit that made `model` what it is saw the very data of that id."""
        fit = self.fits.of(model)
        return fit is not None and dataset in fit.datasets

    def dataset_of(self, data: object, name: str, *, role: Literal["source", "test"] = "test") -> str | None:
        """Return the id of the data set with this content, recording it if it is new."""
        return self.data.observe(data, role=role, fallback=name)

    def name_of(self, thing: object) -> str:
        """Return the variable that holds `thing`."""
        return self.data.name_of(thing)

    def cell(self) -> str | None:
        """Return the id of the cell that is running."""
        return self.cells.current

    # ------------------------------------------------------------------------------------------------------------------

    def _renew(self, _: Any) -> None:
        """Observe again what was reloaded before this cell."""
        if _active.active() is self:
            _active.guarded(self, "what was reloaded", self._instruments.renew)

    def _name(self, _: Any) -> None:
        """Name what was read and fitted in this cell after the variable that holds it now."""
        if _active.active() is self:
            _active.guarded(self, "names", self._name_new)
            before = self.shell.events.callbacks["pre_run_cell"]
            if self._renew in before and before[-1] != self._renew:
                # An extension that was loaded after us, such as autoreload, does its work before we look.
                before.append(before.pop(before.index(self._renew)))

    def _name_new(self) -> None:
        for fit in self.fits.name(self.data.name_of):
            self.session.record(fit, "fit.named")
        waiting, self.unnamed = self.unnamed, []
        for key, reference in waiting:
            data = reference()
            if data is not None:
                self.data.rename(key, data)

    def _move(self, notebook: str, before: str | None) -> None:
        """Take note that the notebook has been renamed."""
        if not self.notebook.is_absolute() or not self.session.owner:
            return
        found, run = moved_notebook(self.notebook, notebook, before), self.session.run
        if found is None:
            return
        self.notebook = found
        recorded = relative_notebook(str(found))
        name = Path(recorded).stem if run.name == Path(run.notebook).stem else run.name
        self.session.run = run.replace(notebook=recorded, name=name)
        self.session.record(self.session.run, "run.moved")

    def _later(self, what: str, make: Any) -> None:
        """Work something out on the writer's thread; a failure becomes a gap."""

        def attempt() -> Record:
            try:
                made: Record = make()
            except Exception as error:
                return Gap(what=what, reason=f"It could not be read: {type(error).__name__}.")
            return made

        self.session.record_later(attempt, f"{what.split()[1]}.captured", late=True)


def track(name: str | None = None, *, experiment: str | None = None, store: str | None = None) -> Run:
    """Track this notebook from now on: cells, data, fits, metrics, environment and source.

    Parameters
    ----------
    name : str, optional
        What to call the run; by default the notebook's name.
    experiment : str, optional
        Which project it belongs to; by default the git repository's name, else ``default``.
    store : str, optional
        URL or path of the store; by default the one that is configured.

    Returns
    -------
    Run
        The run; the same one if this notebook is tracked already and `name` does not differ.

    Raises
    ------
    NotTrackingError
        Outside IPython and Jupyter.
    StoreError
        If the store cannot be written; nothing is tracked then.
    """
    from IPython import get_ipython

    shell: Any = get_ipython()
    if shell is None:
        raise NotTrackingError(
            "Tracking needs IPython or Jupyter.", hint="Use `jupyter gov run NOTEBOOK` for headless runs."
        )
    joined = os.environ.get(RUN_VARIABLE)
    tracker = _active.active()
    if tracker is not None:
        current = tracker.session.run
        if joined:
            tracker.session.run = sessions.join_run(joined, name=name, experiment=experiment, store=store)
            return tracker.session.run
        if name in (None, current.name) and experiment in (None, current.experiment):
            return current
    if joined:
        run = sessions.join_run(joined, name=name, experiment=experiment, store=store)
    else:
        notebook = relative_notebook(notebook_path(shell.user_ns))
        run = sessions.begin_run(
            name=name or Path(notebook).stem or "untitled",
            experiment=experiment or default_experiment(Path.cwd()),
            notebook=notebook,
            store=store,
        )
    # Only now, so that a store that cannot be written leaves what is being tracked as it is.
    untrack()
    tracker = Tracker(sessions.open_session(run, owner=not joined, store=store), shell)
    tracker.start()
    return run


def untrack(*, failed: str = "") -> None:
    """Stop tracking and restore everything that was observed; nothing happens where nothing is tracked.

    Parameters
    ----------
    failed : str
        Why the run failed, if it did.

    Raises
    ------
    StoreError
        If something could not be written.
    """
    tracker = _active.active()
    if tracker is None:
        sessions.close_session()
        return
    tracker.stop()
    if failed:
        tracker.session.fail(failed)
    try:
        sessions.close_session()
    finally:
        tracker.hints.close()


def _at_exit() -> None:
    tracker = _active.active()
    if tracker is not None:
        # Front ends see the kernel go, and know the comm no more.
        tracker.hints.forget()
    with contextlib.suppress(Exception):
        untrack()


def _in_child() -> None:
    # A forked child shares nothing that could be written: its calls belong to the parent's.
    tracker = _active.active()
    if tracker is not None:
        tracker.hints.forget()
    _active.activate(None)
    sessions.forget_session()


atexit.register(_at_exit)
if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_in_child)
