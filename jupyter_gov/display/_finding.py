"""What a check found, at the cell: small, so that the user's own output stays what is looked at first."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence

from jupyter_gov.records import SEVERITIES, Finding, Json

from . import words
from ._inline import show
from ._text import wrap
from .html import Html, el, join, name, style_element

_MOST = 4
_MOST_COLUMNS = 6
_LONGEST = 600
_NAME = 40


def show_findings(findings: Sequence[Finding]) -> None:
    """Display what checks found below the running cell, the most severe first; nothing where there is nothing.

    Parameters
    ----------
    findings : sequence of Finding
        Those of one cell. Beyond four, the display says how many more ``%gov_status`` lists.
    """
    if findings:
        show(*_drawn(findings), kind="findings")


def counted(finding: Mapping[str, Json]) -> str:
    """Return a finding's counts in words, such as ``462 of 498 rows; 31 expected by chance``; empty without a count.

    Parameters
    ----------
    finding : mapping
        A `Finding` as JSON.
    """
    count, of, expected = finding.get("count") or 0, finding.get("of") or 0, finding.get("expected")
    if not count:
        return ""
    told = f"{words.count(count)} of {words.plural(of, 'row')}" if of else words.plural(count, "row")
    return told if expected is None else f"{told}; {_expected(expected)} expected by chance"


def untold(finding: Mapping[str, Json]) -> str:
    """Return `counted`, or nothing where the message says as much."""
    numbers = [finding.get(key) or 0 for key in ("count", "of")]
    said = re.findall(r"\d[\d,]*(?:\.\d+)?", finding["message"])
    is_told = finding.get("expected") is None and all(words.count(n) in said for n in numbers if n)
    return "" if is_told else counted(finding)


def _expected(value: float) -> str:
    """Return a number of rows that chance would give: whole ones beyond ten, as nobody counts on tenths there."""
    if value == 0:
        return "none"
    return words.count(value) if value >= 10 else words.number(value, 1 if value >= 0.1 else None)


def _drawn(findings: Sequence[Finding]) -> tuple[str, str]:
    # The same of several data sets is said once.
    unique = {(f.check, f.message): f for f in findings}
    order = sorted(unique.values(), key=lambda f: SEVERITIES.index(f.severity))
    shown, more = order[:_MOST], len(order) - _MOST
    rest = f"{words.plural(more, 'more finding')}: %gov_status lists all." if more > 0 else ""
    html = style_element("box") + join([*map(_box, shown), el("p", rest, class_="jg-root jg-quiet") if rest else ""])
    return html, "\n\n".join([*map(_text, shown), *([rest] if rest else [])])


def _box(finding: Finding) -> Html:
    title = words.title_of(finding.check)
    facts = [untold(finding.to_json()), join(_columns(finding, name))]
    return el(
        "div",
        el("p", el("b", title), el("span", f" · {finding.severity} · governance check", class_="jg-quiet")),
        el("p", words.shorten(finding.message, _LONGEST)),
        el("p", join((f for f in facts if f), " · "), class_="jg-counted") if any(facts) else "",
        el("p", words.shorten(finding.remedy, _LONGEST)) if finding.remedy else "",
        class_=f"jg-root jg-box jg-finding jg-{finding.severity}",
        role="note",
        aria_label=f"Finding: {title}",
    )


def _text(finding: Finding) -> str:
    head = f"{words.title_of(finding.check)} ({finding.severity}): {finding.message}"
    facts = [untold(finding.to_json()), "".join(_columns(finding, str))]
    lines = [head, " · ".join(f for f in facts if f), finding.remedy]
    return "\n".join(wrap(words.printable(words.shorten(line, _LONGEST)), "  ") for line in lines if line)


def _columns(finding: Finding, as_name: Callable[[str], str]) -> list[str]:
    """Return the columns that a finding is about in parts, names apart; none where all are told."""
    if all(repr(c) in finding.message for c in finding.columns):
        return []
    called = [as_name(words.shorten(c, _NAME)) for c in finding.columns[:_MOST_COLUMNS]]
    more = len(finding.columns) - len(called)
    parts = ["column " if len(finding.columns) == 1 else "columns "]
    for i, column in enumerate(called):
        parts += [", " if i else "", column]
    return [*parts, f" and {more} more"] if more else parts
