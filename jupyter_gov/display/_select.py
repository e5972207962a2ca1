"""Finding one's way in an assessment: which groups, which disparities, which of them is worst."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from jupyter_gov.records import Assessment, AssessmentResult, Value

from ._questions import ABOUT_OTHERS

CRITERIA = ("demographic_parity", "equalized_odds", "equal_opportunity")
"""The disparities that a reader is shown first, by fairlearn's names."""

RATES = ("selection_rate", "true_positive_rate", "false_positive_rate")
"""The metrics that these criteria compare."""

UNBOUNDED = frozenset(
    {
        "mean_absolute_error",
        "mean_squared_error",
        "root_mean_squared_error",
        "median_absolute_error",
        "mean_error",
        "max_error",
        "mean_prediction",
        "mean_target",
        "log_loss",
    }
)
"""Measures in the unit of the target or without an upper end: their axis fits the values."""

JUDGED, EVERY = "max-min judged", "max-min"
"""The references of disparities between groups: among those that are large enough, and among all."""

CONFUSION = ("true_negatives", "false_positives", "false_negatives", "true_positives")

_SAME = {"true_positive_rate": "recall", "true_negative_rate": "specificity"}
"""Measures of groups that go by another name over all rows."""

HEADLINES = (
    "roc_auc",
    "balanced_accuracy",
    "mean_absolute_error",
    "r2",
    "accuracy",
    "average_precision",
    "concordance_index",
    "brier_score",
    "f1",
)
"""Measures that stand in the summary, the first that exist."""

COMPARED = ("accuracy", "mean_error", "mean_absolute_error", "mean_score", "mean_prediction", "roc_auc")
"""The disparities that a reader is shown first where there are no decisions; the first that exists is the one that is
summed up, since those in the unit of the target cannot be ranked among each other."""


@dataclass(frozen=True, slots=True)
class Group:
    """One group of people.

    Attributes
    ----------
    name : str
    rows : int or None
        How many rows it has.
    small, unknown : bool
        Whether it has too few rows to say much; whether it holds rows whose attribute is missing.
    values : dict
        Its metrics by name.
    """

    name: str
    rows: int | None
    small: bool
    unknown: bool
    values: dict[str, Value]


def result(assessment: Assessment, name: str) -> AssessmentResult | None:
    """Return the result of that name, or None."""
    return next((r for r in assessment.results if r.name == name), None)


def done(assessment: Assessment, name: str) -> AssessmentResult | None:
    """Return the result of that name if it was done, or None."""
    found = result(assessment, name)
    return found if found is not None and found.status == "done" else None


def only(assessment: Assessment) -> AssessmentResult | None:
    """Return the one result of what is no assessment of a model's performance: one row explained, two sets compared."""
    found = assessment.results[0] if len(assessment.results) == 1 else None
    return found if found is not None and found.status == "done" and found.name in ABOUT_OTHERS else None


def undone(assessment: Assessment, *statuses: str) -> list[list[AssessmentResult]]:
    """Return the results that were skipped or failed, those of one reason together."""
    by: dict[tuple[str, str], list[AssessmentResult]] = {}
    for r in assessment.results:
        if r.status in (statuses or ("skipped", "failed")):
            by.setdefault((r.status, r.reason), []).append(r)
    return list(by.values())


def estimates(found: AssessmentResult | None) -> dict[str, Value]:
    """Return the values over all rows by measure, in their order."""
    return {} if found is None else {v.measure: v for v in found.values if v.kind == "estimate"}


def overall(assessment: Assessment, measure: str) -> Value | None:
    """Return the value of `measure` over all rows from whichever assessment has it, or None."""
    for found in assessment.results:
        value = None if found.name in ABOUT_OTHERS else found.find(measure, kind="estimate")
        if value is not None:
            return value
    return None


def overall_values(assessment: Assessment, measures: Iterable[str]) -> dict[str, float]:
    """Return the measures of groups over all rows, as far as any result has them."""
    found = ((m, overall(assessment, _SAME.get(m, m))) for m in measures)
    return {m: v.value for m, v in found if v is not None and v.value is not None}


def shared_notes(assessment: Assessment) -> list[str]:
    """Return the notes that several results have: they are about what was given, not about one assessment."""
    told = Counter(n for r in assessment.results for n in dict.fromkeys(r.notes))
    return [n for n, times in told.items() if times > 1]


def confusion(found: AssessmentResult | None) -> dict[str, int] | None:
    """Return the four cells of the confusion table, or None."""
    counts = {k: int(v.value) for k, v in estimates(found).items() if k in CONFUSION and v.value is not None}
    return counts if len(counts) == len(CONFUSION) else None


class Comparison:
    """A fairness result sorted into attributes, groups and disparities.

    Parameters
    ----------
    found : AssessmentResult
        A fairness result.
    label : str, optional
        The class that values are about, where the target has several; by default those about no class.
    """

    def __init__(self, found: AssessmentResult, label: str | None = None) -> None:
        # Importing display must not load NumPy, which comes with this.
        from jupyter_gov.assessment import CROSS, MINIMUM, UNKNOWN

        self._cross, self._unknown = CROSS, UNKNOWN
        self.result, self.label = found, label
        self.judged = any(v.reference == JUDGED for v in found.values)
        self.labels = list(dict.fromkeys(v.label for v in found.values if v.kind == "group" and v.label is not None))
        self.minimum = int(found.parameters.get("minimum_group") or MINIMUM)
        self._known = found.parameters.get("attributes")
        self._groups: dict[str, dict[str, dict[str, Value]]] = {}
        self._disparities: dict[str, dict[tuple[str, str], Value]] = {}
        for v in found.values:
            attribute = v.attribute or ""
            if v.label != label and v.measure != "count":
                continue
            if v.kind == "group" and v.group is not None:
                self._groups.setdefault(attribute, {}).setdefault(v.group, {})[v.measure] = v
            elif v.kind in {"difference", "ratio"} and v.reference in {JUDGED, EVERY}:
                kept = self._disparities.setdefault(attribute, {})
                if v.reference == JUDGED or (v.measure, v.kind) not in kept:
                    kept[v.measure, v.kind] = v
        self.attributes = list(self._groups)
        self.single = [a for a in self.attributes if not self._is_crossed(a)]
        self.crossed = [a for a in self.attributes if self._is_crossed(a)]

    def groups(self, attribute: str) -> list[Group]:
        """Return the groups of an attribute or intersection, in their order."""
        return [self._group(attribute, name, values) for name, values in self._groups.get(attribute, {}).items()]

    def count(self, attribute: str) -> int:
        """Return how many groups an attribute or intersection has."""
        return len(self._groups.get(attribute, ()))

    def disparity(self, attribute: str, measure: str, kind: str) -> Value | None:
        """Return the max–min disparity of a measure between the groups of an attribute, or None.

        It is that among the groups which are large enough to be judged, where there is one.
        """
        return self._disparities.get(attribute, {}).get((measure, kind))

    def unjudged(self, attribute: str) -> bool:
        """Return whether an attribute has fewer than two groups that are large enough to be compared."""
        return self.judged and sum(not group.small for group in self.groups(attribute)) < 2

    def compared(self, attribute: str) -> list[str]:
        """Return the measures whose disparities between the groups of an attribute there are."""
        return list(dict.fromkeys(measure for measure, _ in self._disparities.get(attribute, ())))

    @property
    def criteria(self) -> tuple[str, ...]:
        """The disparities that a reader is shown first."""
        there = {measure for found in self._disparities.values() for measure, _ in found}
        shown = tuple(c for c in CRITERIA if c in there)
        return shown or tuple(c for c in COMPARED if c in there)[: len(CRITERIA)]

    def differences(self) -> Iterator[Value]:
        """Yield the estimable differences by the fairness criteria, over attributes and intersections."""
        ranked = self.criteria if set(self.criteria) <= set(CRITERIA) else self.criteria[:1]
        for attribute in self.attributes:
            for measure in ranked:
                value = self.disparity(attribute, measure, "difference")
                if value is not None and value.value is not None:
                    yield value

    def _is_crossed(self, attribute: str) -> bool:
        return attribute not in self._known if self._known else self._cross in attribute

    def _group(self, attribute: str, group: str, values: dict[str, Value]) -> Group:
        counted = values.get("count")
        rows = max((v.n for v in values.values() if v.n is not None), default=None)
        if counted is not None and counted.value is not None:
            rows = int(counted.value)
        return Group(
            name=group,
            rows=rows,
            small=rows is not None and rows < self.minimum,
            unknown=self._unknown in (group.split(self._cross) if self._is_crossed(attribute) else [group]),
            values={k: v for k, v in values.items() if k != "count"},
        )


def worst(assessment: Assessment) -> Value | None:
    """Return the largest difference between groups by the fairness criteria, or None.

    Among equal ones it is that which the data support best, by the lower end of its interval.
    """
    found = done(assessment, "fairness")
    return None if found is None else largest(found)


def clearest(assessment: Assessment) -> Value | None:
    """Return the difference whose interval lies farthest above zero, or None where every interval includes zero."""
    found = done(assessment, "fairness")
    best = None if found is None else max(_differences(found), key=lambda v: (v.lower or 0.0, v.value), default=None)
    return best if best is not None and (best.lower or 0.0) > 0 else None


def largest(found: AssessmentResult) -> Value | None:
    """Return the largest difference of a fairness result, or None."""
    return max(_differences(found), key=lambda v: (v.value, v.lower or 0.0), default=None)


def ranked(found: AssessmentResult) -> list[Value]:
    """Return importances, the largest first."""
    return sorted((v for v in found.values if v.kind == "importance"), key=lambda v: -(v.value or 0.0))


def _differences(found: AssessmentResult) -> Iterator[Value]:
    """Yield the differences by the fairness criteria, over all classes of the target."""
    by_label: dict[str | None, list[Value]] = {}
    for v in found.values:
        by_label.setdefault(v.label, []).append(v)
    for label, values in by_label.items():
        yield from Comparison(found.replace(values=tuple(values)), label).differences()


def headlines(assessment: Assessment, limit: int = 2) -> list[Value]:
    """Return the performance numbers that stand in the summary."""
    found = [overall(assessment, measure) for measure in HEADLINES]
    return [v for v in found if v is not None and v.value is not None][:limit]
