"""A policy's verdicts as plain text for a terminal, as Markdown for a pull request, and as JUnit XML for a pipeline."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from jupyter_gov.records import UNMET, PolicyCheck, Verdict

from . import words
from ._policy_steps import AGAIN
from ._policy_words import (
    SIGNS,
    about,
    by_weight,
    ends,
    found,
    identified,
    more_rows,
    policy_title,
    readiness_words,
    rows_there,
    status_word,
    worst_first,
)
from ._text import columns, wrap
from ._voices import Number, Voice, voice

_MOST_QUIET = 40
_MOST_TOLD = 12
_MOST_MARKDOWN = 60_000
"""GitHub takes 65,536 characters in a comment."""

_UNFIT_IN_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What XML 1.0, section 2.2, does not allow."""

_MARKS = re.compile(r"([\\`*_\[\]#!|<>~&$])|^(?=[-+=])|(?<=\d)(?=[.)](?:\s|$))")


def policy_text(check: PolicyCheck, *, cell: Number | None = None, templates: Mapping[str, str] | None = None) -> str:
    """Return a policy's verdicts as text, at most a hundred columns wide.

    Parameters
    ----------
    check : PolicyCheck
    cell, templates
        As for `voice`.
    """
    asking = [v for v in by_weight(check.verdicts) if v.status in (*UNMET, "waived")]
    there = rows_there(check)
    rows = [row for v in asking for row in _in_rows(v, there)]
    title = " ".join(policy_title(check)).strip()
    blocks = [
        wrap(words.printable(title)),
        wrap(readiness_words(check)),
        wrap(_plain_note(check)),
        columns(rows, numeric=4),
    ]
    for v in asking[:_MOST_TOLD]:
        lines = voice(v, check, "data_scientist", cell=cell, templates=templates).splitlines()
        told = "\n".join(wrap(f"  {x}", "    ") for x in lines if x)
        blocks.append(f"{wrap(f'{SIGNS[v.status]} {words.printable(v.title)} ({v.control})', '  ')}\n{told}")
    if len(asking) > _MOST_TOLD:
        blocks.append(f"And {words.plural(len(asking) - _MOST_TOLD, 'more control')} in the list above.")
    blocks.append(wrap(AGAIN) if check.unmet() else "")
    for status, head in (("pass", "Met"), ("not_applicable", "Not applicable")):
        quiet = [v for v in check.verdicts if v.status == status]
        more = len(quiet) - _MOST_QUIET
        names = [words.shorten(words.printable(v.title), 60) for v in quiet[:_MOST_QUIET]]
        named = "; ".join([*names, *([f"and {more} more"] if more > 0 else [])])
        blocks.append(wrap(f"{head} ({len(quiet)}): {named}", "  ") if quiet else "")
    return "\n\n".join(b for b in blocks if b)


def verdict_text(verdict: Verdict, told: Mapping[str, str]) -> str:
    """Return one verdict as text; `told` has what each reader is told."""
    blocks = [wrap(f"{_sign(verdict)}: {words.printable(verdict.title)} ({verdict.control}, {verdict.severity})")]
    for reader, text in told.items():
        lines = "\n".join(wrap(f"  {line}", "    ") for line in text.splitlines() if line)
        blocks.append(f"{reader}\n{lines}")
    return "\n\n".join(blocks)


def policy_markdown(
    check: PolicyCheck,
    *,
    cell: Number | None = None,
    to: Voice = "data_scientist",
    templates: Mapping[str, str] | None = None,
) -> str:
    """Return a policy's verdicts as GitHub Markdown, such as for a comment on a pull request.

    Parameters
    ----------
    check : PolicyCheck
    cell, templates
        As for `voice`.
    to : str
        The voice in which unmet controls are told at length.

    Returns
    -------
    str
        A table of all controls, then those that are not met at length; at most 65,000 characters, and where that cuts
        something off it says so.
    """
    asking = [v for v in by_weight(check.verdicts) if v.status in (*UNMET, "waived")]
    quiet = [v for v in check.verdicts if v not in asking]
    title = _mark(" ".join(policy_title(check)).strip())
    head = [f"## Policy: {title}", "", f"**{_mark(readiness_words(check))}**", ""]
    head += [_mark(_plain_note(check)), ""] if check.context.get("note") else []
    listed = ["| Verdict | Control | Severity | Found |", "| --- | --- | --- | --- |"]
    listed += [
        f"| {_sign(v)} | {_mark(words.shorten(v.title, 120))} | {v.severity} | {_mark(_found(v, 160))} |"
        for v in [*asking, *quiet]
    ]
    parts = ["\n".join([*head, *listed])]
    for v in asking:
        text = voice(v, check, to, cell=cell, templates=templates)
        spoken = "\n".join(_mark_line(line) for line in text.split("\n"))
        parts.append(f"### {_sign(v)}: {_mark(words.shorten(v.title, 160))}\n\n{spoken}")
    parts += [_mark_line(AGAIN)] if check.unmet() and to == "data_scientist" else []
    origin = f"Policy {identified(check)}, as of {words.moment(check.as_of)}. Check {check.id}."
    return f"{_as_many(parts)}\n\n---\n\n{_mark(origin)}\n"


def policy_junit(check: PolicyCheck, *, cell: Number | None = None, templates: Mapping[str, str] | None = None) -> str:
    """Return a policy's verdicts as JUnit XML: a test case for each control.

    ``fail`` and ``inconclusive`` are failures of that type, ``missing`` is an error (what was asked could not be
    judged), ``waived`` and ``not_applicable`` are skipped. A case's property ``severity`` says how much it matters.

    Parameters
    ----------
    check : PolicyCheck
    cell, templates
        As for `voice`.
    """
    from xml.etree import ElementTree as Xml

    counts = check.counts()
    told = {
        "name": _legal(f"{check.policy} {check.version}".strip()),
        "tests": str(len(check.verdicts)),
        "failures": str(counts["fail"] + counts["inconclusive"]),
        "errors": str(counts["missing"]),
        "skipped": str(counts["waived"] + counts["not_applicable"]),
        "time": "0",
    }
    root = Xml.Element("testsuites", told)
    suite = Xml.SubElement(root, "testsuite", {**told, "timestamp": _legal(check.checked[:19])})
    about_check = {
        "readiness": check.readiness,
        "check": check.id,
        "as_of": check.as_of,
        "policy_digest": check.policy_digest,
        "evidence_digest": check.evidence_digest,
    }
    _properties(suite, about_check)
    for v in check.verdicts:
        where = {"classname": _legal(check.policy), "name": _legal(f"{v.control}: {v.title}"), "time": "0"}
        case = Xml.SubElement(suite, "testcase", where)
        _properties(case, {"severity": v.severity, "status": v.status, "owner": v.owner})
        told_as = {"fail": "failure", "inconclusive": "failure", "missing": "error", "pass": ""}.get(
            v.status, "skipped"
        )
        if told_as:
            reason = _legal(words.shorten(" ".join(v.reason.split()), 400))
            kind = {} if told_as == "skipped" else {"type": v.status}
            outcome = Xml.SubElement(case, told_as, {"message": reason, **kind})
            outcome.text = _legal(voice(v, check, "data_scientist", cell=cell, templates=templates))
    Xml.indent(root)
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{Xml.tostring(root, encoding="unicode")}\n'


def _properties(parent: object, pairs: Mapping[str, str]) -> None:
    from xml.etree import ElementTree as Xml

    listed = Xml.SubElement(parent, "properties")  # type: ignore[arg-type]
    for key, value in pairs.items():
        Xml.SubElement(listed, "property", {"name": key, "value": _legal(value)})


def _legal(text: str) -> str:
    return _UNFIT_IN_XML.sub("\ufffd", text)


def _sign(verdict: Verdict) -> str:
    return f"{SIGNS[verdict.status]} {status_word(verdict.status)}"


def _plain(text: str, limit: int) -> str:
    return words.shorten(words.printable(" ".join(text.split())) or "(empty)", limit)


def _plain_note(check: PolicyCheck) -> str:
    """Return what is said about the context, such as where it contradicts the charter; mostly nothing."""
    note = str(check.context.get("note") or "")
    return _plain(note, 400) if note else ""


def _in_rows(verdict: Verdict, there: int | None) -> list[list[str]]:
    """Return the row of a verdict, and below it which groups it is about and how many rows would decide."""
    made = [[_plain(verdict.title, 44), _sign(verdict), verdict.severity, _found(verdict, 40)]]
    first = next(iter(worst_first(verdict.answers)), None)
    if first is None or first.status != verdict.status:
        return made
    more = (
        more_rows(first.rows, first.n or there).split(" (")[0]
        if verdict.status == "inconclusive" and first.rows
        else ""
    )
    return [*made, *(["", "", "", _plain(x, 44)] for x in (ends(first), more) if x)]


def _found(verdict: Verdict, limit: int) -> str:
    """Return what was found of what is worst, and of how many; a reason where there is nothing to show."""
    first = next(iter(worst_first(verdict.answers)), None)
    if verdict.status == "waived":
        told = f"by {verdict.waiver.get('by', '')} until {verdict.waiver.get('until', '')}"
    elif first is None or not found(first):
        told = verdict.reason
    else:
        more = f" and {len(verdict.answers) - 1} more" if len(verdict.answers) > 1 else ""
        named = f"{about(first)}: " if more and about(first) else ""
        told = f"{named}{found(first)}{more}"
    return _plain(told, limit) if told else ""


def _mark(text: str) -> str:
    """Return text as Markdown that shows it as it is, mentions nobody and links to nothing."""
    spaced = words.printable(" ".join(text.split()))
    # A mention or a link by itself is made of what would be read, so that something unseen has to part it.
    return re.sub(r"(@|://|\bwww)", "\\1\u200b", _MARKS.sub(lambda m: "\\" + (m[1] or ""), spaced))


def _mark_line(line: str) -> str:
    """Return a line of a voice as Markdown: what stands between backticks is code."""
    start, text = ("- ", line[2:]) if line.startswith("- ") else ("", line)
    parts = text.split("`")
    made = [f"`{p}`" if i % 2 and i < len(parts) - 1 and p.strip() else _mark_keeping(p) for i, p in enumerate(parts)]
    return start + "".join(made)


def _mark_keeping(text: str) -> str:
    """Return text as `_mark` does, with the spaces at its ends."""
    inner = _mark(text)
    return f"{' ' if text[:1] == ' ' else ''}{inner}{' ' if text.strip() and text[-1:] == ' ' else ''}"


def _as_many(parts: Sequence[str]) -> str:
    """Return as many of the parts as a comment holds, and how many are left out."""
    kept, length = list[str](), 0
    for part in parts:
        length += len(part)
        if length > _MOST_MARKDOWN:
            break
        kept.append(part)
    left = len(parts) - len(kept)
    return "\n\n".join([*kept, *([f"{words.plural(left, 'more part')} left out here."] if left else [])])
