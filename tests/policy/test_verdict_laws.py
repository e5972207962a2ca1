"""Laws that every verdict keeps, whatever the policy and the evidence."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from jupyter_gov.policy import (
    FACTS,
    Combination,
    Control,
    Evidence,
    Example,
    Fact,
    Policy,
    Requirement,
    Rule,
    evidence_of,
    evidence_of_example,
    judge,
)
from jupyter_gov.records import UNMET, PolicyCheck, Verdict

AS_OF = datetime(2026, 11, 1, tzinfo=UTC)
RANK = {"fail": 0, "inconclusive": 1, "pass": 2}
GROUPS = ("a", "b", "c")
ATTRIBUTES = ("race", "sex")

numbers = st.floats(-10, 10)
comparisons = st.sampled_from(["at_least", "at_most", "above", "below"])


@st.composite
def requirements(draw: Callable[..., Any]) -> Requirement:
    """Draw a requirement whose address is exact, of any kind that evidence can be taken from."""
    of = draw(st.sampled_from(["measure", "metric", "fact", "document", "reproduction", "assessment", "finding"]))
    if of == "measure":
        where = {
            "kind": "group",
            "attribute": draw(st.sampled_from(ATTRIBUTES)),
            "group": draw(st.sampled_from(GROUPS)),
        }
        return Requirement(
            of=of,
            name="recall",
            where={"kind": "group", **where},
            comparison=draw(comparisons),
            threshold=draw(st.sampled_from([0.2, 0.5, 0.8])),
            decide_on=draw(st.sampled_from(["interval", "estimate"])),
            confidence=draw(st.sampled_from([None, 0.9, 0.99])),
            min_rows=draw(st.sampled_from([0, 30])),
            at_most_days=draw(st.sampled_from([None, 10.0, 1000.0])),
        )
    if of == "metric":
        return Requirement(of=of, name="gini", comparison=draw(comparisons), threshold=0.5)
    names = {
        "fact": ["code_committed", "gaps"],
        "document": ["purpose", "data"],
        "reproduction": [("identical", "equivalent")],
        "assessment": ["fairness", ("fairness", "drift")],
        "finding": ["overlapping_rows", "disparity"],
    }
    return Requirement(of=of, name=draw(st.sampled_from(names[of])))


def combined(parts: st.SearchStrategy[Rule]) -> st.SearchStrategy[Rule]:
    several = st.lists(parts, min_size=1, max_size=3).map(tuple)
    return st.one_of(
        st.builds(Combination, how=st.sampled_from(["all", "any"]), parts=several),
        st.builds(Combination, how=st.just("at_least"), parts=several, k=st.integers(1, 3)),
        st.builds(Combination, how=st.just("if"), parts=st.tuples(parts, parts)),
    )


rules = st.recursive(requirements(), combined, max_leaves=5)


@st.composite
def givens(draw: Callable[..., Any]) -> dict[str, Any]:
    """Draw made-up evidence without findings, which alone speak against a model by being there."""
    values = [
        {
            "measure": "recall",
            "kind": "group",
            "attribute": attribute,
            "group": group,
            "value": draw(st.sampled_from([0.1, 0.5, 0.9, float("nan"), None])),
            "lower": draw(st.sampled_from([None, 0.05, 0.4, 0.85, float("nan")])),
            "upper": draw(st.sampled_from([None, 0.15, 0.6, 0.95])),
            "confidence": draw(st.sampled_from([None, 0.9, 0.95, 0.99])),
            "n": draw(st.sampled_from([None, 0, 10, 100])),
        }
        for attribute in ATTRIBUTES
        for group in GROUPS
        if draw(st.booleans())
    ]
    return {
        "values": values,
        "metrics": draw(st.lists(st.fixed_dictionaries({"name": st.just("gini"), "value": numbers}), max_size=1)),
        "facts": draw(
            st.dictionaries(st.sampled_from(["code_committed", "gaps"]), st.sampled_from([True, False, None]))
        ),
        "documents": draw(st.dictionaries(st.sampled_from(["purpose", "data"]), st.sampled_from(["", "Some text."]))),
        "reproduction": draw(st.sampled_from([None, "identical", "different"])),
        "assessments": draw(st.lists(st.sampled_from(["fairness", "drift"]), max_size=2)),
        "checked": draw(st.lists(st.just("overlapping_rows"), max_size=1)),
    }


def policy_of(*rules_: Rule) -> Policy:
    controls = tuple(Control(id=f"c{i}", title="C", require=rule) for i, rule in enumerate(rules_))
    return Policy(id="p", version="1.0.0", title="P", controls=controls)


def evidence(made: dict[str, Any]) -> Evidence:
    return evidence_of_example(Example(name="e", given=made, as_of="2026-10-01"))


def verdicts(rules_: list[Rule], held: Evidence) -> dict[str, Verdict]:
    return {v.control: v for v in judge(policy_of(*rules_), held, AS_OF)}


@given(
    centres=st.tuples(numbers, numbers).map(sorted),
    threshold=numbers,
    below=st.floats(0, 3),
    above=st.floats(0, 3),
    comparison=comparisons,
    decide_on=st.sampled_from(["interval", "estimate"]),
)
def test_a_better_estimate_is_never_worse(
    centres: list[float], threshold: float, below: float, above: float, comparison: str, decide_on: Any
) -> None:
    def rank(centre: float) -> int:
        value = {"measure": "m", "value": centre, "lower": centre - below, "upper": centre + above, "n": 100}
        asked = Requirement(of="measure", name="m", comparison=comparison, threshold=threshold, decide_on=decide_on)
        return RANK[verdicts([asked], evidence({"values": [value]}))["c0"].status]

    low, high = (rank(c) for c in centres)
    assert low <= high if comparison in ("at_least", "above") else low >= high


@given(
    thresholds=st.tuples(numbers, numbers).map(sorted),
    centre=numbers,
    below=st.floats(0, 3),
    above=st.floats(0, 3),
    comparison=comparisons,
)
def test_a_stricter_threshold_is_never_better(
    thresholds: list[float], centre: float, below: float, above: float, comparison: str
) -> None:
    value = {"measure": "m", "value": centre, "lower": centre - below, "upper": centre + above, "n": 100}
    held = evidence({"values": [value]})
    asked = [Requirement(of="measure", name="m", comparison=comparison, threshold=t) for t in thresholds]
    low, high = (RANK[v.status] for v in verdicts([*asked], held).values())
    assert low >= high if comparison in ("at_least", "above") else low <= high


@given(st.lists(rules, max_size=4))
def test_nothing_passes_on_no_evidence(drawn: list[Rule]) -> None:
    for verdict in verdicts(drawn, evidence_of([])).values():
        assert verdict.status in ("missing", "not_applicable")
        assert verdict.reason
        assert verdict.action


@given(drawn=st.lists(rules, min_size=1, max_size=3), made=givens(), data=st.data())
def test_taking_evidence_away_never_makes_anything_pass(drawn: list[Rule], made: dict[str, Any], data: Any) -> None:
    before = verdicts(drawn, evidence(made))
    lost = data.draw(st.sampled_from(sorted(made)))
    held = made[lost]
    if isinstance(held, dict):
        less = {k: v for k, v in held.items() if data.draw(st.booleans())}
    else:
        less = [v for v in held or () if data.draw(st.booleans())]
    after = verdicts(drawn, evidence({**made, lost: less or None}))
    for control, verdict in after.items():
        if verdict.status == "pass":
            assert before[control].status in ("pass", "not_applicable")


@given(drawn=st.lists(rules, min_size=1, max_size=4), made=givens(), seed=st.randoms(use_true_random=False))
def test_order_does_not_matter(drawn: list[Rule], made: dict[str, Any], seed: Any) -> None:
    held = evidence(made)
    policy = policy_of(*drawn)
    first = {v.control: v for v in judge(policy, held, AS_OF)}
    records, controls = list(held.records), list(policy.controls)
    seed.shuffle(records)
    seed.shuffle(controls)
    again = evidence_of(records, facts=dict(sorted(held.facts.items(), reverse=True)), fit=held.fit, model=held.model)
    other = {v.control: v for v in judge(replace(policy, controls=tuple(controls)), again, AS_OF)}
    assert repr(sorted(first.items())) == repr(sorted(other.items()))
    assert held.digest == again.digest


@given(drawn=rules, made=givens(), seed=st.randoms(use_true_random=False))
def test_the_order_of_groups_and_parts_does_not_matter(drawn: Rule, made: dict[str, Any], seed: Any) -> None:
    shuffled = list(made["values"])
    seed.shuffle(shuffled)
    before = verdicts([drawn], evidence(made))["c0"].status
    assert verdicts([_shuffled(drawn, seed)], evidence({**made, "values": shuffled}))["c0"].status == before


def _shuffled(rule: Rule, seed: Any) -> Rule:
    if isinstance(rule, Requirement):
        return rule
    parts = [_shuffled(part, seed) for part in rule.parts]
    if rule.how != "if":
        seed.shuffle(parts)
    return replace(rule, parts=tuple(parts))


@given(drawn=st.lists(rules, min_size=1, max_size=4), made=givens())
def test_verdicts_are_told_in_full_and_kept_whole(drawn: list[Rule], made: dict[str, Any]) -> None:
    found = judge(policy_of(*drawn), evidence(made), AS_OF)
    for verdict in found:
        assert verdict.reason
        assert bool(verdict.action) == (verdict.status in UNMET)
        assert "nan" not in verdict.reason.lower().split()
        for answer in verdict.answers:
            assert answer.status != "waived"
            assert answer.reason
            assert answer.asked
            if answer.status == "inconclusive":
                assert answer.rows is None or answer.rows > 0
    check = PolicyCheck(policy="p", verdicts=found)
    assert PolicyCheck.from_json(json.loads(json.dumps(check.to_json(), allow_nan=False))) == check


def test_an_unknown_fact_never_passes() -> None:
    for name in FACTS:
        for asked in (
            Requirement(of="fact", name=name),
            Requirement(of="fact", name=name, comparison="at_most", threshold=1),
        ):
            held = evidence_of([], facts={name: Fact(name=name, value=None)})
            assert verdicts([asked], held)["c0"].status == "missing"
