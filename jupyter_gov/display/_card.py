"""An assessment as one static HTML fragment: no script, no network, legible also where its style is taken away."""

from __future__ import annotations

from jupyter_gov.records import Assessment

from . import _select, sections, words
from .html import Html, el, join, name, style_element

_TITLES = {"performance": "Performance", "fairness": "Fairness", "explanation": "Explanation"}
_PARTS = {"performance": {"performance", "calibration"}, "fairness": {"fairness"}, "explanation": {"explanation"}}


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
    model = name(assessment.model or "model")
    head = el(
        "header",
        el("p", "Assessment", class_="jg-kicker"),
        el("h3", model, el("span", f" on {words.plural(assessment.rows, 'row')}", class_="jg-quiet")),
        sections.lead(assessment),
    )
    body = [_part(assessment, part) for part in _PARTS]
    known = set().union(*_PARTS.values())
    others = [sections.reason(r) for r in _select.undone(assessment) if r.name not in known]
    return style_element("base", "card") + el(
        "article",
        head,
        sections.tiles(assessment),
        *body,
        *others,
        _foot(assessment),
        class_="jg-root jg-card",
        aria_label=f"Assessment of {words.shorten(assessment.model or 'model', 80)}",
    )


def _part(assessment: Assessment, part: str) -> Html:
    if not any(r.name in _PARTS[part] for r in assessment.results):
        return Html("")
    content = {
        "performance": sections.performance,
        "fairness": sections.fairness,
        "explanation": sections.explanation,
    }[part](assessment)
    return el("section", el("h4", _TITLES[part]), content, class_="jg-part")


def _foot(assessment: Assessment) -> Html:
    values = [v for r in assessment.results for v in r.values]
    seconds = sum(r.seconds for r in assessment.results)
    told = [
        f"Brackets are two-sided {words.confidence(values)} intervals. ",
        "A number describes these rows, not people who are not among them. ",
        f"Assessment {assessment.id[:13]}, {words.seconds(seconds)}.",
    ]
    return el("footer", join(told))
