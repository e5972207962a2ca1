"""The model card: what a template notebook calls, one short line for each part of the document."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from jupyter_gov.display import html, sections
from jupyter_gov.display import words as w
from jupyter_gov.records import Assessment

from . import _data, _evidence, _overview, _session, _source
from ._run_records import STYLES, RunRecords


class Block:
    """A part of a document, displayed as HTML and marked as ours.

    Parameters
    ----------
    content : Html
        What it shows.
    title : str
        What a terminal shows.
    styled : bool
        Whether it carries the style for all blocks of the notebook.
    """

    def __init__(self, content: html.Html, title: str, *, styled: bool = False) -> None:
        self.content = content
        self.title = title
        self._styled = styled

    def _repr_mimebundle_(self, **_: Any) -> tuple[dict[str, str], dict[str, Any]]:
        style = html.style_element(*STYLES) if self._styled else ""
        made = style + html.el("div", self.content, class_="jg-root") if self.content else ""
        return {"text/html": made, "text/plain": self.title}, {"jupyter_gov": {"kind": "report"}}


class ModelCard:
    """The parts of a model card about one run, each read from its records; nothing is computed here.

    Parameters
    ----------
    run : str
        The run's full id.
    store : str
        URL of the store.

    Raises
    ------
    NotFoundError
        If there is no such run.
    StoreError
        If the store cannot be read.
    """

    def __init__(self, run: str, *, store: str) -> None:
        self.records = RunRecords.load(run, store)

    def title(self) -> Block:
        """Return model, run, status, who, when, and from which code."""
        return Block(_overview.title(self.records), f"Model card of run {self.records.run.id}", styled=True)

    def summary(self) -> Block:
        """Return the result in a sentence, and what is missing."""
        return Block(_overview.summary(self.records), "Summary")

    def document(self, section: str) -> Block:
        """Return a section that was written with ``%%gov_doc``; where there is none, its question, as missing."""
        return Block(_overview.document(self.records, section), w.title_of(section))

    def other_documents(self) -> Block:
        """Return sections of any other name."""
        return Block(_overview.other_documents(self.records), "Other sections")

    def data(self) -> Block:
        """Return what was written about the data, and every data set on record."""
        return Block(_overview.document(self.records, "data", _data.datasets(self.records)), "Data")

    def model(self) -> Block:
        """Return what was written about the method, and every fit with its parameters."""
        made = _overview.document(
            self.records, "method", _evidence.fits(self.records), key="model", heading="Model and parameters"
        )
        return Block(made, "Model and parameters")

    def lineage(self) -> Block:
        """Return a drawing of what came from what: files, data, fits, predictions, metrics."""
        return Block(self._ran(_data.lineage), "Lineage")

    def performance(self) -> Block:
        """Return performance as assessed, with intervals, and every metric that the notebook computed."""
        assessed = self._each("performance", sections.performance, {"performance", "calibration"})
        computed = html.Html("")
        if not self.records.is_table:
            computed = html.join([html.el("h3", "Computed in the notebook"), _evidence.metrics(self.records)])
        return Block(_overview.section("performance", "Performance", assessed, computed), "Performance")

    def fairness(self) -> Block:
        """Return rates by group and disparities between groups, with charts."""

        def full(assessment: Assessment, *, cite: sections.Cite) -> html.Html:
            return sections.fairness(assessment, cite=cite, full=True)

        return Block(_overview.section("fairness", "Fairness", self._each("fairness", full, {"fairness"})), "Fairness")

    def explanation(self) -> Block:
        """Return what the model relies on."""
        made = self._each("explanation", sections.explanation, {"explanation"})
        return Block(_overview.section("explanation", "Explanation", made), "Explanation")

    def session(self) -> Block:
        """Return in which way the cells ran, which do not hold any more, and what that means for the results."""
        return Block(self._ran(_session.session), "Session")

    def randomness(self) -> Block:
        """Return what chance had to do with the fits, and which seeds there were."""
        return Block(self._ran(_session.randomness), "Randomness")

    def source(self) -> Block:
        """Return commit, branch and remote, and the snapshot of what was not committed."""
        return Block(self._ran(_source.source), "Source")

    def findings(self) -> Block:
        """Return what a reviewer should look at."""
        return Block(_overview.findings(self.records), "Findings")

    def gaps(self) -> Block:
        """Return what could not be captured, and why."""
        return Block(_overview.gaps(self.records), "Gaps in the record")

    def environment(self) -> Block:
        """Return the interpreter, packages and machine."""
        return Block(_source.environment(self.records), "Environment")

    def how_to_read(self) -> Block:
        """Return what the numbers mean and what they do not."""
        return Block(_overview.how_to_read(self.records), "How to read this document")

    def cells(self) -> Block:
        """Return every executed cell; nothing where a table was assessed."""

        def cells(records: RunRecords) -> html.Html:
            return _overview.section("cells", "Cells", _evidence.cells(records))

        return Block(self._ran(cells), "Cells")

    def _ran(self, show: Callable[[RunRecords], html.Html]) -> html.Html:
        """Return a part about what ran; nothing where a table was assessed."""
        return html.Html("") if self.records.is_table else show(self.records)

    def _each(self, name: str, show: Callable[..., html.Html], kinds: set[str]) -> html.Html:
        """Return one part of every assessment that has it, under the assessment's name where there are several."""
        found = [a for a in self.records.assessments if any(r.name in kinds for r in a.results)]
        if not found:
            return html.el("p", f"No assessment of {name} is on record.", class_="jg-undone")
        parts: list[object] = []
        for assessment in found:
            first = next(r for r in assessment.results if r.name in kinds)
            about = [html.name(assessment.model or "model"), f" on {w.plural(assessment.rows, 'row')} of "]
            parts.append(
                html.el("h3" if len(found) > 1 else "p", *about, self.records.dataset(first.dataset), class_="jg-about")
            )
            parts.append(show(assessment, cite=self.records.cite))
        if self.records.superseded:
            told = f"{w.plural(self.records.superseded, 'assessment')} that a later one repeats in full left out."
            parts.append(html.el("p", told, class_="jg-quiet"))
        return html.join(parts)
