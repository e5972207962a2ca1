"""Checks on choices that were made by the rows that the result is reported on."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from ...records import Finding, Fit, Json, Metric, to_json
from ._case import Case
from ._preparation import among, is_validation, short

_STOPS = re.compile(r"(^|_)(early_stopping(_rounds?)?|n_iter_no_change|patience|od_wait)$")
"""Parameters that end a fit early."""

CURVES = ("roc_curve", "precision_recall_curve", "det_curve")
"""Metrics over all thresholds."""

_OF_SCORES = frozenset(
    {
        *CURVES,
        *("roc_auc_score", "average_precision_score", "log_loss", "brier_score_loss", "auc", "calibration_curve"),
        *("ndcg_score", "dcg_score", "top_k_accuracy_score", "d2_log_loss_score", "d2_brier_score", "hinge_loss"),
        *("coverage_error", "label_ranking_loss", "label_ranking_average_precision_score"),
    }
)
"""Metrics that need no threshold."""

FEWEST_TRIALS = 3
"""Values of one metric of one model on the same rows from which on something was tried out."""


def early_stopping_on_test(case: Case) -> Iterator[Finding]:
    """Find fits that were stopped by the rows that they are then reported on."""
    if case.use == "cross_validation" or not case.metrics or is_validation(case.test.name):
        return
    count = 0
    for sample in case.watched:
        shared = case.test.rows if sample.id == case.test.id else int(among(case.test, sample.origins).sum())
        count = max(count, shared)
    if not count:
        return
    stops = _stops(case.fit)
    model = short(case.fit)
    yield Finding(
        check="early_stopping_on_test",
        severity="info" if stops is False else "error" if stops else "warning",
        message=f"{model} watched {count:,} of the {case.test.rows:,} rows that it is tested on while it was fitted"
        + (", and does not stop by them." if stops is False else ": when to stop was chosen by the test."),
        remedy="Take a validation part out of the training rows for eval_set, and leave the test rows for the end.",
        count=count,
        of=case.test.rows,
        cells=case.cells,
        datasets=(case.test.id,),
        fits=(case.fit.id,),
        evidence={"watched": count, "tested": case.test.rows, "stops": stops},
    )


def _stops(fit: Fit) -> bool | None:
    """Say whether a fit ends early by what it watches; None where its parameters do not tell."""
    found = {name: value for name, value in fit.params.items() if _STOPS.search(name)}
    # How long to wait is a parameter also where nothing is waited for.
    decisive = {name: value for name, value in found.items() if name.endswith("early_stopping")} or found
    if any(value not in (None, False, 0) for value in decisive.values()):
        return True
    if "early" in str(fit.params.get("callbacks")).lower():
        return True
    # LightGBM's classes are told by a callback of their `fit`.
    return False if found else None


class _Loop(NamedTuple):
    """Values of one metric of one model's predictions on the same rows, in their order."""

    name: str
    places: list[int]
    values: list[float]


def threshold_on_test(case: Case) -> Iterator[Finding]:
    """Find thresholds that were chosen by the rows that results are then reported on.

    Either several values of one metric came from the same scores (they were cut at several thresholds), or a curve over
    all thresholds did; and afterwards a metric was reported of the very labels that are the best of these, or that a
    usual criterion chooses from the curve. Of other labels it is not known, and an info: what is cut at the default
    threshold was not chosen.
    """
    if case.use == "cross_validation" or is_validation(case.test.name):
        return
    metrics = [m for m in case.metrics if m.predictions]
    for loop in _loops(metrics):
        reported, known = _reported(case, metrics, loop)
        tried = len(loop.values) - (reported is metrics[loop.places[-1]])
        yield _chosen(case, tried, reported, f"values of {loop.name}", known=known)
        return
    told = None
    for place, metric in enumerate(metrics):
        if metric.name not in CURVES or metric.origin != "function":
            continue
        for later in metrics[place + 1 :]:
            if _same_rows(later, metric) and _cuts(later):
                known = bool(_labels(case, later) & _labels(case, metric))
                if told is None or known:
                    told = _chosen(case, 0, later, metric.name, known=known)
                if known:
                    yield told
                    return
    if told is not None:
        yield told


def _labels(case: Case, metric: Metric) -> frozenset[str]:
    return case.labels.get(metric.id, frozenset())


def _chosen(case: Case, tried: int, reported: Metric | None, by: str, *, known: bool) -> Finding:
    told = f"{tried:,} {by}" if tried else by
    model, rows = short(case.fit), case.test.rows
    return Finding(
        check="threshold_on_test",
        severity="warning" if known else "info",
        message=f"Thresholds for {model}'s scores were compared on the {rows:,} test rows ({told})"
        + (
            "."
            if reported is None
            else f", and {reported.name} is reported on the same rows with the scores cut at the best of them: on the "
            "test it looks better than it is."
            if known
            else f", and {reported.name} is reported on the same rows. If its threshold was chosen by them, it looks "
            "better than it is."
        ),
        remedy="Choose the threshold on a validation part or by cross-validation (TunedThresholdClassifierCV), then "
        "test once.",
        count=rows,
        of=rows,
        cells=case.cells,
        datasets=(case.test.id,),
        fits=(case.fit.id,),
        evidence={"tried": tried, "reported": None if reported is None else reported.name, "chosen": known},
    )


def _loops(metrics: Sequence[Metric]) -> Iterator[_Loop]:
    groups: dict[tuple[Json, ...], _Loop] = {}
    for place, metric in enumerate(metrics):
        value = metric.value
        if metric.name in _OF_SCORES or isinstance(value, bool) or not isinstance(value, int | float):
            continue
        # The same truth is the same rows: for a group of them it is another.
        key = (metric.name, metric.predictions, metric.datasets, repr(to_json(metric.params)))
        loop = groups.setdefault(key, _Loop(metric.name, [], []))
        loop.places.append(place)
        loop.values.append(float(value))
    for loop in groups.values():
        if len(loop.values) >= FEWEST_TRIALS and len(set(loop.values)) >= min(FEWEST_TRIALS, len(loop.values)):
            yield loop


def _reported(case: Case, metrics: Sequence[Metric], loop: _Loop) -> tuple[Metric | None, bool]:
    """Return what was computed from the same scores after several thresholds had been tried.

    The second value says whether it is known that the labels are the best of these.
    """
    first, last = metrics[loop.places[0]], loop.places[-1]
    again, best = loop.values[-1], (max(loop.values), min(loop.values))
    if again in best and Counter(loop.values)[again] > 1:
        return metrics[last], True
    chosen = (_labels(case, metrics[p]) for p, v in zip(loop.places, loop.values, strict=True) if v in best)
    labels = frozenset[str]().union(*chosen)
    turns = Counter(metrics[place].name for place in loop.places[:1])
    between = {m.name for m in metrics[loop.places[0] : last]} | set(turns)
    later = [m for m in metrics[last + 1 :] if _same_rows(m, first) and _cuts(m) and m.name not in between]
    known = next((m for m in later if _labels(case, m) & labels), None)
    return (known, True) if known is not None else (next(iter(later), None), False)


def _same_rows(one: Metric, other: Metric) -> bool:
    return one.predictions == other.predictions and one.datasets == other.datasets


def _cuts(metric: Metric) -> bool:
    return metric.origin == "function" and metric.name not in _OF_SCORES
