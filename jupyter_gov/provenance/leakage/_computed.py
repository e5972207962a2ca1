"""Preparation done by hand, shown by the numbers themselves: statistics that hold exactly over training and test.

A column that was standardised over all rows has mean 0 and standard deviation 1 over all of them, and over no part of
them but by chance. Each law here is an equation between floating-point numbers that preparation over all rows makes
hold to rounding, and that the training rows alone must be seen to break. Where a continuous column has nothing to do
with the law, the chance of one equation to hold to a relative 1e-9 is about sqrt(n) × 1e-9; laws that a natural column
may follow by design (balanced codes, bounded scales, full periods, counts) ask for more, as each of them says.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from ...records import Json
from ._case import Case, Sample
from ._laws import balanced, centred, edges, encoded, filled, ranked, standard, uncorrelated
from ._reading import read_target

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from ._laws import Floats

_FEWEST_ROWS = 10


@dataclass(frozen=True, kw_only=True)
class Computed:
    """Columns of which it is shown that tested rows went into them.

    Attributes
    ----------
    law : str
        ``standardised``, ``scaled to a range``, ``robustly scaled``, ``filled``, ``target mean``, ``ranks`` or
        ``components``.
    were, statistic, proof : str
        Words for a sentence: what was done, what must come from the training rows alone, what shows it.
    supervised : bool
        Whether the target went into them.
    """

    law: str
    columns: tuple[str, ...]
    were: str
    statistic: str
    proof: str
    supervised: bool = False
    evidence: Mapping[str, Json] = field(default_factory=dict)


@dataclass(frozen=True, eq=False)
class _Both:
    """A column over all rows that may have been prepared together, and over the training rows alone.

    Attributes
    ----------
    whole : array of float64
    train : array of float64 or None
        None where nothing is to be shown broken: no fold's training rows are all rows.
    """

    name: str
    whole: Floats
    train: Floats | None

    def shows(self, law: Callable[[Floats], bool]) -> bool:
        """Say whether a law holds over all rows and not over the training rows alone."""
        return law(self.whole) and (self.train is None or not law(self.train))


@dataclass(frozen=True, eq=False)
class _Rows:
    """Rows that may have been prepared together; `over` says which in a sentence."""

    columns: list[_Both]
    over: str
    evidence: Mapping[str, Json]


def computed(case: Case) -> Iterator[Computed]:
    """Yield what was computed from tested rows, each kind once.

    Parameters
    ----------
    case : Case
        In cross-validation all rows are held against the laws, as every fold tests some of them.
    """
    if case.use != "cross_validation" and case.train.id == case.test.id:
        return
    seen: set[str] = set()
    for rows in _populations(case):
        for found in _shown(case, rows):
            if found.law not in seen:
                seen.add(found.law)
                yield found


def _shown(case: Case, rows: _Rows) -> Iterator[Computed]:
    columns = rows.columns
    ranks = [(c, kind) for c in columns if (kind := ranked(c.whole)) is not None]
    laws = (
        (
            "standardised",
            [c for c in columns if c.shows(standard)],
            "standardised",
            "mean and standard deviation",
            "mean 0 and standard deviation 1 hold exactly over",
        ),
        (
            "robustly scaled",
            [c for c in columns if c.shows(balanced)],
            "scaled by median and quartiles",
            "median and quartiles",
            "median 0 and interquartile range 1 hold exactly over",
        ),
        (
            "ranks",
            [c for c in _ranks(ranks) if c.train is None or ranked(c.train) is None],
            "replaced by ranks",
            "ranks or quantiles",
            "the values are exactly the ranks among",
        ),
    )
    for law, held, done, statistic, proof in laws:
        found = tuple(c.name for c in held)
        if found:
            yield Computed(
                law=law,
                columns=found,
                were=_were(found, done),
                statistic=statistic,
                proof=f"{proof} {rows.over}",
                evidence=rows.evidence,
            )
    yield from _ranges(rows, [c for c in columns if all(c is not r for r, _ in ranks)])
    yield from _fillings(rows)
    yield from _components(rows)
    yield from _encodings(case, rows)


def _ranges(rows: _Rows, columns: list[_Both]) -> Iterator[Computed]:
    """Scaling to a range: several columns have their one lowest and one highest value at 0 and 1.

    A single column may be a share, a grid or an image's pixel; several whose ends are each attained by one row alone
    have been scaled one by one. Absolute values end at 1 in rows of unit length too: there it must be most columns.
    """
    for name, low in (("minimum and maximum", 0.0), ("largest absolute value", None)):
        held = [c for c in columns if edges(c.whole, (low, 1.0), once=True)]
        found = tuple(c.name for c in held if c.train is None or not edges(c.train, (low, 1.0), once=False))
        if len(held) > 1 and found and (low is not None or len(held) > len(columns) / 2):
            what = "0 and 1 are their lowest and highest values" if low is not None else "1 is their largest size"
            yield Computed(
                law="scaled to a range",
                columns=found,
                were=_were(found, f"scaled by the {name}"),
                statistic=name,
                proof=f"{what} over {rows.over}",
                evidence={**rows.evidence, "columns_so_scaled": len(held)},
            )
            return


def _fillings(rows: _Rows) -> Iterator[Computed]:
    found = {
        c.name: mark for c in rows.columns if (mark := filled(c.whole)) and (c.train is None or not _same(c, mark[0]))
    }
    if found:
        names = tuple(found)
        kinds = sorted({kind for kind, _ in found.values()})
        yield Computed(
            law="filled",
            columns=names,
            were=f"{'have' if len(names) > 1 else 'has'} missing values filled in",
            statistic=f"the {' and the '.join(kinds)}",
            proof=f"the value that comes again and again is exactly the {' or the '.join(kinds)} over {rows.over}",
            evidence={**rows.evidence, "filled": sum(count for _, count in found.values())},
        )


def _same(column: _Both, kind: str) -> bool:
    mark = None if column.train is None else filled(column.train)
    return mark is not None and mark[0] == kind


def _ranks(held: Sequence[tuple[_Both, str]]) -> list[_Both]:
    """Return columns of ranks: with ties, or several in orders of their own; one may be a row number or a grid."""
    import numpy as np

    orders = [np.argsort(c.whole, kind="stable") for c, _ in held]
    several = any(not (np.array_equal(o, orders[0]) or np.array_equal(o[::-1], orders[0])) for o in orders)
    return [c for c, kind in held if kind == "ties" or several]


def _components(rows: _Rows) -> Iterator[Computed]:
    held = [c for c in rows.columns if centred(c.whole)]
    if len(held) < 2 or not uncorrelated([c.whole for c in held]):
        return
    train = [c.train for c in held if c.train is not None]
    if not train or not uncorrelated(train):
        yield Computed(
            law="components",
            columns=tuple(c.name for c in held),
            were="are principal components",
            statistic="the components",
            proof=f"mean 0, falling variances and no correlation at all hold exactly over {rows.over}",
            evidence=rows.evidence,
        )


def _encodings(case: Case, rows: _Rows) -> Iterator[Computed]:
    targets = (case.train_target,) if case.use == "cross_validation" else (case.train_target, case.test_target)
    target = read_target(*targets) if rows.columns else None
    if target is None:
        return
    series = target.series()
    if target.codes is not None and target.numbers is not None:
        series.append(target.numbers)
    known = case.train.rows
    for y in series:
        if len(y) != len(rows.columns[0].whole):
            # Rows of which no target is known.
            return
        found = tuple(
            c.name
            for c in rows.columns
            if encoded(c.whole, y) and (c.train is None or not encoded(c.train, y[:known], part=True))
        )
        if found:
            yield Computed(
                law="target mean",
                columns=found,
                were=f"{'have' if len(found) > 1 else 'has'} the mean of the target for each category",
                statistic="the means",
                proof=f"each value is exactly the mean of the target where it stands, over {rows.over}",
                supervised=True,
                evidence=rows.evidence,
            )
            return


def _populations(case: Case) -> Iterator[_Rows]:
    """Yield the columns over each set of rows that may have been prepared together."""
    import numpy as np

    n, m = case.train.rows, case.test.rows
    known: dict[str, Floats] = {}
    for name in case.train.columns:
        values = _numbers(case.train, name)
        if values is not None and n >= _FEWEST_ROWS and not _read_so(case, name, values):
            known[name] = values
    counts = {"training_rows": n, "tested_rows": m}
    if case.use == "cross_validation":
        yield _Rows([_Both(name, v, None) for name, v in known.items()], f"all {n:,} rows", {"rows": n})
        return
    tested = {name: v for name in known if (v := _numbers(case.test, name)) is not None}
    both = [_Both(name, np.concatenate([known[name], v]), known[name]) for name, v in tested.items()]
    yield _Rows(both, f"all {n + m:,} training and test rows, not over the training rows alone", counts)
    if m >= _FEWEST_ROWS:
        alone = [c for name, v in tested.items() if standard((c := _Both(name, v, None)).whole)]
        yield _Rows(alone, f"the {m:,} test rows by themselves", counts)
    for id_, source in case.sources.items():
        if source.rows > n + m and id_ in case.train.origins and id_ in case.test.origins:
            found = [(name, _numbers(source, name)) for name in tested]
            wider = [_Both(name, v, known[name]) for name, v in found if v is not None]
            # As it stands in the source the column was prepared before the rows were taken.
            wider = [c for c in wider if _equal(c.whole, case.train.origins[id_], known[c.name])]
            over = f"all {source.rows:,} rows that they were taken from, not over the training rows alone"
            yield _Rows(wider, over, {**counts, "rows": source.rows})


def _read_so(case: Case, name: str, values: Floats) -> bool:
    """Say whether a column is as it was read: what was done before is not this notebook's doing."""
    for id_, source in case.sources.items():
        if source.read and name in source.columns and id_ in case.train.origins:
            before = _numbers(source, name)
            if before is not None and _equal(before, case.train.origins[id_], values):
                return True
    return False


def _equal(source: Floats, positions: NDArray[np.int64], values: Floats) -> bool:
    import numpy as np

    if not len(positions) or positions.min() < 0 or positions.max() >= len(source):
        return False
    return bool(np.array_equal(source[positions], values, equal_nan=True))


def _numbers(sample: Sample, name: str) -> Floats | None:
    values = sample.values(name) if name in sample.columns else None
    return values if values is not None and values.dtype.kind == "f" and values.ndim == 1 else None


def _were(columns: tuple[str, ...], done: str) -> str:
    return f"{'were' if len(columns) > 1 else 'was'} {done}"
