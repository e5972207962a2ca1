"""What a document says about reproductions, and about what checks found."""

from __future__ import annotations

import re

from jupyter_gov.records import Cell, Compared, Dataset, Finding, Fit, Record, Reproduction, Run
from jupyter_gov.reports import _overview, _reproductions
from jupyter_gov.reports._model_card import ModelCard
from jupyter_gov.reports._run_records import RunRecords

CELL = Cell(order=3, execution_count=7, source="m.fit(x)")
DATA = Dataset(name="X_test", digest="jg1:00", rows=498, cell=CELL.id)
MODEL = Fit(class_="a.Tree", name="m", cell=CELL.id)
ITEM = Compared(of="fit", name="Tree m", record=MODEL.id, again="x", cell=CELL.id, verdict="different", detail="so")
FIRST = Reproduction(
    verdict="different", summary="Different: the Tree m in cell [7] came out otherwise; why.", items=(ITEM,),
    first=MODEL.id, actor="ada", started="2026-11-21T10:00:00.000000Z", environment={"python": "3.11"},
)  # fmt: skip
LAST = Reproduction(
    verdict="identical", summary="Identical: all 2 things compared came out the same.", actor="bob", restored=True,
    started="2026-11-22T10:00:00.000000Z", environment={"python": "3.11"},
)  # fmt: skip


def read(*records: Record) -> RunRecords:
    return RunRecords(Run(experiment="e", name="n"), (CELL, DATA, MODEL, *records))


def plain(html: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html))


def test_that_nobody_has_reproduced_the_run_is_said_plainly() -> None:
    records = read()
    seen = plain(_reproductions.reproductions(records))
    assert seen.startswith(" Does it come out again? Missing. This run has not been executed again: nothing shows that")
    assert f"jupyter gov reproduce {records.run.id[:13]}" in seen
    assert "Not executed again so far." in plain(_reproductions.last_word(records))


def test_all_reproductions_are_shown_the_last_first() -> None:
    records = read(FIRST, LAST)
    html = _reproductions.reproductions(records)
    seen = plain(html)
    assert seen.index("✓ Identical · 2026-11-22 10:00:00 UTC by bob") < seen.index("Earlier reproductions")
    assert seen.index("Earlier reproductions") < seen.index("≠ Different · 2026-11-21 10:00:00 UTC by ada")
    assert "the states of the random generators put back before each" in seen
    # By the number that the notebook shows, as in sentences.
    assert "They part at model Tree m , cell [7] . So." in seen
    assert f'href="#{records.anchor(CELL)}"' in html
    assert "2026-11-22 10:00:00 UTC by bob: ✓ Identical" in plain(_reproductions.last_word(records))


def test_a_table_that_was_assessed_has_nothing_to_execute() -> None:
    card = ModelCard.__new__(ModelCard)
    card.records = RunRecords(Run(experiment="e", name="n"), (DATA.replace(cell=None),))
    assert card.records.is_table
    assert card.reproduction()._repr_mimebundle_()[0]["text/html"] == ""


def test_findings_have_counts_what_chance_would_give_and_a_remedy() -> None:
    found = Finding(
        check="overlapping_rows", severity="error", message="Rows of X_test were trained on.", remedy="Split first.",
        count=462, of=498, expected=31.4, cells=(CELL.id,), columns=("age", "<sex>"), datasets=(DATA.id,),
        fits=(MODEL.id,),
    )  # fmt: skip
    aside = Finding(check="unseeded_randomness", severity="info", message="It draws.")
    html = _overview.findings(read(aside, found))
    seen = plain(html)
    assert "462 of 498 rows; 31 expected by chance" in seen
    assert "Rows of X_test were trained on. Split first." in seen
    assert "Columns: age , &lt;sex&gt; . Data: X_test . Model: m ." in seen
    assert f'href="#dataset-{DATA.id}"' in html
    assert seen.index("Overlapping rows") < seen.index("Unseeded randomness")
    assert _overview.findings(read()) == ""


def test_errors_are_told_before_the_numbers() -> None:
    assert "error" not in plain(_overview.summary(read()))
    errors = [
        Finding(check="overlapping_rows", severity="error", message=f"Rows of <{i}> were trained on. More of it.")
        for i in range(5)
    ]
    html = _overview.summary(read(Finding(check="aside", severity="warning", message="It draws."), *errors))
    seen = plain(html)
    assert "5 errors were found , to settle before these numbers are relied on:" in seen
    assert "Overlapping rows : Rows of &lt;2&gt; were trained on." in seen
    assert "&lt;3&gt;" not in seen
    assert "More of it" not in seen
    assert "And 2 more." in seen
    assert html.count('href="#findings"') == 2
    assert seen.index("5 errors") < seen.index("No model was assessed")
