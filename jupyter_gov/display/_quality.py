"""Data quality as a line, a list of what was found, and what is missing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from jupyter_gov.records import AssessmentResult

from . import charts, words
from ._figures import figures
from ._headline import Name, Parts
from ._parts import Cite
from ._sentence import plain
from ._showing import Showing
from ._tables import tables
from ._text import wrap
from .charts import Spec
from .html import Html, details, el, join, name, table

_GRAVE = ("error", "warning")
_WORDS = {"error": "Error", "warning": "Warning", "info": "Note"}
_NAMED = 3
_SHORT = 12
_BARS = 15
_PHRASES = {
    "infinite": "infinite numbers in ",
    "sentinel": "codes among the numbers of ",
    "unit": "mixed units in ",
    "outliers": "far outliers in ",
    "negative": "odd negative numbers in ",
    "missing": "much missing in ",
    "missing_labels": "missing labels in ",
    "missing_as_text": "text for “missing” in ",
    "constant": "nothing but one value in ",
    "like_id": "an id in ",
    "date_range": "odd dates in ",
    "mixed_types": "mixed types in ",
    "numbers_as_text": "numbers as text in ",
    "text_among_numbers": "text among the numbers of ",
    "spellings": "several spellings in ",
    "copy": "a copy of another column in ",
    "repeats_target": "the answer itself in ",
    "nearly_target": "nearly the answer in ",
    "imbalance": "a rare class of ",
    "conflicting_labels": "conflicting labels of ",
    "same_name": "two columns of the name ",
    "duplicate_rows": "repeated rows",
}


def _issues(found: AssessmentResult) -> list[dict[str, Any]]:
    held = found.parameters.get("issues")
    return [dict(one) for one in held if isinstance(one, Mapping)] if isinstance(held, list | tuple) else []


def _headline(found: AssessmentResult) -> Parts:
    issues = _issues(found)
    grave = [one for one in issues if one.get("severity") in _GRAVE]
    quiet = len(issues) - len(grave)
    more = words.plural(quiet, "smaller note")
    if not grave:
        return [f"Nothing was found that must be looked at{f'; {more}' if quiet else ''}."]
    parts: Parts = [f"{words.plural(len(grave), 'thing')} to look at: "]
    first = {one.get("check"): one for one in reversed(grave)}  # one of each kind, the gravest
    shown = [one for one in grave if first[one.get("check")] is one][:_NAMED]
    for i, one in enumerate(shown):
        told = _PHRASES.get(str(one.get("check")), f"{str(one.get('check')).replace('_', ' ')} in ")
        parts += [", " if i else "", told, *([Name(one["column"])] if one.get("column") else [])]
    rest = len(grave) - len(shown)
    return [*parts, f" and {rest} more" if rest else "", f"; {more}." if quiet else "."]


def _figures(found: AssessmentResult) -> Iterator[tuple[Spec, str]]:
    lacking = [v for v in found.values if v.kind == "column" and v.measure == "missing" and (v.value or 0) > 0]
    lacking.sort(key=lambda v: -(v.value or 0.0))
    if lacking:
        rows = [(v.attribute or "", {"missing": v}) for v in lacking[:_BARS]]
        of = f"the {_BARS} with most of {len(lacking)}" if len(lacking) > _BARS else f"{len(lacking)} in all"
        told = f"Share of rows without a value, by column: {of}."
        yield charts.marked(rows, {"missing": "Share missing"}, told, bars=["missing"]), told


def _body(found: AssessmentResult, cite: Cite, full: bool) -> Html:
    issues = _issues(found)
    first = issues if full else issues[:_SHORT]
    parts: list[object] = [_table(first)] if first else []
    if len(issues) > len(first):
        parts.append(details(f"{len(issues) - len(first)} more", _table(issues[len(first) :])))
    parts += figures(found, cite=cite)
    listed = tables(found, full=full)
    parts.append(listed if full else details("Columns and counts", listed))
    return join(parts)


def _table(issues: list[dict[str, Any]]) -> Html:
    rows = [[_WORDS.get(str(one.get("severity")), ""), _sentence(one), str(one.get("remedy", ""))] for one in issues]
    return table(["", "What was found", "What to do"], rows, text_columns=3, caption="Findings", hidden_caption=True)


def _sentence(one: Mapping[str, Any]) -> Html:
    """Return what was found, its column told from the words around it."""
    told, column = str(one.get("sentence", "")), one.get("column")
    if not column or str(column) not in told:
        return el("span", words.shorten(told, 400))
    before, _, after = told.partition(str(column))
    return join([before, name(column, tag="b"), words.shorten(after, 400)])


def _text(found: AssessmentResult) -> list[str]:
    issues = _issues(found)
    lines = []
    for one in issues[:_SHORT]:
        severity = _WORDS.get(str(one.get("severity")), "")
        lines.append(f"{severity}: {plain(str(one.get('sentence', '')), 400)} {one.get('remedy', '')}")
    if len(issues) > _SHORT:
        lines.append(f"… and {len(issues) - _SHORT} more")
    return ["\n".join(wrap(f"- {line}", "  ") for line in lines)] if lines else []


SHOWN: Mapping[str, Showing] = {
    "data_quality": Showing(headline=_headline, figures=_figures, body=_body, text=_text),
}
