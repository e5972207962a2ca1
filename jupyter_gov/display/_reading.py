"""How to read an assessment, in the words of its card."""

from __future__ import annotations

from jupyter_gov.records import AssessmentResult

from . import words
from .html import Html, details, el

_TOLD = (
    ("question", "Asks"),
    ("reading", "Reading"),
    ("limits", "Limits"),
    ("formula", "Formula"),
    ("intervals", "Intervals"),
    ("coverage", "Coverage"),
    ("source", "Source"),
    ("needs", "Needs"),
)
_LONGEST = 4_000


def how_to_read(found: AssessmentResult) -> Html:
    """Return what the card of a result says, folded; nothing where none is on record."""
    pairs = [(label, str(found.card[key])[:_LONGEST]) for key, label in _TOLD if found.card.get(key)]
    told = el("dl", *(el("div", el("dt", label), el("dd", text)) for label, text in pairs), class_="jg-told")
    return details("How to read it", told) if pairs else Html("")


def title_of(found: AssessmentResult) -> str:
    """Return the heading of a result: that of its card, else its name in words."""
    return words.shorten(str(found.card.get("title") or words.title_of(found.name)), 60)
