"""Where results come from: from file to data to model to number, in one run or across those of an experiment."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from numbers import Real
from typing import TYPE_CHECKING

from jupyter_gov.errors import NotFoundError, NotTrackingError
from jupyter_gov.records import Cell, Json, Metric, Record, Run

from ._history import History, recorded_digest
from .runs import MAX_LIMIT, find_run, list_runs, load_records
from .session import current

if TYPE_CHECKING:
    from jupyter_gov.provenance import Graph, Node


__all__ = ["Lineage", "lineage", "lineage_of", "recorded_digest"]


@dataclass(frozen=True, eq=False)
class Lineage:
    """What came from what.

    Attributes
    ----------
    graph : Graph
        Files, data, models, predictions, numbers, and the steps between them.
    cells : list of Cell
        The cell executions that stand behind it, in the order they ran.
    """

    graph: Graph
    cells: list[Cell]

    @property
    def files(self) -> list[Node]:
        """Files, addresses and queries that data was read from."""
        return self.graph.of_kind("file")

    @property
    def frames(self) -> list[Node]:
        """Data sets."""
        return self.graph.of_kind("dataset")

    @property
    def fits(self) -> list[Node]:
        """Models, each time that one was fitted."""
        return self.graph.of_kind("fit")

    @property
    def metrics(self) -> list[Node]:
        """Numbers that were computed, and assessments."""
        return self.graph.of_kind("metric", "assessment")

    def to_json(self) -> dict[str, Json]:
        """Return ``nodes``, ``edges``, ``back`` and ``cells`` as JSON."""
        cells = [{k: getattr(c, k) for k in ("id", "order", "cell_id", "source")} for c in self.cells]
        return self.graph.to_json() | {"cells": cells}

    def to_svg(self) -> str:
        """Return a drawing, an SVG document in light or dark as the reader's system is."""
        from jupyter_gov.display import lineage_svg

        return lineage_svg(self.graph)

    def __str__(self) -> str:
        from jupyter_gov.display import lineage_text

        return lineage_text(self.graph)

    def __repr__(self) -> str:
        return str(self)

    def _repr_html_(self) -> str:
        from jupyter_gov.display import lineage_html

        return lineage_html(self.graph)


def lineage(x: object = None, *, experiment: bool = False, store: str | None = None) -> Lineage:
    """Return what `x` came from and what came of it.

    Parameters
    ----------
    x : object, optional
        Data, a fitted model, or a number that was computed, of the run tracked here; or a run, or the id of one, for
        all there is in it. By default the run tracked here, else the newest.
    experiment : bool
        Whether to look at all runs of the experiment: data of the same content joins them.
    store : str, optional
        URL or path of the store.

    Returns
    -------
    Lineage
        With ``files``, ``frames``, ``fits``, ``metrics``, ``cells``; its text is a tree, in a notebook it is drawn.

    Raises
    ------
    NotFoundError
        If there is no such run, or nothing is known about `x`.
    NotTrackingError
        If `x` is an object and no run is tracked here.
    """
    session = current()
    if session is not None:
        session.flush()
        store = store or session.store.url
    if x is None or isinstance(x, str | Run):
        here = session.run.id if session is not None else "latest"
        return lineage_of(x.id if isinstance(x, Run) else x or here, store, experiment=experiment)
    if session is None or session.resolver is None:
        raise NotTrackingError("Objects are known only while a run is tracked.", hint="Run %gov_track, or pass a run.")
    if isinstance(x, Real) and not isinstance(x, bool):
        metrics = [r for r in load_records(session.run.id, store) if isinstance(r, Metric)]
        keys = [m.id for m in metrics if isinstance(m.value, int | float) and m.value == x]
    else:
        key = session.resolver.fit_of(x) or session.resolver.dataset_of(x, "data", role="source")
        keys = [key] if key else []
        session.flush()
    found = _lineage(_records(session.run, store, experiment=experiment), keys)
    if not found.graph.nodes:
        hint = "%gov_status lists what was not captured, and what would mend it."
        raise NotFoundError("Nothing is known about where this came from.", hint=hint)
    return found


def lineage_of(run: str, store: str | None = None, *, experiment: bool = False) -> Lineage:
    """Return all that came from what in a run, or in all runs of its experiment.

    Parameters
    ----------
    run : str
        As in `find_run`.
    store : str, optional
        URL or path of the store.
    experiment : bool
        Whether to look at all runs of its experiment, at most the newest 1000.

    Raises
    ------
    NotFoundError, InputError
        As `find_run`.
    """
    return _lineage(_records(find_run(run, store), store, experiment=experiment))


def _records(run: Run, store: str | None, *, experiment: bool) -> dict[str, list[Record]]:
    """Return the records of a run, or of all runs of its experiment, the oldest run first."""
    runs = list_runs(store, experiment=run.experiment, limit=MAX_LIMIT)[::-1] if experiment else [run]
    return {r.id: load_records(r.id, store) for r in runs}


def _lineage(records: Mapping[str, Sequence[Record]], keys: Sequence[str] | None = None) -> Lineage:
    """Return all that came from what, or only what came of or led to some of it."""
    from jupyter_gov.provenance import build

    graph = build(records)
    if keys is not None:
        graph = graph.around(*keys)
    cells: list[Cell] = []
    for listed in records.values():
        history = History(listed)
        behind = {i for node in graph.nodes.values() for i in history.trace(node.cell)["slice"]}
        cells += [c for c in history.cells if c.id in behind]
    return Lineage(graph, cells)
