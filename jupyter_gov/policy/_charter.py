"""Charters as YAML: what one may say, reading it, and writing it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from ..errors import InputError
from ..records import Charter, Json, Kpi, to_json
from ._notes import Note
from ._reading_errors import structural_notes
from ._tier import QUESTIONS, tier_of
from ._yaml import Document, Path, Place, Refused, read_yaml

_SHOWN = 20

_GRADES = ["low", "medium", "high"]
DECISIONS = ("build", "build with conditions", "do not build")

_TEXT: Json = {"type": ["string", "null"]}
_NAME: Json = {"type": "string", "minLength": 1}


def _rows(title: str, /, *required: str, **properties: Json) -> Json:
    return {
        "type": ["array", "null"],
        "items": {
            "title": title,
            "type": "object",
            "properties": properties,
            "required": list(required),
            "additionalProperties": False,
        },
    }


CHARTER_SCHEMA: dict[str, Json] = {
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    "title": "a charter",
    "type": "object",
    "additionalProperties": False,
    "required": ["goal"],
    "properties": {
        "experiment": _TEXT,
        "model": _TEXT,
        "goal": {**_NAME, "description": "What is to get better, for whom."},
        "kpis": _rows(
            "a KPI",
            "name",
            "measure",
            name=_NAME,
            measure=_NAME,
            at_least={"type": "number"},
            at_most={"type": "number"},
            decide_on={"enum": ["interval", "estimate"], "type": "string"},
            baseline=_TEXT,
            unit=_TEXT,
            owner=_TEXT,
        ),
        "affected": _rows("an affected party", "who", who=_NAME, how=_TEXT),
        "alternatives": _rows("an alternative", "option", option=_NAME, assessment=_TEXT),
        "risks": _rows(
            "a risk",
            "risk",
            risk=_NAME,
            likelihood={"enum": _GRADES, "type": "string"},
            impact={"enum": _GRADES, "type": "string"},
            owner=_TEXT,
            mitigation=_TEXT,
        ),
        "decision": {"enum": list(DECISIONS), "type": "string"},
        "conditions": _TEXT,
        "decided": {"type": "string", "description": "A day, such as 2026-04-17."},
        "approvers": _rows("an approver", "name", name=_NAME, role=_TEXT),
        "answers": {
            "type": ["object", "null"],
            "additionalProperties": False,
            "properties": {q.key: {"enum": [c.key for c in q.choices], "type": "string"} for q in QUESTIONS},
        },
        "tier": {"enum": ["high", "medium", "low"], "type": "string"},
        "jurisdiction": _TEXT,
        "policies": {"type": ["array", "null"], "items": _NAME},
    },
}
"""JSON Schema of a charter."""

_NOT_WRITTEN = {"id", "redacted", "cell", "written", "actor"}


def read_charter(text: str, *, name: str = "charter") -> Charter:
    """Return the charter that a YAML text describes; the tier follows from the answers where none is stated.

    Parameters
    ----------
    text : str
        At most 1 MB.
    name : str
        What the text is called in errors, such as its file.

    Raises
    ------
    InputError
        If something is wrong; each error names line and column, and the nearest right word.
    """
    try:
        document = read_yaml(text, CHARTER_SCHEMA)
    except Refused as refused:
        raise InputError(refused.note.say(name)) from refused
    return _made(document, name)


def check_charter(data: Mapping[str, Json], *, name: str = "charter") -> Charter:
    """Return the charter that a mapping describes, as `read_charter` does; keys are those of the YAML.

    Raises
    ------
    InputError
        If something is wrong.
    """
    return _made(Document(value=_plain(data), places={(): Place(0, 0)}), name)


def _made(document: Document, name: str) -> Charter:
    notes = structural_notes(document, CHARTER_SCHEMA)
    notes = notes or list(_meaning(document))
    if notes:
        raise InputError("\n".join(note.say(name) for note in notes[:_SHOWN]))
    charter = Charter.from_json({k: v for k, v in document.value.items() if v is not None})
    if charter.answers and not charter.tier:
        charter = charter.replace(tier=tier_of({k: str(v) for k, v in charter.answers.items()}).tier)
    return charter


def _meaning(document: Document) -> Iterator[Note]:
    def note(path: Path, message: str, hint: str) -> Note:
        place = document.place(path)
        return Note(line=place.line, column=place.column, level="error", message=message, hint=hint)

    for path, text in _texts(document.value, ()):
        if set(text.strip()) <= _PLACEHOLDERS:
            yield note(path, f"`{_key(path)}` is not filled in", "Write what is known, or leave it out.")
    for i, kpi in enumerate(document.value.get("kpis") or ()):
        targets = sum(key in kpi for key in ("at_least", "at_most"))
        if targets != 1:
            told = "no target" if not targets else "two targets"
            yield note(("kpis", i), f"The KPI {kpi['name']!r} has {told}", "Give it at_least or at_most.")
    decided = document.value.get("decided")
    if decided and not _is_day(decided):
        yield note(("decided",), f"{decided!r} is no day of the calendar", "Write it as 2026-01-31.")


_PLACEHOLDERS = set("….?-_ ")


def _texts(value: Json, path: Path) -> Iterator[tuple[Path, str]]:
    """Yield the texts that somebody wrote, with their paths; an empty one says nothing and is none."""
    if isinstance(value, str):
        yield from [(path, value)] if value.strip() else []
    elif isinstance(value, Mapping):
        for key, held in value.items():
            yield from _texts(held, (*path, key))
    elif isinstance(value, list):
        for i, held in enumerate(value):
            yield from _texts(held, (*path, i))


def _key(path: Path) -> str:
    return next((str(part) for part in reversed(path) if isinstance(part, str)), "the charter")


def _is_day(text: str) -> bool:
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True


def _plain(data: Json) -> Json:
    """Return data with tuples as lists and days as texts, as YAML would give them."""
    if isinstance(data, Mapping):
        return {str(k): _plain(v) for k, v in data.items()}
    if isinstance(data, list | tuple):
        return [_plain(v) for v in data]
    return data.isoformat() if isinstance(data, date) else data


def charter_data(charter: Charter) -> dict[str, Json]:
    """Return what a charter says as JSON, without what is empty and without what only its record has."""
    return {k: _filled(v) for k, v in to_json(charter).items() if k not in _NOT_WRITTEN and _filled(v)}


def _filled(value: Json) -> Json:
    if isinstance(value, list):
        return [_filled(v) for v in value]
    if isinstance(value, dict):
        return {k: v for k, v in value.items() if v not in ("", None)}
    return value


def write_charter_yaml(charter: Charter) -> str:
    """Return a charter as YAML that reads as the same charter."""
    import yaml

    data = charter_data(charter)
    for kpi in data.get("kpis", ()):
        if kpi.get("decide_on") == Kpi(name="", measure="").decide_on:
            del kpi["decide_on"]
    return str(yaml.dump(data, Dumper=_quoting(), sort_keys=False, allow_unicode=True, width=100))


def _quoting() -> Any:
    """Return a dumper that puts quotes around texts that YAML 1.2 or 1.1 would read as something else."""
    import yaml

    class Dumper(yaml.SafeDumper):  # type: ignore[misc]
        pass

    def text(dumper: Any, value: str) -> Any:
        plain = value[:1].isalpha() and value.lower() not in _WORDS and value.isprintable()
        return dumper.represent_scalar("tag:yaml.org,2002:str", value, style=None if plain else '"')

    Dumper.add_representer(str, text)
    return Dumper


_WORDS = {"y", "n", "yes", "no", "on", "off", "true", "false", "null"}


def charter_template() -> str:
    """Return a charter to fill in: YAML with a comment for each part."""
    return "\n".join(_template()) + "\n"


def _template() -> Iterator[str]:
    yield "# Should this be built? Fill in what is known, leave the rest out."
    yield "# What is to get better, for whom?"
    yield "goal: …"
    yield ""
    yield "# What has to be reached: each becomes a control. measure: roc_auc, precision … or metric:NAME of a number"
    yield "# that the notebook computes; at_least or at_most; decide_on: interval or estimate."
    yield "kpis: []"
    yield "#  - {name: It ranks well, measure: roc_auc, at_least: 0.7, baseline: drawn by lot, owner: Head of lending}"
    yield ""
    yield "# Who is affected, and how?"
    yield "affected: []"
    yield "#  - {who: Applicants, how: wait longer}"
    yield ""
    yield "# What else could be done? Doing without a model is always one."
    yield "alternatives: []"
    yield "#  - {option: No model, assessment: …}"
    yield ""
    yield "# What could go wrong? likelihood and impact: low, medium, high."
    yield "risks: []"
    yield "#  - {risk: …, likelihood: low, impact: high, owner: …, mitigation: …}"
    yield ""
    yield "# How much is at stake? The tier follows from these; a question without an answer counts as the gravest."
    yield "answers:"
    for question in QUESTIONS:
        yield f"  # {question.text} {question.why}"
        for choice in question.choices:
            yield f"  #   {choice.key}: {choice.text}"
        yield f"  # {question.key}:"
    yield ""
    yield "# Where is it used? US, US-NY-NYC, EU … several with commas."
    yield 'jurisdiction: ""'
    yield "# Policies that are to hold, such as [good-practice]."
    yield "policies: []"
    yield ""
    yield "# build, build with conditions, do not build"
    yield "#decision: build"
    yield 'conditions: ""'
    yield "#decided: 2026-01-31"
    yield "approvers: []"
    yield "#  - {name: …, role: …}"
