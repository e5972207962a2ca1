"""Agreement: whether methods, rows, seeds and training sets give the same ranking of the columns."""

from __future__ import annotations

import time
from collections.abc import Iterator
from itertools import combinations
from typing import Any

import numpy as np

from ...errors import InputError
from ...records import Outcome, Value
from .. import _influence
from .._model import duration
from .._prepare import Floats, Ints
from .._refitting import Refitting
from .._registry import add_assessment
from .._subject import Subject, Training
from .._table import column_at, crossed, ordered, take
from .._values import Interval, estimate
from ._attributions import Attributions, attribute
from ._ordered import texts
from ._permutation_importance import shuffle
from ._rankings import DRAWS, Ranking, agree, ranking, repeatable
from ._sampling import spearman

TOP = 5
SHAP, SHUFFLED, DEPENDENCE, COEFFICIENTS = (
    "SHAP",
    "permutation importance",
    "partial dependence",
    "coefficients",
)
_WORK = 100_000
_GRID, _BACKGROUND = 16, 50
_SEEDS, _SEED_ROWS = 3, 40
_REFITS, _REFIT_ROWS = 5, 200


def _fits(subject: Subject) -> str:
    if subject.model is None:
        return subject.no_model
    if subject.task == "multiclass" and subject.probabilities is None:
        return "Of several classes probabilities are explained, and the model has none."
    if subject.task == "ranking" and subject.labels is None:
        return "Rankings are looked at if the target has two labels."
    return "" if getattr(subject.features, "shape", (0, 3))[1] > 2 else "There are fewer than three columns to rank."


@add_assessment(
    name="agreement",
    title="Agreement of explanations",
    question="Do methods, rows, seeds and training sets agree on which columns matter?",
    tasks=("binary", "multiclass", "regression", "ranking"),
    needs="The model, the data and the target; the training data with its target for the agreement of refits.",
    formula=(
        "Spearman's and Kendall's correlation of rankings of the columns, and the share of the top five in both, by "
        "SHAP, permutation importance, the standard deviation of the partial dependence, and for linear models "
        "coefficients × standard deviation; and of SHAP's ranking with that on other rows, seeds and training rows."
    ),
    intervals=(
        "Quantiles over draws of what both rankings could have been with other rows; Student's t over seeds and refits."
    ),
    source=(
        "Krishna et al. (2024), TMLR, on disagreement; Greenwell, Boehmke & McCarthy (2018), arXiv:1805.04755; Kendall "
        "(1945), Biometrika 33:239–251."
    ),
    reading="Near 1 the ranking does not depend on the method. Where it does, say which method a statement rests on.",
    limits=(
        "Agreement is not truth: all methods share what the model and the data have in common. Methods ask different "
        "things, so that correlated columns make them differ."
    ),
    cost="About 100,000 predictions for shuffles, 800 for each column; five fits where the training data are known.",
    page="docs/assessments/agreement.md",
    fits=_fits,
    on_request=True,
)
def agreement(subject: Subject) -> Outcome:
    """Return how much rankings of the columns agree."""
    confidence, found = subject.confidence, subject.attributions
    rankings = _rankings(subject)
    top = min(TOP, len(found.names) // 2)
    values: list[Value] = []
    for one, other in combinations(rankings, 2):
        agreed = agree(rankings[one], rankings[other], top, confidence)
        for measure, interval in (
            ("rank_correlation", agreed.spearman),
            ("kendall_rank_correlation", agreed.kendall),
            ("top_overlap", agreed.top),
        ):
            values.append(_value(measure, interval, other, one, confidence, len(found)))
    rows = repeatable(rankings[SHAP], confidence) if len(found) > 1 else None
    if rows is not None:
        values.append(_value("rank_correlation", rows, "other rows", SHAP, confidence, len(found)))
    if found.explainer == "permutation":
        seeds = list(_by_seed(subject, found))
        values.append(_several("other seeds", seeds, confidence))
    notes: list[str] = []
    if subject.train is not None and subject.train.true is not None:
        refits = _by_refit(subject, found, subject.train, notes)
        if refits:
            values.append(_several("other training rows", refits, confidence))
    return Outcome(
        values=tuple(values),
        parameters={
            "task": subject.task,
            "methods": list(rankings),
            "top": top,
            "columns": len(found.names),
            "rankings": {name: _order(found.names, each.value) for name, each in rankings.items()},
            "seed": subject.seed,
            "confidence": confidence,
        },
        notes=tuple(notes),
    )


def _rankings(subject: Subject) -> dict[str, Ranking]:
    """Return the importance of columns by each method."""
    rng = np.random.default_rng([subject.seed, 6])
    found = subject.attributions
    size = np.abs(found.values)
    out = {SHAP: ranking(size.mean(axis=0), (size - size.mean(axis=0)).T, rng)}
    _, dropped, _ = shuffle(subject, "agreement", work=_WORK)
    out[SHUFFLED] = ranking(dropped.each.mean(axis=1), dropped.influence, rng)
    out[DEPENDENCE] = _dependence(subject, rng)
    if found.explainer == "linear":
        centred = found.values - found.values.mean(axis=0)
        spread = centred.std(axis=0)
        influence = (centred**2 - spread**2) / np.where(spread > 0, 2 * spread, 1.0)
        out[COEFFICIENTS] = ranking(spread, influence.T, rng)
    return out


def _dependence(subject: Subject, rng: np.random.Generator) -> Ranking:
    """Return the standard deviation of the partial dependence over values of the column (Greenwell et al. 2018).

    Values are quantiles of the column (of text in the order of the alphabet), so that frequent ones count more; draws
    resample the rows that are averaged over.
    """
    model, table = subject.asked_model, subject.table
    n, columns = int(table.shape[0]), int(table.shape[1])
    others = rng.permutation(n)[:_BACKGROUND]
    model.afford(columns * _GRID * len(others), columns)
    drawn = rng.integers(len(others), size=(DRAWS, len(others)))
    value, draws = np.empty(columns), np.empty((DRAWS, columns))
    for j in range(columns):
        asked = crossed(table, others, j, _quantiles(column_at(table, j)))
        said = np.asarray(model.scores(asked).values, np.float64).reshape(_GRID, len(others), -1)
        value[j] = _spread(said.mean(axis=1))
        draws[:, j] = [_spread(said[:, d].mean(axis=1)) for d in drawn]
    return Ranking(value, draws)


def _quantiles(column: Any) -> Ints:
    """Return the rows whose values are evenly spaced quantiles of a column."""
    values = ordered(column)
    order = np.argsort(np.array(texts(column)) if values is None else values, kind="stable")
    return order[((np.arange(_GRID) + 0.5) / _GRID * len(order)).astype(np.int64)]


def _spread(curve: Floats) -> float:
    """Return the root of the variance over a grid, mean over outputs, of a curve of shape (grid, outputs)."""
    return float(np.sqrt(curve.var(axis=0).mean()))


def _by_seed(subject: Subject, found: Attributions) -> Iterator[float]:
    """Yield Spearman correlations of the ranking with those that other seeds give of the same rows."""
    rows = found.rows[:_SEED_ROWS]
    mine = np.abs(found.values[: len(rows)]).mean(axis=0)
    for k in range(_SEEDS):
        other = attribute(subject.asked_model, subject.table, rows, seed=subject.seed + 1 + k)
        yield float(spearman(mine, np.abs(other.values).mean(axis=0)[None])[0])


def _by_refit(subject: Subject, found: Attributions, train: Training, notes: list[str]) -> list[float]:
    """Return Spearman correlations of the ranking with those of the model fitted to resampled training rows."""
    model, labels = subject.asked_model, np.asarray(train.true)
    rng = np.random.default_rng([subject.seed, 7])
    rows, out = found.rows[:_REFIT_ROWS], list[float]()
    mine = np.abs(found.values[: len(rows)]).mean(axis=0)
    try:
        refitting = Refitting(model, subject.seed)
        for k in range(_REFITS):
            drawn = rng.integers(len(labels), size=len(labels))
            started = time.perf_counter()
            again = refitting.fit(take(train.features, drawn), labels[drawn])
            seconds = time.perf_counter() - started
            if seconds * _REFITS > model.time_limit:
                notes.append(f"Fitting the model again takes {duration(seconds)}, five times above the limit.")
                return []
            other = attribute(again, subject.table, rows, seed=subject.seed)
            out.append(float(spearman(mine, np.abs(other.values).mean(axis=0)[None])[0]))
            subject.progress("agreement", k + 1, _REFITS)
    except InputError as error:
        notes.append(f"The agreement of refits is left out: {error}")
        return []
    return out


def _several(group: str, found: list[float], confidence: float) -> Value:
    """Return the mean of correlations with t limits, kept within −1 and 1."""
    interval = _influence.mean_interval(np.array(found), None, confidence)
    if interval.lower == interval.lower:
        interval = interval._replace(lower=max(interval.lower, -1.0), upper=min(interval.upper, 1.0))
    return _value("rank_correlation", interval, group, SHAP, confidence, len(found), method="t")


def _value(
    measure: str, interval: Interval, group: str, reference: str, confidence: float, n: int, method: str = "draws"
) -> Value:
    return estimate(measure, *interval, confidence, n, method, group=group, reference=reference)


def _order(names: list[str], value: Floats) -> list[str]:
    return [names[j] for j in np.argsort(-value, kind="stable").tolist()]
