"""What a document says about whether the run came out again when it was executed again."""

from __future__ import annotations

from jupyter_gov.display import how_reproduced, html, reproduction_body, verdict
from jupyter_gov.display import words as w
from jupyter_gov.records import Reproduction

from ._overview import section
from ._run_records import RunRecords, record_id

KEY = "reproduction"
HEADING = "Does it come out again?"


def reproductions(records: RunRecords) -> html.Html:
    """Return every reproduction of the run, the last one first and in full; a plain word where there is none."""
    found = records.all(Reproduction)[::-1]
    if not found:
        return section(KEY, HEADING, _none(records))
    last, *earlier = found
    parts: list[object] = [
        html.el("p", verdict(last.verdict), html.el("span", f" · {_when(last)}", class_="jg-quiet"), class_="jg-about"),
        _body(records, last),
    ]
    if earlier:
        parts.append(html.el("h3", "Earlier reproductions"))
        parts += [_earlier(records, one) for one in earlier]
    return section(KEY, HEADING, *parts)


def last_word(records: RunRecords) -> html.Html:
    """Return a line for the summary: when the run was executed again last, and what came of it."""
    found = records.all(Reproduction)
    link = html.el("a", "executed again", href=f"#{KEY}")
    if not found:
        return html.join(["Not ", link, " so far."])
    return html.join(["Last ", link, f" {_when(found[-1])}: ", verdict(found[-1].verdict), "."])


def _none(records: RunRecords) -> html.Html:
    how = html.join([html.el("code", f"jupyter gov reproduce {records.run.id[:13]}"), " does it."])
    told = "This run has not been executed again: nothing shows that its results come out a second time. "
    return html.el("p", html.el("b", "Missing. "), told, html.el("span", how, class_="jg-quiet"), class_="jg-undone")


def _when(one: Reproduction) -> str:
    return " by ".join(x for x in (w.moment(one.started), one.actor) if x)


def _earlier(records: RunRecords, one: Reproduction) -> html.Html:
    head = html.join([verdict(one.verdict), f" · {_when(one)}"])
    return html.details(head, _body(records, one), printed=False)


def _body(records: RunRecords, one: Reproduction) -> html.Html:
    how = html.el("p", f"{how_reproduced(one)} Record ", record_id(one.id), ".", class_="jg-source")
    return html.join([reproduction_body(one, cell=records.cell), how])
