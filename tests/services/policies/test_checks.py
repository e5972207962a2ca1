"""Policies on runs in a real store: what is in force and what it comes to, who waived what, that it comes out again."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from sqlalchemy import text

from jupyter_gov import services
from jupyter_gov.errors import GovError, InputError, NotFoundError, NotTrackingError, StoreError
from jupyter_gov.records import (
    Assessment,
    AssessmentResult,
    Charter,
    Document,
    Kpi,
    PolicyCheck,
    PolicyUse,
    Record,
    Run,
    Value,
    Waiver,
    utc_now,
)
from jupyter_gov.services import check, current_check, recompute, use_policy, waive, withdraw
from jupyter_gov.services.session import entry_of

POLICY = """\
schema: jupyter-gov/policy/1
id: credit
version: 1.0.0
title: Credit
owner: Head of credit risk
controls:
  - id: c.auc
    title: It ranks well enough
    severity: blocker
    require: {measure: roc_auc, at_least: 0.7}
  - id: c.purpose
    title: Purpose is written down
    require: {document: purpose, min_words: 3}
  - id: c.new
    title: The assessment is new
    severity: minor
    require: {age: assessment, at_most_days: 30}
  - id: c.us
    title: Only in the US
    severity: minor
    applies: {jurisdiction: [US]}
    require: {document: data}
"""

LATER = (datetime.now(UTC) + timedelta(days=400)).date().isoformat()


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a working folder with the policy ``credit``."""
    (tmp_path / "policies").mkdir()
    (tmp_path / "policies" / "credit.yaml").write_text(POLICY, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def run(store: str, project: Path) -> Iterator[Run]:
    """A run that is tracked in this process."""
    made = services.begin_run(name="credit", experiment="loans")
    services.open_session(made, owner=True)
    yield made
    services.close_session()
    services.close_stores()


def add(run: Run, *records: Record) -> None:
    services.get_store().append([entry_of(r, f"{r.kind}.made", run.id) for r in records])


def another(experiment: str = "loans") -> Run:
    return services.begin_run(name="another", experiment=experiment)


def assessed(value: float, *, model: str = "model") -> AssessmentResult:
    found = Value(measure="roc_auc", value=value, lower=value - 0.05, upper=value + 0.05, confidence=0.95, n=500)
    return AssessmentResult(name="performance", act="a", model=model, values=(found,), parameters={"task": "binary"})


def statuses(made: PolicyCheck | None) -> dict[str, str]:
    assert made is not None
    return {v.control: v.status for v in made.verdicts}


def test_nothing_passes_on_nothing(run: Run) -> None:
    use_policy("credit")
    made = check()
    assert statuses(made) == {"c.auc": "missing", "c.purpose": "missing", "c.new": "missing", "c.us": "missing"}
    assert made.readiness == "undecided"
    assert made.evidence_digest.startswith("jg1:")
    assert made.through.keys() == {run.id}
    assert services.get_store().get(PolicyCheck, made.id) == made


def test_a_policy_is_used_and_met(run: Run) -> None:
    use = use_policy("credit", jurisdiction="EU", stage="validation")
    assert services.policy_in_force(run.id) == use
    assert (use.policy, use.version, use.in_force) == ("credit", "1.0.0", True)
    assert use.sources[0].endswith("policies/credit.yaml")
    add(run, assessed(0.8), Document(section="purpose", markdown="To decide about loans.", written=utc_now()))
    made = check()
    assert statuses(made) == {"c.auc": "pass", "c.purpose": "pass", "c.new": "pass", "c.us": "not_applicable"}
    assert made.readiness == "ready"
    assert (made.use, made.policy_digest, made.model) == (use.id, use.digest, "model")
    assert made.context == {"task": "binary", "jurisdiction": "EU", "stage": "validation"}
    # Nothing was recorded but the verdicts: the policy was there.
    assert sum(isinstance(r, PolicyUse) for r in services.load_records(run.id)) == 1


def test_one_in_force_at_a_time(run: Run, project: Path) -> None:
    (project / "policies" / "other.yaml").write_text(POLICY.replace("id: credit", "id: other"), encoding="utf-8")
    use_policy("credit")
    use_policy(["other"])
    assert check().policy == "other"
    assert services.drop_policy().policy == "other"
    assert services.policy_in_force(run.id) is None
    assert current_check(run.id) is None
    for call in (check, services.drop_policy):
        with pytest.raises(NotFoundError, match="No policy is in force"):
            call()
    assert check(policy="credit").policy == "credit"
    assert services.policy_in_force(run.id) is None  # checked once is not in force


def test_without_tracking_or_by_a_wrong_name(store: str, project: Path) -> None:
    for call in (lambda: use_policy("credit"), check, lambda: waive("c.auc", by="A", why="No data yet.", until=LATER)):
        with pytest.raises(NotTrackingError) as caught:
            call()
        assert "%gov_track" in caught.value.hint
    with pytest.raises(NotFoundError, match="No run"):
        check("latest", "credit")


def test_names_are_looked_up_before_anything_is_done(run: Run) -> None:
    use_policy("credit")
    for call in (lambda: use_policy("credti"), lambda: check(policy="credti"), lambda: _assess(policy="credti")):
        with pytest.raises(NotFoundError) as caught:
            call()
        assert caught.value.hint == "Did you mean 'credit'?"
    add(run, assessed(0.8, model="forest"))
    with pytest.raises(NotFoundError, match="No model 'forst'") as caught:
        check(model="forst")
    assert caught.value.hint == "Did you mean 'forest'?"
    with pytest.raises(InputError, match="no date"):
        check(as_of="soon")


def test_the_recorded_policy_counts_and_a_change_of_the_file_is_told(run: Run, project: Path) -> None:
    use_policy("credit")
    add(run, assessed(0.8))
    file = project / "policies" / "credit.yaml"
    file.write_text(POLICY.replace("at_least: 0.7", "at_least: 0.9"), encoding="utf-8")
    made = check()
    assert statuses(made)["c.auc"] == "pass"
    assert "has changed" in services.changed_since(made)
    assert statuses(check(policy="credit"))["c.auc"] == "fail"
    assert services.changed_since(check(policy="credit")) == ""
    file.unlink()
    assert services.changed_since(made) == ""
    assert statuses(check())["c.auc"] == "pass"


def test_several_policies_hold_together(run: Run, project: Path) -> None:
    more = POLICY.replace("id: credit", "id: more").replace("c.", "m.").replace("title: Credit", "title: More")
    (project / "policies" / "more.yaml").write_text(more, encoding="utf-8")
    use = use_policy("credit,more")
    assert len(use.sources) == 2
    made = check()
    assert {v.control.partition(".")[0] for v in made.verdicts} == {"c", "m"}
    assert services.changed_since(made) == ""
    (project / "policies" / "more.yaml").write_text(more.replace("0.7", "0.8"), encoding="utf-8")
    assert "has changed" in services.changed_since(made)
    assert recompute(made.id, run.id) == made


def test_a_waiver_counts_for_all_runs_of_the_experiment(run: Run) -> None:
    use_policy("credit")
    before, elsewhere = another(), another("fraud")
    given = Waiver(policy="credit", control="c.auc", by="Ann", why="no data", until=LATER, given=utc_now())
    add(before, given)
    add(elsewhere, given.replace(id="0", control="c.purpose"))
    made = check()
    assert statuses(made)["c.auc"] == "waived"
    assert statuses(made)["c.purpose"] == "missing"
    assert made.through.keys() == {run.id, before.id}
    mine = waive("c.purpose", by=" Bob ", why="It comes later.", until=LATER)
    assert (mine.policy, mine.by) == ("credit", "Bob")
    both = check()
    assert statuses(both)["c.purpose"] == "waived"
    assert [w.id for w in withdraw("c.auc")] == [given.id]
    assert withdraw(mine.id)[0].withdrawn
    assert set(statuses(check()).values()) == {"missing"}
    # What was judged then comes out again, although the waivers have been withdrawn since.
    for one in (made, both):
        assert recompute(one.id, run.id) == one
    with pytest.raises(NotFoundError, match="no waiver"):
        withdraw("c.auc")


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({"control": "c.acu"}, "no control 'c.acu'"),
        ({"by": " "}, "needs a name"),
        ({"why": "No data."}, "needs a reason"),
        ({"until": "2020-01-01"}, "is over"),
        ({"until": "next week"}, "no day"),
        ({"until": "2999-W47-1"}, "no day"),
        ({"until": "2999-02-30"}, "no day"),
    ],
)
def test_what_no_waiver_is(run: Run, asked: dict[str, Any], said: str) -> None:
    use_policy("credit")
    with pytest.raises(GovError, match=said) as caught:
        waive(**{"control": "c.auc", "by": "Ann", "why": "No data yet.", "until": LATER} | asked)
    assert caught.value.hint
    assert not [r for r in services.load_records(run.id) if isinstance(r, Waiver)]


def test_it_comes_out_again_years_later(run: Run, project: Path) -> None:
    use_policy("credit", jurisdiction="US")
    add(run, assessed(0.8), Document(section="purpose", markdown="To decide about loans.", written=utc_now()))
    made = check()
    ahead = check(as_of="2031-01-01")
    assert statuses(ahead)["c.new"] == "fail"
    # More happens: a worse result, another text, the policy's file goes, a waiver, a newer charter.
    add(run, assessed(0.5), Document(section="purpose", markdown="No.", written=utc_now()))
    waive("c.us", by="Ann", why="No data yet.", until=LATER)
    (project / "policies" / "credit.yaml").unlink()
    add(another(), Charter(experiment="loans", goal="g", written=utc_now()))
    services.close_session()
    services.close_stores()
    for one in (made, ahead):
        again = recompute(one.id, run.id)
        assert again == one
        assert services.differences(one, again) == []
    assert recompute("latest", run.id) == ahead
    now = check(run.id)
    assert statuses(now) != statuses(made)
    assert now.evidence_digest != made.evidence_digest
    assert now.policy_digest == made.policy_digest


def test_what_was_altered_shows(run: Run) -> None:
    use_policy("credit")
    result = assessed(0.8)
    add(run, result)
    made = check()
    # Somebody changes a number past the store: its body does not fit its envelope any more.
    with services.get_store()._engine.begin() as c:
        c.execute(text("UPDATE event_body SET body = replace(body, '0.8', '0.9') WHERE body LIKE '%roc_auc%'"))
    again = recompute(made.id, run.id)
    assert again != made
    told = services.differences(made, again)
    assert "the evidence" in told
    assert any(t.startswith("c.auc was pass and is missing") for t in told)


def test_checks_that_are_not_there(run: Run) -> None:
    with pytest.raises(NotFoundError, match="no check 'latest'"):
        recompute("latest", run.id)
    use_policy("credit")
    made = check(record=False)
    with pytest.raises(NotFoundError, match="no check"):
        recompute(made.id, run.id)
    assert [r for r in services.load_records(run.id) if isinstance(r, PolicyCheck)] == []


def test_what_was_made_later_does_not_count(run: Run) -> None:
    use_policy("credit")
    add(run, assessed(0.8))
    assert statuses(check(as_of=date(2020, 1, 1)))["c.auc"] == "missing"
    today = datetime.now(UTC).date()
    assert statuses(check(as_of=today))["c.auc"] == "pass"  # the day's evidence counts on the day
    assert check(as_of="2031-01-01T12:00:00+02:00").as_of == "2031-01-01T10:00:00.000000Z"
    assert check(as_of=datetime(2031, 1, 1)).as_of == "2031-01-01T00:00:00.000000Z"


def test_the_newest_charter_of_the_experiment_counts(run: Run) -> None:
    use_policy("credit")
    kpi = Kpi(name="AUC", measure="roc_auc", at_least=0.75)
    first = Charter(experiment="loans", goal="g", kpis=(kpi,), tier="high", written=utc_now())
    add(another(), first)
    add(run, assessed(0.85))
    made = check()
    assert statuses(made)["kpi.auc"] == "pass"
    assert made.context["tier"] == "high"
    assert waive("kpi.auc", by="Ann", why="No data yet.", until=LATER).policy == "charter"
    add(another(), first.replace(id="", kpis=(Kpi(name="AUC", measure="roc_auc", at_least=0.95),), written=utc_now()))
    # The waiver was of another target.
    assert statuses(check(run.id))["kpi.auc"] == "fail"
    assert statuses(check(run.id, as_of=made.as_of))["kpi.auc"] == "pass"
    assert recompute(made.id, run.id) == made


def test_current_is_worked_out_and_not_recorded(run: Run) -> None:
    assert current_check(run.id) is None
    use_policy("credit")
    first = current_check(run.id)
    assert first is current_check(run.id)  # nothing has happened since
    add(run, assessed(0.8))
    second = current_check(run.id)
    assert statuses(second)["c.auc"] == "pass"
    given = Waiver(policy="credit", control="c.purpose", by="Ann", why="No data yet.", until=LATER, given=utc_now())
    add(another(), given)
    assert statuses(current_check(run.id))["c.purpose"] == "waived"
    assert not [r for r in services.load_records(run.id) if isinstance(r, PolicyCheck)]


def test_nudges_name_the_most_severe_first_with_one_action_each(run: Run) -> None:
    use_policy("credit")
    add(run, assessed(0.5))
    found = services.nudges(check())
    assert [n.control for n in found] == ["c.auc", "c.purpose", "c.us"]
    assert [n.severity for n in found] == ["blocker", "major", "minor"]
    assert all(n.text for n in found)
    assert "%%gov_doc purpose" in found[1].action


def _assess(**asked: Any) -> Assessment:
    rng = np.random.default_rng(0)
    truth = rng.integers(0, 2, 400)
    score = np.clip(truth * 0.3 + rng.uniform(0, 0.7, 400), 0, 1)
    return services.assess(score, y=truth, include="performance", **asked)


def test_an_assessment_and_its_policy(run: Run) -> None:
    made = _assess(policy="credit")
    (recorded,) = [r for r in services.load_records(run.id) if isinstance(r, PolicyCheck)]
    assert statuses(recorded)["c.auc"] == "pass"
    assert recorded.model == made.model
    assert recompute(recorded.id, run.id) == recorded
    assert services.policy_in_force(run.id) is None
    again = check(made, "credit")
    assert statuses(again) == statuses(recorded)


def test_an_assessment_of_no_run(store: str, project: Path) -> None:
    made = _assess(policy="credit")
    judged = check(made, "credit")
    assert statuses(judged)["c.auc"] == "pass"
    assert statuses(judged)["c.purpose"] == "missing"
    assert judged.through == {}
    with pytest.raises(NotFoundError, match="No policy is in force"):
        check(made)
    assert services.list_runs() == []


def test_a_store_that_fails_is_told_and_what_is_judged_stays(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    use_policy("credit")
    opened = services.get_store()

    def fail(*_: Any) -> None:
        raise StoreError("The disk is full.")

    with monkeypatch.context() as patch:
        patch.setattr(opened, "append", fail)
        with pytest.raises(StoreError, match="full"):
            check()
        # What nobody is to record can be told all the same.
        assert statuses(check(record=False))["c.auc"] == "missing"
        with pytest.raises(StoreError, match=r"full\. It is kept, and counts once it can be written"):
            use_policy("credit", stage="validation")
    services.current().flush()  # type: ignore[union-attr]
    assert statuses(check(run.id))["c.auc"] == "missing"
    assert services.policy_in_force(run.id).stage == "validation"  # type: ignore[union-attr]


@pytest.mark.parametrize("beyond", ["9999-12-31T23:59:59-10:00", "0001-01-01T00:00:00+10:00"])
def test_a_moment_beyond_all_years_is_no_moment(run: Run, beyond: str) -> None:
    use_policy("credit")
    with pytest.raises(InputError, match="beyond"):
        check(as_of=beyond)


def test_a_policy_made_in_python(run: Run) -> None:
    from jupyter_gov.policy import read_policy

    add(run, assessed(0.8))
    made = check(policy=read_policy(POLICY))
    assert statuses(made)["c.auc"] == "pass"
    assert services.changed_since(made) == ""
    assert recompute(made.id, run.id) == made


def test_what_a_later_version_wrote_is_read_as_far_as_it_is_known(run: Run) -> None:
    use = use_policy("credit")
    add(run, assessed(0.8))
    content = dict(use.content) | {"future": 1}
    content["controls"] = [dict(c) | {"future": [1]} for c in content["controls"]]
    add(run, use.replace(content=content))
    assert statuses(check(run.id))["c.auc"] == "pass"
    assert current_check(run.id) is not None
