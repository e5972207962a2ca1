"""Rendering the model card of a run on real data, once; everything about the page is then read from that one page."""

from __future__ import annotations

import base64
import hashlib
import os
import re
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path
from typing import Any

import nbformat
import pytest

from jupyter_gov import reports
from jupyter_gov.errors import ExecutionError, InputError, NotFoundError, ReportError
from jupyter_gov.records import (
    SECTIONS,
    AssessmentResult,
    Cell,
    Dataset,
    Document,
    Fit,
    Gap,
    Metric,
    Run,
    Value,
    new_id,
)
from jupyter_gov.reports import ModelCard, render

VOID = {"meta", "br", "hr", "wbr", "col", "img", "link", "input"}


class Page(HTMLParser):
    """Reads a page strictly: tags nest, attributes occur once."""

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self._open: list[str] = []
        self.feed(text)
        self.close()
        assert self._open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert len(dict(attrs)) == len(attrs), (tag, attrs)
        self.tags.append((tag, dict(attrs)))
        if tag not in VOID:
            self._open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self._open.pop() == tag, self.getpos()

    def handle_data(self, data: str) -> None:
        if "style" not in self._open:
            self.text += data

    def check(self) -> None:
        """Assert that nothing runs, ids are unique, links within the page resolve, and headings are in order."""
        ids = [attrs["id"] for _, attrs in self.tags if "id" in attrs]
        assert len(ids) == len(set(ids))
        for tag, attrs in self.tags:
            assert tag not in {"script", "iframe", "object", "embed", "form", "link", "base"}
            assert not [a for a in attrs if a.startswith("on") or a == "style"]
            href = attrs.get("href") or ""
            assert not href.startswith("#") or href[1:] in ids, href
            assert not href.lower().startswith(("javascript:", "data:"))
        levels = [int(tag[1]) for tag, _ in self.tags if re.fullmatch("h[1-6]", tag)]
        assert levels[0] == 1
        assert levels.count(1) == 1
        assert all(after <= before + 1 for before, after in pairwise(levels))


@pytest.fixture(scope="module")
def made(sample: Any, tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    folder = tmp_path_factory.mktemp("rendered") / "new" / "folder"
    return render(sample.run.id, store=sample.url, output_dir=folder)


@pytest.fixture(scope="module")
def text(made: list[Path]) -> str:
    return made[0].read_text("utf-8")


@pytest.fixture(scope="module")
def page(text: str) -> Page:
    return Page(text)


def test_files_are_named_after_template_run_and_report(made: list[Path], sample: Any) -> None:
    [stem] = {p.stem for p in made}
    assert re.fullmatch(f"model-card-{sample.run.id[:13]}-[0-9a-f]{{12}}", stem)
    assert [p.suffix for p in made] == [".html", ".ipynb"]
    assert all(p.is_absolute() for p in made)
    assert sorted(p.name for p in made[0].parent.iterdir()) == sorted(p.name for p in made)


def test_page_is_sound(page: Page) -> None:
    page.check()


def test_policy_allows_this_page_only(text: str) -> None:
    style = text[text.index("<style>") + 7 : text.index("</style>")]
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    assert f"style-src &#39;sha256-{digest}&#39;" in text
    assert "default-src &#39;none&#39;" in text
    assert text.count("<style") == 1
    assert "<script" not in text.lower()
    assert not re.search(r"(src|href)=\"https?:", text)


def test_every_part_is_there(page: Page) -> None:
    sections = [attrs["id"] for tag, attrs in page.tags if tag == "section"]
    own = [s for s in sections if s and s.startswith("assessment-")]
    assert {"assessment-calibration", "assessment-errors"} < set(own)
    assert [s for s in sections if s and not s.startswith("other-") and s not in own] == [
        "summary",
        "policy",
        "purpose",
        "business-context",
        "charter",
        "data",
        "model",
        "lineage",
        "performance",
        "fairness",
        "explanation",
        "left-out",
        "limitations",
        "ethical-considerations",
        "monitoring",
        "reproduction",
        "session",
        "randomness",
        "gaps",
        "source",
        "environment",
        "reading",
        "cells",
    ]
    assert "Sign off" in page.text


def test_every_assessment_is_shown_with_how_to_read_it(page: Page, sample: Any) -> None:
    done = [r for r in sample.records if isinstance(r, AssessmentResult) and r.status == "done"]
    assert len(done) > 5
    for result in done:
        assert result.card["title"] in page.text
        assert " ".join(result.card["question"].split()) in page.text
    assert page.text.count("How to read it") == len(done)


def test_an_assessment_of_the_user_is_shown_like_ours(page: Page) -> None:
    said = page.text[page.text.index("Errors 0.100 [0.080, 0.130].") :]
    assert "An assessment of the user." in said
    assert any("Errors" in (attrs.get("aria-label") or "") for tag, attrs in page.tags if tag == "svg")


def test_missing_documentation_is_named_with_its_question(page: Page) -> None:
    for section, question in SECTIONS.items():
        assert (question in page.text) is (section not in {"purpose", "data"})


def test_markdown_is_inert(text: str) -> None:
    assert "<strong>second look</strong>" in text
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in text


def test_every_record_of_the_run_can_be_found(page: Page, text: str, sample: Any) -> None:
    ids = {attrs.get("id") for _, attrs in page.tags}
    for record in sample.records:
        match record:
            case Metric():
                assert f"metric-{record.id}" in ids
            case Dataset():
                assert f"dataset-{record.id}" in ids
                assert record.digest in text
            case Cell():
                assert f"cell-{record.order}" in ids
            case Fit(parent=None):
                assert f"fit-{record.id}" in ids
            case AssessmentResult() | Document():
                assert f'title="{record.id}"' in text
            case Gap():
                assert record.what in text


def test_figures_cite_record_and_cell(text: str) -> None:
    captions = re.findall(r"<figcaption>(.*?)</figcaption>", text)
    assert len(captions) >= 5
    assert all(re.search(r'Record <code title="[0-9a-f-]{36}".*href="#cell-6"', c) for c in captions)


def test_numbers_come_from_the_records(page: Page, sample: Any) -> None:
    performance = next(r for r in sample.records if isinstance(r, AssessmentResult) and r.name == "performance")
    auc = performance.find("roc_auc")
    assert auc is not None
    assert auc.value is not None
    assert f"a ROC AUC of {auc.value:.3f} [{auc.lower:.3f}, {auc.upper:.3f}]" in page.text


def test_notebook_reads_records_only_and_is_marked(made: list[Path]) -> None:
    notebook = nbformat.read(made[1], as_version=4)
    nbformat.validate(notebook)
    marked = [o.metadata for c in notebook.cells if c.cell_type == "code" for o in c.outputs if "data" in o]
    assert len(marked) > 15
    assert all(m == {"jupyter_gov": {"kind": "report"}} for m in marked)


def test_size_is_reasonable(made: list[Path]) -> None:
    assert made[0].stat().st_size < 900_000


# -- without a kernel --------------------------------------------------------------------------------------------------

PARTS = [m for m in vars(ModelCard) if not m.startswith("_") and m not in {"document", "assessment"}]


def _whole(card: ModelCard) -> Page:
    parts = [getattr(card, part)().content for part in PARTS]
    parts += [card.document(s).content for s in SECTIONS if s not in {"data", "method"}]
    return Page("".join(parts))


def test_failed_run_says_so_first(tmp_path: Path, write: Any) -> None:
    cell = Cell(order=1, source="1/0", status="error", error="ZeroDivisionError: division by zero")
    run = Run(experiment="e", name="n", status="failed", reason="Cell 1 raised ZeroDivisionError.")
    sample = write(f"sqlite:///{tmp_path / 'gov.db'}", run, [cell])
    page = _whole(ModelCard(run.id, store=sample.url))
    page.check()
    assert "This run failed. Cell 1 raised ZeroDivisionError. It stopped in cell [1]." in page.text
    assert "No model was assessed in this run." in page.text
    assert "ZeroDivisionError: division by zero" in page.text


def test_empty_run_has_every_part(tmp_path: Path, write: Any) -> None:
    run = Run(experiment="e", name="")
    page = _whole(ModelCard(run.id, store=write(f"sqlite:///{tmp_path / 'gov.db'}", run, []).url))
    page.check()
    for words in ("No data set is on record", "No fit is on record", "not under version control", "had not ended"):
        assert words in page.text


@pytest.mark.parametrize(
    "name", ["<script>alert(1)</script>", '"><img src=x onerror=alert(1)>', "\u202e", "y" * 10_000, "\x00\ud7ff"]
)
def test_hostile_records_stay_text(tmp_path: Path, write: Any, name: str) -> None:
    cell = Cell(order=1, source=name, error=name, status="error")
    data = Dataset(name=name, digest=name, rows=1, source=name, type=name, cell=cell.id)
    fit = Fit(class_=name, name=name, params={name: name}, features=(name,), datasets=(data.id,), cell=cell.id)
    group = [
        Value(
            measure="selection_rate",
            kind="group",
            attribute=name,
            group=g,
            value=0.5,
            lower=0.4,
            upper=0.6,
            confidence=0.95,
            n=50,
        )
        for g in (name, "b")
    ]
    records = [
        cell,
        data,
        fit,
        Fit(class_=name, step=name, parent=fit.id),
        Metric(name=name, value={name: [name]}, params={name: name}, fits=(fit.id,), datasets=(data.id,), cell=cell.id),
        AssessmentResult(
            name="fairness", act=new_id(), model=name, fit=fit.id, cell=cell.id, values=tuple(group), notes=(name,)
        ),
        AssessmentResult(name="explanation", act=new_id(), model=name, status="failed", reason=name),
        Document(section=name, markdown=name, cell=cell.id),
        Gap(what=name, reason=name, remedy=name),
    ]
    run = Run(experiment=name, name=name, status="failed", reason=name, notebook=name, actor=name)
    page = _whole(ModelCard(run.id, store=write(f"sqlite:///{tmp_path / 'gov.db'}", run, records).url))
    page.check()
    assert not [tag for tag, _ in page.tags if tag == "img"]


def test_repeated_assessments_are_shown_once(sample: Any, tmp_path: Path, write: Any) -> None:
    results = [r for r in sample.records if isinstance(r, AssessmentResult)]
    again = [r.replace(id=new_id(), act="later") for r in results]
    other = [r.replace(id=new_id(), act="other", fit="another fit") for r in results]
    stored = write(f"sqlite:///{tmp_path / 'gov.db'}", sample.run, [*sample.records, *again, *other])
    card = ModelCard(sample.run.id, store=stored.url)
    assert [a.id for a in card.records.assessments] == ["later", "other"]
    page = _whole(card)
    page.check()
    assert "1 assessment that a later one repeats in full left out." in page.text


def test_explained_rows_are_no_findings_about_the_model(tmp_path: Path, write: Any) -> None:
    part = Value(measure="shap_value", kind="attribution", attribute="income", value=-0.5, n=1)
    rows = [
        AssessmentResult(name="row_explanation", act=act, model="m", parameters={"row": row}, values=(part,))
        for act, row in (("a", "A-17"), ("b", None))
    ]
    whole = AssessmentResult(
        name="performance", act="c", model="m", values=(Value(measure="accuracy", value=0.5, n=9),)
    )
    run = Run(experiment="e", name="n")
    card = ModelCard(run.id, store=write(f"sqlite:///{tmp_path / 'gov.db'}", run, [*rows, whole]).url)
    summary, assessed = Page(card.summary().content), Page(card.assessments().content)
    assert "2 rows were explained." in summary.text
    assert "income" not in summary.text
    assert ("a", "#assessment-row-explanation") in [(tag, attrs.get("href")) for tag, attrs in summary.tags]
    sections = [attrs["id"] for tag, attrs in assessed.tags if tag == "section"]
    assert sections.index("assessment-row-explanation") > sections.index("performance")
    for told in ("m, row A-17 of", "m, the row that was given of"):
        assert told in assessed.text


def test_inner_fits_of_one_class_are_one_line(tmp_path: Path, write: Any) -> None:
    top = Fit(class_="sklearn.ensemble.RandomForestClassifier", name="forest")
    trees = [Fit(class_="sklearn.tree.DecisionTreeClassifier", parent=top.id, seconds=0.01) for _ in range(300)]
    run = Run(experiment="e", name="n", status="finished")
    card = ModelCard(run.id, store=write(f"sqlite:///{tmp_path / 'gov.db'}", run, [top, *trees]).url)
    assert "DecisionTreeClassifier × 300 3.0 s" in Page(card.model().content).text


# -- what can go wrong -------------------------------------------------------------------------------------------------


def test_unknown_template_suggests_one(sample: Any, tmp_path: Path) -> None:
    with pytest.raises(NotFoundError, match=r"No template named 'model-crad'\. Did you mean 'model-card'\?"):
        render(sample.run.id, store=sample.url, template="model-crad", output_dir=tmp_path)
    with pytest.raises(NotFoundError, match="No template notebook"):
        render(sample.run.id, store=sample.url, template="none.ipynb", output_dir=tmp_path)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("to", ["pdf", "docx"])
def test_formats_of_later_versions_say_what_is_available(sample: Any, tmp_path: Path, to: str) -> None:
    with pytest.raises(InputError, match=f"This version cannot render '{to}': only html and ipynb are available."):
        render(sample.run.id, store=sample.url, to=["html", to], output_dir=tmp_path)


def test_unknown_format_suggests_one(sample: Any, tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"No format 'htm'\. Did you mean 'html'\?"):
        render(sample.run.id, store=sample.url, to=["htm"], output_dir=tmp_path)


def test_unknown_run(sample: Any, tmp_path: Path) -> None:
    with pytest.raises(NotFoundError, match="No run"):
        render(new_id(), store=sample.url, output_dir=tmp_path)


def test_template_that_raises_is_kept(sample: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fill(template: Path, parameters: object, output: Path, *, progress: bool = False) -> None:
        output.write_text("{}")
        raise ExecutionError("Cell 2 raised KeyError: 'x'")

    monkeypatch.setattr("jupyter_gov.reports._render.fill", fill)
    with pytest.raises(
        ExecutionError, match=r"Cell 2 raised KeyError: 'x'\. The template up to there is in .*failed.ipynb"
    ):
        render(sample.run.id, store=sample.url, output_dir=tmp_path)
    assert [p.suffixes for p in tmp_path.iterdir()] == [[".failed", ".ipynb"]]


def _fill_nothing(template: Path, parameters: object, output: Path, *, progress: bool = False) -> None:
    nbformat.write(nbformat.v4.new_notebook(), output)


def test_no_rendering_takes_the_place_of_another(sample: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("jupyter_gov.reports._render.fill", _fill_nothing)
    keys = [new_id(), new_id(), None]
    made = [render(sample.run.id, store=sample.url, output_dir=tmp_path, report=key) for key in keys]
    assert len({p for files in made for p in files}) == len(list(tmp_path.iterdir())) == 6
    for key, files in zip(keys[:2], made, strict=False):
        assert {p.stem for p in files} == {f"model-card-{sample.run.id[:13]}-{key[-12:]}"}


def test_what_a_killed_process_left_is_taken_away(sample: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("jupyter_gov.reports._render.fill", _fill_nothing)
    old, new, other = (tmp_path / name for name in (".jupyter-gov-report-a", ".jupyter-gov-report-b", ".model-card-c"))
    for folder in (old, new, other):
        folder.mkdir()
        (folder / "x.ipynb").write_text("{}")
    for folder in (old, other):
        os.utime(folder, (0, 0))
    made = render(sample.run.id, store=sample.url, output_dir=tmp_path)
    assert set(tmp_path.iterdir()) == {new, other, *made}


def test_script_of_a_template_leaves_no_file(sample: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fill(template: Path, parameters: object, output: Path, *, progress: bool = False) -> None:
        bad = nbformat.v4.new_output("display_data", data={"text/html": "<script>1</script>"})
        nbformat.write(nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell("", outputs=[bad])]), output)

    monkeypatch.setattr("jupyter_gov.reports._render.fill", fill)
    with pytest.raises(ReportError, match="<script>"):
        render(sample.run.id, store=sample.url, output_dir=tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_folder_that_cannot_be_made(sample: Any, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(ReportError, match="cannot be written"):
        render(sample.run.id, store=sample.url, output_dir=tmp_path / "file" / "folder")


def test_template_names() -> None:
    assert "model-card" in reports.template_names()
