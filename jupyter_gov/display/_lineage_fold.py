"""A graph of what came from what in as many boxes as a person can take in: what is alike is folded into one."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from jupyter_gov.provenance import GOES_ON, Graph, Node

from . import words

MOST_BOXES, MOST_DRAWN = 48, 30
"""Lines of a tree that can be read in one go, and boxes of a drawing that stands on one page."""
_MANY = 4
"""So many things that are alike become one."""

KINDS = {
    "file": "file",
    "dataset": "data set",
    "fit": "fit",
    "prediction": "prediction",
    "metric": "metric",
    "assessment": "assessment",
    "mitigation": "mitigation",
}


_Groups = Sequence[Sequence[str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Box:
    """One or several things of a kind.

    Attributes
    ----------
    key : str
        Id of the first.
    kind, label, detail : str
    how : str
        How it came from what it came from.
    title : str
        Everything that is known, for who looks closer.
    count : int
        How many things it stands for.
    """

    key: str
    kind: str
    label: str
    detail: str = ""
    how: str = ""
    title: str = ""
    count: int = 1


@dataclass(frozen=True, slots=True)
class Picture:
    """Boxes in an order in which what was used stands before what came of it, and the links between them.

    Attributes
    ----------
    boxes : mapping
        By key.
    sources : mapping
        For each box the keys of those that it came from.
    things, back, inside : int
        How many nodes there are behind the boxes; how many steps lead back to where they came from; how many fits were
        made inside others, and are not drawn.
    """

    boxes: Mapping[str, Box]
    sources: Mapping[str, Sequence[str]]
    things: int
    back: int
    inside: int

    def summary(self) -> str:
        """Return in a sentence what there is."""
        kinds: Counter[str] = Counter()
        for box in self.boxes.values():
            kinds[box.kind] += box.count
        listed = [words.plural(kinds[k], name) for k, name in KINDS.items() if kinds[k]]
        told = (", ".join(listed) or "Nothing is known yet") + "."
        if self.inside:
            told += f" Not drawn: {words.plural(self.inside, 'fit')} inside these, such as the steps of a pipeline."
        if self.things > len(self.boxes):
            boxes = words.plural(len(self.boxes), "box", "boxes")
            told += f" What is alike is drawn as one: {self.things:,} things in {boxes}."
        if self.back:
            steps = words.plural(self.back, "step leads", "steps lead")
            told += f" Not drawn: {steps} back to what was there before."
        return told


def fold(graph: Graph, *, most: int = MOST_BOXES) -> Picture:
    """Return the graph in at most about `most` boxes.

    Things are alike if they are of one kind, came from the same and led to the same kinds of things; where that leaves
    too many, if they came from the same. Where that does not do either, things of a kind that came from each other,
    such as the fits of a loop, are taken together first; and at last all of a kind that are equally far from the
    beginning.
    """
    graph, inside = _outermost(graph)
    sources: dict[str, list[str]] = {key: [] for key in graph.nodes}
    how: dict[str, list[str]] = {key: [] for key in graph.nodes}
    for edge in graph.edges:
        sources[edge.target].append(edge.source)
        how[edge.target].append(edge.label)
    kinds = {key: node.kind for key, node in graph.nodes.items()}
    single = [[key] for key in graph.nodes]
    tried = [single, *_alike(single, kinds, sources)]
    if all(len(groups) > most for groups in tried):
        stages = _stages(kinds, sources)
        tried += [*_alike(_chains(stages, sources), kinds, sources), _by(list(kinds), stages.__getitem__)]
    groups = next((groups for groups in tried if len(groups) <= most), tried[-1])
    boxes = {g[0]: _box([graph.nodes[k] for k in g], [label for k in g for label in how[k]]) for g in groups}
    came = _between(groups, sources)
    return Picture({k: boxes[k] for k in in_order(came, came)}, came, len(graph.nodes), len(graph.back), inside)


def _outermost(graph: Graph) -> tuple[Graph, int]:
    """Return the graph with each fit that led to nothing but the one it was made inside of as a part of that one.

    Returns
    -------
    Graph
    int
        How many fits became parts of others.
    """
    led: dict[str, set[tuple[str, bool]]] = defaultdict(set)
    for edge in graph.edges:
        led[edge.source].add((edge.target, edge.label != GOES_ON))
    fits = {key for key, node in graph.nodes.items() if node.kind == "fit"}
    outer = {
        key: target for key in fits if len(led[key]) == 1 for target, inside in led[key] if inside and target in fits
    }

    def outermost(key: str) -> str:
        while key in outer:
            key = outer[key]
        return key

    inside = Counter(map(outermost, outer))
    nodes = {key: node for key, node in graph.nodes.items() if key not in outer}
    for key, count in inside.items():
        told = " · ".join(t for t in (nodes[key].detail, f"{words.plural(count, 'fit')} inside") if t)
        nodes[key] = replace(nodes[key], detail=told)
    edges = (replace(e, source=outermost(e.source), target=outermost(e.target)) for e in graph.edges)
    kept = dict.fromkeys(e for e in edges if e.source != e.target)
    return Graph(nodes, tuple(kept), graph.back), len(outer)


def in_order(keys: Iterable[str], sources: Mapping[str, Sequence[str]]) -> list[str]:
    """Return keys so that each comes after its sources, otherwise as they are given."""
    done: dict[str, None] = {}
    for key in keys:
        open_ = [key]
        while open_:
            missing = [s for s in sources.get(open_[-1], ()) if s not in done]
            if missing:
                open_ += missing[::-1]
            else:
                done.setdefault(open_.pop())
    return list(done)


def _between(groups: _Groups, sources: Mapping[str, Sequence[str]]) -> dict[str, list[str]]:
    """Return, for the first of each group, the firsts of the other groups that it came from."""
    first = {key: group[0] for group in groups for key in group}
    return {g[0]: [f for f in dict.fromkeys(first[s] for key in g for s in sources[key]) if f != g[0]] for g in groups}


def _by(keys: Iterable[str], alike: Callable[[str], Hashable], least: int = 2) -> list[list[str]]:
    """Return keys in groups of those that are alike, where there are enough of them."""
    found: dict[Hashable, list[str]] = defaultdict(list)
    for key in keys:
        found[alike(key)].append(key)
    return [g for group in found.values() for g in ([group] if len(group) >= least else [[k] for k in group])]


def _alike(
    groups: _Groups, kinds: Mapping[str, str], sources: Mapping[str, Sequence[str]]
) -> tuple[list[list[str]], list[list[str]]]:
    """Return groups of groups that came from the same and led to the same kinds of things; that came from the same."""
    came, members = _between(groups, sources), {g[0]: g for g in groups}
    order = in_order(came, came)
    led: dict[str, set[Hashable]] = defaultdict(set)
    for key in reversed(order):
        shape = hash((kinds[key], frozenset(led[key])))
        for source in came[key]:
            led[source].add(shape)

    def grouped(shape: Callable[[str], Hashable]) -> list[list[str]]:
        number: dict[str, int] = {}
        numbers: dict[Hashable, int] = {}
        for key in order:
            what = (kinds[key], frozenset(number[s] for s in came[key]), shape(key))
            number[key] = numbers.setdefault(what, len(numbers))
        return [[k for head in heads for k in members[head]] for heads in _by(order, number.__getitem__, _MANY)]

    return grouped(lambda key: frozenset(led[key])), grouped(lambda _: None)


def _stages(kinds: Mapping[str, str], sources: Mapping[str, Sequence[str]]) -> dict[str, tuple[str, int]]:
    """Return each key's kind and the most changes of kind on a way to it.

    Between two keys with the same no way leads through another, so that they can be one without making a circle.
    """
    stages: dict[str, tuple[str, int]] = {}
    for key in in_order(kinds, sources):
        changes = (stages[s][1] + (kinds[s] != kinds[key]) for s in sources[key])
        stages[key] = kinds[key], max(changes, default=0)
    return stages


def _chains(stages: Mapping[str, tuple[str, int]], sources: Mapping[str, Sequence[str]]) -> list[list[str]]:
    """Return groups of what came from each other within a stage."""
    head: dict[str, str] = {}

    def find(key: str) -> str:
        while head.setdefault(key, key) != key:
            key = head[key]
        return key

    for key in stages:
        for source in sources[key]:
            if stages[source] == stages[key]:
                head[find(key)] = find(source)
    return _by(in_order(stages, sources), find)


def _box(nodes: Sequence[Node], how: Sequence[str]) -> Box:
    node, kind = nodes[0], KINDS[nodes[0].kind]
    shown = _how(kind, how)
    if len(nodes) == 1:
        told = (f"{kind} {node.label}", node.detail, ", ".join(dict.fromkeys(h for h in how if h)), node.digest)
        title = "\n".join(t for t in told if t)
        return Box(key=node.id, kind=node.kind, label=node.label, detail=node.detail, how=shown, title=title)
    names = Counter(n.label for n in nodes)
    most = [f"{n} × {name}" if n > 1 else name for name, n in names.most_common(12)]
    title = "\n".join([words.plural(len(nodes), kind), *most, *(["…"] if len(names) > len(most) else [])])
    label, detail = words.plural(len(nodes), kind), ", ".join(name for name, _ in names.most_common(4))
    return Box(key=node.id, kind=node.kind, label=label, detail=detail, how=shown, title=title, count=len(nodes))


def _how(kind: str, how: Sequence[str]) -> str:
    """Return by what data came about; of models and numbers that is plain from what they came from."""
    if kind == "data set":
        told = [f"found by {h}" if h.startswith("content") else h for h in dict.fromkeys(how) if h]
        return f"{told[0]}{' …' if len(told) > 1 else ''}" if told else ""
    return next((f"model found by {h}" for h in how if h == "content"), "") or (
        "model ambiguous" if "ambiguous" in how else ""
    )
