"""What a result looks like: HTML for notebooks and reports, text for terminals, one specification per chart."""

from jupyter_gov.records import Assessment, AssessmentResult

from . import charts, html, sections, words
from ._card import card
from ._doctor import diagnosis
from ._explorer import explorer
from ._figures import specs as pictures
from ._finding import counted, show_findings
from ._headline import headline
from ._inline import message, show, show_text, show_view
from ._lineage import lineage_drawing, lineage_html, lineage_svg, lineage_text
from ._markdown import render as prose
from ._pieces import files, markdown
from ._progress import Progress
from ._reproduction import reproduction, reproduction_body, verdict
from ._reproduction_text import how_reproduced
from ._select import headlines, worst
from ._sentence import as_text, sentence
from ._status import status
from ._svg import svg
from ._text import text

__all__ = [
    "Progress",
    "card",
    "charts",
    "counted",
    "diagnosis",
    "explorer",
    "files",
    "found",
    "headlines",
    "how_reproduced",
    "html",
    "lineage_drawing",
    "lineage_html",
    "lineage_svg",
    "lineage_text",
    "markdown",
    "message",
    "pictures",
    "prose",
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
    "words",
    "worst",
]


def found(result: AssessmentResult) -> str:
    """Return what one assessment found in a line of plain text; nothing where it was not done."""
    return as_text(headline(result)) if result.status == "done" else ""


def summary(assessment: Assessment) -> str:
    """Return the result of an assessment in a sentence or two of plain text."""
    return as_text(sentence(assessment))
