"""A charter: why a model is built, what it must reach, whom it touches, who decided. Card, part of a report, text."""

from __future__ import annotations

from collections.abc import Iterable

from jupyter_gov.policy import QUESTIONS, Assessed, Proposal, propose, tier_of
from jupyter_gov.records import Charter, Kpi, Risk

from . import words
from ._text import wrap
from .html import Html, bullets, details, el, facts, join, name, style_element, table

_GRADES = {"high": 3, "medium": 2, "low": 1}
_LONG = 800


def charter_card(charter: Charter, *, said: str = "") -> tuple[str, str]:
    """Return a charter as HTML for a notebook and as text for a terminal.

    Parameters
    ----------
    charter : Charter
    said : str
        What happened to it, such as ``Recorded.``

    Returns
    -------
    html : str
        One ``<article>`` with its style, light or dark as its surroundings are.
    text : str
        At most a hundred columns wide.
    """
    head = el("header", el("p", "Charter", class_="jg-kicker"), el("h3", name(_title(charter), limit=100)))
    footer = " ".join(p for p in (said, f"Charter {charter.id[:13]}.") if p)
    html = style_element("base", "card", "charter") + el(
        "article",
        head,
        charter_body(charter),
        el("footer", footer),
        class_="jg-root jg-card jg-charter",
        aria_label=f"Charter: {_title(charter)}",
    )
    return html, charter_text(charter, said=said)


def charter_body(charter: Charter, *, full: bool = False) -> Html:
    """Return all that a charter says, below its title; with `full`, answers and reasons are not folded away."""
    parts = [
        el("p", words.shorten(charter.goal, _LONG) or el("i", "No goal is written down."), class_="jg-lead"),
        facts((term, name(told, limit=300)) for term, told in _facts(charter)),
        _kpis(charter.kpis),
        _listed("Who is affected", ((a.who, a.how) for a in charter.affected)),
        _listed("Alternatives", ((a.option, a.assessment) for a in charter.alternatives)),
        _risks(charter.risks),
        _stake(charter, full=full),
        _proposed(charter),
    ]
    return join(p for p in parts if p)


def charter_text(charter: Charter, *, said: str = "") -> str:
    """Return a charter as text for a terminal."""
    blocks = [wrap(words.printable(f"Charter: {_title(charter)}"))]
    if charter.goal:
        blocks.append(wrap(words.printable(words.shorten(charter.goal, _LONG))))
    blocks.append("\n".join(wrap(words.printable(f"{term}: {told}"), "  ") for term, told in _facts(charter)))
    for title, pairs in (
        ("What it has to reach", [(k.name, _kpi_words(k)) for k in charter.kpis]),
        ("Who is affected", [(a.who, a.how) for a in charter.affected]),
        ("Alternatives", [(a.option, a.assessment) for a in charter.alternatives]),
        ("Risks", [(r.risk, _risk_words(r)) for r in ranked(charter.risks)]),
        ("Policies that tier, use and place propose", [(p.policy, p.why) for p in proposals(charter)]),
    ):
        if pairs:
            lines = [wrap(words.printable(f"- {a}: {b}" if b else f"- {a}"), "  ") for a, b in pairs]
            blocks.append("\n".join([title, *lines]))
    if said:
        blocks.append(said)
    return "\n\n".join(blocks)


def target(kpi: Kpi) -> str:
    """Return what a KPI has to reach, in words."""
    measure = kpi.measure.removeprefix("metric:")
    called = measure if kpi.measure.startswith("metric:") else words.lower_first(words.measure(measure))
    word, number = ("at least", kpi.at_least) if kpi.at_least is not None else ("at most", kpi.at_most)
    sure = ", by the whole interval" if kpi.decide_on == "interval" and not kpi.measure.startswith("metric:") else ""
    return f"{called} {word} {number:g}{f' {kpi.unit}' if kpi.unit else ''}{sure}" if number is not None else called


def ranked(risks: Iterable[Risk]) -> list[Risk]:
    """Return risks, those first whose likelihood times impact is largest; what is not graded counts as high."""
    return sorted(risks, key=lambda r: -_GRADES.get(r.likelihood, 3) * _GRADES.get(r.impact, 3))


def _title(charter: Charter) -> str:
    return charter.model or charter.experiment or "of this project"


def _facts(charter: Charter) -> list[tuple[str, str]]:
    by = ", ".join(f"{a.name} ({a.role})" if a.role else a.name for a in charter.approvers)
    decided = charter.decision or "not taken yet"
    when = f" on {charter.decided}" if charter.decided else ""
    rows = [
        ("Decision", f"{decided}{f' by {by}' if by else ''}{when}"),
        ("Conditions", charter.conditions),
        ("Risk tier", charter.tier or "not known: the questionnaire is not answered"),
        ("Used in", charter.jurisdiction),
        ("Policies", ", ".join(charter.policies)),
        ("Experiment", charter.experiment if charter.model else ""),
        ("Written", " by ".join(x for x in (words.moment(charter.written), charter.actor) if x)),
    ]
    return [(term, what) for term, what in rows if what]


def _kpis(kpis: Iterable[Kpi]) -> Html:
    rows = [[name(k.name, limit=120), target(k), name(k.baseline or "–"), name(k.owner or "–")] for k in kpis]
    if not rows:
        return Html("")
    return table(["KPI", "Target", "Today", "Owner"], rows, caption="What it has to reach", text_columns=4)


def _listed(title: str, pairs: Iterable[tuple[str, str]]) -> Html:
    items = [
        join([el("b", name(what, limit=200)), f": {words.shorten(told, _LONG)}" if told else ""])
        for what, told in pairs
    ]
    return join([el("h4", title), bullets(items)]) if items else Html("")


def _risks(risks: Iterable[Risk]) -> Html:
    rows = [
        [
            name(r.risk, limit=300),
            _grade(r.likelihood),
            _grade(r.impact),
            name(r.mitigation or "–", limit=300),
            r.owner or "–",
        ]
        for r in ranked(risks)
    ]
    if not rows:
        return Html("")
    head = ["Risk", "Likelihood", "Impact", "What is done about it", "Owner"]
    return table(head, rows, caption="Risks, the gravest first", text_columns=5)


def _grade(word: str) -> Html:
    return el("span", word or "not graded", class_=f"jg-grade jg-{word or 'none'}")


def _kpi_words(kpi: Kpi) -> str:
    return f"{target(kpi)}{f'; today {kpi.baseline}' if kpi.baseline else ''}{f' ({kpi.owner})' if kpi.owner else ''}"


def _risk_words(risk: Risk) -> str:
    graded = f"likelihood {risk.likelihood or 'not graded'}, impact {risk.impact or 'not graded'}"
    return f"{graded}; {risk.mitigation or 'nothing is done about it'}{f' ({risk.owner})' if risk.owner else ''}"


def _stake(charter: Charter, *, full: bool) -> Html:
    """Return the answers to the questionnaire, and what they come to."""
    known = {q.key: q for q in QUESTIONS}
    answers = {k: str(v) for k, v in charter.answers.items() if k in known and v}
    if not answers:
        return Html("")
    rows = [[known[k].text, _choice(k, v)] for k, v in answers.items()]
    made = table(["Question", "Answer"], rows, text_columns=2)
    summary = f"Why the risk tier is {charter.tier or 'not known'}"
    reasons = bullets(_reasons(answers, charter.tier))
    if full:
        return join([el("h4", summary), reasons, made])
    return details(summary, reasons, made)


def _proposed(charter: Charter) -> Html:
    """Return the policies that follow and that nobody has chosen yet."""
    others = proposals(charter)
    if not others:
        return Html("")
    items = [join([el("code", f"%gov_policy use {p.policy}"), f" – {words.lower_first(p.why)}"]) for p in others]
    return join([el("h4", "Policies that tier, use and place propose"), bullets(items)])


def proposals(charter: Charter) -> tuple[Proposal, ...]:
    """Return the policies that a charter's tier, use and jurisdiction propose, beside those that it names."""
    if not charter.tier:
        return ()
    found = propose(charter.tier, use=str(charter.answers.get("use", "")), jurisdiction=charter.jurisdiction)
    return tuple(p for p in found if p.policy not in charter.policies)


def _choice(question: str, key: str) -> str:
    asked = next(q for q in QUESTIONS if q.key == question)
    return next((c.text for c in asked.choices if c.key == key), key)


def _reasons(answers: dict[str, str], tier: str) -> tuple[str, ...]:
    """Return why; answers of another version of the questionnaire are shown as they are."""
    known = {q.key: {c.key for c in q.choices} for q in QUESTIONS}
    if any(v not in known[k] for k, v in answers.items()):
        return ()
    found: Assessed = tier_of(answers)
    stated = () if found.tier == tier else (f"The answers come to {found.tier}; {tier or 'none'} was stated.",)
    return (*found.reasons, *stated)
