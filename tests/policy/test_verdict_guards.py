"""What must not pass: evidence of another model, results that were tried again, numbers that cannot be right."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from jupyter_gov.policy import Applies, Control, Policy, Requirement, evidence_of, judge, requirement_digest
from jupyter_gov.records import (
    AssessmentResult,
    Charter,
    Checked,
    Finding,
    Fit,
    Kpi,
    Metric,
    Record,
    Run,
    Value,
    Verdict,
    Waiver,
)

AS_OF = datetime(2026, 11, 1, tzinfo=UTC)
FOUR_FIFTHS = Requirement(
    of="measure",
    name="selection_rate",
    where={"kind": "ratio", "attribute": "each", "reference": "max-min"},
    comparison="at_least",
    threshold=0.8,
)
AUC = Requirement(of="measure", name="roc_auc", comparison="at_least", threshold=0.7)


def judged(asked: Requirement, records: list[Record], **known: Any) -> Verdict:
    control = Control(id="asked", title="Asked", require=asked)
    policy = Policy(id="made-up", version="1.0.0", title="Made up", controls=(control,))
    return judge(policy, evidence_of(records, **known), AS_OF)[0]


def fairness(key: str, fit: str | None = "f", *, act: str = "a", **ratios: float) -> AssessmentResult:
    """Return a result with a narrow interval around the ratio of each attribute."""
    values = [
        Value(
            measure="selection_rate",
            kind="ratio",
            attribute=attribute,
            reference="max-min",
            value=ratio,
            lower=ratio - 0.01,
            upper=ratio + 0.01,
            confidence=0.95,
        )
        for attribute, ratio in ratios.items()
    ]
    told = {"attributes": list(ratios)}
    return AssessmentResult(id=key, act=act, name="fairness", model="m", fit=fit, values=tuple(values), parameters=told)


def auc(key: str, value: float = 0.9, **more: Any) -> AssessmentResult:
    held = {"lower": value - 0.02, "upper": value + 0.02, "confidence": 0.95, **more}
    number = Value(measure="roc_auc", value=value, **held)
    return AssessmentResult(id=key, act="a", name="performance", model="m", fit="f", values=(number,))


def test_an_attribute_does_not_disappear_by_assessing_without_it() -> None:
    found = judged(FOUR_FIFTHS, [fairness("1", race=0.5, sex=0.9), fairness("2", sex=0.95)])
    assert found.status == "fail"
    statuses = {a.subject["attribute"]: (a.status, a.records, a.earlier) for a in found.answers}
    assert statuses == {"sex": ("pass", ("2",), 1), "race": ("fail", ("1",), 0)}


def test_a_result_that_replaces_another_verdict_says_so() -> None:
    first, second = fairness("1", race=0.5), fairness("2", race=0.6)
    found = judged(FOUR_FIFTHS, [first, second, fairness("3", race=0.9)])
    assert found.status == "pass"
    assert found.reason.endswith("It replaces 2 earlier results: 2 did not meet it.")
    alone = judged(FOUR_FIFTHS, [first, fairness("3", race=0.9)])
    assert alone.reason.endswith("It replaces an earlier result, which did not meet it.")
    assert "replaces" not in judged(FOUR_FIFTHS, [first, second]).reason


def test_a_check_of_another_fit_is_none_of_this_one() -> None:
    asked = Requirement(of="finding", name="overlapping_rows")
    known: list[Record] = [
        Fit(id="f", class_="A"),
        Fit(id="g", class_="B"),
        Fit(id="step", class_="S", parent="f"),
        auc("1"),
    ]
    checked = Checked(id="2", checks={"g": {"overlapping_rows": 1}}, left={"g": {"overlapping_rows": 1}})
    assert judged(asked, [*known, checked]).status == "missing"
    assert judged(asked, [*known, checked.replace(checks={"": {"overlapping_rows": 1}})]).status == "missing"
    assert judged(asked, [*known, checked.replace(checks={"step": {"overlapping_rows": 1}})]).status == "pass"
    anything = Requirement(of="finding", name="any")
    assert judged(anything, [*known, checked]).status == "missing"


def test_disparity_is_asked_of_the_models_own_results() -> None:
    asked = Requirement(of="finding", name="disparity")
    run = Run(id="0", experiment="e", name="n", started="2026-01-01T00:00:00Z")
    other = fairness("1", fit="g", race=0.9)
    checked = Checked(id="2", checks={"g": {"disparity": 1}})
    assert judged(asked, [run, other, checked, auc("3")]).status == "missing"
    assert judged(asked, [run, other, checked, auc("3"), fairness("4", race=0.9)]).status == "pass"
    found = Finding(id="5", check="disparity", severity="warning", message="It differs.", fits=("g",))
    assert judged(asked, [run, other, found, auc("3"), fairness("4", race=0.9)]).status == "pass"


def test_without_a_fit_only_the_last_call_is_of_one_model() -> None:
    first = auc("1").replace(fit=None, act="first")
    records: list[Record] = [first, fairness("2", None, act="second", race=0.9)]
    assert judged(FOUR_FIFTHS, records).status == "pass"
    assert judged(AUC, records).status == "missing"
    assert judged(AUC, [*records, auc("3").replace(fit=None, act="second")]).status == "pass"


@pytest.mark.parametrize(
    "held",
    [
        {"value": float("inf")},
        {"value": 0.5, "lower": 0.9, "upper": 0.1},
        {"value": 0.5, "lower": 0.8, "upper": float("inf")},
    ],
)
@pytest.mark.parametrize("decide_on", ["interval", "estimate"])
def test_numbers_that_cannot_be_right_decide_nothing(held: dict[str, float], decide_on: Any) -> None:
    asked = Requirement(of="measure", name="roc_auc", comparison="at_least", threshold=0.1, decide_on=decide_on)
    assert judged(asked, [auc("1", **held)]).status == "inconclusive"


def test_an_infinite_metric_decides_nothing() -> None:
    asked = Requirement(of="metric", name="gain", comparison="at_least", threshold=0.1)
    assert judged(asked, [Metric(id="1", name="gain", value=float("inf"))]).status == "inconclusive"


def test_an_interval_that_is_hardly_sure_decides_nothing() -> None:
    assert judged(AUC, [auc("1", confidence=0.01)]).status == "missing"
    assert judged(AUC, [auc("1", confidence=0.95)]).status == "pass"


def test_training_rows_and_other_models_are_no_metric() -> None:
    asked = Requirement(of="metric", name="accuracy", comparison="at_least", threshold=0.7)
    test, train = (
        Metric(id="2", name="accuracy", value=0.2, split="test"),
        Metric(id="3", name="accuracy", value=1.0, split="train"),
    )
    assert judged(asked, [auc("1"), test, train]).status == "fail"
    good = test.replace(value=0.9)
    assert judged(asked, [auc("1"), good]).status == "pass"
    other = auc("0").replace(fit="g", model="other")
    assert judged(asked, [other, auc("1"), good]).status == "missing"
    assert judged(asked, [other, auc("1"), good.replace(fits=("f",))]).status == "pass"


def groups(rows: dict[str, int], left_out: list[str], minimum: int = 30) -> AssessmentResult:
    def extreme(reference: str, value: float) -> Value:
        where = {"kind": "ratio", "attribute": "race", "reference": reference, "value": value, "confidence": 0.95}
        return Value.from_json({"measure": "selection_rate", **where, "lower": value - 0.05, "upper": value + 0.05})

    values = [Value(measure="count", kind="group", attribute="race", group=name, value=n) for name, n in rows.items()]
    values += [extreme("max-min", 0.1), extreme("max-min judged", 0.95)]
    told = {"attributes": ["race"], "not_judged": {"race": left_out}, "minimum_group": minimum}
    return AssessmentResult(id="1", act="a", name="fairness", model="m", fit="f", values=tuple(values), parameters=told)


def asked_of(least: int) -> Requirement:
    return Requirement(**{**{k: getattr(FOUR_FIFTHS, k) for k in FOUR_FIFTHS.__slots__}, "min_rows": least})


def test_the_policy_says_which_groups_are_large_enough() -> None:
    one = groups({"a": 5000, "b": 4000, "c": 29}, ["c"])
    assert judged(asked_of(30), [one]).status == "pass"
    assert judged(asked_of(10), [one]).status == "fail"
    two = groups({"a": 5000, "b": 4000, "c": 29, "d": 5}, ["c", "d"])
    found = judged(asked_of(10), [two])
    assert found.status == "missing"
    assert "the assessment had a minimum of 30 rows for a group and left out c (29)" in found.reason


def test_groups_that_are_all_too_small_leave_it_open() -> None:
    found = judged(asked_of(30), [groups({"a": 15, "b": 10}, ["a", "b"])])
    assert (found.status, found.answers[0].rows) == ("inconclusive", 20)


def test_a_comparison_names_the_groups_at_its_ends() -> None:
    held = fairness("1", race=0.5)
    rates = [
        Value(measure="selection_rate", kind="group", attribute="race", group=name, value=rate)
        for name, rate in (("Asian", 0.6), ("Black", 0.382), ("White", 0.741))
    ]
    found = judged(FOUR_FIFTHS, [held.replace(values=(*held.values, *rates))])
    assert "The lowest is Black with 0.382, the highest White with 0.741." in found.reason


def waiver(**more: Any) -> Waiver:
    told = {"id": "w", "policy": "", "control": "asked", "by": "ann", "why": "Data come in May.", "until": "2026-12-31"}
    return Waiver(**{**told, "given": "2026-10-01T00:00:00Z", **more})


def test_a_waiver_counts_for_what_was_waived_only() -> None:
    known = requirement_digest(Control(id="asked", title="Another title", require=AUC))
    assert judged(AUC, [], waivers=[waiver(requirement=known)]).status == "waived"
    stricter = Requirement(of="measure", name="roc_auc", comparison="at_least", threshold=0.9)
    found = judged(stricter, [], waivers=[waiver(requirement=known)])
    assert found.status == "missing"
    assert "the waiver does not count" in found.reason
    assert judged(stricter, [], waivers=[waiver()]).status == "waived"


@pytest.mark.parametrize(
    ("until", "status"),
    [("2026-11-01", "waived"), ("2026-10-31", "missing"), ("2026-11-01T23:00:00-12:00", "waived"), ("soon", "missing")],
)
def test_the_last_day_of_a_waiver_is_a_day(until: str, status: str) -> None:
    assert judged(AUC, [], waivers=[waiver(until=until)]).status == status


def test_withdrawing_a_waiver_does_not_change_the_past() -> None:
    late = waiver(withdrawn=True, withdrawn_at="2026-11-05T00:00:00Z")
    assert judged(AUC, [], waivers=[late]).status == "waived"
    assert evidence_of([], waivers=[late]).at(AS_OF).digest == evidence_of([], waivers=[waiver()]).at(AS_OF).digest
    assert judged(AUC, [], waivers=[waiver(withdrawn=True, withdrawn_at="2026-10-15")]).status == "missing"
    assert judged(AUC, [], waivers=[waiver(withdrawn=True)]).status == "missing"


def charter(key: str, target: float, written: str) -> Charter:
    return Charter(id=key, kpis=(Kpi(name="Ranking", measure="roc_auc", at_least=target),), written=written)


def uuid(day: str) -> str:
    milliseconds = int(datetime.fromisoformat(day).replace(tzinfo=UTC).timestamp() * 1000)
    return f"{milliseconds >> 16:08x}-{milliseconds & 0xFFFF:04x}-7000-8000-000000000001"


def test_a_target_that_was_changed_when_the_result_was_known_is_told() -> None:
    policy = Policy(id="p", version="1", title="P")
    result = auc(uuid("2026-09-01"), 0.8)
    first, second = charter("a", 0.85, "2026-08-01T00:00:00Z"), charter("b", 0.7, "2026-10-01T00:00:00Z")
    (found,) = judge(policy, evidence_of([result], charters=[second, first]), AS_OF)
    assert (found.status, found.source["date"]) == ("pass", "2026-10-01")
    assert found.reason.endswith(
        "When this was measured, the target was at least 0.85; it was changed to at least 0.7 on 2026-10-01, "
        "when the result was known."
    )
    (before,) = judge(policy, evidence_of([result], charters=[second, first]), datetime(2026, 9, 15, tzinfo=UTC))
    assert before.status == "fail"
    same = charter("b", 0.85, "2026-10-01T00:00:00Z")
    (unchanged,) = judge(policy, evidence_of([result], charters=[first, same]), AS_OF)
    assert "changed" not in unchanged.reason


def test_facts_that_were_worked_out_later_are_none() -> None:
    from jupyter_gov.policy import Fact

    asked = Requirement(of="fact", name="gaps", comparison="at_most", threshold=0)
    facts = {"gaps": Fact(name="gaps", value=0)}
    assert judged(asked, [auc(uuid("2026-09-01"))], facts=facts).status == "pass"
    assert judged(asked, [auc(uuid("2026-12-01"))], facts=facts).status == "missing"


def test_the_digest_covers_which_fits_belong_together() -> None:
    metric = Metric(id="3", name="accuracy", value=0.9, fits=("step",))
    digests = {
        evidence_of([Fit(id="f", class_="P"), Fit(id="step", class_="S", parent=parent), metric], fit="f").digest
        for parent in ("f", None)
    }
    assert len(digests) == 2


@pytest.mark.parametrize(
    ("wanted", "used", "status"),
    [
        ("EU", "DE", "missing"),
        ("EU", "US", "not_applicable"),
        ("US-NY", "US", "missing"),
        ("US", "gb, us-ca", "missing"),
        ("EU", "Germany", "missing"),
    ],
)
def test_policies_apply_where_places_meet(wanted: str, used: str, status: str) -> None:
    control = Control(id="a", title="A", require=AUC, applies=Applies(jurisdiction=(wanted,)))
    policy = Policy(id="p", version="1", title="P", controls=(control,))
    assert judge(policy, evidence_of([], context={"jurisdiction": used}), AS_OF)[0].status == status


def test_each_entry_of_a_charter_has_what_is_asked() -> None:
    from jupyter_gov.records import Risk

    where = {"min_items": 1, "each_with": ["likelihood", "owner"]}
    asked = Requirement(of="charter", name="risks", where=where)

    def told(*risks: Risk) -> Verdict:
        return judged(asked, [], charter=Charter(risks=risks, written="2026-01-01T00:00:00Z"))

    whole = Risk(risk="x", likelihood="low", owner="Ann")
    assert told(whole).status == "pass"
    found = told(whole, Risk(risk="y", likelihood="high", owner=" "))
    assert found.status == "fail"
    assert found.reason == "1 of 2 entries under risks in the charter lack owner."
