"""What a person should know of a run besides its results: cells that do not hold, redactions, findings, gaps."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from jupyter_gov.records import SEVERITIES, Json

from . import words
from ._finding import untold
from ._sentence import plain

_STATES = {"stale": "stale", "edited": "edited", "deleted": "deleted", "out_of_order": "out of order"}
_MOST_RESULTS = 12
_MOST_REASONS = 2


class Notice(NamedTuple):
    """A list of things to know: its title, a sentence that counts them, and each as a name and what is told of it.

    What is urgent stands open.
    """

    title: str
    summary: str
    entries: Sequence[tuple[str, str]]
    urgent: bool = False


def notices(shown: Mapping[str, Json]) -> list[Notice]:
    """Return what there is to know of a run, each kind of which there is something.

    Parameters
    ----------
    shown : mapping
        The run as JSON, as ``jupyter gov show`` prints it.
    """
    found = [_cells(shown), _results(shown), _redactions(shown), _findings(shown), _gaps(shown)]
    return [notice for notice in found if notice.entries]


def number_of(cell: Mapping[str, Json]) -> Json:
    """Return the number that the notebook shows beside a cell, its place in the run where there is none."""
    shown = cell.get("execution_count")
    return cell["order"] if shown is None else shown


def _cells(shown: Mapping[str, Json]) -> Notice:
    entries = [
        (f"cell [{number_of(c)}]", f"{', '.join(_STATES[s] for s in c['state'])}. {_reasons(c['reasons'])}".strip())
        for c in shown.get("cells", ())
        if c.get("state") and "rerun" not in c["state"]
    ]
    return Notice("Cells that do not hold", f"{words.plural(len(entries), 'cell')} to run again", entries)


def _reasons(reasons: Sequence[str]) -> str:
    more = len(reasons) - _MOST_REASONS
    return " ".join([*reasons[:_MOST_REASONS], *([f"And {words.plural(more, 'more reason')}."] if more > 0 else [])])


def _results(shown: Mapping[str, Json]) -> Notice:
    numbers = {c["id"]: number_of(c) for c in shown.get("cells", ())}
    top = [f for f in shown.get("fits", ()) if not f["parent"]]
    entries = [
        (
            r["name"] or r["class"].rpartition(".")[2],
            f"cell [{numbers[r['cell']]}]" if r["cell"] in numbers else "cell unknown",
        )
        for r in [*top, *shown.get("metrics", ())]
        if r.get("top_to_bottom") is False
    ]
    summary = f"{words.plural(len(entries), 'result')} that the notebook would not give from top to bottom"
    more = [("and more", words.plural(len(entries) - _MOST_RESULTS, "result"))] if len(entries) > _MOST_RESULTS else []
    return Notice("Not as from top to bottom", summary, [*entries[:_MOST_RESULTS], *more])


def _redactions(shown: Mapping[str, Json]) -> Notice:
    entries = []
    for key, value in shown.items():
        for record in value if isinstance(value, list) else [value]:
            if isinstance(record, dict):
                entries += [(_called(key, record), where) for where in record.get("redacted", ())]
    return Notice("Redacted", f"{words.plural(len(entries), 'secret')} taken out before anything was written", entries)


def _called(key: str, record: Mapping[str, Json]) -> str:
    """Return what a record is called, which is in the list `key` of what is shown."""
    if key == "cells":
        return f"cell [{number_of(record)}]"
    return str(record.get("name") or record.get("what") or key)


def _findings(shown: Mapping[str, Json]) -> Notice:
    listed = sorted(shown.get("findings", ()), key=lambda f: SEVERITIES.index(f["severity"]))
    entries = [(words.title_of(f["check"]), _finding(f)) for f in listed]
    urgent = any(f["severity"] != SEVERITIES[-1] for f in listed)
    return Notice("Findings", f"{words.plural(len(entries), 'thing')} to look at", entries, urgent)


def _finding(finding: Mapping[str, Json]) -> str:
    told = "; ".join(part for part in (finding["severity"], untold(finding)) if part)
    return f"{finding['message']} ({told}) {finding.get('remedy') or ''}".rstrip()


def _gaps(shown: Mapping[str, Json]) -> Notice:
    entries = [(g["what"], " ".join(p for p in (g["reason"], g["remedy"]) if p)) for g in shown.get("gaps", ())]
    return Notice("Gap list", f"{words.plural(len(entries), 'thing')} could not be captured", entries)


def as_lines(notice: Notice) -> list[tuple[str, str]]:
    """Return a notice's entries fit for a terminal."""
    return [(plain(what, 80), words.printable(told)) for what, told in notice.entries]
