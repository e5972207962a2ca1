"""The graph of what came from what. It has no circles."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Literal

from ..records import Json, Part, to_json

Kind = Literal["file", "dataset", "fit", "prediction", "metric", "assessment", "mitigation"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Node(Part):
    """A thing that something came from, or that came from something.

    Attributes
    ----------
    id : str
        That of its record; of a file ``file:`` and its digest or address.
    kind : str
    label, detail : str
        What it is called, and what else a reader should know about it.
    runs : tuple of str
        The runs that it was seen in: several for data of the same content.
    cell : str or None
        The cell execution that it was first seen in.
    digest : str
        Of its content, where that is known.
    """

    id: str
    kind: Kind
    label: str
    detail: str = ""
    runs: tuple[str, ...] = ()
    cell: str | None = None
    digest: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Edge(Part):
    """A step from what was used to what came of it."""

    source: str
    target: str
    label: str = ""


@dataclass(frozen=True)
class Graph:
    """What came from what.

    Attributes
    ----------
    nodes : mapping
        By id, in the order they were seen.
    edges : tuple of Edge
    back : tuple of Edge
        Steps that lead back to what they came from, such as to data that was scaled and scaled back: following them
        would never end, so that they are told apart.
    known_as : mapping
        The node's id for each record of other data with the same content.
    """

    nodes: Mapping[str, Node]
    edges: tuple[Edge, ...]
    back: tuple[Edge, ...] = ()
    known_as: Mapping[str, str] = field(default_factory=dict)

    def __contains__(self, key: str) -> bool:
        return self.known_as.get(key, key) in self.nodes

    def upstream(self, *keys: str) -> Graph:
        """Return the part of the graph that led to some nodes, these included; unknown ids add nothing."""
        return self._part(self._reach(keys, self._sources))

    def downstream(self, *keys: str) -> Graph:
        """Return the part of the graph that came of some nodes, these included."""
        return self._part(self._reach(keys, self._targets))

    def around(self, *keys: str) -> Graph:
        """Return what led to some nodes and what came of them."""
        return self._part(self._reach(keys, self._sources) | self._reach(keys, self._targets))

    def of_kind(self, *kinds: Kind) -> list[Node]:
        """Return the nodes of some kinds, in the order they were seen."""
        return [n for n in self.nodes.values() if n.kind in kinds]

    def to_json(self) -> dict[str, Json]:
        """Return ``nodes``, ``edges`` and ``back`` as lists of objects."""
        return {
            "nodes": to_json(list(self.nodes.values())),
            "edges": to_json(self.edges),
            "back": to_json(self.back),
        }

    @cached_property
    def _sources(self) -> Mapping[str, list[str]]:
        return _lists((e.target, e.source) for e in self.edges)

    @cached_property
    def _targets(self) -> Mapping[str, list[str]]:
        return _lists((e.source, e.target) for e in self.edges)

    def _reach(self, keys: Iterable[str], following: Mapping[str, list[str]]) -> set[str]:
        return reach([k for k in (self.known_as.get(k, k) for k in keys) if k in self.nodes], following)

    def _part(self, keys: set[str]) -> Graph:
        edges, back = (tuple(e for e in es if {e.source, e.target} <= keys) for es in (self.edges, self.back))
        return Graph({k: n for k, n in self.nodes.items() if k in keys}, edges, back, self.known_as)


def reach(keys: Iterable[str], following: Mapping[str, list[str]]) -> set[str]:
    """Return `keys` and all that follows them."""
    found = set(keys)
    open_ = list(found)
    while open_:
        new = [k for k in following.get(open_.pop(), ()) if k not in found]
        found.update(new)
        open_ += new
    return found


def without_circles(nodes: Mapping[str, Node], edges: Iterable[Edge]) -> tuple[list[Edge], list[Edge]]:
    """Part edges into those that make no circle, and those that would close one.

    Steps from what was seen earlier to what was seen later make none among themselves; each of the others is taken
    unless its target leads to its source already.
    """
    place = {key: i for i, key in enumerate(nodes)}
    unique = list({(e.source, e.target, e.label): e for e in edges}.values())
    kept = [e for e in unique if place[e.source] < place[e.target]]
    following = defaultdict(list, _lists((e.source, e.target) for e in kept))
    back = []
    for edge in (e for e in unique if place[e.source] >= place[e.target]):
        if edge.source in reach([edge.target], following):
            back.append(edge)
        else:
            kept.append(edge)
            following[edge.source].append(edge.target)
    return kept, back


def _lists(pairs: Iterable[tuple[str, str]]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = defaultdict(list)
    for key, value in pairs:
        found[key].append(value)
    return found
