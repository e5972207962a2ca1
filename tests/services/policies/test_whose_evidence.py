"""Whose evidence counts, and as of when: other assessments, other models, later times, other experiments do not."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from jupyter_gov import services
from jupyter_gov.errors import InputError
from jupyter_gov.records import Assessment, AssessmentResult, Gap, Waiver, utc_now
from jupyter_gov.services import check, recompute, use_policy, waive, withdraw
from jupyter_gov.services._findings import checks_of, findings_of

from .test_checks import LATER, POLICY, add, another, assessed, project, run, statuses

__all__ = ["project", "run"]


def assessment(value: float, act: str, **more: Any) -> Assessment:
    result = assessed(value).replace(act=act, **more)
    return Assessment(id=act, model=result.model, rows=500, results=(result,))


def test_an_assessment_is_judged_by_its_own_results(run: Any) -> None:
    use_policy("credit")
    first, second = assessment(0.9, "a1"), assessment(0.3, "a2")
    add(run, *first.results, *second.results)
    assert statuses(check())["c.auc"] == "fail"
    made = check(first)
    assert statuses(made)["c.auc"] == "pass"
    assert made.act == "a1"
    assert statuses(check(second))["c.auc"] == "fail"
    assert recompute(made.id, run.id) == made


def test_a_table_that_was_looked_at_last_is_not_the_model(run: Any) -> None:
    use_policy("credit")
    table = AssessmentResult(name="data_quality", act="q", model="applications", dataset="d")
    add(run, assessed(0.8), table)
    made = check()
    assert (made.model, statuses(made)["c.auc"]) == ("model", "pass")


def test_facts_are_those_of_the_time(run: Any, project: Path) -> None:
    gaps = POLICY + "  - {id: c.gaps, title: No gaps, require: {fact: gaps, at_most: 0}}\n"
    gaps += "  - {id: c.author, title: Somebody, require: {fact: author, equals: ann}}\n"
    (project / "policies" / "credit.yaml").write_text(gaps, encoding="utf-8")
    use_policy("credit")
    before = datetime.now(UTC)
    assert statuses(check())["c.gaps"] == "pass"
    add(run, Gap(what="a query", reason="It could not be read."))
    assert statuses(check())["c.gaps"] == "fail"
    then = check(as_of=before)
    assert statuses(then)["c.gaps"] == "pass"
    assert recompute(then.id, run.id) == then
    long_ago = check(as_of="2001-01-01")
    assert statuses(long_ago)["c.author"] == "missing"
    assert long_ago.model == ""


@pytest.mark.parametrize(
    ("said", "hint"),
    [
        ({"jurisdiction": "USA"}, "Did you mean 'US'?"),
        ({"jurisdiction": "DE, Germany"}, "Did you mean 'DE'?"),
        ({"tier": "hgh"}, "Did you mean 'high'?"),
        ({"stage": "prod"}, "Stages: 'development', 'validation', 'production'."),
    ],
)
def test_a_slip_is_said_where_it_is_made(run: Any, said: dict[str, str], hint: str) -> None:
    for call in (lambda: use_policy("credit", **said), lambda: check(policy="credit", **said)):
        with pytest.raises(InputError) as caught:
            call()
        assert caught.value.hint == hint
    assert services.policy_in_force(run.id) is None


def test_places_are_codes_in_capitals(run: Any) -> None:
    assert use_policy("credit", jurisdiction="us-ny,eu").jurisdiction == "US-NY, EU"
    assert statuses(check())["c.us"] == "missing"


def test_it_is_said_why_nothing_applies(run: Any, project: Path) -> None:
    narrow = POLICY.replace("owner: Head", "applies: {jurisdiction: [US]}\nowner: Head")
    (project / "policies" / "credit.yaml").write_text(narrow, encoding="utf-8")
    told = services.why_nothing_applies(check(policy="credit", jurisdiction="DE"))
    assert told.startswith("Nothing was judged: none of the controls of credit applies. ")
    assert "US" in told
    assert "DE" in told
    assert services.why_nothing_applies(check(policy="credit", jurisdiction="US-NY")) == ""


def test_experiments_without_a_name_have_nothing_in_common(run: Any) -> None:
    nameless = [another(""), another("")]
    given = Waiver(policy="credit", control="c.auc", by="Ann", why="No data yet.", until=LATER, given=utc_now())
    add(nameless[0], given)
    for one, status in zip(nameless, ("waived", "missing"), strict=True):
        assert statuses(check(one.id, "credit"))["c.auc"] == status


def test_a_waiver_is_of_what_was_asked_then(run: Any, project: Path) -> None:
    use_policy("credit")
    made = waive("c.auc", by="Ann", why="No data yet.", until=LATER)
    assert made.version == "1.0.0"
    assert made.requirement.startswith("jg1:")
    assert statuses(check())["c.auc"] == "waived"
    file = project / "policies" / "credit.yaml"
    file.write_text(POLICY.replace("It ranks well enough", "Ranking"), encoding="utf-8")
    assert statuses(check(policy="credit"))["c.auc"] == "waived"
    file.write_text(POLICY.replace("at_least: 0.7", "at_least: 0.9"), encoding="utf-8")
    assert statuses(check(policy="credit"))["c.auc"] == "missing"


def test_what_was_waived_then_stays_so_for_then(run: Any) -> None:
    use_policy("credit")
    waive("c.auc", by="Ann", why="No data yet.", until=LATER)
    then = datetime.now(UTC)
    assert statuses(check(as_of=then))["c.auc"] == "waived"
    (taken,) = withdraw("c.auc")
    assert taken.withdrawn_at > taken.given
    assert statuses(check(as_of=then))["c.auc"] == "waived"
    assert statuses(check())["c.auc"] == "missing"
    made = check(as_of=then - timedelta(days=1))
    assert statuses(made)["c.auc"] == "missing"


@pytest.mark.parametrize("text", ["2026-W47-1", "20261122", "2026-11-22T25:00", "2026-02-30"])
def test_what_is_no_date(run: Any, text: str) -> None:
    with pytest.raises(InputError, match="no date"):
        check(policy="credit", as_of=text)


def test_what_an_assessment_raises_is_about_its_fit() -> None:
    rng = np.random.default_rng(0)
    group = np.repeat(["a", "b"], 500)
    made = services.assess(
        (rng.random(1000) < np.where(group == "a", 0.9, 0.1)).astype(int),
        rng.integers(0, 2, 1000),
        attributes=pd.DataFrame({"g": group}),
        include="fairness",
    )
    results = [r.replace(fit="f") for r in made.results]
    found = findings_of(results, seen="")
    assert {f.check for f in found} == {"disparity"}
    assert {f.fits for f in found} == {("f",)}
    assert {*checks_of(results).checks} == {"f"}
    assert {*checks_of(made.results).checks} == {""}
