"""Which record of a reproduction stands for which record of the run."""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from ...records import AssessmentResult, Cell, Dataset, Fit, Metric, Prediction, Record

Compared = Dataset | Fit | Prediction | Metric | AssessmentResult

NOT_REACHED = ""
"""Stands in the pairs of cells for one that was not executed again although it should have been."""


class Pair(NamedTuple):
    """A record of the run and what stands for it; one of the two may be missing."""

    before: Any
    after: Any
    cell: str | None
    """The run's cell execution."""
    reached: bool = True


_Key = Callable[[Any], Hashable]

_ALIKE: Mapping[type[Record], Sequence[_Key]] = {
    Dataset: (
        lambda d: (d.name, d.digest),
        lambda d: d.digest,
        lambda d: (d.name, d.door),
        lambda d: (d.type, len(d.columns)),
        lambda _: (),
    ),
    Fit: (
        lambda f: (f.class_, f.name, f.step, f.parent is None, f.method, f.model_digest),
        lambda f: (f.class_, f.name, f.step, f.parent is None, f.method),
        lambda f: (f.class_, f.parent is None),
        lambda f: f.parent is None,
    ),
    Prediction: (lambda p: (p.method, p.rows, p.digest), lambda p: (p.method, p.rows), lambda p: p.method),
    Metric: (lambda m: (m.name, m.origin, m.expression), lambda m: m.name),
    AssessmentResult: (lambda a: (a.name, a.model), lambda a: a.name),
}
"""By what two records of a cell are taken for the same, the surest first; where several are alike their order tells."""


def pair(before: Sequence[Record], after: Sequence[Record], pairs: Mapping[str, str]) -> list[Pair]:
    """Return what is compared, in the order of the run's cells; see `compare_runs` for the parameters.

    Data are known by their content wherever they were seen: which cell saw them first depends on the cells that ran.
    Apart from that, the records of a cell stand for those of the cell that it was executed again as.
    """
    order = {c.id: c.order for c in before if isinstance(c, Cell)}
    old, new = _by_cell(before), _by_cell(after)
    seen = _digests(before), _digests(after)
    place = {r.id: i for i, r in enumerate(before)}
    found: list[Pair] = []
    cells: list[str | None] = [*sorted(pairs, key=lambda c: order.get(c, 0)), None]
    for cell in cells:
        again = pairs[cell] if cell is not None else None
        reached = again != NOT_REACHED
        here: list[Pair] = []
        for kind, keys in _ALIKE.items():
            there = new[again, kind] if reached else []
            here += (Pair(a, b, cell, reached) for a, b in _match(old[cell, kind], there, keys))
        here = [_elsewhere(p, seen) for p in here if not _known(p, seen[0])]
        if cell is None:
            # What belongs to no cell may have been left out with cells that were not asked for.
            here = [p for p in here if p.before is not None and p.after is not None]
        found += sorted(here, key=lambda p: place[p.before.id] if p.before is not None else len(place))
    return found


def _by_cell(records: Iterable[Record]) -> Mapping[tuple[str | None, type[Record]], list[Any]]:
    found: dict[tuple[str | None, type[Record]], list[Any]] = defaultdict(list)
    for record in records:
        if isinstance(record, Compared):
            found[record.cell, type(record)].append(record)
    return found


def _digests(records: Iterable[Record]) -> Mapping[str, Dataset]:
    return {r.digest: r for r in records if isinstance(r, Dataset)}


def _known(pair: Pair, before: Mapping[str, Dataset]) -> bool:
    """Say whether data that look new were seen in another cell of the run."""
    return pair.before is None and isinstance(pair.after, Dataset) and pair.after.digest in before


def _elsewhere(pair: Pair, seen: tuple[Mapping[str, Dataset], Mapping[str, Dataset]]) -> Pair:
    """Give data of the run those of the same content, in whatever cell the reproduction saw them first."""
    same = seen[1].get(pair.before.digest) if isinstance(pair.before, Dataset) else None
    return pair if same is None else pair._replace(after=same, reached=True)


def _match(before: list[Any], after: list[Any], keys: Sequence[_Key]) -> list[tuple[Any, Any]]:
    """Pair records that are alike by the first key that they share; what is left over stands alone."""
    found: list[tuple[Any, Any]] = []
    for key in keys:
        waiting: dict[Hashable, deque[Any]] = defaultdict(deque)
        for record in after:
            waiting[key(record)].append(record)
        taken: set[str] = set()
        for record in before:
            if waiting[key(record)]:
                found.append((record, waiting[key(record)].popleft()))
                taken |= {record.id, found[-1][1].id}
        before, after = ([r for r in side if r.id not in taken] for side in (before, after))
    return found + [(r, None) for r in before] + [(None, r) for r in after]
