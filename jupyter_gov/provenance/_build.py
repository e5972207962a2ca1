"""From records to the graph of what came from what."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from ..records import AssessmentResult, Dataset, Derivation, Fit, Json, Metric, Mitigation, Prediction, Record
from ._graph import Edge, Graph, Node, without_circles

GOES_ON = "goes on"
"""How a fit came from the one before it that it went on with."""

MITIGATES = "mitigate"
"""How a candidate that was chosen came from the model that it stands in for."""

_DIGITS = 4


def build(runs: Mapping[str, Iterable[Record]]) -> Graph:
    """Make one graph of the records of some runs.

    Data sets and files with the same content are one node, in whatever run they were seen.

    Parameters
    ----------
    runs : mapping
        Records by the id of their run, in the order they were made.
    """
    made = _Making()
    for run, records in runs.items():
        for record in records:
            made.take(run, record)
    return made.graph()


class _Making:
    """A graph while it is made."""

    def __init__(self) -> None:
        self._nodes: dict[str, Node] = {}
        self._edges: list[Edge] = []
        self._known_as: dict[str, str] = {}
        self._by_digest: dict[str, str] = {}
        self._predicted: dict[str, Prediction] = {}

    def take(self, run: str, record: Record) -> None:
        takes = _TAKES.get(type(record))
        if takes is not None:
            node, edges = takes(self, run, record)
            if node is not None:
                self._add(node)
            self._edges += edges

    def graph(self) -> Graph:
        for key, prediction in self._predicted.items():
            # Predictions that are data for something else, as in stacking.
            same = self._by_digest.get(prediction.digest)
            if prediction.digest and same is not None:
                self._edges.append(Edge(source=key, target=same, label="same content"))
        named = [
            replace(e, source=self._known_as.get(e.source, e.source), target=self._known_as.get(e.target, e.target))
            for e in self._edges
        ]
        # A record may name one that was never written: a gap says so.
        there = [e for e in named if e.source in self._nodes and e.target in self._nodes]
        edges, back = without_circles(self._nodes, there)
        return Graph(self._nodes, tuple(edges), tuple(back), self._known_as)

    def _add(self, node: Node) -> None:
        key = self._by_digest.setdefault(node.digest, node.id) if node.digest and node.kind == "dataset" else node.id
        if key != node.id:
            self._known_as[node.id] = key
        old = self._nodes.get(key)
        if old is not None:
            runs = tuple(dict.fromkeys([*old.runs, *node.runs]))
            node = replace(old, runs=runs, label=old.label or node.label)
        self._nodes[key] = node

    def dataset(self, run: str, data: Dataset) -> tuple[Node, list[Edge]]:
        edges = []
        if data.source or data.query:
            key = f"file:{data.file_digest or data.source}{' ' + data.query if data.query else ''}"
            size = "" if data.file_bytes is None else f"{data.file_bytes:,} bytes"
            label = data.source.replace("\\", "/").rstrip("/").rpartition("/")[2] or data.source or "query"
            detail = " · ".join(t for t in (data.query, size) if t)
            self._add(Node(id=key, kind="file", label=label, detail=detail, runs=(run,), digest=data.file_digest))
            edges = [Edge(source=key, target=data.id, label=data.door)]
        columns = len(data.columns)
        shape = f"{data.rows:,} × {columns:,}" if columns != 1 else f"{data.rows:,} rows"
        node = _node(run, data, "dataset", data.name or data.type.rpartition(".")[2], f"{shape} · {data.role}")
        return replace(node, digest=data.digest), edges

    def derivation(self, _: str, made: Derivation) -> tuple[None, list[Edge]]:
        label = " ".join(t for t in (made.operation, describe(made.rows)) if t)
        edges = [Edge(source=made.parent, target=made.child, label=label)]
        return None, edges + [Edge(source=f, target=made.child, label=made.operation) for f in (made.fit,) if f]

    def fit(self, run: str, fit: Fit) -> tuple[Node, list[Edge]]:
        short = fit.class_.rpartition(".")[2]
        told = (short if fit.name else "", fit.step, "" if fit.status == "ok" else "failed")
        detail = " · ".join(t for t in told if t)
        edges = [Edge(source=d, target=fit.id, label=fit.method) for d in fit.datasets]
        how = fit.method if fit.method == MITIGATES else GOES_ON
        edges += [Edge(source=p, target=fit.id, label=how) for p in (fit.previous,) if p]
        edges += [Edge(source=fit.id, target=p, label=fit.step or "inside") for p in (fit.parent,) if p]
        return replace(_node(run, fit, "fit", fit.name or short, detail), digest=fit.model_digest), edges

    def prediction(self, run: str, made: Prediction) -> tuple[Node, list[Edge]]:
        self._predicted[made.id] = made
        node = replace(_node(run, made, "prediction", made.method, f"{made.rows:,} rows"), digest=made.digest)
        return node, _edges(made.id, ((made.fit, made.method), (made.dataset, "")))

    def metric(self, run: str, metric: Metric) -> tuple[Node, list[Edge]]:
        of = [self._predicted[p] for p in metric.predictions if p in self._predicted]
        # What its predictions came from leads to it already.
        through = {p.fit for p in of}
        how = "" if metric.identified in ("", "identity") else metric.identified
        sources = [(p, how) for p in metric.predictions] + [(d, "") for d in metric.datasets]
        sources += [(f, how) for f in metric.fits if f not in through]
        detail = " · ".join(t for t in (_number(metric.value), metric.split.replace("unknown", "")) if t)
        return _node(run, metric, "metric", metric.name, detail), _edges(metric.id, sources)

    def assessment(self, run: str, result: AssessmentResult) -> tuple[Node, list[Edge]]:
        sources = (
            (result.fit, ""), (result.dataset, "X"), (result.target, "y"), (result.attributes, "attributes"),
        )  # fmt: skip
        return _node(run, result, "assessment", result.name, result.status), _edges(result.id, sources)

    def mitigation(self, run: str, made: Mitigation) -> tuple[Node, list[Edge]]:
        edges = _edges(made.id, ((made.fit, ""), (made.train, "train"), (made.test, "X")))
        chosen = [t.fit for t in made.tried if t.name == made.chosen and t.fit is not None and t.fit != made.fit]
        edges += [Edge(source=made.id, target=fit, label=made.chosen) for fit in chosen]
        done = sum(t.status == "done" for t in made.tried) - 1
        told = f"{made.chosen} chosen of {done} candidates" if made.chosen else f"{done} candidates"
        return _node(run, made, "mitigation", made.model, " · ".join(t for t in (told, made.policy) if t)), edges


_TAKES: dict[type[Record], Callable[[_Making, str, Any], tuple[Node | None, list[Edge]]]] = {
    Dataset: _Making.dataset,
    Derivation: _Making.derivation,
    Fit: _Making.fit,
    Prediction: _Making.prediction,
    Metric: _Making.metric,
    AssessmentResult: _Making.assessment,
    Mitigation: _Making.mitigation,
}


def describe(rows: Mapping[str, Json]) -> str:
    """Return the ``rows`` of a derivation in a few words, such as ``rows 0–1,591``; empty for all of them."""
    if not rows or rows.get("all"):
        return ""
    ranges = rows.get("ranges", [])
    if len(ranges) == 1 and ranges[0][2] == 1:
        first, past, _ = ranges[0]
        return f"rows {first:,}–{past - 1:,}"
    return f"{rows['count']:,} of {rows['of']:,} rows"


def _node(run: str, record: Any, kind: Any, label: str, detail: str) -> Node:
    return Node(id=record.id, kind=kind, label=label, detail=detail, runs=(run,), cell=record.cell)


def _edges(target: str, sources: Iterable[tuple[str | None, str]]) -> list[Edge]:
    return [Edge(source=s, target=target, label=label) for s, label in _unique(sources)]


def _unique(sources: Iterable[tuple[str | None, str]]) -> Iterator[tuple[str, str]]:
    seen: set[str] = set()
    for source, label in sources:
        if source is not None and source not in seen:
            seen.add(source)
            yield source, label


def _number(value: Json) -> str:
    if isinstance(value, float):
        return f"{value:.{_DIGITS}g}"
    return str(value) if isinstance(value, int | str) else ""
