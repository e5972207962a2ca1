"""The parts of an assessment as HTML, the same in a notebook's card and in a report."""

from __future__ import annotations

from jupyter_gov.records import Assessment, AssessmentResult, Value

from . import _select, words
from ._comparison import compared_models
from ._fairness import fairness
from ._figures import figures
from ._headline import headline
from ._law_144 import law_tables
from ._parts import Cite, figure, listed, no_citation, notes, reason
from ._performance import performance, scores
from ._reading import how_to_read, title_of
from ._sentence import as_html, sentence
from ._showing import showing
from ._tables import label_tables, tables
from .html import Html, el, escape, join, name

__all__ = [
    "Cite",
    "explanation",
    "figure",
    "lead",
    "notes",
    "reason",
    "scores",
    "section",
    "shared_notes",
    "tiles",
    "title_of",
]


def lead(assessment: Assessment) -> Html:
    """Return the result in a sentence; that of a single question says which it is."""
    alone = _select.only(assessment)
    asked = "" if alone is None else join([el("b", title_of(alone)), ": "])
    return el("p", asked, as_html(sentence(assessment)), class_="jg-lead")


def shared_notes(assessment: Assessment) -> Html:
    """Return what the reader should know of what was given, which holds for several results."""
    return listed(_select.shared_notes(assessment))


def tiles(assessment: Assessment) -> Html:
    """Return the key numbers, large."""
    shown: list[tuple[object, Value]] = [(words.measure(v.measure), v) for v in _select.headlines(assessment, 3)]
    worst = _select.worst(assessment)
    if worst is not None:
        of = [] if worst.label is None else [" of ", name(worst.label, limit=20)]
        by = [words.measure(worst.measure), *of, " difference by ", name(worst.attribute or "", limit=30)]
        shown.append((join(by), worst))
    shown_tiles = [
        el(
            "div",
            el("dt", label),
            el(
                "dd",
                el("b", words.number(v.value, words.decimals(v.value, v.lower, v.upper))),
                " ",
                el("span", words.interval(v), class_="jg-i"),
            ),
            class_="jg-tile",
        )
        for label, v in shown
    ]
    return el("dl", *shown_tiles, class_="jg-tiles") if shown_tiles else Html("")


def section(
    assessment: Assessment,
    found: AssessmentResult,
    *,
    cite: Cite = no_citation,
    full: bool = False,
    heading: str = "h4",
    reading: bool = True,
) -> Html:
    """Return what one assessment found: a line, charts, tables, notes, and how to read them.

    Parameters
    ----------
    assessment : Assessment
        What it is part of.
    found : AssessmentResult
        One of its results; a skipped or failed one says why.
    cite : callable, optional
        Says where a result comes from.
    full : bool
        Whether to draw and list more, as a report does.
    heading : str
        The element of the line that says what was found.
    reading : bool
        Whether to say how to read it.
    """
    if found.status != "done":
        return join([reason(found), _cited(found, cite)])
    line = el(heading, as_html(headline(found)), class_="jg-found")
    own = notes(found, without=_select.shared_notes(assessment))
    return join([line, _body(assessment, found, cite, full), own, how_to_read(found) if reading else ""])


def explanation(assessment: Assessment, *, cite: Cite = no_citation) -> Html:
    """Return how much the model relies on each column."""
    found = _select.done(assessment, "explanation")
    return Html("") if found is None else join([_body(assessment, found, cite, False), notes(found)])


def _body(assessment: Assessment, found: AssessmentResult, cite: Cite, full: bool) -> Html:
    shown = showing(found.name)
    if shown.body is not None:
        made = shown.body(found, cite, full)
        return made if escape(cite(found)) in made else join([made, _cited(found, cite)])
    if found.name == "performance":
        return performance(found, cite=cite, full=full)
    if found.name == "fairness":
        return fairness(assessment, found, cite=cite, full=full)
    drawn = figures(found, cite=cite)
    tabled = (shown.tables or _tables_of)(found, full)
    pictured = el("div", *drawn, class_="jg-columns") if drawn else _cited(found, cite)
    return join([pictured, tabled])


def _cited(found: AssessmentResult, cite: Cite) -> Html:
    cited = cite(found)
    return el("p", cited, class_="jg-source") if cited else Html("")


def _tables_of(found: AssessmentResult, full: bool) -> Html:
    if found.name == "local_law_144":
        return law_tables(found)
    if found.name == "comparison":
        return compared_models(found, full=full)
    if found.name == "label_bias":
        return label_tables(found, full=full)
    return tables(found, full=full)
