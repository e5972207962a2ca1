"""What a document says about the run as a whole: title, summary, documentation, gaps, environment."""

from __future__ import annotations

import re
from collections.abc import Sequence

from jupyter_gov.display import counted, html, prose, sections
from jupyter_gov.display import words as w
from jupyter_gov.records import SECTIONS, SEVERITIES, Finding, Fit

from ._run_records import RunRecords, class_name, record_id

EXPECTED = ("performance", "fairness", "explanation")
"""Assessments of which a document says that they are missing."""

ONE_ROW = "row_explanation"
"""An assessment of a single row: it is no finding about the model."""

_MOST = 12
_MOST_ERRORS = 3

_ELSEWHERE = (
    "This card rests on a table of its predictions and says how right and how even they are on these rows. How the "
    "model was made, by which columns it decides and what it was trained on are not on record."
)


def title(records: RunRecords) -> html.Html:
    """Return the title block: what, by whom, when, from which code; a failed run says so first."""
    run = records.run
    rows = [
        ("Model", _models(records)),
        ("Run", html.el("code", run.id, class_="jg-id")),
        ("Status", html.el("span", run.status, class_=f"jg-status jg-{run.status}")),
        _origin(records),
        ("Run by", html.name(run.actor or "unknown")),
        ("Folder" if records.is_table else "Code", _code(records)),
        ("Started", w.moment(run.started)),
        ("Experiment", html.name(run.experiment)),
        ("Ended", w.moment(run.finished) if run.finished else "not when this was written"),
    ]
    return html.el(
        "header",
        html.el("p", "Model card", class_="jg-kicker"),
        html.el("h1", html.name(run.name or "Unnamed run", limit=120)),
        _state(records),
        html.el("p", html.el("b", "The model was made elsewhere. "), _ELSEWHERE, class_="jg-undone", role="note")
        if records.is_table
        else "",
        html.facts(rows),
        class_="jg-title",
    )


def summary(records: RunRecords, again: html.Html | None = None, policy: html.Html | None = None) -> html.Html:
    """Return the results in a sentence for each assessment, and what is missing.

    `again` is said of reproductions, and `policy` of what must hold.
    """
    parts: list[object] = [_errors(records)]
    explained = [a for a in records.assessments if {r.name for r in a.results} == {ONE_ROW}]
    for assessment in records.assessments:
        if assessment not in explained:
            parts += [sections.lead(assessment), sections.tiles(assessment), sections.shared_notes(assessment)]
    if len(parts) == 1:
        parts.append(html.el("p", "No model was assessed in this run.", class_="jg-lead"))
    if explained:
        told = w.plural(len(explained), "row was explained", "rows were explained")
        parts.append(html.el("p", html.el("a", told, href=f"#{key_of(ONE_ROW)}"), "."))
    missing = [w.title_of(s).lower() for s in SECTIONS if s not in records.documents]
    raised = sum(c.status == "error" for c in records.cells.values())
    facts = [
        w.plural(len(records.cells), "cell run", "cells run") + (f", {raised} of them raised" if raised else ""),
        w.plural(len(records.datasets), "data set"),
        w.plural(len(records.fits), "fit"),
        w.plural(len(records.metrics), "metric"),
    ]
    if records.is_table:
        facts = ["the table"] if records.datasets else []
        facts.append(w.plural(sum(len(a.results) for a in records.assessments), "result"))
    told = html.join(
        [f"On record: {', '.join(facts)}, and ", html.el("a", w.plural(len(records.gaps), "gap"), href="#gaps"), "."]
    )
    if missing:
        told = html.join([told, f" Not documented: {', '.join(missing)}."])
    last = html.el("p", again, class_="jg-quiet") if again else ""
    return section("summary", "Summary", *parts, policy or "", html.el("p", told, class_="jg-quiet"), last)


def _errors(records: RunRecords) -> html.Html:
    """Return what speaks against the numbers that follow, a line each; nothing where nothing does."""
    found = [f for f in records.findings if f.severity == "error"]
    if not found:
        return html.Html("")
    told = w.plural(len(found), "error was found", "errors were found")
    head = html.join([html.el("a", told, href="#findings"), ", to settle before these numbers are relied on:"])
    lines = [
        html.join([html.el("b", w.title_of(f.check)), ": ", w.shorten(_first_sentence(f.message), 160)])
        for f in found[:_MOST_ERRORS]
    ]
    more = len(found) - _MOST_ERRORS
    lines += [html.el("a", f"And {w.count(more)} more.", href="#findings")] if more > 0 else []
    listed = html.bullets(lines, "jg-list")
    return html.el("div", html.el("p", html.el("b", head)), listed, class_="jg-undone jg-failed", role="note")


def _first_sentence(message: str) -> str:
    return re.split(r"(?<=[.!?])\s", message, maxsplit=1)[0]


def document(records: RunRecords, name: str, *after: object, key: str = "", heading: str = "") -> html.Html:
    """Return a documentation section; where there is none, its question, named as missing."""
    return section(key or slug(name), heading or w.title_of(name), written(records, name), *after)


def other_documents(records: RunRecords) -> html.Html:
    """Return the sections that no model card expects but somebody wrote."""
    made = [document(records, s, key=f"other-{slug(s)}") for s in records.documents if s not in SECTIONS]
    return html.join(made)


def gaps(records: RunRecords) -> html.Html:
    """Return the gap list: what was seen and could not be captured."""
    if not records.gaps:
        body: object = html.el("p", "The capture reported nothing that it saw and could not record.")
    else:
        rows = [
            [html.name(g.what, limit=160), g.reason, g.remedy or "–", records.cell(g.cell) if g.cell else "–"]
            for g in records.gaps
        ]
        head = ["What", "Why it is not on record", "What would mend it", "Where"]
        if records.is_table:
            head, rows = head[:3], [row[:3] for row in rows]
        body = html.table(head, rows, caption="Seen, but not captured", hidden_caption=True, text_columns=len(head))
    return section("gaps", "Gaps in the record", body)


def findings(records: RunRecords) -> html.Html:
    """Return what a reviewer should look at, or nothing where there is nothing."""
    if not records.findings:
        return html.Html("")
    rows = [
        [
            w.title_of(f.check),
            f.severity,
            _finding(records, f),
            *([] if records.is_table else [html.join((records.cell(c) for c in f.cells), ", ")]),
            counted(f.to_json()),
        ]
        for f in sorted(records.findings, key=lambda f: SEVERITIES.index(f.severity))
    ]
    head = ["Check", "Severity", "Finding", *([] if records.is_table else ["Cells"]), "Rows"]
    made = html.table(head, rows, caption="Findings", hidden_caption=True, text_columns=len(head), class_="jg-findings")
    return section("findings", "Findings", made)


def _finding(records: RunRecords, found: Finding) -> html.Html:
    """Return what was found, where, and what to do about it."""
    places = [
        ("Columns", [html.name(c) for c in found.columns[:_MOST]], len(found.columns)),
        ("Data", [records.dataset(d) for d in found.datasets[:_MOST]], len(found.datasets)),
        ("Model", [records.fit(f) for f in found.fits[:_MOST]], len(found.fits)),
    ]
    told = [
        html.join([f"{label}: ", html.join(named, ", "), f" and {of - _MOST} more" if of > _MOST else "", ". "])
        for label, named, of in places
        if named
    ]
    parts = [w.shorten(found.message, 600), html.el("small", w.shorten(found.remedy, 600)) if found.remedy else ""]
    return html.join([*parts, html.el("small", *told) if told else ""])


def how_to_read(records: RunRecords) -> html.Html:
    """Return what the numbers mean and what they do not."""
    origin = (
        "The record beside a figure is its origin; “jupyter gov show” prints every record."
        if records.is_table
        else "The record and cell beside a figure lead to its origin. The cells stand at the end, in the order in "
        "which they ran; “jupyter gov show” prints every record."
    )
    items = [
        "Every number was computed in the run named at the top and is read from its records. This document computes "
        "nothing.",
        "Brackets hold two-sided intervals at the stated confidence: how far the number could have come out otherwise "
        "with other rows from the same source. A wide interval means that little is known, not that all is well.",
        "“Not estimable” marks a number without a meaning, such as a rate of a group that has no such rows. It is not "
        "zero.",
        "A difference compares the highest group with the lowest, and its interval allows for that choice. An interval "
        "that includes zero neither shows a difference nor rules one out.",
        "Demographic parity compares how often groups are selected; equal opportunity, how often those are who should "
        "be; equalized odds adds how often those are who should not be. They cannot all be equal when groups differ in "
        "what is true of them, and none of them says whether a decision is just.",
        origin,
    ]
    return section("reading", "How to read this document", html.bullets(items, "jg-list"))


def slug(text: str) -> str:
    """Return `text` as an id: ASCII letters, digits and hyphens."""
    kept = "".join(c if c.isascii() and c.isalnum() else "-" for c in text.lower()).strip("-")[:40]
    # Names that differ only in what was dropped must not share an id.
    return kept if kept == text.lower().replace("_", "-") else f"{kept or 'section'}-{_digest(text)}"


def _digest(text: str) -> str:
    """Return eight hexadecimal digits that depend on `text` only."""
    import hashlib

    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:8]


def key_of(name: str) -> str:
    """Return what links lead to the section of an assessment."""
    return name if name in EXPECTED else f"assessment-{slug(name)}"


def section(key: str, heading: str, *parts: object) -> html.Html:
    """Return a section of the document; `key` is what links lead to."""
    return html.el("section", html.el("h2", heading), *parts, id=key, class_="jg-section")


def written(records: RunRecords, name: str) -> html.Html:
    """Return the text of a documentation section, or its question where it is missing."""
    document = records.documents.get(name)
    if document is None:
        question = SECTIONS.get(name, "Nothing was written.")
        hint = html.join([" Answer it in a cell that begins with ", html.el("code", f"%%gov_doc {name}"), "."])
        if records.is_table:
            hint = html.Html(" Ask those who made the model.")
        return html.el(
            "p", html.el("b", "Missing. "), question, html.el("span", hint, class_="jg-quiet"), class_="jg-undone"
        )
    who = html.join(
        [
            html.el("span", "Written by ", html.name(records.run.actor or "the author")),
            ", ",
            records.cell(document.cell),
        ]
    )
    cited = html.el("p", who, ". Record ", record_id(document.id), ".", class_="jg-source")
    return html.join([html.el("div", prose(document.markdown, 3), class_="jg-prose"), cited])


def _origin(records: RunRecords) -> tuple[str, object]:
    """Return what the run was made from: a notebook, or a table."""
    if records.is_table:
        return "Table", html.join((records.dataset(d) for d in records.datasets), ", ") or "not identified"
    notebook = records.run.notebook
    return "Notebook", html.name(notebook, limit=120, tag="code") if notebook else "–"


def _state(records: RunRecords) -> html.Html:
    run = records.run
    if run.status == "failed":
        failed = next((c for c in reversed(records.cells.values()) if c.status == "error"), None)
        where = html.join([" It stopped in ", records.cell(failed.id), "."] if failed else [])
        why = html.join([w.shorten(run.reason or "No reason was recorded.", 600), where])
        text = html.join([html.el("b", "This run failed. "), why, " What follows was recorded before."])
        return html.el("p", text, class_="jg-undone jg-failed", role="note")
    if run.status == "running":
        told = "The run had not ended when this was written: cells that ran later are not in it."
        return html.el("p", told, class_="jg-undone", role="note")
    return html.Html("")


def _models(records: RunRecords) -> html.Html:
    assessed = [records.fits[r.fit] for a in records.assessments for r in a.results[:1] if r.fit in records.fits]
    shown: Sequence[Fit] = list({f.id: f for f in assessed}.values())
    if not shown:
        shown = [f for f in records.fits.values() if f.parent is None][-1:]
    if not shown:
        names = list(dict.fromkeys(a.model for a in records.assessments if a.model))
        return html.join((html.name(n) for n in names), ", ") if names else html.Html("no fit on record")
    return html.join((_model(records, f) for f in shown), ", ")


def _model(records: RunRecords, fit: Fit) -> html.Html:
    steps = [f for f in records.fits.values() if f.parent == fit.id]
    words = [class_name(fit), *([class_name(steps[-1])] if steps and class_name(fit) == "Pipeline" else [])]
    return html.join([records.fit(fit.id), html.el("span", f" {' · '.join(words)}", class_="jg-quiet")])


def _code(records: RunRecords) -> html.Html:
    source = records.source
    if source is None or not source.commit:
        repository = source.repository if source else ""
        words = f"repository {w.shorten(repository, 60)}, no commit" if repository else "not under version control"
        return html.el("span", words, class_="jg-warn")
    parts: list[object] = [html.el("code", source.commit[:12], title=source.commit, class_="jg-id")]
    if source.branch:
        parts += [" on ", html.name(source.branch)]
    if source.dirty:
        parts.append(html.el("span", ", with uncommitted changes", class_="jg-warn"))
    elif source.dirty is None:
        parts.append(html.el("span", ", state of the work tree unknown", class_="jg-quiet"))
    return html.join(parts)
