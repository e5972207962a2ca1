"""A verdict in four voices: what each reader needs of it, by templates that a site can replace."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, get_args

from jupyter_gov.errors import InputError
from jupyter_gov.records import STATUSES, Answer, Json, PolicyCheck, Verdict, to_json

from . import words
from ._policy_steps import other_steps, step, stop
from ._policy_words import (
    about,
    amount,
    asked,
    ends,
    found,
    interval,
    limit,
    listed,
    more_rows,
    rounded,
    rows_there,
    status_word,
    worst_first,
)

if TYPE_CHECKING:
    from jinja2 import Template
    from jinja2.sandbox import SandboxedEnvironment

Voice = Literal["data_scientist", "validator", "business", "regulator"]

VOICES: tuple[Voice, ...] = get_args(Voice)
"""Whom a verdict is told to; each has a template of its name."""

Number = Callable[[str], int | None]
"""Returns the number that the notebook shows beside a cell execution, by its id."""

_SUFFIX = ".j2"
_SOURCE = dict.fromkeys(("title", "clause", "url", "date", "certainty", "note"), "")
_WAIVER = {**dict.fromkeys(("id", "by", "why", "until", "status"), ""), "expired": False}
_SUBJECT = dict.fromkeys(("assessment", "measure", "kind", "attribute", "group", "reference", "label", "name"))
_GROUPS = dict.fromkeys(("lowest", "low", "highest", "high"))
_MOST_ANSWERS, _MOST_PLACES, _MOST_IDS = 5, 5, 6
_WITHIN_REACH = 10
"""Nobody waits for more than so many times the rows that there are."""
_LONGEST = 600
_MOST_TEXT = 20_000
"""Characters that a site's template may make."""
_FORMAT = dict.fromkeys(range(0x200B, 0x2010))
"""Characters without width, which would part words where nobody sees it."""


def voice(
    verdict: Verdict,
    check: PolicyCheck,
    to: Voice,
    *,
    cell: Number | None = None,
    templates: Mapping[str, str] | None = None,
) -> str:
    """Return a verdict as one of its readers needs it: plain sentences.

    Parameters
    ----------
    verdict : Verdict
    check : PolicyCheck
        The check that it is part of.
    to : str
        One of `VOICES`.
    cell : callable, optional
        Gives the number of a cell execution by its id, None where there is none.
    templates : mapping, optional
        A site's own templates by voice, in place of ours. One that cannot be used is named, and ours is used.

    Returns
    -------
    str
        Paragraphs with an empty line between them; a line of a list begins with ``- ``, code stands in backticks.
    """
    given = _given(verdict, check, cell or (lambda _: None))
    own = (templates or {}).get(to)
    if own is not None:
        try:
            return _site_text(own, given)
        except Exception as error:  # whatever a site wrote, the reader gets the verdict
            why = words.shorten(" ".join(words.printable(str(error)).split()), 160) or type(error).__name__
            line = getattr(error, "lineno", None)
            where = f", line {line}" if line else ""
            note = f"The site's own template {to}{_SUFFIX} could not be used{where} ({why}); this is the one that comes"
            return f"{_lay_out(_compiled(_ours(to)).render(given))}\n\n{note} with jupyter-gov."
    return _lay_out(_compiled(_ours(to)).render(given))


def next_step(verdict: Verdict) -> str:
    """Return the one thing to do next about a verdict as a sentence, a call in backticks; nothing where it is met."""
    return step(_line(verdict.action)) if verdict.action else ""


def read_voices(folder: Path) -> dict[str, str]:
    """Return a site's templates by voice: the files of a folder that are called as ours are, such as ``business.j2``.

    Raises
    ------
    InputError
        If the folder or a file in it cannot be read.
    """
    try:
        there = {path.name: path for path in folder.iterdir()}
        return {v: there[v + _SUFFIX].read_text("utf-8") for v in VOICES if v + _SUFFIX in there}
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(
            f"The voices in {folder} cannot be read: {error}",
            hint="Mend c.Governance.voices: a folder with files such as business.j2, in UTF-8.",
        ) from error


def _site_text(template: str, given: Mapping[str, Any]) -> str:
    """Return what a site's template makes of a verdict.

    Raises
    ------
    InputError
        If it makes nothing, or more than anybody reads; or what Jinja raises.
    """
    parts, size = [], 0
    for part in _compiled(template).generate(given):
        parts.append(part)
        size += len(part)
        if size > _MOST_TEXT:
            raise InputError(f"it makes more than {_MOST_TEXT:,} characters")
    text = _lay_out("".join(parts))
    if not text:
        raise InputError("it makes no text")
    return text


@lru_cache(maxsize=8)
def _ours(to: Voice) -> str:
    return (files(__package__) / "voices" / f"{to}{_SUFFIX}").read_text("utf-8")


@lru_cache(maxsize=32)
def _compiled(text: str) -> Template:
    return _environment().from_string(text)


@lru_cache(maxsize=1)
def _environment() -> SandboxedEnvironment:
    from jinja2 import StrictUndefined
    from jinja2.sandbox import ImmutableSandboxedEnvironment

    # What comes out is text: whoever puts it into HTML or Markdown escapes it there, site's templates included.
    made = ImmutableSandboxedEnvironment(
        autoescape=False,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters.update(
        listed=lambda items, last="and": listed([str(i) for i in items], last),
        plural=words.plural,
        count=words.count,
        percent=_percent,
        points=lambda x: f"{words.number(100 * x, 0 if abs(x) >= 0.1 else 1)} percentage points",
        amount=amount,
        day=lambda moment: str(moment)[:10],
        stop=stop,
        start=lambda text: str(text)[:1].upper() + str(text)[1:],
        lower_first=words.lower_first,
        cut=words.shorten,
        step=step,
        measure=lambda name: words.lower_first(words.short(str(name))),
        status=status_word,
        digest=lambda d: words.shorten(str(d), 20),
    )
    return made


def _given(verdict: Verdict, check: PolicyCheck, cell: Number) -> dict[str, Any]:
    """Return what a template is given: plain values, of which no text can break out of its line."""
    ordered = worst_first(verdict.answers)
    left = ordered[_MOST_ANSWERS:]
    about_check = {k: v for k, v in to_json(check.replace(verdicts=())).items() if k not in {"verdicts", "through"}}
    ids = list(dict.fromkeys(r for a in ordered for r in a.records))
    return {
        "verdict": {
            **{k: v for k, v in _tidy(to_json(verdict)).items() if k != "answers"},
            "source": {**_SOURCE, **_tidy(to_json(verdict.source))},
            "waiver": {**_WAIVER, **_tidy(to_json(verdict.waiver))},
        },
        "check": {**_tidy(about_check), "readiness": check.readiness},
        "asked": [words.shorten(a, _LONGEST) for a in asked(ordered)[:_MOST_ANSWERS]],
        "answers": [_answer(a, cell, rows_there(check)) for a in ordered[:_MOST_ANSWERS]],
        "suggested": other_steps([_line(r) for r in verdict.remedies], _line(verdict.action)),
        "rest": _rest(left),
        "places": _places([c for a in ordered for c in a.cells], cell),
        "records": ids[:_MOST_IDS],
        "more_records": max(0, len(ids) - _MOST_IDS),
    }


def _answer(answer: Answer, cell: Number, there: int | None) -> dict[str, Any]:
    there = answer.n or there
    return {
        **_tidy(to_json(answer)),
        "subject": {**_SUBJECT, **_tidy(to_json(answer.subject))},
        "groups": {**_GROUPS, **_tidy(to_json(answer.groups))},
        "ends": ends(answer),
        "found": found(answer),
        "interval": interval(answer),
        "limit": limit(answer.threshold),
        "about": _line(about(answer)),
        "rows": None if answer.rows is None else rounded(answer.rows),
        "more_rows": "" if answer.rows is None else more_rows(answer.rows, there),
        "within_reach": answer.rows is not None and (there is None or answer.rows <= _WITHIN_REACH * there),
        "places": _places(answer.cells, cell),
    }


def _rest(answers: Sequence[Answer]) -> str:
    """Return how the answers came out that are not listed, such as ``12 more: 10 pass, 2 inconclusive``."""
    counts = [(s, sum(a.status == s for a in answers)) for s in STATUSES]
    told = [f"{words.count(n)} {status_word(s)}" for s, n in counts if n]
    return f"{words.count(len(answers))} more: {', '.join(told)}" if answers else ""


def _places(cells: Sequence[str], cell: Number) -> list[str]:
    """Return what the cells are called, such as ``cell [7]``; those that have no number are left out."""
    numbers = [cell(c) for c in dict.fromkeys(cells)]
    return [f"cell [{n}]" for n in dict.fromkeys(numbers) if n is not None][:_MOST_PLACES]


def _tidy(value: Json) -> Json:
    if isinstance(value, str):
        return _line(value)
    if isinstance(value, dict):
        return {k: _tidy(v) for k, v in value.items()}
    return [_tidy(v) for v in value] if isinstance(value, list) else value


def _line(text: str) -> str:
    """Return a text on one line of sensible length."""
    spaced = " ".join(words.printable(" ".join(text.translate(_FORMAT).split())).split())
    # A hyphen at the beginning would make it an item of a list.
    return words.shorten(re.sub("^- ", "– ", spaced), _LONGEST)


def _percent(value: object) -> str:
    return f"{words.number(100 * float(value), 0 if abs(float(value)) >= 0.1 else 1)}%"  # type: ignore[arg-type]


def _lay_out(text: str) -> str:
    """Return what a template made with its white space in order: paragraphs, and lists within them."""
    made = []
    # A list belongs to what stands before it.
    joined = re.sub(r"\n\s*\n(?=[ \t]*- )", "\n", text.strip())
    for part in re.split(r"\n\s*\n", joined):
        lines: list[str] = []
        for line in (" ".join(x.split()) for x in part.splitlines()):
            if line.startswith("- ") or not lines:
                lines.append(line)
            elif line:
                lines[-1] = f"{lines[-1]} {line}"
        made.append("\n".join(words.printable(x) for x in lines))
    return "\n\n".join(p for p in made if p)
