"""How much a validation proves: rows enough for what is claimed, a baseline that is beaten, measures that fit."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from ...records import Finding
from ._case import Case
from ._measures import CLASSES, Measured, is_baseline, measured, one_number
from ._reading import Target, read_target
from ._when import divided_by_time

if TYPE_CHECKING:
    from ._reading import Codes

FEW_POSITIVES = 10
"""Rows of the rarer class below which one row more or less moves its recall by over a tenth."""

SOME_POSITIVES = 20
WIDTH = 0.3
"""Below how many rows of the rarer class an interval of 95% wider than this is told of."""

RARE, VERY_RARE = 0.1, 0.01
"""Share of the rarer class below which accuracy alone says little, and below which ROC AUC alone does."""

_FEWEST = 20
_OF_POSITIVES = frozenset({"recall", "precision", "f1"})
_DISCERNING = frozenset({"roc_auc", "balanced_accuracy", "average_precision", "mcc", "table"}) | _OF_POSITIVES
_Z = 1.959964
_ONE_SIDED = 1.644854


def too_few_positives(case: Case) -> Iterator[Finding]:
    """Find results on so few rows of the rarer of two classes that they prove little.

    Fewer than 10, or fewer than 20 with a 95% interval wider than 0.3, of a measure that depends on them: recall by
    Clopper & Pearson (1934), Biometrika 26:404–413, over the rows of its class, precision over the rows that were named
    so, where recall tells how many; ROC AUC by Hanley & McNeil (1982), Radiology 143:29–36. F1 is no proportion, and
    has none here. This is far less than the 100 of each class that are asked of a validation by
    Vergouwe et al. (2005), J. Clin. Epidemiol. 58:475–483, and Collins, Ogundimu & Altman (2016), Stat. Med.
    35:214–226.
    """
    target = _tested(case)
    if target is None or target.classes != 2 or target.codes is None or is_baseline(case.fit):
        return
    rare, rows = _rarer(target.codes)
    told = [m for m in measured(case, classes=True) if not m.trained and m.measure in _DISCERNING | {"probability"}]
    if not told or rare >= SOME_POSITIVES:
        return
    widths = {m.metric.name: _limits(m, m.value, told, target.codes) for m in told if m.value is not None}
    wide = {name: limits for name, limits in widths.items() if limits[1] - limits[0] > WIDTH}
    if rare >= FEW_POSITIVES and not wide:
        return
    worst = max(wide or widths, key=lambda name: widths[name][1] - widths[name][0], default="")
    low, high = widths.get(worst, (math.nan, math.nan))
    between = f": {worst} is known to lie between {low:.2f} and {high:.2f} only (95%)" if worst and low < high else ""
    yield Finding(
        check="too_few_positives",
        severity="warning",
        message=f"Only {rare} of {rows:,} tested rows are of the rarer class{between}.",
        remedy="Test on more rows of that class, by cross-validation over all rows or with more data, and report "
        "intervals. 100 of each class are usually asked for.",
        count=rare,
        of=rows,
        evidence={
            "positives": rare,
            "intervals": {name: [round(a, 4), round(b, 4)] for name, (a, b) in widths.items() if a < b},
            "smallest difference between two models that would show": _detectable(told, rare, rows),
        },
    )


def baseline_not_beaten(case: Case) -> Iterator[Finding]:
    """Find models of which no measure is beyond what needs no model: to be asked with all metrics of a run.

    Accuracy is held against the share of the most frequent class by the exact binomial test, ROC AUC against one half
    by Hanley & McNeil's standard error (1982), balanced accuracy against one by the number of classes, Matthews'
    correlation against 0, and R² against 0 by its large-sample standard error (Olkin & Finn 1995, Psychol. Bull.
    118:155–164), each one-sided at 0.05. One that is beyond is enough, and so is precision, F1 or average precision
    beyond always naming the class 1. With no measure half a standard error above its baseline it is a warning, else
    only told of. Models that are tried for a choice are not judged, nor those that did better on the same rows of the
    target otherwise, with other features or shuffled ones, or that another model of the run does better than, nor is R²
    of later rows: nobody could have known their mean.
    """
    target = _tested(case)
    if target is None or is_baseline(case.fit) or case.use == "validation" or _count(target) < _FEWEST:
        return
    rows = _count(target)
    classes = target.codes is not None
    judged: dict[str, tuple[float, float, float]] = {}
    for m in measured(case, classes=classes):
        held = None if m.trained or m.value is None else _against(case, m, m.value, target, rows)
        if m.value is None or held is None:
            continue
        baseline, beyond = held
        if beyond > _ONE_SIDED:
            return
        # These can show that a model has learned something, but a low one does not show that it has not.
        if m.measure not in _OF_POSITIVES | {"average_precision"}:
            judged[m.metric.name] = (m.value, baseline, beyond)
    if not judged:
        return
    name, (value, baseline, best) = max(judged.items(), key=lambda j: j[1][2])
    if any(m.name == name and (one_number(m.value) or -math.inf) > value for m in case.beside):
        return
    if any(_is_beyond(case, m, target, rows) for m in measured(replace(case, metrics=case.beside), classes=classes)):
        return
    yield Finding(
        check="baseline_not_beaten",
        severity="warning" if best < 0.5 else "info",
        message=f"{name} of {value:.3f} on {rows:,} rows is not shown to be beyond the {baseline:.3f} that is had "
        "without looking at the features.",
        remedy="Report a baseline (DummyClassifier, DummyRegressor) beside the model, and a measure that the baseline "
        "does badly in, such as balanced accuracy or ROC AUC.",
        count=rows,
        of=rows,
        evidence={n: {"value": round(v, 6), "baseline": round(b, 6)} for n, (v, b, _) in judged.items()},
    )


def unfit_metric(case: Case) -> Iterator[Finding]:
    """Find results told only by measures that cannot show what matters: to be asked with all metrics of a run.

    Accuracy alone with a class rarer than 10%; ROC AUC alone, or with accuracy, with one rarer than 1% (Saito &
    Rehmsmeier 2015, PLOS ONE 10:e0118432: it hardly changes however many of the alarms are false); the mean absolute
    percentage error of a target with zeros; R² of training rows only.
    """
    target = _tested(case)
    if target is None or is_baseline(case.fit):
        return
    every = list(measured(case, classes=target.codes is not None))
    rows = _count(target)
    told = {m.measure for m in every if not m.trained}
    if every and not told and {m.measure for m in every} == {"r2"}:
        yield _unfit("R² was computed on the training rows only, where it grows with every column.", "r2", rows, rows)
    if target.codes is not None and target.classes == 2 and rows >= 2 * _FEWEST:
        rare, _ = _rarer(target.codes)
        if rare < RARE * rows and told & CLASSES and told & CLASSES <= {"accuracy"} and "other" not in told:
            said = f"Only accuracy is reported, while {rare:,} of {rows:,} rows are of the rarer class"
            yield _unfit(f"{said}: without a single one found it is {1 - rare / rows:.3f}.", "accuracy", rare, rows)
        elif rare < VERY_RARE * rows and "roc_auc" in told and told <= {"roc_auc", "accuracy"}:
            said = f"ROC AUC alone is reported, while {rare:,} of {rows:,} rows are of the rarer class"
            yield _unfit(f"{said}: it does not show how many alarms would be false.", "roc_auc", rare, rows)
    if "mape" in told and target.numbers is not None:
        zeros = int((target.numbers == 0).sum())
        if zeros:
            said = f"The mean absolute percentage error is reported, while {zeros:,} of {rows:,} targets are 0"
            yield _unfit(f"{said}: a percentage of nothing is no number.", "mape", zeros, rows)


_INSTEAD = {
    "accuracy": "Report recall and precision of the rarer class, balanced accuracy or average precision beside it.",
    "roc_auc": "Report average precision, or precision at the recall that is needed, beside it.",
    "mape": "Report the mean absolute error, or divide by the mean of the target.",
    "r2": "Report R² on rows that the model was not fitted on.",
}


def _unfit(message: str, measure: str, count: int, of: int) -> Finding:
    return Finding(
        check="unfit_metric",
        severity="warning",
        message=message,
        remedy=_INSTEAD[measure],
        count=count,
        of=of,
        evidence={"measure": measure},
    )


def _tested(case: Case) -> Target | None:
    """Return the target that metrics were computed on: of a cross-validation all rows."""
    return read_target(case.train_target if case.use == "cross_validation" else case.test_target)


def _count(target: Target) -> int:
    import numpy as np

    if target.codes is not None:
        return int((target.codes >= 0).sum())
    return 0 if target.numbers is None else int(np.isfinite(target.numbers).sum())


def _rarer(codes: Codes) -> tuple[int, int]:
    """Return the rows of the rarer of two classes, and of both."""
    import numpy as np

    counts = np.bincount(codes[codes >= 0], minlength=2)
    return int(counts.min()), int(counts.sum())


def _auc_error(value: float, rare: int, rows: int) -> float:
    """Return Hanley & McNeil's standard error of an AUC (1982)."""
    a = min(max(value, 1e-6), 1 - 1e-6)
    one, two = a / (2 - a), 2 * a * a / (1 + a)
    others = rows - rare
    return math.sqrt((a * (1 - a) + (rare - 1) * (one - a * a) + (others - 1) * (two - a * a)) / (rare * others))


def _limits(m: Measured, value: float, told: list[Measured], codes: Codes) -> tuple[float, float]:
    """Return the 95% interval of a measure that depends on one class; of no width where none is known."""
    rare, rows = _rarer(codes)
    if not 0 <= value <= 1 or not 0 < rare < rows:
        return value, value
    if m.measure == "roc_auc":
        half = _Z * _auc_error(value, rare, rows)
        return max(value - half, 0.0), min(value + half, 1.0)
    positives = int((codes == 1).sum())
    if not _of_one_class(m) or m.metric.params.get("pos_label", 1) != 1:
        return value, value
    if m.measure == "recall":
        return _exact(value, positives)
    # Of those that were named positive as many are as recall says of all of them.
    same = (
        o for o in told if o.measure == "recall" and o.metric.predictions == m.metric.predictions and _of_one_class(o)
    )
    recall = next((o.value for o in same if o.value), None)
    if m.measure == "precision" and recall and value > 0:
        return _exact(value, round(recall * positives / value))
    return value, value


def _exact(share: float, trials: int) -> tuple[float, float]:
    """Return Clopper & Pearson's interval of a share."""
    from scipy.special import betaincinv

    right = min(share * trials, trials)
    low = float(betaincinv(right, trials - right + 1, 0.025)) if right > 0 else 0.0
    high = float(betaincinv(right + 1, trials - right, 0.975)) if right < trials else 1.0
    return low, high


def _detectable(told: list[Measured], rare: int, rows: int) -> Any:
    """Return the difference in AUC that two models tested on the same rows would show four times in five, or None.

    The normal approximation for correlated areas by Hanley & McNeil (1983), Radiology 148:839–843, with a correlation
    of one half between them: (1.96 + 0.84) √(2 (1 - 0.5)) standard errors.
    """
    value = next((m.value for m in told if m.measure == "roc_auc" and m.value is not None), None)
    return None if value is None or not 0 < rare < rows else round((_Z + 0.841621) * _auc_error(value, rare, rows), 4)


def _against(case: Case, m: Measured, value: float, target: Target, rows: int) -> tuple[float, float] | None:
    """Return the baseline of a measure, and how many standard errors it is beyond; None for one that has none here."""
    import numpy as np
    from scipy.special import betainc, ndtri

    if m.measure == "r2" and target.codes is None:
        if divided_by_time(case):
            return None
        return 0.0, value / max(2 * math.sqrt(max(value, 0.0) / rows) * (1 - value), 1e-9)
    if target.codes is None or not -1 <= value <= 1:
        return None
    counts = np.bincount(target.codes[target.codes >= 0])
    share = float(counts[-1] / rows)
    chance, error = 0.0, 0.0
    if m.measure == "accuracy":
        # The probability of as many right, or more, by naming the most frequent class.
        chance, right = float(counts.max() / rows), round(value * rows)
        return chance, float(-ndtri(betainc(right, rows - right + 1, chance))) if right > 0 else -9.0
    if m.measure == "roc_auc" and target.classes == 2 and counts.min() > 0:
        chance, error = 0.5, _auc_error(0.5, int(counts.min()), rows)
    elif m.measure == "mcc":
        error = 1 / math.sqrt(rows)
    elif m.measure == "balanced_accuracy" and counts.min() > 0:
        chance = 1 / len(counts)
        error = math.sqrt(float((chance * (1 - chance) / counts).sum())) / len(counts)
    elif m.measure in ("precision", "f1", "average_precision") and target.classes == 2 and _of_one_class(m):
        # What always naming the class 1 gives; of average precision, any order at random.
        chance = 2 * share / (1 + share) if m.measure == "f1" else share
        error = math.sqrt(share * (1 - share) / max(int(counts[-1]), 1))
    return (chance, (value - chance) / error) if error > 0 else None


def _is_beyond(case: Case, m: Measured, target: Target, rows: int) -> bool:
    held = None if m.trained or m.value is None else _against(case, m, m.value, target, rows)
    return held is not None and held[1] > _ONE_SIDED


def _of_one_class(m: Measured) -> bool:
    return m.metric.params.get("average", "binary") in ("binary", None)
