"""How old evidence is, and how old it may be."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from ..records import Answer, Record
from . import _actions as actions
from ._decide import decide
from ._evidence import Evidence
from ._explain_asked import asked as in_words
from ._index import made_at, written
from ._judge_words import capital, days
from ._model import Requirement


def too_old(asked: Requirement, made: datetime | None, as_of: datetime, what: str) -> str:
    """Return why evidence is too old to count, in a sentence; an empty text where it is not."""
    if asked.at_most_days is None:
        return ""
    if made is None:
        return f"{what}: when it was made is not on record, and it may be {days(asked.at_most_days)} old at most."
    old = age(made, as_of)
    return (
        "" if old <= asked.at_most_days else f"{what} is {days(old)} old; at most {days(asked.at_most_days)} is asked."
    )


def age(made: datetime, as_of: datetime) -> float:
    """Return an age in days of 24 hours."""
    return (as_of - made).total_seconds() / 86_400


def answer_age(asked: Requirement, evidence: Evidence, as_of: datetime) -> list[Answer]:
    """Answer how old the run, an assessment, a document and so on is."""
    name = str(asked.name)
    record, action = _newest(name, evidence)
    what, _, which = name.partition(":")
    words = f"the {what} {which}".strip()
    limit = asked.at_most_days
    made: dict[str, Any] = {
        "of": "age",
        "asked": in_words(asked),
        "subject": {"age": name},
        "comparison": asked.comparison or "at_most",
        "threshold": asked.threshold if asked.comparison else limit,
        "action": action,
    }
    if record is None:
        return [Answer(**made, status="missing", reason=f"There is no {what}{f' {which}' if which else ''} on record.")]
    when = made_at(record)
    made |= {"records": (record.id,), "made": written(when)}
    if cell := getattr(record, "cell", None):
        made["cells"] = (cell,)
    if when is None:
        return [Answer(**made, status="missing", reason=f"When {words} was made is not on record.")]
    old = age(when, as_of)
    made["value"] = round(old, 6)
    status = decide(made["comparison"], made["threshold"], old, old)
    if status == "pass":
        made["action"] = ""
    asks = days(float(made["threshold"])) if isinstance(made["threshold"], int | float) else ""
    reason = f"{capital(words)} is {days(old)} old; {made['comparison'].replace('_', ' ')} {asks} is asked."
    return [Answer(**made, status=status, reason=reason)]


def _newest(name: str, evidence: Evidence) -> tuple[Record | None, str]:
    """Return the record that an age is asked of, and the call that makes a new one."""
    index = evidence.index
    what, _, which = name.partition(":")
    if what == "run":
        return index.run, "%gov_track"
    if what == "reproduction":
        return (index.reproductions[-1] if index.reproductions else None), "%gov_reproduce"
    if what == "charter":
        return evidence.charter, "%gov_charter"
    if what == "document":
        newest = max(index.documents.values(), key=lambda d: d.id, default=None)
        return (index.documents.get(which) if which else newest), actions.document(which or "SECTION")
    if which:
        return index.results.get(which), actions.assess(index, [which])
    return max(index.results.values(), key=lambda r: r.id, default=None), actions.assess(index)
