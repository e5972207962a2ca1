"""Small parts that the sections of an assessment are put together from."""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable, Sequence

from jupyter_gov.records import AssessmentResult, Value

from . import charts, words
from ._reading import title_of
from ._svg import svg
from .html import Html, bullets, details, el, join

Cite = Callable[[AssessmentResult], object]
"""Gives, for a result, the words that say which record and cell it comes from."""

_MOST_NOTES = 2
_HALF = 480
"""Pixels from which a chart takes the whole width."""


def figure(spec: charts.Spec, caption: object) -> Html:
    """Return a chart with its caption.

    It is `hidden` until this package's style shows it: a front end that takes style and SVG out of an untrusted
    notebook would else leave the chart's words behind in a heap. The tables say the same.
    """
    try:
        drawn = Html(svg(spec))
    except ValueError:
        # A chart that cannot be drawn must not cost the reader the numbers.
        return el("p", "A chart could not be drawn here; the tables say the same.", class_="jg-undone")
    # Narrow pages scroll a wide chart rather than shrink its words away.
    wide = sum(part.get("width", 0) for part in spec.get("hconcat", ())) > _HALF
    kind = "jg-figure jg-wide" if wide else "jg-figure"
    return el(
        "figure",
        el("div", drawn, class_="jg-scroll", tabindex="0"),
        el("figcaption", caption) if caption else "",
        class_=kind,
        hidden=True,
    )


def reason(*found: AssessmentResult) -> Html:
    """Return why assessments were not done, which have one reason."""
    first = found[0]
    return el(
        "p",
        el("b", undone(found)),
        " ",
        words.shorten(first.reason or "No reason was recorded.", 600),
        class_=f"jg-undone jg-{first.status}",
    )


def undone(found: Sequence[AssessmentResult]) -> str:
    """Return which assessments failed, or were left out, as the beginning of what says why."""
    names = ", ".join(title_of(r) for r in found)
    return f"{names}{' failed' if found[0].status == 'failed' else ': not done'}."


def notes(found: AssessmentResult | None, *, without: Container[str] = ()) -> Html:
    """Return the notes of a result as a list, long ones cut; many are folded."""
    return listed(n for n in dict.fromkeys(found.notes if found is not None else ()) if n not in without)


def listed(told: Iterable[str]) -> Html:
    """Return notes as a list, long ones cut; many are folded."""
    told = [words.shorten(n, 700) for n in told]
    if len(told) <= _MOST_NOTES:
        return bullets(told)
    return details(f"Notes ({len(told)})", bullets(told))


def cells(v: Value, places: int | None = None) -> list[object]:
    """Return value, interval and number of rows as the cells of a table."""
    if places is None:
        places = 0 if is_count(v) else words.decimals(v.value, v.lower, v.upper)
    value: object = el("b", words.number(v.value, places)) if v.value is not None else missing()
    return [value, el("i", words.interval(v, places) or "–"), words.count(v.n)]


def is_count(v: Value) -> bool:
    """Return whether a value is a whole number of things."""
    return v.method == "count" and v.value is not None and v.value == int(v.value)


def missing() -> Html:
    """Return what stands where there is no value."""
    return el("span", words.NOT_ESTIMABLE, class_="jg-missing")


def pair(v: Value | None, places: int = 3) -> Html:
    """Return a value above its interval."""
    if v is None or v.value is None:
        return missing()
    number = el("b", words.number(v.value, places))
    return join([number, el("i", words.interval(v, places))], " ")


def no_citation(_: AssessmentResult) -> object:
    """Say nothing about where a result comes from: in a notebook it stands below its cell."""
    return ""
