"""An assessment as one static HTML fragment: no script, no network, legible also where its style is taken away."""

from __future__ import annotations

from jupyter_gov.records import Assessment, AssessmentResult

from . import _select, sections, words
from ._csv import download
from ._questions import by_question
from .html import Html, bullets, el, join, name, style_element, tabs

_MOST_TABS = 7
"""Results that have a tab each; beyond, questions have, and results within them."""


def card(assessment: Assessment) -> str:
    """Return an assessment as an HTML fragment for a notebook.

    Parameters
    ----------
    assessment : Assessment
        What `jupyter_gov.assess` returned.

    Returns
    -------
    str
        One ``<article>`` with its style. It follows the theme of JupyterLab, Notebook 7 and VS Code, and
        ``prefers-color-scheme`` elsewhere; names from the data are escaped.
    """
    alone = _select.only(assessment)
    head = el(
        "header",
        el("p", "Assessment" if alone is None else sections.title_of(alone), class_="jg-kicker"),
        el("h3", _heading(assessment, alone)),
        # What one result found stands at its head.
        sections.lead(assessment) if alone is None else "",
    )
    failed = [sections.reason(*alike) for alike in _select.undone(assessment, "failed")]
    return style_element("base", "card", "tabs") + el(
        "article",
        head,
        sections.tiles(assessment),
        *failed,
        sections.shared_notes(assessment),
        _tabs(assessment) if alone is None else el("div", _part(assessment, alone)[1], class_="jg-tab"),
        _foot(assessment),
        class_="jg-root jg-card",
        aria_label=f"Assessment of {words.shorten(assessment.model or 'model', 80)}",
    )


def _heading(assessment: Assessment, alone: AssessmentResult | None) -> Html:
    """Return what is assessed: a model on rows, or two sets of rows."""
    told = alone.parameters if alone is not None else {}
    sets = [(str(told.get(f"{s}_name", s)), told.get(f"{s}_rows")) for s in ("reference", "current")]
    if all(isinstance(rows, int) for _, rows in sets):
        first, second = (
            join([name(called), el("span", f" {words.plural(int(str(rows)), 'row')}", class_="jg-quiet")])
            for called, rows in sets
        )
        return join([first, " → ", second])
    model = name(assessment.model or ("model" if alone is None else "data"))
    return join([model, el("span", f" on {words.plural(assessment.rows, 'row')}", class_="jg-quiet")])


def _tabs(assessment: Assessment) -> Html:
    """Return a fold for each result that was done, of which one is open at a time; our style makes them tabs.

    Where they are many there is a fold for each question, with those of its results in it.
    """
    done = [r for r in assessment.results if r.status == "done"]
    if len(done) <= _MOST_TABS:
        parts = [_part(assessment, r) for r in done]
    else:
        parts = []
        for question, found in by_question(done).items():
            within = [_part(assessment, r) for r in found]
            parts += within if len(within) == 1 else [(question, tabs(within))]
    undone = _select.undone(assessment, "skipped")
    if undone:
        told = bullets((sections.reason(*alike) for alike in undone), "jg-undones")
        parts.append((f"Left out ({sum(map(len, undone))})", told))
    return tabs(parts)


def _part(assessment: Assessment, found: AssessmentResult) -> tuple[str, Html]:
    return sections.title_of(found), join([sections.section(assessment, found), download(found)])


def _foot(assessment: Assessment) -> Html:
    values = [v for r in assessment.results for v in r.values]
    seconds = sum(r.seconds for r in assessment.results)
    told = [
        f"Brackets are two-sided {words.confidence(values)} intervals. ",
        "A number describes these rows, not people who are not among them. ",
        f"Assessment {assessment.id[:13]}, {words.seconds(seconds)}.",
    ]
    return el("footer", join(told))
