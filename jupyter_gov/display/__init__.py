"""What a result looks like: HTML for notebooks and reports, text for terminals, one specification per chart."""

from jupyter_gov.records import Assessment, AssessmentResult

from . import charts, html, sections, words
from ._card import card
from ._charter import charter_body, charter_card
from ._charter_form import charter_form
from ._doctor import diagnosis
from ._explorer import explorer
from ._figures import specs as pictures
from ._finding import counted, show_findings
from ._headline import headline
from ._inline import message, show, show_text, show_view
from ._lineage import lineage_drawing, lineage_html, lineage_svg, lineage_text
from ._markdown import render as prose
from ._mitigation import mitigation, mitigation_body
from ._mitigation_values import changed as mitigation_change
from ._mitigation_values import measured as mitigation_value
from ._pieces import files, markdown, outline
from ._policy import READERS, held, matrix, policy_body, policy_card, policy_origin, readiness, verdict_card
from ._policy_text import policy_junit, policy_markdown, policy_text
from ._policy_words import policy_title, readiness_words
from ._progress import Progress
from ._reproduction import reproduction, reproduction_body, verdict
from ._reproduction_text import how_reproduced
from ._select import headlines, worst
from ._sentence import as_text, sentence
from ._status import status
from ._svg import svg
from ._text import text
from ._voices import VOICES, next_step, read_voices, voice

__all__ = [
    "READERS",
    "VOICES",
    "Progress",
    "card",
    "charter_body",
    "charter_card",
    "charter_form",
    "charts",
    "counted",
    "diagnosis",
    "explorer",
    "files",
    "found",
    "headlines",
    "held",
    "how_reproduced",
    "html",
    "lineage_drawing",
    "lineage_html",
    "lineage_svg",
    "lineage_text",
    "markdown",
    "matrix",
    "message",
    "mitigation",
    "mitigation_body",
    "mitigation_change",
    "mitigation_value",
    "next_step",
    "outline",
    "pictures",
    "policy_body",
    "policy_card",
    "policy_junit",
    "policy_markdown",
    "policy_origin",
    "policy_text",
    "policy_title",
    "prose",
    "read_voices",
    "readiness",
    "readiness_words",
    "reproduction",
    "reproduction_body",
    "sections",
    "show",
    "show_findings",
    "show_text",
    "show_view",
    "status",
    "summary",
    "svg",
    "text",
    "verdict",
    "verdict_card",
    "voice",
    "words",
    "worst",
]


def found(result: AssessmentResult) -> str:
    """Return what one assessment found in a line of plain text; nothing where it was not done."""
    return as_text(headline(result)) if result.status == "done" else ""


def summary(assessment: Assessment) -> str:
    """Return the result of an assessment in a sentence or two of plain text."""
    return as_text(sentence(assessment))
