"""Data quality: what is wrong with a data set by itself, whatever is predicted from it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any

from ...records import Outcome, Value
from .._intervals import normal_quantile, rate_limits
from .._registry import add_assessment
from .._subject import Progress, Subject
from .._values import estimate
from ._columns import Column, read_columns, target_column
from ._issues import Issue
from ._numbers import check_numbers, count_far, scale
from ._pairs import check_pairs
from ._rows import (
    CLASSES,
    check_conflicts,
    check_imbalance,
    check_missing_together,
    check_repeats,
    conflicts,
    repeats,
)
from ._single import check_column
from ._text import check_text

MOST = 200
"""Issues that are kept at most, the gravest first."""
TARGET = "target_column"
"""Where a subject's decision says what its target is called, or, with None, that there is none."""
_ORDER = {"error": 0, "warning": 1, "info": 2}


def _fits(subject: Subject) -> str:
    return "" if subject.features is not None else "It needs the columns that predictions were made on (X)."


@add_assessment(
    name="data_quality",
    title="Data quality",
    question="What in these data, whatever is predicted from them, should be looked at before a model is trusted?",
    tasks=("binary", "multiclass", "regression", "ranking"),
    needs="A table; a target adds conflicting labels, imbalance and columns that repeat it.",
    formula=(
        "Facts of the rows: missing, infinite and repeated values, rows and columns. Outliers: beyond 3.5 robust "
        "standard deviations (1.4826 median absolute deviations of either side, of logarithms where positive and "
        "skewed). Codes: 999, 666, 10⁶, −1 and the like beyond a gap. Units: a cluster a factor 10, 12, 60, 2.54 … "
        "away. Conflicts: equal features, different labels; the floor is what the majority label of each leaves wrong."
    ),
    intervals=(
        "None: counts and shares are facts of these rows, not estimates. Only the share of the rarest class, which may "
        "speak of others, has one: Wilson or exact."
    ),
    source=(
        "Hampel (1974), Iglewicz & Hoaglin (1993), for robust z-scores; Rosenmai (2013), for either side; Breck "
        "et al. (2019), Data validation for machine learning, MLSys"
    ),
    reading=(
        "Errors first: a model breaks on them or learns the answer. Warnings probably spoil something; what is for "
        "information is often as it should be. Each says what to do."
    ),
    limits=(
        "Heuristics: a number may be a code or a real one, a cluster another unit or another kind of case. No column "
        "is compared with what it should be, for nobody said. What is not found is not thereby right. Correlations are "
        "taken from 20,000 rows; spellings from the 20,000 most frequent values."
    ),
    cost="One sort of each column and one hash of each row: 1,000,000 rows of 50 numbers take about ten seconds.",
    page="docs/assessments/data_quality.md",
    fits=_fits,
    predictions=False,
)
def of_subject(subject: Subject) -> Outcome:
    """Return what is found in the features and labels of a subject."""
    columns = read_columns(subject.features)
    name = subject.decision.get(TARGET, "target")
    label = None if name is None else target_column(subject.true, columns, str(name))[0]
    return _examine(columns, label, subject.confidence, subject.seed, subject.progress)


def data_quality(
    data: Any, target: Any = None, *, confidence: float = 0.95, seed: int = 0, progress: Progress | None = None
) -> Outcome:
    """Look for what is wrong with a data set by itself.

    Parameters
    ----------
    data : DataFrame, mapping of name to column, table that Arrow reads, or ndarray of shape (n, columns)
    target : name of a column, or array-like of shape (n,); optional
    confidence : float
        Of the interval of the share of the rarest class.
    seed : int
        Of the rows that correlations are taken from.
    progress : callable, optional

    Returns
    -------
    Outcome
        Values of kind ``column`` for each column: ``missing`` and, of numbers, ``outliers`` as shares of rows, and
        ``distinct_values``; of all rows ``rows``, ``columns``, ``issues``, ``duplicate_rows`` and, with a target of at
        most 20 classes, ``conflicting_labels``, ``error_floor`` and ``rarest_class``. ``parameters["issues"]`` lists
        what was found: check, column, count, share, sentence, remedy and severity, the gravest first.

    Raises
    ------
    InputError, NotFoundError
        If the data are no table, are empty, or have no such target.
    """
    label, columns = target_column(target, read_columns(data))
    return _examine(columns, label, confidence, seed, progress or (lambda _name, _done, _total: None))


def _examine(columns: Sequence[Column], label: Column | None, confidence: float, seed: int, told: Progress) -> Outcome:
    everything = [*columns, *([] if label is None else [label])]
    n = len(everything[0])
    issues = list(_same_names(everything))
    values: list[Value] = []
    for i, column in enumerate(columns):
        told("data_quality", i, len(columns) + 2)
        issues += check_column(column)
        if column.kind == "number":
            issues += check_numbers(column)
        elif column.kind in ("text", "mixed"):
            issues += check_text(column)
        values += _of_column(column, n)
        column.forget()
    issues += check_missing_together(columns)
    if columns:
        issues += check_pairs(columns, label, seed)
    told("data_quality", len(columns), len(columns) + 2)
    values += _of_rows(columns, label, issues, n, confidence)
    issues.sort(key=lambda one: (_ORDER[one.severity], -one.count))
    kept = issues[:MOST]
    counts = Counter[str](one.severity for one in issues)
    head = [
        Value(measure="rows", value=float(n), n=n, method="count"),
        Value(measure="columns", value=float(len(columns)), n=n, method="count"),
        *(
            Value(measure=f"issues_{severity}", value=float(counts[severity]), n=n, method="count")
            for severity in _ORDER
        ),
    ]
    notes = [f"{len(issues):,} issues were found; the gravest {MOST} are listed."] if len(issues) > MOST else []
    parameters: dict[str, Any] = {
        "issues": [one.record() for one in kept],
        "rows": n,
        "columns": len(columns),
        "target": None if label is None else label.name,
        "seed": seed,
    }
    return Outcome(values=(*head, *values), parameters=parameters, notes=tuple(notes))


def _same_names(columns: Sequence[Column]) -> Iterator[Issue]:
    twice = [column.name for column in columns if column.name.endswith(")") and _base(column.name, columns)]
    if twice:
        yield Issue(
            "same_name",
            twice[0],
            len(twice),
            len(columns),
            f"{len(twice)} {'column has' if len(twice) == 1 else 'columns have'} the name of another: "
            f"{', '.join(twice[:6])}, as they are called here.",
            "Rename them: most tools take one for the other.",
            "error",
        )


def _base(name: str, columns: Sequence[Column]) -> bool:
    stem, _, place = name.rpartition(" (")
    return place[:-1].isdigit() and any(column.name == stem for column in columns)


def _of_column(column: Column, n: int) -> Iterator[Value]:
    where: dict[str, Any] = {"kind": "column", "attribute": column.name, "n": n}
    yield Value(measure="missing", value=column.lacking / n, method="share of rows", **where)
    yield Value(measure="distinct_values", value=float(column.distinct), method="count", **where)
    if column.kind == "number":
        found = scale(column.sorted) if column.distinct > CLASSES else None
        share = None if found is None else count_far(column.sorted, found) / len(column.sorted)
        method = "not estimable" if found is None else "share of numbers"
        yield Value(measure="outliers", value=share, method=method, **where)


def _of_rows(
    columns: Sequence[Column], label: Column | None, issues: list[Issue], n: int, confidence: float
) -> Iterator[Value]:
    """Yield what is measured of whole rows; what is found is added to `issues`."""
    features = repeats(columns) if columns else None
    everything = features if label is None or not columns else repeats([*columns, label])
    if everything is not None:
        issues += check_repeats(everything, n)
        yield Value(measure="duplicate_rows", value=everything.count / n, n=n, method="share of rows")
    if label is None:
        return
    issues += check_imbalance(label, n)
    if not 2 <= label.distinct <= CLASSES:
        return
    if features is not None:
        found = conflicts(features.codes, label.codes[0])
        issues += check_conflicts(found, n, label.name)
        yield Value(measure="conflicting_labels", value=found.count / n, n=n, method="share of rows")
        yield Value(measure="error_floor", value=found.floor / n, n=n, method="share of rows")
    counts = label.frequencies
    rare = float(counts.min() / counts.sum())
    lower, upper = rate_limits(rare, float(counts.sum()), normal_quantile(confidence))
    where: dict[str, Any] = {"kind": "estimate"}
    yield estimate(
        "rarest_class", rare, float(lower), float(upper), confidence, int(counts.sum()), "wilson or exact", **where
    )
