"""Permutation importance: how much worse the model gets when a column is shuffled."""

from __future__ import annotations

import math
from itertools import combinations
from typing import Any, NamedTuple

import numpy as np

from ...errors import InputError
from ...records import Outcome
from .._influence import from_influence
from .._labels import several
from .._prepare import Floats, Ints
from .._registry import add_assessment
from .._scores import classes_of
from .._subject import Subject
from .._table import column_at, names_of, ordered, take
from .._values import estimate
from ._drop import Drops, Loss, area, balanced_accuracy, drops, explained, negative_log_loss

REPEATS = 5
"""Shuffles of each column."""
WORK = 400_000
"""Rows that may be predicted in all."""
LEAST_ROWS = 500
MOST_ROWS = 10_000
TOGETHER = 0.7
"""Rank correlation from which two columns are said to go together."""
_LISTED = 5


class Metric(NamedTuple):
    """What is measured while columns are shuffled.

    Attributes
    ----------
    name : str
        ``roc_auc``, ``r2``, ``log_loss`` or ``balanced_accuracy``.
    measure : str
        What its change is called: how much worse it gets.
    answer : callable
        Maps a table to what the model says of its rows.
    loss : callable
        The metric of that, larger being better.
    """

    name: str
    measure: str
    answer: Any
    loss: Loss


def metric_of(subject: Subject, rows: Ints) -> Metric:
    """Return the metric of a task, on some rows: ROC AUC, R², log loss, else balanced accuracy.

    Raises
    ------
    InputError
        If rows do not differ in the target, so that there is nothing to get wrong.
    """
    model = subject.asked_model
    true = np.asarray(subject.true)[rows]
    if subject.task == "regression":
        numbers = true.astype(np.float64)
        _refuse_constant(bool((numbers == numbers[0]).all()))
        return Metric("r2", "drop_in_r2", lambda X: model.scores(X).values, explained(numbers))
    if subject.labels is not None:
        positive = subject.labels.true[rows]
        _refuse_constant(bool(positive.all() or not positive.any()))
        if subject.task == "ranking" or subject.scores is not None:
            return Metric("roc_auc", "drop_in_roc_auc", lambda X: model.scores(X).values, area(positive))
    found = several(true, classes=subject.classes or None)
    _refuse_constant(len(np.unique(found.true)) < 2)
    given = subject.task == "multiclass" and subject.probabilities is not None
    if given and list(classes_of(model.estimator) or ()) == list(found.classes):
        return Metric("log_loss", "rise_in_log_loss", lambda X: model.scores(X).values, negative_log_loss(found.true))
    place = {label: i for i, label in enumerate(found.classes)}

    def decide(X: Any) -> Ints:
        return np.array([place.get(label, -1) for label in model.decide(X).tolist()])

    return Metric("balanced_accuracy", "drop_in_balanced_accuracy", decide, balanced_accuracy(found.true))


def shuffle(subject: Subject, name: str, *, work: int = WORK) -> tuple[Metric, Drops, Ints]:
    """Shuffle each column of some rows, and return the metric, the drops, and the rows.

    Raises
    ------
    InputError
        If it would take longer than the model's time limit, or the target is constant.
    """
    n, columns = int(subject.table.shape[0]), int(subject.table.shape[1])
    most = min(MOST_ROWS, max(LEAST_ROWS, work // (REPEATS * columns)))
    rng = np.random.default_rng([subject.seed, 5])
    rows = rng.permutation(n)[:most]
    subject.asked_model.afford(len(rows) * (1 + REPEATS * columns), 1 + columns)
    metric = metric_of(subject, rows)
    permutations = np.array([rng.permutation(len(rows)) for _ in range(REPEATS)])
    found = drops(
        metric.answer,
        metric.loss,
        take(subject.table, rows),
        permutations,
        notify=lambda done, total: subject.progress(name, done, total),
    )
    return metric, found, rows


def _fits(subject: Subject) -> str:
    if subject.model is None:
        return subject.no_model
    if subject.task == "ranking" and subject.labels is None:
        return "Rankings are looked at if the target has two labels."
    return ""


@add_assessment(
    name="permutation_importance",
    title="Permutation importance",
    question="How much worse does the model get when a column is shuffled?",
    tasks=("binary", "multiclass", "regression", "ranking"),
    needs="The model, the data that it predicts on, and the target.",
    formula=(
        "Metric of the rows as they are less that of the rows with one column's values shuffled among them, mean of "
        "five shuffles: ROC AUC for scores, R² for numbers, log loss for several classes, else balanced accuracy."
    ),
    intervals="Student's t from each row's influence as one that gets another's value and as one that lends its own.",
    source="Breiman (2001), Machine Learning 45:5–32; Fisher, Rudin & Dominici (2019), JMLR 20(177).",
    reading="What the model loses without the column, in the unit of the metric. Around zero it does not need it.",
    limits=(
        "Where columns go together, shuffling one alone makes rows that do not occur, and the other stands in for it: "
        "both look less important than they are. Sample weights do not count."
    ),
    cost="Columns × 5 × rows predictions, at most 400,000, or 500 rows of each column.",
    page="docs/assessments/permutation_importance.md",
    fits=_fits,
    on_request=True,
)
def permutation_importance(subject: Subject) -> Outcome:
    """Return how much worse the model gets when each column is shuffled."""
    metric, found, rows = shuffle(subject, "permutation_importance")
    names, mean = names_of(subject.table), found.each.mean(axis=1)
    values = []
    for j in np.argsort(-mean, kind="stable").tolist():
        interval = from_influence(float(mean[j]), found.influence[j], None, subject.confidence)
        where = {"kind": "importance", "attribute": names[j]}
        values.append(estimate(metric.measure, *interval, subject.confidence, len(rows), "t (influence)", **where))
    unchanged = -found.baseline if metric.name == "log_loss" else found.baseline
    return Outcome(
        values=tuple(values),
        parameters={
            "task": subject.task,
            "metric": metric.name,
            "unchanged": unchanged if math.isfinite(unchanged) else None,
            "rows": len(rows),
            "rows_available": int(subject.table.shape[0]),
            "repeats": REPEATS,
            "seed": subject.seed,
            "confidence": subject.confidence,
        },
        notes=going_together(take(subject.table, rows), names),
    )


def going_together(table: Any, names: list[str]) -> tuple[str, ...]:
    """Return a note that names pairs of columns that go together, or none."""
    numeric = [(j, ordered(column_at(table, j))) for j in range(len(names))]
    columns = [(j, _ranked(values)) for j, values in numeric if values is not None]
    pairs = []
    for (i, a), (j, b) in combinations(columns, 2):
        correlation = float(a @ b)
        if abs(correlation) >= TOGETHER:
            pairs.append((abs(correlation), f"{names[i]!r} and {names[j]!r} ({correlation:.2f})"))
    if not pairs:
        return ()
    pairs.sort(key=lambda pair: -pair[0])
    listed = ", ".join(text for _, text in pairs[:_LISTED])
    more = f" and {len(pairs) - _LISTED:,} more pairs" if len(pairs) > _LISTED else ""
    return (
        "Columns that go together stand in for each other when one is shuffled, so that each looks less important than "
        f"it is. Rank correlations: {listed}{more}.",
    )


def _ranked(values: Floats) -> Floats:
    """Return ranks of mean zero and length one, missing values in the middle; zeros for a constant."""
    from scipy.stats import rankdata

    known = ~np.isnan(values)
    out = np.zeros(len(values))
    out[known] = rankdata(values[known]) - (int(known.sum()) + 1) / 2
    length = float(np.sqrt(out @ out))
    return out / length if length else out


def _refuse_constant(constant: bool) -> None:
    if constant:
        raise InputError(
            "The target is the same in all rows, so no column can make the model worse.",
            hint="Pass rows of both kinds.",
        )
