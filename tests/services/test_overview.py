"""A run at a glance, and its records a page at a time."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from jupyter_gov import services
from jupyter_gov.errors import InputError, NotFoundError
from jupyter_gov.records import (
    SECTIONS,
    AssessmentResult,
    Candidate,
    Cell,
    Column,
    Dataset,
    Document,
    Finding,
    Fit,
    Gap,
    Metric,
    Notebook,
    NotebookCell,
    Record,
    Report,
    Run,
    Value,
)
from jupyter_gov.services._history import source_digest
from jupyter_gov.services.session import entry_of


@pytest.fixture
def run(store: str) -> Iterator[Run]:
    yield services.begin_run(name="credit", experiment="loans", notebook="credit.ipynb")
    services.close_stores()


def add(run: Run, *records: Record) -> None:
    services.get_store().append([entry_of(r, f"{r.kind}.made", run.id) for r in records])


def test_nothing_yet(run: Run) -> None:
    shown = services.overview(run.id)
    assert shown["run"] == run.to_json()
    assert shown["cells"] == {"total": 0, "failed": 0}
    for kind in ("doubtful", "redacted", "metrics", "datasets", "assessments", "findings", "gaps", "reports"):
        assert shown[kind] == {"total": 0, "items": []}
    assert [m["section"] for m in shown["documents"]["missing"]] == list(SECTIONS)
    assert shown["documents"]["missing"][0]["question"].endswith("?")


def test_what_a_panel_shows(run: Run) -> None:
    cell = Cell(order=3, source="x", cell_id="abc")
    failed = Cell(order=4, source="x", status="error", error="KeyError: 'age'")
    columns = (Column(name="age", type="int64", missing=2), Column(name="sex", type="str", missing=1))
    data = Dataset(name="loans", digest="jg1:00", rows=10, columns=columns, role="train", source="a.csv", cell=cell.id)
    params = {"steps": [["tree", {"type": "Tree"}]], "tree__depth": 3, "memory": None}
    fit = Fit(class_="sklearn.pipeline.Pipeline", name="model", params=params, datasets=(data.id,), cell=cell.id)
    inner = Fit(class_="sklearn.tree.Tree", parent=fit.id)
    metric = Metric(name="accuracy_score", value=0.5, fits=(fit.id,), split="test", cell=failed.id)
    finding = Finding(check="overlap", severity="error", message="Rows in both.", count=7, cells=(cell.id,))
    gap = Gap(what="w", reason="r", remedy="m", cell="a cell that still runs")
    document = Document(section="purpose", markdown="x", cell=cell.id)
    report = Report(template="model-card", files=("/a/b.html", "C:\\a\\b.ipynb"), digests=("", ""), rendered="now")
    add(run, cell, failed, data, fit, inner, metric, finding, gap, document, report)

    shown = services.overview(run.id[:18])
    here, there = {"cell_id": "abc", "number": 3}, {"cell_id": None, "number": 4}
    assert shown["cells"] == {"total": 2, "failed": 1}
    (item,) = shown["fits"]["items"]
    assert (shown["fits"]["total"], shown["fits"]["nested"]) == (1, 1)
    assert item["class"] == "sklearn.pipeline.Pipeline"
    assert item["params"] == {"memory": "None", "tree__depth": "3"}
    assert (item["params_total"], item["data"], item["cell"]) == (2, ["loans"], here)
    (item,) = shown["metrics"]["items"]
    assert (item["name"], item["value"], item["model"], item["cell"]) == ("accuracy_score", 0.5, "model", there)
    (item,) = shown["datasets"]["items"]
    assert (item["rows"], item["columns"], item["missing"], item["role"]) == (10, 2, 3, "train")
    (item,) = shown["findings"]["items"]
    assert (item["severity"], item["count"], item["cell"]) == ("error", 7, here)
    (item,) = shown["gaps"]["items"]
    assert (item["what"], item["cell"]) == ("w", None)
    written = {"section": "purpose", "title": "Purpose", "cell": here, "redacted": []}
    assert shown["documents"]["written"] == [written]
    assert "purpose" not in [m["section"] for m in shown["documents"]["missing"]]
    assert shown["reports"]["items"][0]["files"] == [
        {"name": "b.html", "format": "html"},
        {"name": "b.ipynb", "format": "ipynb"},
    ]


def test_what_became_of_cells_is_worked_out_when_it_is_shown(run: Run) -> None:
    data = Cell(order=1, source="x = 1", cell_id="data", writes=("x",))
    fit = Cell(order=2, source="model.fit(x)", cell_id="fit", reads={"x": data.id}, writes=("model",))
    again = Cell(order=3, source="x = 2", cell_id="data", writes=("x",))
    other = Cell(order=4, source="1", cell_id="other")
    standing = tuple(NotebookCell(cell_id=str(c.cell_id), digest=source_digest(c.source)) for c in (again, fit, other))
    model = Fit(class_="C", name="model", cell=fit.id)
    good, bad = Metric(name="good", value=1, cell=other.id), Metric(name="bad", value=0, cell=fit.id)
    add(run, data, fit, again, other, Notebook(), Notebook(cells=standing), model, good, bad)

    shown = services.show_run(run.id)
    told = {c["id"]: (c["stale"], c["state"]) for c in shown["cells"]}
    assert told == {
        data.id: (False, ["edited", "rerun"]),
        fit.id: (True, ["stale"]),
        again.id: (False, []),
        other.id: (False, []),
    }
    assert any("`x` was changed by cell [3]" in reason for reason in shown["cells"][1]["reasons"])
    assert (shown["fits"][0]["slice"], shown["fits"][0]["top_to_bottom"]) == ([data.id, fit.id], False)
    assert [(m["slice"], m["top_to_bottom"]) for m in shown["metrics"]] == [
        ([other.id], True),
        ([data.id, fit.id], False),
    ]
    # Nothing of it is stored.
    assert {c["stale"] for c in services.list_records(run.id, "cells")[0]} == {None}

    seen = services.overview(run.id)
    assert seen["doubtful"]["total"] == 1
    assert seen["doubtful"]["items"][0]["cell"] == {"cell_id": "fit", "number": 2}
    assert seen["doubtful"]["items"][0]["state"] == ["stale"]
    bad_, good_ = seen["metrics"]["items"]
    assert (bool(bad_["doubt"]), good_["doubt"], bool(seen["fits"]["items"][0]["doubt"])) == (True, "", True)


def test_what_was_taken_out_is_told(run: Run) -> None:
    where = tuple(f"source, line {i}: password" for i in range(20))
    early = Cell(order=1, source="x", cell_id="a", redacted=where)
    add(run, early, Cell(order=2, source="x", cell_id="b"), Gap(what="w", reason="r", redacted=("reason: key",)))
    shown = services.overview(run.id)
    assert shown["redacted"] == {
        "total": 1,
        "items": [{"id": early.id, "redacted": list(where[:8]), "cell": {"cell_id": "a", "number": 1}}],
    }
    assert shown["gaps"]["items"][0]["redacted"] == ["reason: key"]
    # What the file has cannot be compared with a source that something was taken out of.
    standing = [NotebookCell(cell_id=i, digest=source_digest("x" if i == "b" else "a secret")) for i in "ab"]
    add(run, Notebook(cells=tuple(standing)))
    assert services.overview(run.id)["doubtful"]["total"] == 0
    add(run, Cell(order=3, source="x", cell_id="a"))
    shown = services.overview(run.id)
    assert shown["redacted"]["total"] == 0
    assert [c["state"] for c in shown["doubtful"]["items"]] == [["edited"]]


def test_how_models_metrics_and_data_came_about(run: Run) -> None:
    tried = tuple(Candidate(params={"C": c}) for c in (1, 2))
    columns = (Column(name="dob", type="date", missing=0, personal="birth date"), Column(name="y", type="", missing=0))
    add(
        run,
        Fit(class_="C", method="partial_fit", seeds={"random_state": 7}, randomness="seeded", candidates=tried),
        Metric(name="share", value=0.5, origin="by_hand", expression="(p == y).mean()"),
        Dataset(name="loans", digest="jg1:00", rows=1, columns=columns, door="pandas.read_csv"),
    )
    shown = services.overview(run.id)
    (fit,) = shown["fits"]["items"]
    assert (fit["method"], fit["seeds"], fit["candidates"]) == ("partial_fit", {"random_state": "7"}, 2)
    (metric,) = shown["metrics"]["items"]
    assert (metric["origin"], metric["expression"]) == ("by_hand", "(p == y).mean()")
    (data,) = shown["datasets"]["items"]
    assert (data["door"], data["personal"]) == ("pandas.read_csv", [{"name": "dob", "kind": "birth date"}])


def test_an_assessment_is_its_headlines_and_its_worst_disparity(run: Run) -> None:
    def value(measure: str, kind: str, number: float, **more: Any) -> Value:
        return Value(measure=measure, kind=kind, value=number, lower=number / 2, upper=1.0, confidence=0.95, **more)

    shared: dict[str, Any] = {"act": "one", "model": "boosting"}
    apart = [
        v
        for name, d in (("sex", 0.1), ("race", 0.3))
        for v in (
            value("selection_rate", "group", 0.5, attribute=name, group="a"),
            value("demographic_parity", "difference", d, attribute=name, reference="max-min"),
        )
    ]
    add(
        run,
        AssessmentResult(
            name="performance", values=(value("roc_auc", "estimate", 0.8),), parameters={"rows": 498}, **shared
        ),
        AssessmentResult(name="fairness", values=tuple(apart), **shared),
        AssessmentResult(name="explanation", status="failed", reason="No.", **shared),
        AssessmentResult(name="performance", act="two", model="other"),
    )
    newest, first = services.overview(run.id)["assessments"]["items"]
    assert (newest["model"], newest["worst"], newest["rows"]) == ("other", None, None)
    assert first["rows"] == 498
    assert first["headlines"] == [
        {"measure": "roc_auc", "title": "ROC AUC", "value": 0.8, "lower": 0.4, "upper": 1.0, "confidence": 0.95,
         "kind": "estimate", "attribute": None}
    ]  # fmt: skip
    assert (first["worst"]["attribute"], first["worst"]["value"], first["worst"]["lower"]) == ("race", 0.3, 0.15)
    assert first["results"][2] == {
        "name": "explanation", "title": "Explanation", "status": "failed", "reason": "No.", "found": "",
    }  # fmt: skip
    assert first["results"][0]["found"] == "ROC AUC 0.800 [0.400, 1.000]."
    assert "race" in first["summary"]


def test_the_newest_come_first_and_the_total_counts_all(run: Run) -> None:
    add(run, *(Metric(name=f"m{i}", value=i) for i in range(30)))
    shown = services.overview(run.id, limit=2)["metrics"]
    assert shown["total"] == 30
    assert [m["name"] for m in shown["items"]] == ["m29", "m28"]
    assert len(services.overview(run.id, limit=500)["metrics"]["items"]) == 30


def test_long_names_are_cut_and_numbers_that_json_lacks_are_text(run: Run) -> None:
    long = "ж<script>" * 2000
    add(
        run,
        Metric(name=long, value=float("nan")),
        Metric(name="m", value={"a": [1, long]}),
        Fit(class_="C", params={f"p{i}": long for i in range(200)}),
        Gap(what=long, reason=long),
    )
    text = json.dumps(services.overview(run.id), allow_nan=False)
    assert len(text) < 200_000
    assert json.loads(text)["fits"]["items"][0]["params_total"] == 200


def test_the_version_changes_with_the_last_event(run: Run) -> None:
    key, before = services.run_version(run.id[:20])
    assert key == run.id
    first = services.overview(run.id)["seq"]
    assert services.run_version(run.id) == (key, before)
    add(run, Gap(what="w", reason="r"))
    assert services.run_version(run.id)[1] != before
    assert services.overview(run.id)["seq"] == first + 1


@pytest.mark.parametrize("limit", [0, 501])
def test_a_limit_out_of_range(run: Run, limit: int) -> None:
    with pytest.raises(InputError, match="limit"):
        services.overview(run.id, limit=limit)


def test_records_a_page_at_a_time(run: Run) -> None:
    add(run, *(Gap(what=f"w{i}", reason="r") for i in range(5)))
    first, cursor = services.list_records("latest", "gaps", limit=2)
    second, cursor = services.list_records(run.id, "gaps", limit=3, after=cursor)
    assert [g["what"] for g in first + second] == [f"w{i}" for i in range(5)]
    assert cursor is None
    assert first[0] == services.show_run(run.id)["gaps"][0]


def test_a_collection_or_cursor_that_is_none(run: Run) -> None:
    with pytest.raises(NotFoundError, match="metrics"):
        services.list_records(run.id, "metric")
    for cursor in ("x", "-1", "²", "9" * 40, ""):
        with pytest.raises(InputError, match="after is"):
            services.list_records(run.id, "gaps", after=cursor)


def test_experiments(run: Run) -> None:
    services.begin_run(name="n", experiment="fraud")
    latest = services.begin_run(name="n", experiment="loans")
    found = services.list_experiments()
    assert [(e.name, e.runs) for e in found] == [("loans", 2), ("fraud", 1)]
    assert found[0].to_json()["latest"] == latest.to_json()
    assert [e.name for e in services.list_experiments(before=latest.id)] == ["fraud"]


def test_a_notebook_is_recorded_in_the_same_words_wherever_it_is_asked_from(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "deep"
    folder.mkdir()
    found = []
    for here in (tmp_path, folder):
        monkeypatch.chdir(here)
        found.append(services.recorded_notebook(folder / "a.ipynb"))
    assert found[0] == found[1]
    monkeypatch.setenv("HOME", str(tmp_path))
    assert services.recorded_notebook(folder / "a.ipynb") == "~/deep/a.ipynb"
