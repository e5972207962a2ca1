"""A policy's verdicts as a card: the matrix at a glance, and at length in the voice of each reader."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial

from jupyter_gov.records import UNMET, Answer, PolicyCheck, Status, Verdict

from . import words
from ._policy_steps import AGAIN
from ._policy_text import policy_text, verdict_text
from ._policy_words import (
    READY,
    SIGNS,
    about,
    asked,
    by_weight,
    ends,
    found,
    identified,
    interval,
    more_rows,
    policy_title,
    readiness_words,
    rows_there,
    status_word,
    value,
    worst_first,
)
from ._voices import VOICES, Number, Voice, next_step, voice
from .html import Html, coded, details, el, join, name, style_element, table, tabs

Link = Callable[[str], Html]
"""Returns a link to a cell execution by its id."""

READERS: dict[Voice, str] = {
    "data_scientist": "Data scientist",
    "validator": "Validator",
    "business": "Business",
    "regulator": "Regulator",
}
_MOST_FOUND = 3
_LONG = 170
_FOLDED: tuple[tuple[Status, str], ...] = (("pass", "Met"), ("not_applicable", "Not applicable"))


def policy_card(
    check: PolicyCheck, *, cell: Number | None = None, templates: Mapping[str, str] | None = None
) -> tuple[str, str]:
    """Return a policy's verdicts as HTML for a notebook and as text for a terminal.

    Parameters
    ----------
    check : PolicyCheck
    cell : callable, optional
        Gives the number that the notebook shows beside a cell execution, by its id.
    templates : mapping, optional
        A site's templates of the voices, as for `voice`.

    Returns
    -------
    html : str
        One ``<article>`` with its style, without script; light or dark as its surroundings are.
    text : str
        At most a hundred columns wide.
    """
    called, version = policy_title(check)
    title = join([name(called, limit=120), el("span", f" {version}", class_="jg-quiet") if version else ""])
    made = style_element("base", "card", "tabs", "policy") + el(
        "article",
        el("header", el("p", "Policy", class_="jg-kicker"), el("h3", title)),
        policy_body(check, cell=cell, templates=templates),
        el("footer", policy_origin(check)),
        class_="jg-root jg-card",
        aria_label=f"Policy {words.shorten(check.policy, 80)}: {READY[check.readiness]}",
    )
    return made, policy_text(check, cell=cell, templates=templates)


def verdict_card(
    verdict: Verdict,
    check: PolicyCheck,
    *,
    cell: Number | None = None,
    templates: Mapping[str, str] | None = None,
) -> tuple[str, str]:
    """Return one verdict in the four voices, as HTML and as text; the parameters are those of `policy_card`."""

    def told(to: Voice) -> str:
        said = voice(verdict, check, to, cell=cell, templates=templates)
        return f"{said}\n\n{AGAIN}" if to == "data_scientist" and verdict.status in UNMET else said

    head = el(
        "header",
        el("p", f"{verdict.control} · {verdict.severity}", class_="jg-kicker"),
        el("h3", held(verdict.status), " ", name(verdict.title, limit=160)),
    )
    made = style_element("base", "card", "tabs", "policy") + el(
        "article",
        head,
        tabs([(READERS[to], spoken(told(to))) for to in VOICES]),
        el("footer", policy_origin(check)),
        class_="jg-root jg-card",
        aria_label=f"Verdict on {verdict.control}: {status_word(verdict.status)}",
    )
    return made, verdict_text(verdict, {READERS[to]: told(to) for to in VOICES})


def policy_body(
    check: PolicyCheck,
    *,
    cell: Number | None = None,
    link: Link | None = None,
    heading: str = "h4",
    templates: Mapping[str, str] | None = None,
) -> Html:
    """Return what a check came to, the next step, the matrix, and the four voices.

    Parameters
    ----------
    check : PolicyCheck
    cell, templates
        As for `policy_card`.
    link : callable, optional
        Gives a link to a cell execution by its id.
    heading : str
        The element that heads each verdict.
    """

    def told(to: Voice, verdict: Verdict) -> Html:
        head = [held(verdict.status), " ", name(verdict.title, limit=160)]
        head.append(el("span", f" {verdict.severity}", class_="jg-quiet"))
        text = spoken(voice(verdict, check, to, cell=cell, templates=templates), _links(verdict, cell, link))
        return el("div", el(heading, *head, class_="jg-said"), text, class_=f"jg-voice jg-{verdict.status}")

    glance = ("At a glance", matrix(check))
    parts = [glance, *((READERS[v], _voiced(check, partial(told, v), again=v == "data_scientist")) for v in VOICES)]
    note = el("p", name(check.context["note"], limit=400), class_="jg-quiet") if check.context.get("note") else ""
    return join([readiness(check), note, _next(check), tabs(parts) if check.verdicts else ""])


def readiness(check: PolicyCheck) -> Html:
    """Return what the verdicts come to, as a sentence."""
    word, _, rest = readiness_words(check).partition(": ")
    return el("p", el("span", word, class_=f"jg-held jg-{check.readiness}"), f": {rest}", class_="jg-lead")


def policy_origin(check: PolicyCheck) -> Html:
    """Return which policy was judged on which evidence, as of when, by their digests."""
    counts = check.counts()
    told = [
        f"Policy {identified(check)}",
        _digest(check.policy_digest),
        f", judged as of {words.moment(check.as_of)} on evidence",
        _digest(check.evidence_digest) if check.evidence_digest else " on record",
        f". Check {check.id[:13]}.",
        " Inconclusive means that the limit lies within the interval, in brackets." if counts["inconclusive"] else "",
    ]
    return join(told)


def held(status: Status) -> Html:
    """Return a status with its sign, in its colour."""
    return el("span", f"{SIGNS[status]} {status_word(status).capitalize()}", class_=f"jg-held jg-{status}")


def matrix(check: PolicyCheck) -> Html:
    """Return a row for each control; those that ask nothing of anybody are folded."""
    asking = [v for v in by_weight(check.verdicts) if v.status in (*UNMET, "waived")]
    there = rows_there(check)
    parts: list[object] = [_rows(asking, "What is not met, the weightiest first", there, steps=True)] if asking else []
    for status, title in _FOLDED:
        quiet = [v for v in check.verdicts if v.status == status]
        if quiet:
            made = _rows(quiet, title, there, steps=False)
            opened = len(quiet) == len(check.verdicts)
            parts.append(details(f"{title}: {words.plural(len(quiet), 'control')}", made, opened=opened))
    return join(parts)


def _rows(verdicts: Sequence[Verdict], caption: str, there: int | None, *, steps: bool) -> Html:
    head = ["Verdict", "Control", "Asked", "Found", *(["Next step"] if steps else [])]
    rows = [
        [
            join([held(v.status), el("small", v.severity)]),
            join([name(v.title, limit=120), el("small", name(v.control, limit=60))]),
            *_asked_and_found(v, there),
            *([_step(v)] if steps else []),
        ]
        for v in verdicts
    ]
    return table(head, rows, caption=caption, hidden_caption=True, text_columns=len(head), class_="jg-policy")


def _asked_and_found(verdict: Verdict, there: int | None) -> tuple[object, object]:
    """Return what was asked, and what was found of each thing, the worst first."""
    if not verdict.answers or verdict.status == "not_applicable":
        return words.shorten(verdict.text, _LONG) or "–", words.shorten(verdict.reason, _LONG) or "–"
    ordered = worst_first(verdict.answers)
    more = len(ordered) - _MOST_FOUND
    told = [_found(a, there, named=len(ordered) > 1) for a in ordered[:_MOST_FOUND]]
    told += [el("small", f"and {words.count(more)} more")] if more > 0 else []
    what = [words.shorten(a, _LONG) for a in asked(ordered)[:_MOST_FOUND]] or [verdict.text or "–"]
    return _lines(what), _lines(told)


def _found(answer: Answer, there: int | None, *, named: bool) -> Html:
    of = join([name(about(answer), limit=40), ": "]) if named and about(answer) else ""
    if not found(answer):
        # Of several, the voices give the reasons.
        told = status_word(answer.status) if of else words.shorten(answer.reason, _LONG)
        return join([of, told or status_word(answer.status)])
    wanted = answer.rows if answer.status == "inconclusive" else None
    below = [ends(answer), f"{more_rows(wanted, answer.n or there)} would decide" if wanted else ""]
    return join([of, value(answer), " ", el("i", interval(answer)), *(el("small", x) for x in below if x)])


def _lines(items: Sequence[object]) -> object:
    return items[0] if len(items) == 1 else el("ul", *(el("li", i) for i in items))


def _step(verdict: Verdict) -> object:
    if verdict.status == "waived":
        return join(["Waived by ", name(verdict.waiver.get("by", "")), f" until {verdict.waiver.get('until', '')}"])
    return coded(words.shorten(next_step(verdict), _LONG)) or "–"


def _next(check: PolicyCheck) -> Html:
    """Return the one thing to do next: the step of the weightiest control that is not met."""
    first = next((v for v in by_weight(check.unmet()) if v.action), None)
    if first is None:
        return Html("")
    return el("p", el("b", "Next: "), coded(next_step(first)), " ", el("span", f"({first.title})", class_="jg-quiet"),
              class_="jg-next")  # fmt: skip


def _voiced(check: PolicyCheck, told: Callable[[Verdict], Html], *, again: bool) -> Html:
    """Return every verdict as one reader needs it; those that ask nothing of anybody are folded."""
    asking = [told(v) for v in by_weight(check.verdicts) if v.status in (*UNMET, "waived")]
    parts: list[object] = [*asking]
    if again and check.unmet():
        parts.append(el("p", coded(AGAIN), class_="jg-again"))
    for status, title in _FOLDED:
        quiet = [told(v) for v in check.verdicts if v.status == status]
        if quiet:
            summary = f"{title}: {words.plural(len(quiet), 'control')}"
            opened = len(quiet) == len(check.verdicts)
            parts.append(details(summary, *quiet, opened=opened, printed=opened))
    return join(parts)


def _links(verdict: Verdict, cell: Number | None, link: Link | None) -> dict[str, Html]:
    """Return links to the cells that a verdict rests on, by what the voices call them."""
    if cell is None or link is None:
        return {}
    return {f"cell [{cell(c)}]": link(c) for a in verdict.answers for c in a.cells if cell(c) is not None}


def spoken(text: str, links: Mapping[str, Html] | None = None) -> Html:
    """Return the text of a voice as HTML: paragraphs, lists, code; what `links` names becomes a link."""
    parts: list[Html] = []
    for block in text.split("\n\n"):
        lines = block.split("\n")
        parts += [el("p", _linked(x, links or {})) for x in lines if not x.startswith("- ")]
        items = [el("li", _linked(x[2:], links or {})) for x in lines if x.startswith("- ")]
        parts += [el("ul", *items)] if items else []
    return join(parts)


def _linked(line: str, links: Mapping[str, Html]) -> Html:
    for called, link in links.items():
        before, there, after = line.partition(called)
        if there:
            return join([_linked(before, links), link, _linked(after, links)])
    return coded(line)


def _digest(digest: str) -> Html:
    return join([" ", el("code", words.shorten(digest, 16), title=digest)]) if digest else Html("")
