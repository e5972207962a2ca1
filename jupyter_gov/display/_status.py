"""The run so far, compact."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from jupyter_gov.records import SECTIONS, Json, PolicyCheck

from . import words
from ._notices import as_lines, notices, number_of
from ._policy_words import SIGNS, by_weight, one_line, readiness_words, status_word
from ._sentence import plain
from ._text import columns, wrap
from ._voices import next_step
from .html import Html, bullets, coded, details, el, join, name, style_element, table

_LAST_CELLS = 5
_LAST_METRICS = 8
_LAST_FITS = 5
_LAST_DATA = 8
_MOST_NUDGES = 5
_STATES = {"stale": "stale", "edited": "edited", "deleted": "deleted", "out_of_order": "out of order"}
_ORIGINS = {"scorer": "scorer", "cross_validation": "cross-validation", "by_hand": "by hand", "user": "noted by hand"}
_ALWAYS = {"cells", "datasets", "fits", "metrics", "assessments", "gaps"}
"""What is counted of a notebook's run even where there is none."""
_ROLES = {"train": "fitted on", "validation": "chosen by", "test": "scored", "source": "read"}


def status(shown: Mapping[str, Json], policy: PolicyCheck | None = None) -> tuple[str, str]:
    """Return a run's state as HTML and as text.

    Parameters
    ----------
    shown : mapping
        The run as JSON, as ``jupyter gov show`` prints it.
    policy : PolicyCheck, optional
        What the policy in force comes to; what is not met of it is told with the next step of each.
    """
    written = {d["section"] for d in shown.get("documents", ())}
    missing = [s for s in SECTIONS if s not in written]
    blocks = _tables(shown)
    head = el("p", el("b", name(shown["name"])), f" · {shown['status']} · run {shown['id']}")
    nudges, left = _nudges(policy) if policy else ([], 0)
    html = [head, el("p", _counts(shown), class_="jg-quiet")]
    if policy:
        html.append(el("p", el("b", "Policy ", name(policy.policy)), " · ", readiness_words(policy)))
        html.append(bullets(join([el("b", what), ": ", why, " ", coded(todo)]) for what, why, todo in nudges))
        html += [el("p", _left(left), class_="jg-quiet")] if left else []
    html += [
        table(head_, [[name(r[0]), *r[1:]] for r in rows], text_columns=texts) for head_, texts, rows in blocks if rows
    ]
    if missing:
        html.append(el("p", join(["Not documented yet: ", ", ".join(words.title_of(s).lower() for s in missing), "."])))
    told = notices(shown)
    for notice in told:
        listed = bullets(join([name(what, limit=120), ": ", rest]) for what, rest in notice.entries)
        html.append(details(f"{notice.title}: {notice.summary}", listed, opened=notice.urgent))
    lines = [f"{plain(shown['name'], 40)} · {shown['status']} · run {shown['id']}", wrap(_counts(shown))]
    if policy:
        lines += ["", wrap(f"Policy {one_line(policy.policy)} · {readiness_words(policy)}")]
        lines += [wrap(f"{what}: {why} {todo}".rstrip(), "  ") for what, why, todo in nudges]
        lines += [f"  {_left(left)}"] if left else []
    for head_, texts, rows in blocks:
        if rows:
            lines += ["", columns([[str(h) for h in head_], *([plain(r[0], 56), *r[1:]] for r in rows)], numeric=texts)]
    if missing:
        lines += ["", wrap(f"Not documented yet: {', '.join(missing)}", "  ")]
    for notice in told:
        lines += ["", notice.title, *(wrap(f"- {what}: {rest}", "  ") for what, rest in as_lines(notice))]
    made: Html = el("div", *html, class_="jg-root jg-box")
    return style_element("base", "box") + made, "\n".join(lines)


def _nudges(policy: PolicyCheck) -> tuple[list[tuple[str, str, str]], int]:
    """Return what is to be done first: the control, why, and the next step; and how many more there are."""
    unmet = by_weight(policy.unmet())
    told = [
        (
            f"{SIGNS[v.status]} {words.shorten(one_line(v.title), 80)} ({v.severity}, {status_word(v.status)})",
            one_line(v.reason),
            next_step(v),
        )
        for v in unmet[:_MOST_NUDGES]
    ]
    return told, len(unmet) - len(told)


def _left(count: int) -> str:
    return f"And {words.plural(count, 'more control')} not met; %gov_policy check shows all."


def _counts(shown: Mapping[str, Json]) -> str:
    parts = [
        ("cells", "cell run"),
        ("datasets", "data set"),
        ("fits", "fit"),
        ("metrics", "metric"),
        ("assessments", "assessment"),
        ("findings", "finding"),
        ("gaps", "gap"),
        ("charters", "charter"),
        ("checks", "policy check"),
        ("mitigations", "mitigation"),
        ("overrides", "override"),
    ]
    cells = shown.get("cells", ())
    seconds = words.seconds(sum(c["seconds"] for c in cells))
    plurals = {"cell run": "cells run"}
    counts = {key: len(shown.get(key, ())) for key, _ in parts}
    # One call of gov.assess gives a result for each of its assessments.
    counts["assessments"] = len({a["act"] for a in shown.get("assessments", ())})
    # Where a table was assessed, or a charter written down from a file, nothing ran that could be counted.
    ran = bool(cells or counts["fits"] or shown.get("notebook") or not (counts["assessments"] or counts["charters"]))
    told = [
        words.plural(counts[key], one, plurals.get(one, ""))
        for key, one in parts
        if counts[key] or (ran and key in _ALWAYS)
    ]
    if not ran:
        return " · ".join(told)
    failed = sum(c["status"] == "error" for c in cells)
    return " · ".join([*told, f"{seconds} in cells", *([f"{failed} raised"] if failed else [])])


_Block = tuple[Sequence[str], int, list[list[str]]]
"""Headings, how many columns hold text, rows."""


def _tables(shown: Mapping[str, Json]) -> list[_Block]:
    datasets = {d["id"]: d["name"] for d in shown.get("datasets", ())}
    fits = {f["id"]: f["name"] or f["class"].rpartition(".")[2] for f in shown.get("fits", ())}
    cells = [
        [f"[{number_of(c)}] {_line(c.get('source', ''))}", _state(c), words.seconds(c["seconds"])]
        for c in list(shown.get("cells", ()))[-_LAST_CELLS:]
    ]
    last = list(shown.get("metrics", ()))[-_LAST_METRICS:]
    # Most are what a function of scikit-learn returned, which goes without saying.
    told = any(m["origin"] in _ORIGINS for m in last)
    metrics = [
        [
            m["name"],
            _first(m["fits"], fits),
            m["split"],
            *([_ORIGINS.get(m["origin"], "")] if told else []),
            words.json_value(m["value"], 24),
        ]
        for m in last
    ]
    measured = ["model", "split", *(["how"] if told else [])]
    data = [
        [d["name"], _role(d), words.count(d["rows"]), words.count(len(d["columns"]))]
        for d in list(shown.get("datasets", ()))[-_LAST_DATA:]
    ]
    top = [f for f in shown.get("fits", ()) if not f["parent"]]
    fitted = [
        [fits[f["id"]], f["class"].rpartition(".")[2], _first(f["datasets"], datasets), words.seconds(f["seconds"])]
        for f in top[-_LAST_FITS:]
    ]
    return [
        ([_title("Metrics", metrics, shown.get("metrics", ())), *measured, "value"], len(measured) + 1, metrics),
        ([_title("Data", data, shown.get("datasets", ())), "role", "rows", "columns"], 2, data),
        ([_title("Fits", fitted, top), "class", "data", "time"], 3, fitted),
        ([_title("Cells", cells, shown.get("cells", ())), "state", "time"], 2, cells),
    ]


def _role(data: Mapping[str, Json]) -> str:
    if data["role"] == "source" and not data.get("door"):
        return "made here"
    return str(_ROLES.get(data["role"], data["role"]))


def _title(title: str, rows: Sequence[object], records: Sequence[object]) -> str:
    """Return the title of a block of the last of some records, which says so where there are more."""
    return title if len(rows) == len(records) else f"{title}, the last {len(rows)} of {len(records)}"


def _line(source: str) -> str:
    """Return the first line of a cell that says something."""
    lines = [line.strip() for line in source.splitlines() if line.strip()]
    return words.shorten(lines[0] + (" …" if len(lines) > 1 else ""), 48) if lines else ""


def _state(cell: Mapping[str, Json]) -> str:
    states = [_STATES[s] for s in cell.get("state", ()) if s in _STATES]
    return ", ".join([*(["raised"] if cell["status"] == "error" else []), *states]) or "ok"


def _first(ids: Sequence[str], names: Mapping[str, str]) -> str:
    return plain(names.get(ids[0], "–"), 30) if ids else "–"
