"""What the packs name exists: measures that assessments really give, checks, sections, and commands that can be run."""

from __future__ import annotations

import importlib.util
import re
import warnings
from collections.abc import Iterator
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pandas as pd
import pytest
from sklearn.linear_model import LinearRegression, LogisticRegression

import jupyter_gov as gov
from jupyter_gov import policy
from jupyter_gov.assessment import assessments
from jupyter_gov.policy import Combination, Requirement, Rule
from jupyter_gov.provenance.leakage import CHECKS, LATE_CHECKS, LOOK_CHECKS
from jupyter_gov.records import SECTIONS, AssessmentResult

ROOT = Path(__file__).parents[2]
FOLDER = Path(policy.__file__).parent / "packs"
PACKS = sorted(path.stem for path in FOLDER.glob("*.yaml"))
OF_ASSESSMENTS = {"assessed_on_training_data", "disparity", "small_groups", "unknown_group"}
"""Findings that an assessment makes, see `jupyter_gov.services._findings`."""


@cache
def pack(name: str) -> policy.Policy:
    """Return a pack as it stands in its file."""
    return policy.read_policy((FOLDER / f"{name}.yaml").read_text(encoding="utf-8"), name=name)


def requirements(rule: Rule) -> Iterator[Requirement]:
    """Yield the requirements that a rule is made of."""
    if isinstance(rule, Combination):
        for part in rule.parts:
            yield from requirements(part)
    else:
        yield rule


def asked(kind: str) -> Iterator[tuple[str, Requirement]]:
    """Yield each requirement of a kind, with its control's id."""
    for name in PACKS:
        for control in pack(name).controls:
            yield from ((control.id, r) for r in requirements(control.require) if r.of == kind)


def listed(requirement: Requirement) -> tuple[str, ...]:
    """Return the names that a requirement holds."""
    return (requirement.name,) if isinstance(requirement.name, str) else requirement.name


@pytest.fixture(scope="module")
def assessed() -> dict[str, list[AssessmentResult]]:
    """Assess a decision, a number and several classes by everything that a pack's measures are from."""
    rng = np.random.default_rng(0)
    n = 600
    X = pd.DataFrame({"income": rng.gamma(3, 20, n), "debt": rng.random(n)})
    people = pd.DataFrame({"sex": rng.choice(["F", "M"], n), "race": rng.choice(["A", "B"], n)})
    number = X["income"] / 60 - X["debt"] + rng.normal(0, 0.7, n)
    halves = slice(None, n // 2), slice(n // 2, None)
    include = sorted({str(r.where["assessment"]) for _, r in asked("measure")})
    reasons = {
        "features": {
            "income": {"reason": "Income insufficient for amount of credit requested", "adverse": "low"},
            "debt": {"reason": "Excessive obligations in relation to income", "adverse": "high"},
        }
    }

    def assess(model: Any, y: Any, **options: Any) -> list[AssessmentResult]:
        train, test = halves
        fitted = model.fit(X[train], y[train])
        given = {"attributes": people[test], "sensitive": ["race", "sex"], "train": (X[train], y[train])}
        given |= {"include": include, **options}
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            made = gov.assess(fitted, X[test], y[test], **given)
        return [r for r in made.results if r.status == "done"]

    decision = (number > 0).astype(int)
    control = LogisticRegression(C=0.001).fit(X[halves[0]], decision[halves[0]])
    classes = pd.cut(number, [-99, 0, 1, 99], labels=["a", "b", "c"]).astype(str)
    test = halves[1]
    little = {"include": ["drift", "local_law_144"], "sensitive": ["sex"], "train": (X[test], decision[test])}
    return {
        "decision": assess(LogisticRegression(), decision, control=control, reasons=reasons),
        "number": assess(LinearRegression(), number),
        "classes": assess(LogisticRegression(), classes),
        "by sex alone, rows compared with themselves": assess(LogisticRegression(), decision, **little),
    }


def statuses(name: str, results: list[AssessmentResult], **context: str) -> dict[str, str]:
    """Return the status of each of a pack's own controls on results of real assessments."""
    evidence = policy.evidence_of(results, context={"tier": "high", **context})
    return {v.control: v.status for v in policy.judge(pack(name), evidence, datetime.now(UTC))}


@pytest.mark.parametrize("task", ["decision", "number", "classes"])
def test_numbers_with_intervals_are_found_for_every_task(
    assessed: dict[str, list[AssessmentResult]], task: str
) -> None:
    found = statuses("good-practice", assessed[task])

    assert found["gp.performance"] == found["gp.groups"] == found["gp.drift"] == "pass"


def test_what_a_result_without_values_says_is_missing(assessed: dict[str, list[AssessmentResult]]) -> None:
    emptied = [r.replace(values=()) for r in assessed["decision"]]

    assert statuses("good-practice", emptied)["gp.performance"] == "missing"
    assert statuses("good-practice", emptied)["gp.groups"] == "missing"


def test_rows_compared_with_themselves_say_nothing_about_drift(assessed: dict[str, list[AssessmentResult]]) -> None:
    found = statuses("good-practice", assessed["by sex alone, rows compared with themselves"])

    assert found["gp.drift"] == "missing"


def test_an_audit_by_sex_alone_is_none(assessed: dict[str, list[AssessmentResult]]) -> None:
    both = statuses("nyc-local-law-144", assessed["decision"])
    one = statuses("nyc-local-law-144", assessed["by sex alone, rows compared with themselves"])

    assert (both["ll.tables"], one["ll.tables"]) == ("pass", "missing")
    assert both["ll.categories"] == one["ll.categories"] == "pass"


def test_measures_are_what_assessments_give(assessed: dict[str, list[AssessmentResult]]) -> None:
    for control, requirement in asked("measure"):
        where = requirement.where
        found = [
            v
            for results in assessed.values()
            for result in results
            if result.name == where["assessment"]
            for v in result.values
            if v.measure == requirement.name
            and v.kind == where.get("kind", "estimate")
            and where.get("reference") in (None, v.reference, f"{v.reference} judged")
            and where.get("group") in (None, "each", v.group)
        ]
        assert found, control
        if requirement.decide_on == "interval":
            assert any(v.lower is not None for v in found), control


def test_assessments_exist() -> None:
    names = {name for _, r in asked("assessment") for name in listed(r)} | {
        str(r.where["assessment"]) for _, r in asked("measure")
    }

    assert names - set(assessments()) == set()


def test_findings_exist() -> None:
    known = {*CHECKS, *LATE_CHECKS, *LOOK_CHECKS, *OF_ASSESSMENTS}

    assert {name for _, r in asked("finding") for name in listed(r)} - known == set()


def test_sections_are_explained() -> None:
    sections = {name for _, r in asked("document") for name in listed(r)} - set(SECTIONS)
    page = (ROOT / "docs" / "packs.md").read_text(encoding="utf-8")

    assert {s for s in sections if f"| `{s}` |" not in page} == set()


def test_remedies_name_commands_that_exist() -> None:
    reference = (ROOT / "docs" / "reference.md").read_text(encoding="utf-8")
    told = [r for name in PACKS for control in pack(name).controls for r in control.remedies]

    for remedy in told:
        for magic in re.findall(r"%gov_\w+", remedy):
            assert f"`{magic}" in reference or f"`%{magic}" in reference, remedy
        for names in re.findall(r"--include ([\w,]+)", remedy):
            assert set(names.split(",")) <= set(assessments()), remedy
        for option in re.findall(r"(--\w+)", remedy):
            assert option in reference, remedy
        for section in re.findall(r"%%gov_doc (\w+)", remedy):
            assert section in {name for _, r in asked("document") for name in listed(r)}, remedy


def test_calls_in_remedies_stand_in_backticks_with_placeholders_in_capitals() -> None:
    known = {*assessments(), "race", "sex", ">"}
    for name in PACKS:
        for remedy in (r for control in pack(name).controls for r in control.remedies):
            assert "%" not in re.sub(r"`[^`]*`", "", remedy), remedy
            for call in re.findall(r"`(%gov_\w+[^`]*)`", remedy):
                assert not call.endswith("."), remedy
                words = re.findall(r"[\w.]+", " ".join(call.split(" ")[1:]).replace("--", " --"))
                options = set(re.findall(r"--(\w+)", call))
                named = {w for w in words if w not in options and w != "REASONS.yaml"}
                assert {w for w in named if w != w.upper()} <= known, remedy


def test_the_page_shows_a_policy_that_works() -> None:
    page = (ROOT / "docs" / "packs.md").read_text(encoding="utf-8")
    found = re.search(r"```yaml\n(.*?)```", page, re.DOTALL)
    assert found is not None
    ours = policy.resolve(policy.read_policy(found[1]), pack)

    assert [note for note in policy.lint(ours) if note.level == "error"] == []
    assert [r.differences for r in policy.run_examples(ours) if not r.passed] == []
    assert "gp.environment" not in {c.id for c in ours.controls}


def _script() -> ModuleType:
    spec = importlib.util.spec_from_file_location("make_packs", ROOT / "docs" / "make_packs.py")
    assert spec is not None
    assert spec.loader is not None
    made = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(made)
    return made


def test_pages_are_made_of_the_packs() -> None:
    pages = dict(_script().pages())

    assert sorted(pages) == sorted((ROOT / "docs" / "packs").glob("*.md"))
    for path, text in pages.items():
        assert path.read_text(encoding="utf-8") == text, "Run python docs/make_packs.py."
