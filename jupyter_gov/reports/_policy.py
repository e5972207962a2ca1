"""What a document says about what must hold: the charter, the policy's verdicts, and what was tried to meet it."""

from __future__ import annotations

from collections.abc import Mapping

from jupyter_gov.display import charter_body, html, policy_body, policy_origin, policy_title, readiness_words
from jupyter_gov.display import words as w
from jupyter_gov.records import Override, PolicyCheck, Waiver

from ._overview import section
from ._run_records import RunRecords, record_id

KEY = "policy"


def policy(records: RunRecords, voices: Mapping[str, str]) -> html.Html:
    """Return the last recorded check of each policy: the matrix, and the four voices; a plain word where there is none.

    Parameters
    ----------
    records : RunRecords
    voices : mapping
        A site's templates of the voices.
    """
    checks = _last_checks(records)
    if not checks:
        return section(KEY, "Policy", _none(records))
    parts: list[object] = []
    several = len(checks) > 1
    for check in checks:
        called, version = policy_title(check)
        title = html.join([html.name(called, limit=120), f" {version}".rstrip()])
        earlier = sum(c.policy == check.policy for c in records.all(PolicyCheck)) - 1
        told = f" {w.plural(earlier, 'earlier check')} of it on record." if earlier else ""
        parts += [
            html.el("h3" if several else "p", title, class_="jg-about"),
            policy_body(
                check, cell=records.number, link=records.cell, heading="h4" if several else "h3", templates=voices
            ),
            html.el("p", policy_origin(check), f"{told} Record ", record_id(check.id), ".", class_="jg-source"),
        ]
    return section(KEY, "Policy", *parts, _decisions(records))


def last_word(records: RunRecords) -> html.Html:
    """Return a line for the summary: what the last check of each policy came to; nothing without one."""
    told = [
        html.join([html.el("a", html.name(policy_title(c)[0]), href=f"#{KEY}"), f": {readiness_words(c)} "])
        for c in _last_checks(records)
    ]
    return html.el("p", *told, class_="jg-lead") if told else html.Html("")


def charter(records: RunRecords) -> html.Html:
    """Return why the model was built, what it must reach, and who decided; a plain word where nobody wrote it down."""
    found = records.charter
    if found is None:
        how = html.join([html.el("code", "%gov_charter"), " opens a form for it."])
        told = "Why this is built, for whom, and who decided so is not written down. "
        missing = html.el("p", html.el("b", "Missing. "), told, html.el("span", how, class_="jg-quiet"))
        return section("charter", "Charter", html.el("div", missing, class_="jg-undone"))
    where = records.cell(found.cell) if found in records.records else html.el("span", "another run of the experiment")
    by = f"Written {w.moment(found.written)}" + (f" by {found.actor}" if found.actor else "")
    source = html.el("p", by, ", ", where, ". Record ", record_id(found.id), ".", class_="jg-source")
    return section("charter", "Charter", html.el("div", charter_body(found, full=True), class_="jg-charter"), source)


def _last_checks(records: RunRecords) -> list[PolicyCheck]:
    """Return the last check of each policy, the one that was made last first."""
    return list({c.policy: c for c in records.all(PolicyCheck)}.values())[::-1]


def _none(records: RunRecords) -> html.Html:
    how = html.join([html.el("code", f"jupyter gov check {records.run.id[:13]} --policy good-practice"), " does it."])
    told = "No policy was checked on this run, so nothing says what must hold. "
    return html.el("p", html.el("b", "Missing. "), told, html.el("span", how, class_="jg-quiet"), class_="jg-undone")


def _decisions(records: RunRecords) -> html.Html:
    """Return the waivers and choices against a proposal that were recorded in this run; nothing without any."""
    rows = [
        [
            html.name(x.control),
            "withdrawn waiver" if x.withdrawn else "waiver",
            html.name(x.by or x.actor),
            html.name(x.why, limit=400),
            x.until,
            records.cell(x.cell) if x.cell else "–",
        ]
        for x in records.all(Waiver)
    ]
    rows += [
        [
            html.join([html.name(x.chosen), " rather than ", html.name(x.proposed)]),
            "other choice",
            html.name(x.by or x.actor),
            html.name(x.why, limit=400),
            "–",
            records.cell(x.cell) if x.cell else "–",
        ]
        for x in records.all(Override)
    ]
    if not rows:
        return html.Html("")
    head = ["What", "Decision", "By", "Why", "Until", "Where"]
    made = html.table(head, rows, caption="Decisions of people", hidden_caption=True, text_columns=len(head))
    return html.join([html.el("h3", "Decisions of people"), made])
