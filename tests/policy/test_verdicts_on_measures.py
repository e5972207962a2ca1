"""Verdicts on the values of assessments: which values are meant, and what their intervals decide."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from jupyter_gov.policy import Control, Example, Policy, Requirement, evidence_of, evidence_of_example, judge
from jupyter_gov.records import AssessmentResult, Dataset, Fit, Metric, Value, Verdict

AS_OF = datetime(2026, 11, 1, tzinfo=UTC)


def verdict(asked: Requirement, *values: dict[str, Any], **given: Any) -> Verdict:
    """Judge one requirement on made-up values."""
    example = Example(name="made up", given={"values": list(values), **given}, as_of="2026-10-31")
    return judge_one(asked, evidence_of_example(example))


def judge_one(asked: Requirement, evidence: Any) -> Verdict:
    control = Control(id="asked", title="Asked", require=asked)
    policy = Policy(id="made-up", version="1.0.0", title="Made up", controls=(control,))
    return judge(policy, evidence, AS_OF)[0]


def four_fifths(**more: Any) -> Requirement:
    where = {"kind": "ratio", "attribute": "each", "reference": "max-min", **more.pop("where", {})}
    return Requirement(of="measure", name="selection_rate", where=where, comparison="at_least", threshold=0.8, **more)


def ratio(value: float | None, lower: float | None, upper: float | None, **more: Any) -> dict[str, Any]:
    made = {"measure": "selection_rate", "kind": "ratio", "attribute": "race", "reference": "max-min", "n": 500}
    return {**made, "confidence": 0.95, "value": value, "lower": lower, "upper": upper, **more}


@pytest.mark.parametrize(
    ("value", "lower", "upper", "status"),
    [
        (0.9, 0.8, 1.0, "pass"),
        (0.9, 0.79, 1.0, "inconclusive"),
        (0.7, 0.6, 0.81, "inconclusive"),
        (0.7, 0.6, 0.8, "inconclusive"),
        (0.7, 0.6, 0.79, "fail"),
        (0.7, None, 0.79, "fail"),
        (0.9, 0.85, None, "pass"),
        (0.9, None, 0.95, "inconclusive"),
        (0.9, None, None, "missing"),
        (float("nan"), 0.9, 0.95, "inconclusive"),
        (0.9, float("nan"), 0.95, "missing"),
        (None, None, None, "inconclusive"),
    ],
)
def test_the_interval_decides(value: float, lower: float, upper: float, status: str) -> None:
    assert verdict(four_fifths(), ratio(value, lower, upper)).status == status


@pytest.mark.parametrize(("value", "status"), [(0.8, "pass"), (0.79, "fail"), (float("nan"), "inconclusive")])
def test_the_estimate_decides_where_that_is_asked(value: float, status: str) -> None:
    assert verdict(four_fifths(decide_on="estimate"), ratio(value, 0.0, 1.0)).status == status


@pytest.mark.parametrize(
    ("comparison", "lower", "upper", "status"),
    [
        ("at_most", 0.1, 0.2, "pass"),
        ("at_most", 0.1, 0.21, "inconclusive"),
        ("at_most", 0.2, 0.3, "inconclusive"),
        ("at_most", 0.21, 0.3, "fail"),
        ("below", 0.1, 0.2, "inconclusive"),
        ("below", 0.2, 0.3, "fail"),
        ("above", 0.2, 0.3, "inconclusive"),
        ("above", 0.1, 0.2, "fail"),
        ("equals", 0.2, 0.2, "pass"),
        ("equals", 0.1, 0.3, "inconclusive"),
        ("equals", 0.3, 0.4, "fail"),
    ],
)
def test_every_comparison_has_its_bounds(comparison: str, lower: float, upper: float, status: str) -> None:
    asked = Requirement(of="measure", name="error", comparison=comparison, threshold=0.2)
    value = {"measure": "error", "value": (lower + upper) / 2, "lower": lower, "upper": upper, "n": 100}
    assert verdict(asked, value).status == status


def test_an_interval_may_be_surer_than_asked_but_not_less_sure() -> None:
    held = ratio(0.9, 0.85, 0.95)
    assert verdict(four_fifths(confidence=0.9), held).status == "pass"
    assert verdict(four_fifths(confidence=0.95), held).status == "pass"
    lacking = verdict(four_fifths(confidence=0.99), held)
    assert lacking.status == "missing"
    assert lacking.action.startswith("Run `%gov_assess")
    assert "--include fairness --confidence 0.99`" in lacking.action
    assert verdict(four_fifths(confidence=0.9), ratio(0.9, 0.85, 0.95, confidence=None)).status == "missing"


def test_what_is_not_on_record_is_missing_with_the_call_that_makes_it() -> None:
    found = verdict(four_fifths())
    call = "%gov_assess model DATA TARGET --sensitive ATTRIBUTE --include fairness"
    assert (found.status, call in found.action) == ("missing", True)


def test_the_call_names_what_is_known() -> None:
    records = [
        Dataset(id="d1", name="X_test", digest="jg1:a", rows=10),
        Dataset(id="d2", name="y_test", digest="jg1:b", rows=10),
        Fit(id="f1", class_="sklearn.linear_model.LogisticRegression", name="clf"),
        AssessmentResult(
            id="r1", act="a", name="performance", model="LogisticRegression", fit="f1", dataset="d1", target="d2"
        ),
    ]
    found = judge_one(four_fifths(where={"attribute": ["race", "sex"]}), evidence_of(records))
    assert found.action == "%gov_assess clf X_test y_test --sensitive race,sex --include fairness"
    assert [a.subject["attribute"] for a in found.answers] == ["race", "sex"]


def test_each_attribute_that_was_assessed_is_judged_alone() -> None:
    values = [
        ratio(0.9, 0.85, 0.95, attribute="sex"),
        ratio(0.7, 0.6, 0.75),
        ratio(0.5, 0.4, 0.6, attribute="race × sex"),
    ]
    found = verdict(four_fifths(), *values)
    assert [(a.subject["attribute"], a.status) for a in found.answers] == [("sex", "pass"), ("race", "fail")]
    assert found.status == "fail"
    crossed = verdict(four_fifths(where={"attribute": "each with intersections"}), *values)
    assert len(crossed.answers) == 3


def test_the_order_of_an_intersection_does_not_matter() -> None:
    held = ratio(0.9, 0.85, 0.95, attribute="race × sex")
    found = verdict(four_fifths(where={"attribute": "sex × race"}), held)
    assert (found.status, found.answers[0].subject["attribute"]) == ("pass", "race × sex")


def test_an_assessed_attribute_without_the_value_is_missing() -> None:
    value = Value.from_json(ratio(0.9, 0.85, 0.95, attribute="sex"))
    told = {"attributes": ["race", "sex"], "task": "binary"}
    result = AssessmentResult(act="a", name="fairness", model="m", values=(value,), parameters=told)
    found = judge_one(four_fifths(), evidence_of([result.replace(id="1")]))
    assert [(a.subject["attribute"], a.status) for a in found.answers] == [("race", "missing"), ("sex", "pass")]
    assert found.status == "missing"


def test_each_group_is_judged_and_small_ones_are_told_of() -> None:
    asked = Requirement(
        of="measure",
        name="recall",
        where={"kind": "group", "attribute": "race", "group": "each"},
        comparison="at_least",
        threshold=0.5,
        min_rows=30,
    )
    large = {"measure": "recall", "kind": "group", "attribute": "race", "value": 0.8, "lower": 0.7, "upper": 0.9}
    small = {**large, "group": "Other", "value": 0.1, "lower": 0.0, "upper": 0.2, "n": 12}
    found = verdict(asked, {**large, "group": "White", "n": 300}, small)
    assert found.status == "pass"
    assert "12 rows" in found.reason
    alone = verdict(asked, small)
    assert (alone.status, alone.answers[0].rows) == ("inconclusive", 18)
    unknown = verdict(asked, {**large, "group": "White"})
    assert unknown.status == "missing"


def fairness(**parameters: Any) -> AssessmentResult:
    """Return a result with three groups, one of them small, compared with and without it."""

    def group(name: str, n: int) -> Value:
        return Value(measure="selection_rate", kind="group", attribute="race", group=name, value=0.5, n=n)

    def extreme(reference: str, value: float, lower: float) -> Value:
        where = {"kind": "ratio", "attribute": "race", "reference": reference}
        return Value.from_json(
            {"measure": "selection_rate", **where, "value": value, "lower": lower, "upper": 1.0, "confidence": 0.95}
        )

    values = (
        *(group(name, n) for name, n in (("a", 300), ("b", 200), ("c", 12))),
        extreme("max-min", 0.5, 0.2),
        *((extreme("max-min judged", 0.95, 0.85),) if parameters.get("not_judged") else ()),
    )
    told = {"attributes": ["race"], "task": "binary", **parameters}
    return AssessmentResult(id="1", act="a", name="fairness", model="m", values=values, parameters=told)


def test_groups_that_are_too_small_are_left_out_of_a_comparison() -> None:
    held = evidence_of([fairness(not_judged={"race": ["c"]}, minimum_group=30)])
    assert judge_one(four_fifths(), held).status == "inconclusive"
    found = judge_one(four_fifths(min_rows=30), held)
    assert found.status == "pass"
    assert found.reason.endswith("Not judged, for too few rows: c (12).")
    assert judge_one(four_fifths(where={"reference": "max-min judged"}), held).status == "pass"
    assert judge_one(four_fifths(min_rows=250), held).status == "inconclusive"


def test_a_comparison_of_small_groups_is_open_and_never_drops_out() -> None:
    found = judge_one(four_fifths(min_rows=30), evidence_of([fairness()]))
    assert (found.status, found.answers[0].rows) == ("inconclusive", 18)
    assert found.action == "Assess on about 18 more rows like these."


def test_all_groups_judged_is_the_same_as_all_groups() -> None:
    same = judge_one(four_fifths(where={"reference": "max-min judged"}), evidence_of([fairness()]))
    assert same.answers[0].subject["reference"] == "max-min"
    lacking = fairness(not_judged={"race": ["b", "c"]}).replace(values=fairness().values)
    assert judge_one(four_fifths(where={"reference": "max-min judged"}), evidence_of([lacking])).status == "missing"


def test_what_is_left_out_means_the_whole_first() -> None:
    whole = {"measure": "roc_auc", "value": 0.9, "lower": 0.85, "upper": 0.95, "n": 100}
    asked = Requirement(of="measure", name="roc_auc", comparison="at_least", threshold=0.8)
    one_class = {**whole, "kind": "estimate", "label": "a", "value": 0.5, "lower": 0.4, "upper": 0.6}
    assert verdict(asked, whole, one_class).status == "pass"
    assert verdict(asked, one_class, {**one_class, "label": "b"}).status == "fail"
    by_class = Requirement(of="measure", name="roc_auc", where={"label": "each"}, comparison="at_least", threshold=0.8)
    assert verdict(by_class, whole, one_class).status == "fail"


def test_named_groups_and_classes_are_missing_one_by_one() -> None:
    where = {"kind": "group", "attribute": "race", "group": ["a", "b"]}
    asked = Requirement(of="measure", name="recall", where=where, comparison="at_least", threshold=0.5)
    held = {"measure": "recall", "kind": "group", "attribute": "race", "value": 0.8, "lower": 0.7, "upper": 0.9}
    found = verdict(asked, {**held, "group": "a", "n": 50})
    assert [(a.subject["group"], a.status) for a in found.answers] == [("a", "pass"), ("b", "missing")]


def test_a_group_against_itself_is_one_by_definition() -> None:
    asked = four_fifths(where={"reference": "best", "group": "each"})
    values = [
        ratio(1.0, None, None, reference="best", group="a", method="the reference itself", confidence=None),
        ratio(0.95, 0.85, 1.05, reference="best", group="b"),
    ]
    assert verdict(asked, *values).status == "pass"


def test_only_the_named_assessment_counts() -> None:
    value = {"measure": "roc_auc", "value": 0.9, "lower": 0.85, "upper": 0.95, "assessment": "slices"}
    asked = Requirement(of="measure", name="roc_auc", comparison="at_least", threshold=0.8)
    assert verdict(asked, value).status == "pass"
    named = Requirement(
        of="measure", name="roc_auc", where={"assessment": "performance"}, comparison="at_least", threshold=0.8
    )
    found = verdict(named, value)
    assert found.status == "missing"
    assert "--include performance" in found.action


def test_the_last_result_counts_and_the_others_are_counted() -> None:
    asked = Requirement(of="measure", name="roc_auc", comparison="at_least", threshold=0.8)

    def result(number: int, centre: float, **more: Any) -> AssessmentResult:
        value = Value(measure="roc_auc", value=centre, lower=centre - 0.02, upper=centre + 0.02, confidence=0.95)
        return AssessmentResult(
            id=f"{number}", act="a", name="performance", model="m", fit=f"f{number}", values=(value,)
        ).replace(**more)

    tries = [result(1, 0.5), result(2, 0.6), result(3, 0.9)]
    found = judge_one(asked, evidence_of(tries))
    assert (found.status, found.answers[0].earlier) == ("pass", 2)
    assert judge_one(asked, evidence_of(tries, fit="f2")).status == "fail"
    other = result(4, 0.4, model="other")
    assert judge_one(asked, evidence_of([*tries, other], model="m")).status == "pass"
    assert judge_one(asked, evidence_of([*tries, other])).status == "fail"


def test_a_metric_is_decided_on_the_estimate_of_its_split() -> None:
    asked = Requirement(of="metric", name="roc_auc", where={"split": "test"}, comparison="at_least", threshold=0.7)
    assert verdict(asked, metrics=[{"name": "roc_auc", "value": 0.7, "split": "test"}]).status == "pass"
    assert verdict(asked, metrics=[{"name": "roc_auc_score", "value": 0.9, "split": "test"}]).status == "pass"
    assert verdict(asked, metrics=[{"name": "roc_auc", "value": 0.9, "split": "train"}]).status == "missing"
    assert verdict(asked, metrics=[{"name": "roc_auc", "value": 0.6, "split": "test"}]).status == "fail"
    assert (
        verdict(asked, metrics=[{"name": "roc_auc", "value": float("nan"), "split": "test"}]).status == "inconclusive"
    )
    assert verdict(asked, metrics=[{"name": "roc_auc", "value": [0.9], "split": "test"}]).status == "inconclusive"


def test_metrics_of_other_fits_do_not_count() -> None:
    result = AssessmentResult(id="1", act="a", name="performance", model="m", fit="mine")
    metrics = [
        Metric(id="2", name="roc_auc", value=0.5, fits=("mine",), split="test"),
        Metric(id="3", name="roc_auc", value=0.9, fits=("other",), split="test"),
    ]
    asked = Requirement(of="metric", name="roc_auc", comparison="at_least", threshold=0.7)
    assert judge_one(asked, evidence_of([result, *metrics])).status == "fail"


def test_old_values_are_no_evidence() -> None:
    asked = four_fifths(at_most_days=30)
    assert verdict(asked, ratio(0.9, 0.85, 0.95), made="2026-10-20").status == "pass"
    found = verdict(asked, ratio(0.9, 0.85, 0.95), made="2026-09-01")
    assert found.status == "missing"
    assert "at most 30 days is asked" in found.reason


def test_numbers_beside_a_threshold_are_told_apart_from_it() -> None:
    found = verdict(four_fifths(decide_on="estimate"), ratio(0.79996, 0.7, 0.9))
    assert found.status == "fail"
    assert "0.79996" in found.reason


def test_what_fails_between_groups_can_be_mitigated() -> None:
    action = verdict(four_fifths(), ratio(0.5, 0.4, 0.6)).action
    assert action.startswith("Run `%gov_mitigate model DATA TARGET --train TRAIN_DATA,TRAIN_TARGET --sensitive race`")


def test_rows_that_would_decide_are_told() -> None:
    found = verdict(four_fifths(), ratio(0.85, 0.78, 0.93))
    assert found.status == "inconclusive"
    assert found.answers[0].rows is not None
    assert "more rows would decide" in found.reason
    assert found.action.startswith("Assess on about ")
