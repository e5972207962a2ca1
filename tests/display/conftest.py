"""An assessment with every kind of value, made by hand, so that what is shown can be told in advance."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from jupyter_gov.records import Assessment, AssessmentResult, Value


def _estimate(measure: str, value: float | None, spread: float = 0.03, n: int = 498) -> Value:
    if value is None:
        return Value(measure=measure, n=0, method="not estimable")
    return Value(
        measure=measure, value=value, lower=value - spread, upper=value + spread, confidence=0.95, n=n, method="x"
    )


def _group(attribute: str, group: str, rows: int, rates: dict[str, float | None]) -> list[Value]:
    where = {"kind": "group", "attribute": attribute, "group": group}
    counted = Value(measure="count", value=float(rows), n=rows, method="count", **where)  # type: ignore[arg-type]
    values = [counted]
    for measure, rate in rates.items():
        limits = (
            {} if rate is None else {"value": rate, "lower": rate / 2, "upper": min(1, rate * 1.1), "confidence": 0.95}
        )
        values.append(Value(measure=measure, n=rows, **where, **limits))  # type: ignore[arg-type]
    return values


def _disparity(attribute: str, measure: str, difference: float, lower: float, upper: float) -> list[Value]:
    where = {"attribute": attribute, "reference": "max-min", "confidence": 0.95, "measure": measure}
    return [
        Value(kind="difference", value=difference, lower=lower, upper=upper, **where),  # type: ignore[arg-type]
        Value(kind="ratio", value=1 - difference, lower=1 - upper, upper=1 - lower, **where),  # type: ignore[arg-type]
    ]


def build(
    *, attribute: str = "sex", groups: tuple[str, str] = ("f", "m"), model: str = "model", column: str = "income"
) -> Assessment:
    """Return an assessment whose names are the given ones."""
    rates = {"selection_rate": 0.8, "true_positive_rate": 0.9, "false_positive_rate": None, "accuracy": 0.85}
    crossed = f"{attribute} × age"
    values = [
        *_group(attribute, groups[0], 400, rates),
        *_group(attribute, groups[1], 12, rates),
        *_group(attribute, "unknown", 86, rates),
        *_group(crossed, f"{groups[0]} × unknown", 7, rates),
        *_group(crossed, f"{groups[1]} × old", 491, rates),
        *_disparity(attribute, "demographic_parity", 0.12, 0.04, 0.2),
        *_disparity(attribute, "equalized_odds", 0.1, 0.0, 0.3),
        *_disparity(crossed, "equalized_odds", 0.4, 0.0, 0.8),
        *_disparity(crossed, "equal_opportunity", 0.3, 0.01, 0.8),
    ]
    bins = [
        Value(
            measure=m,
            kind="bin",
            group=f"{i / 10:.1f}–{(i + 1) / 10:.1f}",
            value=v,
            lower=v / 2,
            upper=1.0,
            confidence=0.95,
            n=50,
        )
        for i in range(3)
        for m, v in (("observed_rate", 0.1 + 0.3 * i), ("mean_score", 0.05 + i / 10))
    ]
    importance = [
        Value(
            measure="mean_abs_shap",
            kind="importance",
            attribute=a,
            value=v,
            lower=v * 0.9,
            upper=v * 1.1,
            confidence=0.95,
            n=400,
        )
        for a, v in ((column, 0.5), ("debt", 0.25))
    ]
    counts = {"true_negatives": 10.0, "false_positives": 51.0, "false_negatives": 9.0, "true_positives": 428.0}
    performance = [
        _estimate("accuracy", 0.88),
        _estimate("balanced_accuracy", 0.572),
        _estimate("recall", 0.979),
        _estimate("specificity", 0.164),
        _estimate("selection_rate", 0.962),
        _estimate("negative_predictive_value", None),
        *(Value(measure=k, value=v, n=498, method="count") for k, v in counts.items()),
        _estimate("roc_auc", 0.812),
    ]
    act = "01a1fc66-1730-7ca1-a005-e5965b47a9cc"
    made = [
        AssessmentResult(
            name="performance",
            act=act,
            values=tuple(performance),
            parameters={"positive_label": 1, "negative_label": 0},
        ),
        AssessmentResult(name="calibration", act=act, values=(_estimate("brier_score", 0.09), *bins)),
        AssessmentResult(
            name="fairness",
            act=act,
            values=tuple(values),
            parameters={"attributes": [attribute, "age"], "minimum_group": 30},
            notes=(f"In the attribute {attribute!r}, 1 of 3 groups has fewer than 30 rows.",),
        ),
        AssessmentResult(name="explanation", act=act, values=tuple(importance), parameters={"output": "log-odds"}),
    ]
    return Assessment(id=act, model=model, rows=498, results=tuple(made))


@pytest.fixture(scope="session")
def assessment() -> Assessment:
    """An assessment with every kind of value."""
    return build()


@pytest.fixture(scope="session")
def named() -> Callable[..., Assessment]:
    """A function that makes an assessment with given names."""
    return build
