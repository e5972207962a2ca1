"""The parts of a report about what must hold: charter, policy, mitigations; read from records, computed nowhere."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from jupyter_gov.records import (
    Answer,
    Cell,
    Charter,
    Kpi,
    Mitigation,
    Override,
    PolicyCheck,
    Record,
    Run,
    Tried,
    Verdict,
    Waiver,
)
from jupyter_gov.reports import ModelCard
from jupyter_gov.store import Entry, open_store

RUN = Run(
    experiment="loans", name="credit", status="finished", notebook="a.ipynb", finished="2026-11-21T12:00:00.000000Z"
)
CELL = Cell(order=1, source="%gov_policy check", seconds=0.1, started="2026-11-21T10:00:00.000000Z")


def check(title: str = "Selection rates", *, policy: str = "credit") -> PolicyCheck:
    """Return a check with one control that fails."""
    answer = Answer(
        of="measure", asked="ROC AUC: at least 0.8", status="fail", value=0.7, cells=(CELL.id,), threshold=0.8
    )
    verdict = Verdict(control="a.b", title=title, severity="major", status="fail", reason="Too low.", answers=(answer,))
    return PolicyCheck(policy=policy, version="1.0.0", title=policy.title(), verdicts=(verdict,), cell=CELL.id)


@pytest.fixture
def card(tmp_path: Path) -> Callable[..., ModelCard]:
    """Return a function that gives the model card of a run with these records."""
    url = f"sqlite:///{tmp_path / 'gov.db'}"

    def made(*records: Record, voices: str = "", others: tuple[Record, ...] = ()) -> ModelCard:
        actor = {"id": "ada", "kind": "os"}
        other = Run(experiment="loans", name="earlier", status="finished")
        of = [(RUN, [RUN, CELL, *records]), (other, [other, *others])]
        with open_store(url) as store:
            store.append(
                [Entry(record=r, run=run.id, action=f"{r.kind}.written", actor=actor) for run, some in of for r in some]
            )
        return ModelCard(RUN.id, store=url, voices=voices)

    return made


def test_the_last_check_is_told_with_links_to_cells_and_the_summary_names_it(card: Callable[..., ModelCard]) -> None:
    made = card(check("Old"), check("New"))
    shown = made.policy().content
    assert "New" in shown
    assert "Old" not in shown
    assert "1 earlier check of it on record." in shown
    assert '<a href="#cell-1">cell [1]</a>' in shown
    assert "Blocked: of 1 control, 1 fails (“New”)." in made.summary().content


def test_each_policy_that_was_checked_has_its_part(card: Callable[..., ModelCard]) -> None:
    shown = card(check("One"), check("Two", policy="eu")).policy().content
    assert shown.index("Eu") < shown.index("Credit")


def test_policies_that_were_used_together_are_named_by_their_ids(card: Callable[..., ModelCard]) -> None:
    made = card(check("One", policy="good-practice + eu").replace(version="1.0.0 + 1.0.0"))
    for shown in (made.policy().content, made.summary().content):
        assert ">good-practice, eu</bdi>" in shown
        assert "1.0.0 + 1.0.0" not in shown


def test_without_a_check_the_report_says_so_and_how_to_make_one(card: Callable[..., ModelCard]) -> None:
    shown = card().policy().content
    assert "No policy was checked" in shown
    assert "jupyter gov check" in shown
    assert "What must hold" not in card().summary().content


def test_the_charter_of_an_earlier_run_counts_and_a_later_one_does_not(card: Callable[..., ModelCard]) -> None:
    early = Charter(experiment="loans", goal="Fewer wrong refusals.", written="2026-11-01T00:00:00.000000Z")
    late = Charter(experiment="loans", goal="Written after.", written="2026-12-01T00:00:00.000000Z")
    shown = card(others=(early, late)).charter().content
    assert "Fewer wrong refusals." in shown
    assert "another run of the experiment" in shown


def test_a_charter_shows_its_targets_and_a_missing_one_is_named(card: Callable[..., ModelCard]) -> None:
    kpi = Kpi(name="Refusals overturned", measure="roc_auc", at_least=0.8)
    assert "Refusals overturned" in card(Charter(goal="Better.", kpis=(kpi,), cell=CELL.id)).charter().content


def test_no_charter_is_named_as_missing(card: Callable[..., ModelCard]) -> None:
    assert "<b>Missing. </b>" in card().charter().content


def test_what_was_tried_is_shown_and_nothing_where_nothing_was(card: Callable[..., ModelCard]) -> None:
    tried = Tried(name="original", method="original")
    assert "Mitigations tried" in card(Mitigation(model="model", tried=(tried,), cell=CELL.id)).mitigations().content


def test_without_mitigations_there_is_no_section(card: Callable[..., ModelCard]) -> None:
    assert not card().mitigations().content


def test_decisions_of_people_are_listed(card: Callable[..., ModelCard]) -> None:
    waiver = Waiver(policy="credit", control="a.b", by="Maria Lopez", why="Agreed in March", until="2027-01-31")
    override = Override(about="x", proposed="one", chosen="another", by="Ada", why="It costs less")
    shown = card(check(), waiver, override).policy().content
    for told in ("Maria Lopez", "Agreed in March", "2027-01-31", "another", "It costs less"):
        assert told in shown


def test_a_site_gives_its_own_voices(card: Callable[..., ModelCard], tmp_path: Path) -> None:
    folder = tmp_path / "voices"
    folder.mkdir()
    (folder / "business.j2").write_text("House style: {{ verdict.title }}.", "utf-8")
    assert "House style: Selection rates." in card(check(), voices=str(folder)).policy().content
