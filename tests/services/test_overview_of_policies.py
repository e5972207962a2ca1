"""What a live panel shows of the policy in force, of the charter and of mitigations."""

from __future__ import annotations

from collections.abc import Iterator
from importlib import import_module
from typing import Any

import pytest

from jupyter_gov import services
from jupyter_gov.policy import digest, read_policy, to_json
from jupyter_gov.records import (
    Approver,
    AssessmentResult,
    Cell,
    Charter,
    Document,
    Kpi,
    Mitigation,
    Override,
    PolicyUse,
    Record,
    Run,
    Tried,
    Value,
    Waiver,
    utc_now,
)
from jupyter_gov.services.session import entry_of

POLICY = """
schema: jupyter-gov/policy/1
id: house
version: 1.0.0
title: House rules
source: {title: House rules, clause: "2", certainty: unverified}
controls:
  - {id: h.purpose, title: The purpose is written down, severity: minor, owner: Ada,
     require: {document: purpose}}
  - {id: h.auc, title: It tells one from the other, require: {measure: roc_auc, at_least: 0.7}, remedies: [More rows.]}
  - {id: h.ratio, title: Rates of groups, severity: blocker,
     require: {measure: selection_rate, kind: ratio, attribute: sex, reference: max-min, at_least: 0.8}}
  - {id: h.limits, title: The limits are written down, require: {document: limitations}}
"""


@pytest.fixture
def run(store: str) -> Iterator[Run]:
    yield services.begin_run(name="credit", experiment="loans", notebook="credit.ipynb")
    services.close_stores()


def add(run: Run, *records: Record) -> None:
    services.get_store().append([entry_of(r, f"{r.kind}.made", run.id) for r in records])


def use(text: str = POLICY) -> PolicyUse:
    policy = read_policy(text)
    about = {"policy": policy.id, "version": policy.version, "title": policy.title}
    return PolicyUse(**about, digest=digest(policy), content=to_json(policy), used=utc_now())


def assessed(cell: Cell, auc: tuple[float, float, float]) -> AssessmentResult:
    value, lower, upper = auc
    found = Value(measure="roc_auc", value=value, lower=lower, upper=upper, confidence=0.95, n=500, method="delong")
    return AssessmentResult(name="performance", act="a", model="tree", values=(found,), cell=cell.id)


def ids(part: Any) -> list[str]:
    return [item["id"] for item in part["items"]]


def test_without_a_policy_there_is_none(run: Run) -> None:
    shown = services.overview(run.id)
    assert (shown["policy"], shown["charter"]) == (None, None)
    assert shown["mitigations"] == {"total": 0, "items": []}


def test_what_is_not_met_comes_first_and_the_most_severe_of_it(run: Run) -> None:
    cell = Cell(order=3, source="x", cell_id="abc")
    add(run, cell, use(), assessed(cell, (0.8, 0.6, 0.9)))
    shown = services.overview(run.id)["policy"]
    assert (shown["policy"], shown["version"], shown["title"], shown["model"]) == (
        "house",
        "1.0.0",
        "House rules",
        "tree",
    )
    assert shown["readiness"] == "undecided"
    assert shown["counts"] == {
        "fail": 0, "missing": 3, "inconclusive": 1, "waived": 0, "pass": 0, "not_applicable": 0,
    }  # fmt: skip
    assert ids(shown["unmet"]) == ["h.ratio", "h.limits", "h.auc", "h.purpose"]
    items = {item["id"]: item for item in shown["unmet"]["items"]}
    assert (
        items["h.limits"]["action"] == "Write a cell that begins with `%%gov_doc limitations`, 1 word or more below it."
    )
    assert items["h.purpose"]["owner"] == "Ada"
    assert items["h.auc"]["status"] == "inconclusive"
    assert items["h.auc"]["source"] == {
        "title": "House rules", "clause": "2", "url": "", "date": "", "certainty": "unverified",
    }  # fmt: skip
    [answer] = items["h.auc"]["answers"]
    assert answer["rows"] > 0
    assert answer["cell"] == items["h.auc"]["cell"] == {"cell_id": "abc", "number": 3}
    assert shown["rest"] == {"total": 0, "items": []}


def test_verdicts_follow_the_evidence(run: Run) -> None:
    cell = Cell(order=3, source="x", cell_id="abc")
    add(run, cell, use(), assessed(cell, (0.8, 0.6, 0.9)))
    before = services.overview(run.id)["policy"]
    add(run, assessed(cell, (0.8, 0.75, 0.85)), Document(section="limitations", markdown="Few rows.\n"))
    after = services.overview(run.id)["policy"]
    assert {"h.auc", "h.limits"} <= set(ids(before["unmet"]))
    assert set(ids(after["rest"])) == {"h.auc", "h.limits"}
    assert all(item["action"] == "" for item in after["rest"]["items"])


@pytest.mark.parametrize(("length", "shown"), [(400, 400), (401, 0)])
def test_what_to_do_is_shown_whole_or_not_at_all(run: Run, length: int, shown: int) -> None:
    remedy = "gov.check(".ljust(length, "x")
    text = POLICY.replace("[More rows.]", f"[{remedy}]")
    add(run, Cell(order=3, source="x"), use(text), assessed(Cell(order=3, source="x"), (0.6, 0.5, 0.65)))
    items = {item["id"]: item for item in services.overview(run.id)["policy"]["unmet"]["items"]}
    assert items["h.auc"]["status"] == "fail"
    assert items["h.auc"]["action"] == remedy[:shown]


def test_long_lists_are_cut_and_totals_count_all(run: Run) -> None:
    add(run, use())
    shown = services.overview(run.id, limit=2)["policy"]
    assert (shown["unmet"]["total"], len(shown["unmet"]["items"])) == (4, 2)


def test_a_policy_that_is_out_of_force_is_none(run: Run) -> None:
    add(run, use(), PolicyUse(policy="", used=utc_now()))
    assert services.overview(run.id)["policy"] is None


def test_what_another_run_of_the_experiment_decides_makes_a_new_version(run: Run) -> None:
    add(run, use())
    before = services.run_version(run.id)
    assert services.run_version(run.id) == before
    other = services.begin_run(name="other", experiment="loans")
    waiver = {"policy": "house", "control": "h.limits", "by": "Ada", "why": "Later.", "given": utc_now()}
    add(other, Waiver(**waiver, until="2999-01-31"))
    after = services.run_version(run.id)
    assert before[0] == after[0] == run.id
    assert before[1] != after[1]
    [item] = [i for i in services.overview(run.id)["policy"]["rest"]["items"] if i["id"] == "h.limits"]
    assert item["status"] == "waived"
    assert item["waiver"] == {"by": "Ada", "why": "Later.", "until": "2999-01-31", "expired": False}


def test_verdicts_are_worked_out_once_for_each_version(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    add(run, use())
    made = []

    def judge(key: str, store: str) -> Any:
        made.append(key)
        return services.current_check(key, store)

    monkeypatch.setattr(import_module("jupyter_gov.services.overview"), "current_check", judge)
    services.overview(run.id)
    services.overview(run.id, limit=5)
    assert made == [run.id]
    add(run, Document(section="purpose", markdown="Loans.\n"))
    services.overview(run.id)
    assert made == [run.id, run.id]


def test_the_charter_that_counts(run: Run) -> None:
    other = services.begin_run(name="earlier", experiment="loans")
    add(other, Charter(experiment="loans", goal="Older.", written="2026-01-01T00:00:00.000000Z"))
    charter = Charter(
        experiment="loans",
        goal="Fewer refusals.",
        kpis=(Kpi(name="AUC", measure="roc_auc", at_least=0.7),),
        decision="build",
        decided="2026-02-01",
        approvers=(Approver(name="Ada", role="Head"),),
        tier="high",
        policies=("good-practice",),
        written="2026-02-01T00:00:00.000000Z",
    )
    add(other, charter)
    shown = services.overview(run.id)["charter"]
    assert (shown["goal"], shown["tier"], shown["decision"], shown["kpis"]) == (
        "Fewer refusals.", "high", "build", ["AUC"],
    )  # fmt: skip
    assert shown["approvers"] == [{"name": "Ada", "role": "Head"}]
    assert shown["policies"] == ["good-practice"]


def test_a_mitigation_with_the_two_numbers_that_the_choice_is_between(run: Run) -> None:
    auc = Value(measure="balanced_accuracy", value=0.7, lower=0.6, upper=0.8, confidence=0.95)
    ratio = Value(measure="selection_rate", kind="ratio", attribute="sex", reference="max-min", value=0.9)
    made = Mitigation(
        model="tree",
        controls=("h.ratio",),
        performance={"measure": "balanced_accuracy"},
        disparity={"measure": "selection_rate", "kind": "ratio", "attribute": "sex", "reference": "max-min"},
        tried=(
            Tried(name="original", method="original", values=(auc,), verdicts={"h.ratio": "fail"}),
            Tried(name="a", method="a", values=(ratio, auc), verdicts={"h.ratio": "pass"}, needs_attribute=True),
            Tried(name="b", method="b", status="skipped", reason="It takes no weights."),
        ),
        frontier=("a",),
        chosen="a",
        advice=("More rows.",),
    )
    add(run, made, Override(about=made.id, proposed="b", chosen="a", by="Ada", why="Simpler."))
    shown = services.overview(run.id)["mitigations"]
    assert shown["total"] == 1
    [item] = shown["items"]
    assert (item["chosen"], item["tried_total"], item["advice"]) == ("a", 3, ["More rows."])
    assert item["override"] == {"proposed": "b", "chosen": "a", "by": "Ada", "why": "Simpler."}
    assert item["disparity"] == {"title": "Selection rate", "attribute": "sex"}
    original, first, second = item["tried"]
    assert original["disparity"] is None
    assert (first["met"], first["asked"], first["on_frontier"], first["needs_attribute"]) == (1, 1, True, True)
    assert first["disparity"]["value"] == 0.9
    assert first["performance"] == {"value": 0.7, "lower": 0.6, "upper": 0.8, "confidence": 0.95}
    assert (second["status"], second["reason"], second["performance"]) == ("skipped", "It takes no weights.", None)
