"""How requirements combine, where controls apply, what waivers do, and when evidence counts."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from itertools import product
from typing import Any

import pytest

from jupyter_gov.errors import InputError
from jupyter_gov.policy import (
    Applies,
    Combination,
    Control,
    Example,
    Fact,
    Origin,
    Policy,
    Requirement,
    Rule,
    evidence_of,
    evidence_of_example,
    judge,
    run_examples,
)
from jupyter_gov.policy._combine import ORDER, Part, at_least, every, only_if
from jupyter_gov.records import Charter, Document, PolicyCheck, Status, Verdict, Waiver

AS_OF = datetime(2026, 11, 1, 12, tzinfo=UTC)
ALL: tuple[Status, ...] = (*ORDER, "not_applicable")

GOOD = Requirement(of="fact", name="code_committed")
BAD = Requirement(of="fact", name="environment_locked")
LACKS = Requirement(of="document", name="purpose")
FACTS = {"code_committed": Fact(name="code_committed", value=True), "environment_locked": Fact(name="x", value=False)}


def policy_of(require: Rule = GOOD, **more: Any) -> Policy:
    about = {k: more.pop(k) for k in ("applies", "remedies", "origin", "source") if k in more}
    return Policy(
        id="mine",
        version="2.0.0",
        title="Mine",
        controls=(Control(id="asked", title="Asked", require=require, **about),),
        **more,
    )


def verdict(require: Rule = GOOD, *, as_of: datetime = AS_OF, given: Any = None, **more: Any) -> Verdict:
    return judge(policy_of(require, **more), evidence_of([], facts=FACTS, **(given or {})), as_of)[0]


def slow(how: str, statuses: tuple[Status, ...], k: int) -> Status:
    """Say what statuses come to by looking at every way in which what is unknown may turn out."""
    left = [s for s in statuses if s != "not_applicable"]
    if not left:
        return "not_applicable"
    need = {"all": len(left), "any": 1, "at_least": min(k, len(left))}[how]
    unknown = [s for s in left if s in ("missing", "inconclusive")]
    outcomes = {sum(s == "pass" for s in left) + sum(turned) >= need for turned in product((0, 1), repeat=len(unknown))}
    if outcomes == {True}:
        return "pass"
    if outcomes == {False}:
        return "fail"
    # The best k must hold: it is missing if one of these is, and else only more rows are needed.
    return "missing" if "missing" in sorted(left, key=ORDER.index)[:need] else "inconclusive"


@pytest.mark.parametrize("count", [0, 1, 2, 3, 4])
def test_combinations_are_what_looking_at_every_outcome_gives(count: int) -> None:
    for statuses in product(ALL, repeat=count):
        parts = [Part(status) for status in statuses]
        assert every(parts).status == slow("all", statuses, 0)
        for k in range(1, count + 1):
            how = "any" if k == 1 else "at_least"
            assert at_least(k, parts).status == slow(how, statuses, k)


def test_a_condition_that_is_not_met_asks_for_nothing() -> None:
    for condition, then in product(ALL, repeat=2):
        found = only_if(Part(condition), Part(then)).status
        if condition in ("fail", "not_applicable"):
            assert found == "not_applicable"
        elif condition == "pass":
            assert found == then
        else:
            assert found == (then if then in ("pass", "not_applicable") else condition)


@pytest.mark.parametrize(
    ("rule", "status"),
    [
        (Combination(how="all", parts=(GOOD, LACKS)), "missing"),
        (Combination(how="all", parts=(GOOD, LACKS, BAD)), "fail"),
        (Combination(how="any", parts=(GOOD, LACKS, BAD)), "pass"),
        (Combination(how="any", parts=(LACKS, BAD)), "missing"),
        (Combination(how="at_least", parts=(GOOD, LACKS, BAD), k=2), "missing"),
        (Combination(how="if", parts=(GOOD, BAD)), "fail"),
        (Combination(how="if", parts=(BAD, LACKS)), "not_applicable"),
        (Combination(how="if", parts=(LACKS, GOOD)), "pass"),
        (Combination(how="if", parts=(LACKS, BAD)), "missing"),
        (Combination(how="all", parts=(Combination(how="any", parts=(GOOD, BAD)), GOOD)), "pass"),
    ],
)
def test_rules_are_judged_as_they_nest(rule: Rule, status: str) -> None:
    assert verdict(rule).status == status


def test_a_condition_that_is_not_met_is_told() -> None:
    found = verdict(Combination(how="if", parts=(BAD, LACKS)))
    assert found.reason.startswith("Nothing is asked here, since the condition is not met. ")
    assert found.action == ""


def test_a_verdict_tells_what_decided_and_what_to_do() -> None:
    found = verdict(Combination(how="all", parts=(GOOD, LACKS)))
    assert [a.status for a in found.answers] == ["pass", "missing"]
    assert found.reason == "The section purpose is not written."
    assert found.action == "Write a cell that begins with `%%gov_doc purpose`, 1 word or more below it."
    assert found.answers[1].asked
    failed = verdict(BAD, remedies=("Write one.", "Or ask."))
    assert (failed.status, failed.action) == ("fail", "Write one.")
    both = verdict(Combination(how="all", parts=(LACKS, Requirement(of="document", name="data"))))
    assert both.reason.startswith("2 of 2 things that were asked are not on record; the first: ")


def test_a_control_falls_back_on_its_policy() -> None:
    source = Origin(title="A law", clause="1", date="2026-01-01", certainty="verified")
    found = verdict(GOOD, owner="Head of risk")
    assert (found.owner, found.origin, found.source) == ("Head of risk", "mine 2.0.0", {})
    own = Origin(title="Another", clause="2")
    control = Control(id="c", title="C", require=GOOD, source=own, owner="Me", origin="good 1.0.0")
    policy = Policy(id="p", version="1.0.0", title="P", source=source, controls=(control,))
    held = judge(policy, evidence_of([]), AS_OF)[0]
    assert (held.source, held.owner, held.origin) == ({"title": "Another", "clause": "2"}, "Me", "good 1.0.0")
    assert verdict(GOOD, source=Origin()).source == {}


@pytest.mark.parametrize(
    ("wanted", "known", "applies"),
    [
        ({"jurisdiction": ("US",)}, {"jurisdiction": "US"}, True),
        ({"jurisdiction": ("US",)}, {"jurisdiction": "us-ny"}, True),
        ({"jurisdiction": ("US-NY",)}, {"jurisdiction": "US"}, True),
        ({"jurisdiction": ("US-NY",)}, {"jurisdiction": "US-CA"}, False),
        ({"jurisdiction": ("EU",)}, {"jurisdiction": "US, EU"}, True),
        ({"jurisdiction": ("EU",)}, {"jurisdiction": "US"}, False),
        ({"jurisdiction": ("EU",)}, {}, True),
        ({"tier": ("high", "medium")}, {"tier": "low"}, False),
        ({"task": ("binary",)}, {"task": "regression"}, False),
        ({"stage": ("production",), "tier": ("high",)}, {"stage": "production"}, True),
    ],
)
def test_a_control_applies_until_it_is_known_not_to(
    wanted: dict[str, Any], known: dict[str, str], applies: bool
) -> None:
    for where in ({"applies": Applies(**wanted)},):
        found = verdict(GOOD, given={"context": known}, **where)
        assert found.status == ("pass" if applies else "not_applicable")
        if not applies:
            assert found.reason.startswith("It applies to ")
    held = Policy(id="p", version="1", title="P", applies=Applies(**wanted), controls=policy_of().controls)
    whole = judge(held, evidence_of([], facts=FACTS, context=known), AS_OF)[0]
    assert whole.status == ("pass" if applies else "not_applicable")


def test_where_the_charter_says_something_else_the_stricter_counts() -> None:
    charter = Charter(tier="medium", jurisdiction="EU")
    assert evidence_of([], charter=charter).context == {"tier": "medium", "jurisdiction": "EU"}
    held = evidence_of([], charter=charter, context={"tier": "low", "stage": ""})
    assert (held.context["tier"], held.differing) == ("medium", ("tier",))
    assert held.note == "The charter says tier medium, and low was said: the stricter counts, medium."
    assert evidence_of([], charter=charter, context={"tier": "high"}).context["tier"] == "high"
    both = evidence_of([], charter=charter, context={"jurisdiction": "us"})
    assert both.context["jurisdiction"] == "EU, us"
    assert "note" not in evidence_of([], charter=charter, context={"jurisdiction": "eu"}).context


def test_the_reason_says_that_charter_and_word_differ_only_where_it_matters() -> None:
    requirement = Requirement(of="document", name="purpose")
    scoped = Control(id="a", title="A", require=requirement, applies=Applies(tier=("high",)))
    policy = Policy(id="p", version="1", title="P", controls=(scoped, Control(id="b", title="B", require=requirement)))
    held = evidence_of([], charter=Charter(tier="high", written="2026-01-02"), context={"tier": "low"})
    first, second = judge(policy, held, AS_OF)
    assert (first.status, second.status) == ("missing", "missing")
    assert first.reason.endswith("The charter says tier high, and low was said: the stricter counts, high.")
    assert "charter" not in second.reason


def waiver(until: str = "2026-12-31", **more: Any) -> Waiver:
    return Waiver(**{"id": "w1", "policy": "", "control": "asked", "by": "ann", "why": "late", "until": until, **more})


@pytest.mark.parametrize(
    ("held", "status", "expired"),
    [
        (waiver(), "waived", False),
        (waiver("2026-11-01"), "waived", False),
        (waiver("2026-10-31"), "fail", True),
        (waiver(policy="mine"), "waived", False),
        (waiver(policy="other"), "fail", None),
        (waiver(control="another"), "fail", None),
        (waiver(withdrawn=True), "fail", None),
        (waiver(given="2026-11-02T00:00:00Z"), "fail", None),
    ],
)
def test_waivers(held: Waiver, status: str, expired: bool | None) -> None:
    found = verdict(BAD, given={"waivers": [held]})
    assert found.status == status
    assert found.waiver.get("expired") is expired
    if expired is not None:
        assert found.waiver["status"] == "fail"
        assert (found.waiver["by"], found.waiver["why"]) == ("ann", "late")
    assert (found.action == "") == (status == "waived")


def test_a_waiver_of_what_passes_changes_nothing() -> None:
    assert verdict(GOOD, given={"waivers": [waiver()]}) == verdict(GOOD)


def test_a_waiver_that_was_taken_back_counts_for_nothing_in_any_order() -> None:
    both = [waiver(), waiver(withdrawn=True)]
    for held in (both, both[::-1]):
        assert verdict(BAD, given={"waivers": held}).status == "fail"


def test_of_several_waivers_the_longest_counts() -> None:
    held = [waiver("2026-01-01"), waiver("2026-12-31", id="w2"), waiver("2026-10-01", id="w3")]
    assert verdict(BAD, given={"waivers": held}).waiver["id"] == "w2"


def test_waivers_name_one_of_the_policies_that_were_used_together() -> None:
    policy = Policy(id="mine + other", version="1 + 1", title="Both", controls=policy_of(BAD).controls)
    held = evidence_of([], facts=FACTS, waivers=[waiver(policy="other")])
    assert judge(policy, held, AS_OF)[0].status == "waived"
    own = policy_of(BAD, origin="good-practice 1.0.0")
    assert (
        judge(own, evidence_of([], facts=FACTS, waivers=[waiver(policy="good-practice")]), AS_OF)[0].status == "waived"
    )


def test_a_day_is_a_day_in_utc() -> None:
    late = datetime(2026, 10, 31, 23, 30, tzinfo=timezone(timedelta(hours=-5)))
    assert verdict(BAD, as_of=late, given={"waivers": [waiver("2026-10-31")]}).waiver["expired"]
    assert verdict(BAD, as_of=datetime(2026, 10, 31, 23), given={"waivers": [waiver("2026-10-31")]}).status == "waived"


def test_what_was_made_later_is_no_evidence() -> None:
    written = Document(id="1", section="purpose", markdown="Text.", written="2026-11-02T00:00:00Z")
    before = Document(id="0", section="purpose", markdown="Old text.", written="2026-10-02T00:00:00Z")
    policy = policy_of(LACKS)
    evidence = evidence_of([written])
    assert judge(policy, evidence, AS_OF)[0].status == "missing"
    assert judge(policy, evidence, AS_OF + timedelta(days=2))[0].status == "pass"
    both = evidence_of([written, before])
    assert judge(policy, both, AS_OF)[0].answers[0].records == ("0",)
    assert both.at(AS_OF).digest == evidence_of([before]).digest != both.digest
    charter = Charter(goal="x", written="2026-11-02T00:00:00Z")
    assert evidence_of([], charter=charter).at(AS_OF).charter is None


def test_the_digest_is_of_what_counts() -> None:
    document = Document(id="1", section="purpose", markdown="Text.", written="2026-10-02T00:00:00Z")
    held = evidence_of([document])
    assert held.digest == evidence_of([document]).digest
    assert held.digest.startswith("jg1:")
    assert held.digest != evidence_of([document.replace(markdown="Other.")]).digest
    assert held.digest != evidence_of([document], facts=FACTS).digest
    assert held.digest != evidence_of([document], waivers=[waiver()]).digest
    assert evidence_of([], facts={"gaps": Fact(name="gaps", value=float("nan"))}).digest


def test_a_policy_must_be_resolved() -> None:
    with pytest.raises(InputError, match=r"still extends good-practice\. Call policy\.resolve first"):
        judge(Policy(id="p", version="1", title="P", extends=("good-practice",)), evidence_of([]), AS_OF)


def test_readiness_follows() -> None:
    def check(*rules: Rule, **given: Any) -> str:
        controls = tuple(Control(id=f"c{i}", title="C", require=rule) for i, rule in enumerate(rules))
        policy = Policy(id="p", version="1", title="P", controls=controls)
        found = judge(policy, evidence_of([], facts=FACTS, **given), AS_OF)
        return PolicyCheck(policy="p", verdicts=found).readiness

    assert check(GOOD) == "ready"
    assert check(GOOD, LACKS) == "undecided"
    assert check(GOOD, LACKS, BAD) == "blocked"
    assert check(GOOD, BAD, waivers=[waiver(control="c1")]) == "with_reservations"
    assert check() == "undecided"


def test_examples_say_what_they_found() -> None:
    expected = {"asked": "pass"}
    examples = (
        Example(name="met", given={"facts": {"code_committed": True}}, expect=expected),
        Example(name="not met", given={"facts": {"code_committed": False}}, expect=expected),
        Example(
            name="waived",
            given={"facts": {"code_committed": False}, "waivers": [{"control": "asked", "until": "2026-06-01"}]},
            as_of="2026-05-01",
            expect={"asked": "waived"},
        ),
    )
    met, unmet, waived = run_examples(policy_of(GOOD, examples=examples))
    assert (met.passed, unmet.passed, waived.passed) == (True, False, True)
    assert unmet.differences[0].startswith("asked: pass expected, fail found.")
    assert met.verdicts[0].status == "pass"


@pytest.mark.parametrize(
    ("example", "message"),
    [
        (Example(name="e", expect={"askd": "pass"}), "Did you mean 'asked'"),
        (Example(name="e", given={"facts": {"code_comitted": True}}), "Did you mean 'code_committed'"),
        (Example(name="e", given={"values": [{"measure": "x", "valu": 1}]}), "Did you mean 'value'"),
        (Example(name="e", given={"values": [{"value": 1.0}]}), "measure"),
        (Example(name="e", given={"values": 3}), "cannot be read"),
        (Example(name="e", as_of="soon"), "is no day"),
    ],
)
def test_examples_that_cannot_be_read(example: Example, message: str) -> None:
    with pytest.raises(InputError, match=message):
        run_examples(policy_of(GOOD, examples=(example,)))


def test_an_example_comes_out_the_same_each_time() -> None:
    given = {"values": [{"measure": "a", "value": 1}], "charter": {"goal": "x"}, "waivers": [{"control": "asked"}]}
    given["waivers"][0]["until"] = "2026-06-01"
    example = Example(name="e", given=given)
    assert evidence_of_example(example).digest == evidence_of_example(example).digest
