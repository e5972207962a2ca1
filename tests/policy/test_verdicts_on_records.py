"""Verdicts on everything that is not a number of an assessment."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from jupyter_gov.policy import Control, Example, Fact, Policy, Requirement, evidence_of, evidence_of_example, judge
from jupyter_gov.records import AssessmentResult, Charter, Checked, Finding, Fit, Kpi, Reproduction, Run, Value, Verdict

AS_OF = datetime(2026, 11, 1, tzinfo=UTC)


def judged(asked: Requirement, evidence: Any) -> Verdict:
    control = Control(id="asked", title="Asked", require=asked)
    policy = Policy(id="made-up", version="1.0.0", title="Made up", controls=(control,))
    return judge(policy, evidence, AS_OF)[0]


def verdict(asked: Requirement, **given: Any) -> Verdict:
    return judged(asked, evidence_of_example(Example(name="made up", given=given, as_of="2026-10-31")))


def test_an_assessment_was_made_or_not() -> None:
    asked = Requirement(of="assessment", name=("fairness", "explanation"))
    assert verdict(asked, assessments=["fairness", "explanation"]).status == "pass"
    found = verdict(asked, assessments=["fairness"])
    call = "Run `%gov_assess model DATA TARGET --include explanation`, with your own for DATA and TARGET."
    assert (found.status, found.action) == ("missing", call)
    empty = AssessmentResult(id="1", act="a", name="drift", model="m")
    found = judged(Requirement(of="assessment", name="drift"), evidence_of([empty]))
    assert (found.status, found.reason) == ("missing", "The assessment drift was made and has no values.")
    skipped = AssessmentResult(act="a", name="drift", model="m", status="skipped", reason="It needs training data.")
    found = judged(Requirement(of="assessment", name="drift"), evidence_of([skipped]))
    assert found.status == "missing"


def test_a_table_that_was_looked_at_is_no_model() -> None:
    def result(key: str, name: str, **more: Any) -> AssessmentResult:
        return AssessmentResult(id=key, act=key, name=name, values=(Value(measure="m", value=1.0),)).replace(**more)

    records = [
        Fit(id="f", class_="LogisticRegression", name="clf", datasets=("train",)),
        result("1", "performance", model="clf", fit="f", dataset="test"),
        result("2", "data_quality", model="table", dataset="train"),
        result("3", "drift", dataset="elsewhere"),
    ]
    evidence = evidence_of(records)
    assert (evidence.model, evidence.fit) == ("clf", "f")
    found = judged(Requirement(of="assessment", name=("performance", "data_quality", "drift")), evidence)
    assert [a.status for a in found.answers] == ["pass", "pass", "missing"]
    alone = evidence_of(records[2:3])
    assert judged(Requirement(of="assessment", name="data_quality"), alone).status == "pass"
    own = [*records, result("4", "data_quality", model="clf", fit="f", dataset="test")]
    assert judged(Requirement(of="assessment", name="data_quality"), evidence_of(own)).answers[0].records == ("4",)


def test_silence_of_a_check_counts_only_where_one_looked() -> None:
    asked = Requirement(of="finding", name="overlapping_rows", where={"severity": "warning"})
    found = {"check": "overlapping_rows", "severity": "warning", "message": "Twelve rows are in both."}
    assert verdict(asked).status == "missing"
    assert verdict(asked, checked=["target_in_features"]).status == "missing"
    assert verdict(asked, checked=["overlapping_rows"]).status == "pass"
    assert verdict(asked, checked=["overlapping_rows"], findings=[{**found, "severity": "info"}]).status == "pass"
    failed = verdict(asked, checked=["overlapping_rows"], findings=[found])
    assert (failed.status, failed.reason) == ("fail", "Twelve rows are in both.")
    assert verdict(asked, findings=[{**found, "severity": "error"}]).status == "fail"
    unsaid = Requirement(of="finding", name="overlapping_rows")
    assert verdict(unsaid, checked=["overlapping_rows"], findings=[{**found, "severity": "info"}]).status == "pass"
    assert verdict(unsaid, checked=["overlapping_rows"], findings=[found]).status == "fail"
    every = Requirement(of="finding", name="overlapping_rows", where={"severity": "info"})
    assert verdict(every, checked=["overlapping_rows"], findings=[{**found, "severity": "info"}]).status == "fail"
    anything = Requirement(of="finding", name="any")
    assert verdict(anything).status == "missing"
    assert verdict(anything, checked=["target_in_features"]).status == "pass"
    assert verdict(anything, checked=["target_in_features"], findings=[found]).status == "fail"


def test_checks_that_were_left_are_told() -> None:
    asked = Requirement(of="finding", name="overlapping_rows")
    run = Run(experiment="e", name="n", started="2026-10-01T00:00:00Z", id="0")
    none_made = judged(asked, evidence_of([run, Checked(id="1", left={"f": {"overlapping_rows": 2}})], fit="f"))
    assert none_made.status == "missing"
    assert "due 2 times and not made" in none_made.reason
    made = Checked(id="1", checks={"f": {"overlapping_rows": 3}}, left={"f": {"overlapping_rows": 1}})
    some = judged(asked, evidence_of([made], fit="f"))
    assert some.status == "missing"
    assert "was made, but 1 time it was due and not made" in some.reason
    assert "Run the notebook again" in some.action
    going = run.replace(status="running")
    assert "then check again" in judged(asked, evidence_of([going, made], fit="f")).action
    anything = judged(Requirement(of="finding", name="any"), evidence_of([made], fit="f"))
    assert (anything.status, anything.reason) == ("missing", "1 check was due and not made.")
    # What was not made of another model, or of other checks, is no matter of this.
    for left in ({"g": {"overlapping_rows": 1}}, {"f": {"duplicate_rows": 1}}):
        assert judged(asked, evidence_of([made.replace(left=left)], fit="f")).status == "pass"


def test_what_assessments_raise_needs_the_assessment_in_a_run() -> None:
    asked = Requirement(of="finding", name="disparity", where={"severity": "warning"})
    assert verdict(asked).status == "missing"
    assert verdict(asked, assessments=["fairness"]).status == "pass"
    untracked = evidence_of([AssessmentResult(id="1", act="a", name="fairness", model="m")])
    assert judged(asked, untracked).status == "missing"


def test_findings_about_other_fits_do_not_count() -> None:
    asked = Requirement(of="finding", name="preparation_on_test_rows")
    records = [
        Fit(id="step", class_="StandardScaler", parent="mine"),
        Fit(id="mine", class_="Pipeline", name="model"),
        AssessmentResult(id="1", act="a", name="performance", model="model", fit="mine"),
        Checked(id="2", checks={"mine": {"preparation_on_test_rows": 1}}),
    ]

    def finding(*fits: str) -> Finding:
        made = Finding(id="3", check="preparation_on_test_rows", severity="warning", message="It was.")
        return made.replace(fits=fits)

    assert judged(asked, evidence_of([*records, finding("other")])).status == "pass"
    assert judged(asked, evidence_of([*records, finding("other", "step")])).status == "fail"
    assert judged(asked, evidence_of([*records, finding()])).status == "fail"


@pytest.mark.parametrize(
    ("verdict_", "status"),
    [("identical", "pass"), ("equivalent", "pass"), ("different", "fail"), ("impossible", "fail"), (None, "missing")],
)
def test_the_last_reproduction_counts(verdict_: str | None, status: str) -> None:
    asked = Requirement(of="reproduction", name=("identical", "equivalent"))
    found = verdict(asked, **({"reproduction": verdict_} if verdict_ else {}))
    assert found.status == status
    assert (found.action == "%gov_reproduce") == (status != "pass")


def test_a_second_reproduction_replaces_the_first() -> None:
    first = Reproduction(id="1", verdict="identical", summary="", started="2026-10-01T00:00:00Z")
    second = Reproduction(id="2", verdict="different", summary="Two differ.", started="2026-10-02T00:00:00Z")
    found = judged(Requirement(of="reproduction", name=("identical",)), evidence_of([second, first]))
    assert (found.status, found.answers[0].earlier) == ("fail", 1)
    old = Requirement(of="reproduction", name=("different",), at_most_days=10)
    assert judged(old, evidence_of([second])).status == "missing"


@pytest.mark.parametrize(
    ("value", "more", "status"),
    [
        (True, {}, "pass"),
        (False, {}, "fail"),
        (None, {}, "missing"),
        (1.0, {}, "pass"),
        (0.9, {}, "fail"),
        (0.9, {"comparison": "at_least", "threshold": 0.9}, "pass"),
        (float("nan"), {"comparison": "at_least", "threshold": 0.9}, "missing"),
        (False, {"comparison": "equals", "threshold": False}, "pass"),
    ],
)
def test_facts(value: Any, more: dict[str, Any], status: str) -> None:
    facts = {"data_identified": value}
    assert verdict(Requirement(of="fact", name="data_identified", **more), facts=facts).status == status


def test_facts_that_count_gaps_or_name_people() -> None:
    none = Requirement(of="fact", name="gaps", comparison="at_most", threshold=0)
    assert verdict(none, facts={"gaps": 0}).status == "pass"
    assert verdict(none, facts={"gaps": 2}).status == "fail"
    assert verdict(Requirement(of="fact", name="gaps"), facts={"gaps": 2}).status == "fail"
    author = Requirement(of="fact", name="author", comparison="one_of", threshold=("ann", "bob"))
    assert verdict(author, facts={"author": "bob"}).status == "pass"
    assert verdict(author, facts={"author": "eve"}).status == "fail"
    assert verdict(author).status == "missing"


def test_a_facts_own_words_and_call_are_told() -> None:
    fact = Fact(name="code_committed", value=False, reason="Two files differ.", action="git commit", records=("r",))
    found = judged(Requirement(of="fact", name="code_committed"), evidence_of([], facts={"code_committed": fact}))
    assert (found.status, found.reason, found.action) == ("fail", "Two files differ.", "git commit")
    assert found.answers[0].records == ("r",)


@pytest.mark.parametrize(("text", "status"), [("One two three.", "pass"), ("One.", "fail"), ("  \n", "missing")])
def test_documents_by_their_words(text: str, status: str) -> None:
    asked = Requirement(of="document", name="purpose", where={"min_words": 3})
    found = verdict(asked, documents={"purpose": text})
    assert found.status == status
    call = "Write a cell that begins with `%%gov_doc purpose`, 3 words or more below it."
    assert found.action == ("" if status == "pass" else call)
    assert verdict(asked, documents={"data": text}).status == "missing"


@pytest.mark.parametrize(
    ("name", "comparison", "wanted", "status"),
    [
        ("python", "at_least", "3.11", "pass"),
        ("python", "below", "3.11", "fail"),
        ("scikit-learn", "at_least", "1.10", "fail"),
        ("Scikit_Learn", "at_least", "1.9", "pass"),
        ("scikit-learn", "one_of", ["1.9.0", "2.0"], "pass"),
        ("scikit-learn", "equals", "1.8", "fail"),
        ("mine", "at_least", "1.0", "inconclusive"),
        ("absent", "at_least", "1.0", "fail"),
        ("absent", "", None, "fail"),
        ("lock_file", "", None, "pass"),
    ],
)
def test_environments(name: str, comparison: str, wanted: Any, status: str) -> None:
    packages = {"scikit-learn": "1.9", "mine": "what"}
    held = {"python": "3.11.7", "packages": packages, "lock_file": True}
    asked = Requirement(of="environment", name=name, comparison=comparison, threshold=wanted)
    assert verdict(asked, environment=held).status == status
    assert verdict(asked).status == "missing"


def test_a_lock_file_may_lack() -> None:
    held = {"python": "3.11", "lock_file": False}
    assert verdict(Requirement(of="environment", name="lock_file"), environment=held).status == "fail"


@pytest.mark.parametrize("name", ["run", "assessment", "assessment:fairness", "document:purpose", "charter"])
@pytest.mark.parametrize(("made", "status"), [("2026-10-20", "pass"), ("2026-01-20", "fail")])
def test_ages(name: str, made: str, status: str) -> None:
    asked = Requirement(of="age", name=name, at_most_days=30)
    given: dict[str, Any] = {"assessments": ["fairness"], "documents": {"purpose": "Text."}, "charter": {"goal": "x"}}
    assert verdict(asked, **given, made=made).status == status
    if name != "run":
        assert verdict(asked).status == "missing"


def test_the_age_of_a_record_whose_time_is_unknown_is_missing() -> None:
    held = evidence_of([AssessmentResult(id="1", act="a", name="fairness", model="m")])
    assert judged(Requirement(of="age", name="assessment", at_most_days=30), held).status == "missing"


@pytest.mark.parametrize(
    ("asked", "charter", "status"),
    [
        ({"name": "goal"}, {"goal": "Fewer errors."}, "pass"),
        ({"name": "goal"}, {}, "missing"),
        ({"name": "goal", "where": {"min_words": 9}}, {"goal": "Fewer errors."}, "fail"),
        ({"name": "risks", "where": {"min_items": 2}}, {"risks": [{"risk": "a"}, {"risk": "b"}]}, "pass"),
        ({"name": "risks", "where": {"min_items": 2}}, {"risks": [{"risk": "a"}]}, "fail"),
        ({"name": "approvers"}, {"approvers": []}, "missing"),
        ({"name": "decision", "comparison": "one_of", "threshold": ["build"]}, {"decision": "build"}, "pass"),
        ({"name": "decision", "comparison": "one_of", "threshold": ["build"]}, {"decision": "do not build"}, "fail"),
        ({"name": "decision", "comparison": "one_of", "threshold": ["build"]}, {}, "missing"),
        ({"name": "goal"}, None, "missing"),
    ],
)
def test_charters(asked: dict[str, Any], charter: dict[str, Any] | None, status: str) -> None:
    found = verdict(Requirement(of="charter", **asked), **({} if charter is None else {"charter": charter}))
    assert found.status == status
    assert (found.action == "%gov_charter") == (status != "pass")


def test_targets_of_the_charter_become_controls() -> None:
    kpis = (
        Kpi(name="Ranking, overall", measure="roc_auc", at_least=0.8, owner="Credit"),
        Kpi(name="Ranking  overall", measure="metric:gini", at_most=0.5, at_least=0.1),
        Kpi(name="No target", measure="roc_auc"),
    )
    charter = Charter(id="c", kpis=kpis, tier="high", jurisdiction="EU", decided="2026-09-01")
    made = {
        "values": [{"measure": "roc_auc", "value": 0.9, "lower": 0.85, "upper": 0.95}],
        "metrics": [{"name": "gini", "value": 0.6}],
    }
    example = evidence_of_example(Example(name="n", given=made, as_of="2026-10-31"))
    evidence = evidence_of(example.records, charter=charter)
    assert evidence.context == {"tier": "high", "jurisdiction": "EU"}
    policy = Policy(id="p", version="1.0.0", title="P")
    first, second = judge(policy, evidence, AS_OF)
    assert (first.control, first.status, first.origin) == ("kpi.ranking-overall", "pass", "charter")
    assert (first.severity, first.owner) == ("major", "Credit")
    assert (second.control, second.status) == ("kpi.ranking-overall-2", "fail")
    assert [a.status for a in second.answers] == ["pass", "fail"]
