"""The tracker: everything that watches one kernel for one run."""

from __future__ import annotations

import contextlib
import threading
import weakref
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import Future
from pathlib import Path
from typing import Any, Literal

from jupyter_gov.errors import GovError
from jupyter_gov.records import Gap, Record, Source
from jupyter_gov.records._builtins import keep_builtins
from jupyter_gov.services import session as sessions
from jupyter_gov.services.workplace import (
    Place,
    moved_notebook,
    notebook_path,
    relative_notebook,
    source,
    working_folder,
)

from . import _active
from ._hints import Hints
from ._instrument import Instruments
from ._modules import ModuleFiles
from ._surroundings import Surroundings
from ._tracebacks import Tracebacks
from .adapters._load import load_adapters
from .by_hand._by_hand import ByHand
from .cells._notebook import NotebookFile
from .cells._randomness import Randomness
from .cells._resources import Resources
from .cells._watch import CellWatch
from .data._overlaps import Overlap
from .data._registry import DataRegistry
from .leakage._engine import Leakage
from .metrics._predictions import Predictions
from .models._fits import adopt
from .models._fitted import FittedModels
from .models._protocol import Protocol
from .models._training import Containers

keep_builtins(globals())

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
        self.randomness = Randomness(session)
        self.resources = Resources()
        self.cells = CellWatch(shell, session, randomness=self.randomness, resources=self.resources, fit_of=self.fit_of)
        self.data = DataRegistry(session, lambda: shell.user_ns, self.cell, self.allows)
        self.fits = FittedModels()
        self.containers = Containers()
        self.predictions = Predictions(session, self.cell)
        self.leakage = Leakage(self)
        self.by_hand = ByHand(self)
        self.unnamed: list[tuple[str, weakref.ref[Any]]] = []
        self.notebook = Path(notebook_path(shell.user_ns))
        self._file = NotebookFile(session)
        folder = self.notebook.parent if self.notebook.is_file() else working_folder()
        self._surroundings = Surroundings(lambda make: self._later("the environment", make), folder)
        self._tracebacks = Tracebacks(shell)
        self._modules = ModuleFiles(session, self.cell)
        self.hints = Hints(
            lambda: session.run, lambda *told: _active.guarded(self, "the notebook's path", self._move, *told)
        )
        self._seen: Counter[tuple[str | None, str]] = Counter()
        adapters = load_adapters(self.failed)
        packages = [adapter.package for adapter in adapters]
        _active.belong(packages)
        self._instruments = Instruments(self.failed, adapters, self.containers.readers)
        self.protocol = Protocol(self, self._instruments.observe_class, packages)

    def start(self) -> None:
        """Begin to observe."""
        # First of all, because the notebook's next line may change what is looked at.
        code = self._look_at_code(Place.now())
        self.session.resolver = self
        _active.activate(self)
        self.shell.events.register("pre_run_cell", self._renew)
        self.shell.events.register("post_run_cell", self._name)
        self._tracebacks.start()
        self.resources.start()
        self.cells.start()
        self._instruments.start()
        self.by_hand.start()
        self.protocol.start()
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
        self._surroundings.look()
        self._later("the source code's state", code)

    def stop(self) -> None:
        """Stop observing and give back everything that was touched."""
        _active.activate(None)
        self.protocol.stop()
        self._instruments.stop()
        self.by_hand.stop()
        _active.guarded(self, "what is left of the leakage checks", self.leakage.stop)
        self.cells.stop()
        self.resources.stop()
        self._tracebacks.stop()
        with contextlib.suppress(GovError):
            self.look_at_notebook()
            self._surroundings.look()
        for event, callback in (("pre_run_cell", self._renew), ("post_run_cell", self._name)):
            if callback in self.shell.events.callbacks[event]:
                self.shell.events.unregister(event, callback)

    def look_at_notebook(self) -> None:
        """Record the notebook's cells as its file has them now, if they are not known yet; returns at once."""
        self._file.look(self.notebook)

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

    def keep_unnamed(self, dataset: str | None, data: object) -> None:
        """Name a data set after the variable that holds `data` once the cell has ended."""
        if dataset is not None:
            with contextlib.suppress(TypeError):
                # A list cannot be referred to without keeping it.
                self.unnamed.append((dataset, weakref.ref(data)))

    # -- the resolver that services ask --------------------------------------------------------------------------------

    def fit_of(self, model: object) -> str | None:
        """Return the id of the fit that made `model` what it is."""
        fit = self.fits.of(model)
        return fit.id if fit else None

    def rows_fitted_on(self, model: object, dataset: str | None) -> Overlap:
        """Say whether the fit that made `model` what it is saw all rows of the data set of that id, some, or none."""
        fit = self.fits.of(model)
        return self.overlap(dataset, fit.datasets) if fit is not None and dataset is not None else ""

    def overlap(self, dataset: str, fitted: Iterable[str]) -> Overlap:
        """Return how the rows of a data set overlap with those of the data of a fit."""
        found = {self.data.overlap(dataset, other) for other in fitted}
        return "inside" if "inside" in found else "around" if "around" in found else ""

    def dataset_of(self, data: object, name: str, *, role: Literal["source", "test"] = "test") -> str | None:
        """Return the id of the data set with this content, recording it if it is new."""
        return self.data.observe(data, role=role, fallback=name)

    def name_of(self, thing: object) -> str:
        """Return the variable that holds `thing`."""
        return self.data.name_of(thing)

    def cell(self) -> str | None:
        """Return the id of the cell that is running."""
        return self.cells.current

    def assessed(self, fit: str | None, dataset: str | None, truth: str | None) -> None:
        """Take note of what was assessed, so that it is checked for leaks like what was measured."""
        _active.guarded(self, "leakage checks", self.leakage.assessed, fit, dataset, truth)

    def settle(self, seconds: float = 10.0) -> None:
        """Do now what would be done while nothing runs: somebody asks for all that is known."""
        _active.guarded(self, "leakage checks", self.leakage.settle, seconds)

    def trained_on(self, model: object) -> tuple[object, ...]:
        """Return what the fit of `model` was given, features first; None for what is not there any more as it was."""
        fit = self.fits.of(model)
        known = [self.data.known(id_) for id_ in (() if fit is None else fit.datasets)]
        return tuple(None if one is None else self.data.thing(one) for one in known)

    def adopt(self, model: object, data: Mapping[str, object], *, made_from: str | None, seconds: float) -> str | None:
        """Record a fit of our own as if it were the user's, of these data and made from another fit; return its id."""
        return _active.guarded(self, "a fit", lambda: adopt(self, model, data, made_from=made_from, seconds=seconds))

    # ------------------------------------------------------------------------------------------------------------------

    def _renew(self, info: Any) -> None:
        """Observe again what was reloaded before this cell, know the secrets in it, and look at the notebook."""
        if _active.active() is self:
            _active.guarded(self, "secrets", self.session.foresee, info.raw_cell)
            _active.guarded(self, "the environment", self._surroundings.before_cell, info.raw_cell or "")
            _active.guarded(self, "what was reloaded", self._instruments.renew)
            _active.guarded(self, "leakage checks", self.leakage.cell_began)
            _active.guarded(self, "the notebook's file", self.look_at_notebook)

    def _name(self, _: Any) -> None:
        """Name what was read and fitted in this cell after the variable that holds it now."""
        if _active.active() is self:
            _active.guarded(self, "names", self._name_new)
            _active.guarded(self, "leakage checks", self.leakage.cell_ended)
            _active.guarded(self, "the environment", self._surroundings.after_cell)
            _active.guarded(self, "the files of imported code", self._modules.look)
            before = self.shell.events.callbacks["pre_run_cell"]
            if self._renew in before and before[-1] != self._renew:
                # An extension that was loaded after us, such as autoreload, does its work before we look.
                before.append(before.pop(before.index(self._renew)))

    def _name_new(self) -> None:
        self.protocol.look(self.cells.names)
        self.data.cell_ended()
        for fit in self.fits.name(self.data.name_of):
            self.session.record(fit, "fit.named")
            self.leakage.named(fit)
        waiting, self.unnamed = self.unnamed, []
        for key, reference in waiting:
            if (data := reference()) is not None:
                self.data.rename(key, data)

    def _look_at_code(self, place: Place) -> Callable[[], Source]:
        """Begin to work out the source code's state on a thread of its own; return what waits for it.

        What is not committed and cannot be kept goes on the gap list.
        """
        run, file = self.session.run, self.notebook if self.notebook.is_file() else None
        work: Future[Source] = Future()

        def look() -> None:
            try:
                work.set_result(source(run.notebook, path=file, run=run.id, store=self.session.store.url, place=place))
            except BaseException as error:
                work.set_exception(error)

        threading.Thread(target=look, name="jupyter-gov-source", daemon=True).start()

        def told() -> Source:
            found = work.result()
            if found.left_out:
                more = f"; and {len(found.left_out) - 5:,} more" if len(found.left_out) > 5 else ""
                self.session.gap(
                    "work that is not committed",
                    f"Not kept: {'; '.join(found.left_out[:5])}{more}.",
                    remedy="Commit it before the run; docs/source.md says what is kept.",
                )
            return found

        return told

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

        def attempt() -> Record | None:
            try:
                made: Record | None = make()
            except Exception as error:
                return Gap(what=what, reason=f"It could not be read: {type(error).__name__}.")
            return made

        self.session.record_later(attempt, f"{what.split()[1]}.captured", late=True)
