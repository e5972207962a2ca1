"""Which measure a recorded metric is: of its many names one, with its value."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from ...records import Fit, Json, Metric
from ._case import Case

_NAMES: Mapping[str, str] = {
    "accuracy": "accuracy acc exactitude genauigkeit zero_one_loss hit_rate",
    "roc_auc": "roc_auc rocauc auroc auc auc_roc c_statistic c_index gini",
    "balanced_accuracy": "balanced_accuracy bal_acc balanced_acc bacc",
    "recall": "recall sensitivity tpr true_positive_rate sensibilite hit_rate_positives",
    "precision": "precision ppv positive_predictive_value",
    "f1": "f1 fbeta f_score f_measure f1_weighted f1_macro f1_micro jaccard",
    "average_precision": "average_precision pr_auc auprc ap auc_pr",
    "mcc": "matthews_corrcoef mcc cohen_kappa kappa",
    "r2": "r2 r_squared rsquared explained_variance r_2",
    "mape": "mean_absolute_percentage_error mape",
    "probability": "log_loss brier brier_loss brier_score d2_log_loss d2_brier average_log_loss cross_entropy",
    "table": "confusion_matrix classification_report precision_recall_fscore_support multilabel_confusion_matrix "
    "class_likelihood_ratios precision_recall_curve roc_curve det_curve specificity fpr fnr tnr",
}
_MEASURES = {name: measure for measure, names in _NAMES.items() for name in names.split()}
_OTHER_WAY: Mapping[str, str] = {"zero_one_loss": "share wrong", "gini": "2 × AUC - 1"}
_SHARE_RIGHT = re.compile(r"\([^=]+==[^=]+\)\.mean\(\)|[\w.]*\bmean\([^=]+==[^=]+\)")

CLASSES = frozenset(_NAMES) - {"r2", "mape"}
"""Measures of a classification."""


@dataclass(frozen=True, kw_only=True)
class Measured:
    """A metric by its measure.

    Attributes
    ----------
    measure : str
        One of accuracy, roc_auc, balanced_accuracy, recall, precision, f1, average_precision, mcc, r2, mape,
        probability, table, or ``other``.
    value : float or None
        Of folds, their mean; None for what is not one number or is turned round.
    trained : bool
        Whether it was computed on training rows.
    """

    measure: str
    value: float | None
    trained: bool
    metric: Metric


def measured(case: Case, *, classes: bool) -> Iterator[Measured]:
    """Yield the metrics of a case by their measures.

    Parameters
    ----------
    case : Case
    classes : bool
        Whether the target has classes: what a model's own ``score`` is hangs on that.
    """
    for metric in case.metrics:
        name = _plain(metric.name)
        measure = _MEASURES.get(name) or _by_parts(name, metric, case.fit, classes=classes)
        value = None if name in _OTHER_WAY else one_number(metric.value)
        trained = metric.split == "train" or metric.name.startswith("train_")
        yield Measured(measure=measure, value=value, trained=trained, metric=metric)


def known_measure(name: str) -> str:
    """Return the measure that a metric's name alone tells, or an empty string."""
    plain = _plain(name)
    return "" if plain in _OTHER_WAY else _MEASURES.get(plain, "")


def is_baseline(fit: Fit) -> bool:
    """Return whether a model is there to be beaten."""
    return ".dummy." in fit.class_ or "Dummy" in fit.class_.rpartition(".")[2]


def _plain(name: str) -> str:
    """Return a metric's name in snake case, without what says of which rows it is."""
    plain = re.sub(r"([a-z0-9])([A-Z])", r"\1_\2", name).lower()
    plain = re.sub(r"[^a-z0-9]+", "_", plain).strip("_")
    plain = re.sub(r"^(test|val|valid|validation|train|cv|neg|holdout|oof)_", "", plain)
    plain = re.sub(r"^(neg|mean)_(?!absolute)", "", plain)
    return re.sub(r"_(score|scores|test|val|valid|validation|train|cv|holdout|oof|mean)$", "", plain)


def _by_parts(name: str, metric: Metric, fit: Fit, *, classes: bool) -> str:
    """Return the measure of a name such as ``auc_boosting``, of a model's own ``score``, or of an expression."""
    if name in ("", "score", "scores"):
        # A search scores by what it was asked to.
        own = metric.origin in ("scorer", "cross_validation") and fit.params.get("scoring") is None
        return "other" if not own else "accuracy" if classes else "r2"
    if metric.origin != "by_hand":
        return "other"
    if _SHARE_RIGHT.fullmatch((metric.expression or metric.name).strip()):
        return "accuracy"
    known = sorted((known for known in _MEASURES if len(known) > 2), key=len, reverse=True)
    return next((_MEASURES[k] for k in known if f"_{k}_" in f"_{name}_"), "other")


def one_number(value: Json) -> float | None:
    """Return a metric's value as a number, of folds their mean; None for anything else."""
    numbers = value if isinstance(value, list) else [value]
    if not numbers or not all(isinstance(v, int | float) and not isinstance(v, bool) for v in numbers):
        return None
    found = sum(float(v) for v in numbers) / len(numbers)
    return found if found == found else None
