"""What the frontier is drawn of: one measure of performance, and one disparity."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from jupyter_gov.records import UNMET, Answer, Json, Value, Verdict

from ._held_out import Assessed

LOWER_IS_BETTER = frozenset({"mean_absolute_error", "root_mean_squared_error", "log_loss", "brier_score"})
_PERFORMANCE = {
    "binary": ("balanced_accuracy", "accuracy", "f1"),
    "multiclass": ("balanced_accuracy", "accuracy"),
    "regression": ("root_mean_squared_error", "mean_absolute_error", "r2"),
    "ranking": ("roc_auc",),
}
"""Measures whose difference from the original is known with an interval, the first the one that is drawn.

They are measures of decisions: a candidate that only decides otherwise about the same scores has the same ROC AUC.
"""
_ALSO = ("roc_auc", "accuracy", "average_precision", "r2")
_WHERE = ("measure", "kind", "attribute", "group", "reference", "label")
"""The fields that say what a value is about."""
_DISPARITIES = {
    "binary": "demographic_parity",
    "multiclass": "demographic_parity",
    "regression": "mean_error",
    "ranking": "mean_score",
}


@dataclass(frozen=True, slots=True)
class Aims:
    """What candidates are compared by.

    Attributes
    ----------
    performance : str
        A measure.
    disparity : Value or None
        The original's.
    comparison, threshold
        What a control asks of the disparity, as of an `Answer`.
    beyond_chance : bool
        Whether the disparity is, with all comparisons between groups taken together.
    wanted : tuple of Value
        All values of the original that failing controls ask about, and these two.
    """

    performance: str
    disparity: Value | None
    comparison: str = ""
    threshold: Json = None
    beyond_chance: bool = False
    wanted: tuple[Value, ...] = ()

    def performance_json(self) -> dict[str, Json]:
        """Return the measure, and whether more of it is better, for the record."""
        return {"measure": self.performance, "better": "lower" if self.performance in LOWER_IS_BETTER else "higher"}

    def disparity_json(self) -> dict[str, Json]:
        """Return what picks the disparity, and what is asked of it, for the record."""
        if self.disparity is None:
            return {}
        picked: dict[str, Json] = {k: getattr(self.disparity, k) for k in ("measure", "kind", "attribute", "reference")}
        picked |= {k: v for k in ("group", "label") if (v := getattr(self.disparity, k)) is not None}
        if self.comparison:
            picked |= {"comparison": self.comparison, "threshold": self.threshold}
        return picked


def find_aims(original: Assessed, verdicts: Sequence[Verdict], unmet: Sequence[Verdict]) -> Aims:
    """Return what candidates are compared by.

    Parameters
    ----------
    original : Assessed
    verdicts : sequence of Verdict
        On the original, of all controls that its measures decide.
    unmet : sequence of Verdict
        Those that are to be met.

    Returns
    -------
    Aims
        Performance is the first measure of decisions that a control asks about; the disparity the first that one that
        is not met asks about, else the clearest that is beyond chance, else the largest.
    """
    task = original.subject.task
    known = _PERFORMANCE.get(task, ("accuracy",))
    asked = [str(a.subject.get("measure")) for v in (*unmet, *verdicts) for a in _measured(v)]
    performance = next((m for m in asked if m in known), known[0])
    failing = [(a, found) for v in unmet for a in _measured(v) if a.status in UNMET and (found := _value(original, a))]
    asking = next(((a, v) for a, v in failing if v.kind in ("difference", "ratio") and v.attribute), None)
    clear = clearest(original)
    disparity = asking[1] if asking is not None else clear or _largest(original)
    also = [original_value(original, m) for m in (performance, *_ALSO)]
    kept = [v for v in (*also, disparity, *(found for _, found in failing)) if v is not None]
    asks = {} if asking is None else {"comparison": asking[0].comparison, "threshold": asking[0].threshold}
    return Aims(performance, disparity, **asks, beyond_chance=clear is not None, wanted=tuple(dict.fromkeys(kept)))


def clearest(original: Assessed) -> Value | None:
    """Return the clearest difference between groups that is beyond chance, with all comparisons together; or None."""
    from jupyter_gov.assessment import supported_differences

    result = next((r for r in original.results if r.name == "fairness" and r.status == "done"), None)
    if result is None:
        return None
    names = [str(a) for a in result.parameters.get("attributes") or ()]
    found = [v for some in supported_differences(result.values, names).values() for v in some]
    return max(found, key=lambda v: v.lower or 0.0, default=None)


def _largest(original: Assessed) -> Value | None:
    """Return the largest difference between groups, whether or not it is beyond chance."""
    measure = _DISPARITIES[original.subject.task]
    found = [
        v
        for v in original.values
        if (v.measure, v.kind, v.reference) == (measure, "difference", "max-min") and v.value is not None
    ]
    single = [v for v in found if " × " not in (v.attribute or "")]
    return max(single or found, key=lambda v: v.value or 0.0, default=None)


def original_value(assessed: Assessed, measure: str) -> Value | None:
    """Return a measure of performance over all rows."""
    for value in assessed.values:
        if value.measure == measure and value.kind == "estimate" and value.attribute is None and value.label is None:
            return value
    return None


def same(assessed: Assessed, wanted: Value) -> Value | None:
    """Return the value of another model that is about the same as `wanted`."""
    return next((v for v in assessed.values if all(getattr(v, k) == getattr(wanted, k) for k in _WHERE)), None)


def _measured(verdict: Verdict) -> list[Answer]:
    return [a for a in verdict.answers if a.of == "measure"]


def _value(original: Assessed, answer: Answer) -> Value | None:
    """Return the value that an answer is about."""
    picked = {k: answer.subject[k] for k in _WHERE if answer.subject.get(k) not in (None, "")}
    return next((v for v in original.values if all(getattr(v, k) == w for k, w in picked.items())), None)
