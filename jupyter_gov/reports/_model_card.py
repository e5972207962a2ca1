"""The model card: what a template notebook calls, one short line for each part of the document."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from jupyter_gov.display import html, read_voices, sections
from jupyter_gov.display import words as w
from jupyter_gov.records import Assessment, AssessmentResult

from . import _data, _evidence, _mitigations, _overview, _policy, _reproductions, _session, _source
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
    voices : str
        The folder of a site's own templates of the voices; empty where there are none.

    Raises
    ------
    NotFoundError
        If there is no such run.
    StoreError
        If the store cannot be read.
    InputError
        If the folder of the voices cannot be read.
    """

    def __init__(self, run: str, *, store: str, voices: str = "") -> None:
        self.records = RunRecords.load(run, store)
        self._voices = read_voices(Path(voices)) if voices else {}

    def title(self) -> Block:
        """Return model, run, status, who, when, and from which code."""
        return Block(_overview.title(self.records), f"Model card of run {self.records.run.id}", styled=True)

    def summary(self) -> Block:
        """Return the result in a sentence, and what is missing."""
        again = self._ran(_reproductions.last_word)
        return Block(_overview.summary(self.records, again, _policy.last_word(self.records)), "Summary")

    def charter(self) -> Block:
        """Return why the model was built, what it must reach, whom it touches, and who decided."""
        return Block(_policy.charter(self.records), "Charter")

    def policy(self) -> Block:
        """Return whether what a policy asks for holds, as was recorded last: the matrix, and four voices."""
        return Block(_policy.policy(self.records, self._voices), "Policy")

    def mitigations(self) -> Block:
        """Return what was tried where a control was not met, beside the original; nothing where nothing was."""
        return Block(_mitigations.mitigations(self.records), "Mitigations tried")

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

    def assessments(self) -> Block:
        """Return every assessment on record, ours and the user's, a section for each; then those that were left out."""
        found = self.records.assessments
        named = {r.name: r for a in found for r in a.results if r.status != "skipped" or r.name in _overview.EXPECTED}
        # What is about the model comes before what is about a row of its data.
        ordered = sorted(named, key=lambda name: name == _overview.ONE_ROW)
        wanted = dict.fromkeys(["performance", *ordered, *_overview.EXPECTED])
        parts = [self._assessed(name, sections.title_of(named[name]) if name in named else "") for name in wanted]
        left = self._left_out()
        if left:
            reasons = html.bullets((sections.section(a, r, cite=self.records.cite) for a, r in left), "jg-undones")
            parts.append(_overview.section("left-out", "Assessments left out", reasons))
        if self.records.superseded:
            told = f"{w.plural(self.records.superseded, 'assessment')} that a later one repeats in full left out."
            parts.append(html.el("p", told, class_="jg-quiet"))
        return Block(html.join(parts), "Assessments")

    def assessment(self, name: str) -> Block:
        """Return one assessment by its name, such as ``performance`` or ``fairness``."""
        return Block(self._assessed(name), w.measure(name))

    def reproduction(self) -> Block:
        """Return whether the run came out again each time that it was executed again, and that it was not where so."""
        return Block(self._ran(_reproductions.reproductions), _reproductions.HEADING)

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

    def _assessed(self, name: str, title: str = "") -> html.Html:
        """Return the section of one assessment, with what the notebook computed itself below performance."""
        parts = [self._each(name)]
        if name == "performance" and not self.records.is_table:
            parts += [html.el("h3", "Computed in the notebook"), _evidence.metrics(self.records)]
        return _overview.section(_overview.key_of(name), title or w.title_of(name), *parts)

    def _each(self, name: str) -> html.Html:
        """Return what every assessment found, under the assessment's name where there are several."""
        every = [(a, r) for a in self.records.assessments for r in a.results if r.name == name]
        found = [(a, r) for a, r in every if r.status != "skipped"] or every
        if not found:
            return html.el("p", f"No assessment of {w.lower_first(w.title_of(name))} is on record.", class_="jg-undone")
        parts: list[object] = []
        for i, (assessment, result) in enumerate(found):
            # What several have in common is said once, after the last of them.
            reading = all(later.card != result.card for _, later in found[i + 1 :])
            about = self._about(assessment, result)
            parts.append(html.el("h3" if len(found) > 1 else "p", about, class_="jg-about"))
            cite = self.records.cite
            parts.append(sections.section(assessment, result, cite=cite, full=True, heading="p", reading=reading))
        return html.join(parts)

    def _left_out(self) -> list[tuple[Assessment, AssessmentResult]]:
        """Return what was left out, and not done of the same model by another call, once for each reason."""
        every = [(a, r) for a in self.records.assessments for r in a.results]
        done = {(r.name, r.fit, r.model) for _, r in every if r.status != "skipped"}
        # What is expected and was not done at all says so in a section of its own.
        listed = {r.name for _, r in every} - set(_overview.EXPECTED) | {name for name, _, _ in done}
        left = [(a, r) for a, r in every if r.name in listed and (r.name, r.fit, r.model) not in done]
        return list({(r.name, r.fit, r.model, r.reason): (a, r) for a, r in left}.values())

    def _about(self, assessment: Assessment, result: AssessmentResult) -> html.Html:
        """Return what a result is about: a model on rows of a data set, or on one of them; or two data sets."""
        data = self.records.dataset(result.dataset)
        reference = result.parameters.get("reference_dataset")
        if reference is not None:
            return html.join([self.records.dataset(reference), " → ", data])
        rows: list[object] = [f" on {w.plural(assessment.rows, 'row')}"]
        if result.name == _overview.ONE_ROW:
            row = result.parameters.get("row")
            rows = [", the row that was given"] if row is None else [", row ", html.name(str(row))]
        return html.join([html.name(assessment.model or "model"), *rows, " of ", data])
