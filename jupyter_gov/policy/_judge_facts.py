"""Answers to what is asked of how the run came to be, and of its charter."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from ..records import Answer, Json, Status, to_json
from . import _actions as actions
from ._decide import decide
from ._evidence import Evidence
from ._explain_asked import asked as in_words
from ._judge_age import too_old
from ._judge_records import names_of
from ._judge_words import listed, plainly, threshold
from ._model import FACTS, Fact, Requirement

_NONE_ALLOWED = ("gaps",)
"""Facts that count what should not be; of other numbers, which are shares, all is asked where nothing is said."""


def fact(asked: Requirement, evidence: Evidence, _: datetime) -> list[Answer]:
    """Answer for each fact; without a comparison, it must be true."""
    return [_fact(asked, name, evidence) for name in names_of(asked)]


def _fact(asked: Requirement, name: str, evidence: Evidence) -> Answer:
    held = evidence.facts.get(name)
    made: dict[str, Any] = {"of": "fact", "asked": in_words(asked), "subject": {"fact": name}}
    made |= {"comparison": asked.comparison, "threshold": to_json(asked.threshold)}
    if held is None or held.value is None or (isinstance(held.value, float) and math.isnan(held.value)):
        about = FACTS.get(name, name)
        reason = (held.reason if held is not None else "") or f"Not known: {about[:1].lower()}{about[1:]}"
        return Answer(
            **made, status="missing", reason=reason, action=(held.action if held is not None else "") or actions.TRACK
        )
    status = _met(asked, name, held.value)
    made |= {"value": held.value, "records": held.records, "cells": held.cells}
    said = held.reason or f"{FACTS.get(name, name)} {plainly(held.value).capitalize()}."
    wanted = f" {threshold(asked.comparison, asked.threshold).capitalize()} is asked." if asked.comparison else ""
    return Answer(**made, status=status, reason=f"{said}{wanted}", action=_mend(held) if status == "fail" else "")


def _mend(held: Fact) -> str:
    return held.action or f"Mend it, and run the notebook again: {held.name.replace('_', ' ')}."


def _met(asked: Requirement, name: str, value: Json) -> Status:
    if not asked.comparison:
        if isinstance(value, bool | str):
            return "pass" if value else "fail"
        return "pass" if (value <= 0 if name in _NONE_ALLOWED else value >= 1) else "fail"
    return _compared(asked.comparison, asked.threshold, value)


def _compared(comparison: str, wanted: Json, value: Json) -> Status:
    if comparison == "equals":
        return "pass" if value == wanted else "fail"
    if comparison == "one_of":
        return "pass" if value in wanted else "fail"
    if isinstance(value, str):
        return "fail"
    return decide(comparison, wanted, float(value), float(value))


def charter(asked: Requirement, evidence: Evidence, as_of: datetime) -> list[Answer]:
    """Answer for each part of the charter that is asked for."""
    return [_charter(asked, name, evidence, as_of) for name in names_of(asked)]


def _charter(asked: Requirement, name: str, evidence: Evidence, as_of: datetime) -> Answer:
    held = evidence.charter
    made: dict[str, Any] = {
        "of": "charter",
        "asked": in_words(asked),
        "subject": {"charter": name},
        "action": "%gov_charter",
    }
    made |= {"comparison": asked.comparison, "threshold": to_json(asked.threshold)}
    if held is None:
        return Answer(**made, status="missing", reason="There is no charter.")
    made |= evidence.index.cite(held)
    if old := too_old(asked, evidence.index.made(held), as_of, "The charter"):
        return Answer(**made, status="missing", reason=old)
    value = getattr(held, name, None)
    if value is None or value == () or value == {} or value == "":
        return Answer(**made, status="missing", reason=f"The charter says nothing about {name}.")
    count = len(value) if isinstance(value, Sequence | Mapping) and not isinstance(value, str) else None
    made["value"] = value if count is None else count
    short = _short(asked, name, value, count) or _unfilled(asked, name, value)
    if short:
        return Answer(**made, status="fail", reason=short)
    if asked.comparison:
        status = _compared(asked.comparison, asked.threshold, made["value"])
        made["action"] = "" if status == "pass" else made["action"]
        wanted = threshold(asked.comparison, asked.threshold)
        return Answer(
            **made, status=status, reason=f"The charter's {name} is {plainly(made['value'])}; {wanted} is asked."
        )
    made["action"] = ""
    told = f"names {count:,} under {name}" if count is not None else f"says what the {name} is"
    return Answer(**made, status="pass", reason=f"The charter {told}.")


def _short(asked: Requirement, name: str, value: Json, count: int | None) -> str:
    """Return why a part of the charter is too short, in a sentence; an empty text where it is not."""
    items, words = int(asked.where.get("min_items") or 0), int(asked.where.get("min_words") or 0)
    if count is not None and count < items:
        return f"The charter names {count:,} under {name}; {listed([str(items)])} are asked."
    if isinstance(value, str) and (there := len(value.split())) < words:
        return f"The charter's {name} has {there:,} words; {words:,} are asked."
    return ""


def _unfilled(asked: Requirement, name: str, value: Json) -> str:
    """Return how many entries of a part lack which of the fields that each must have; an empty text where none does."""
    wanted = tuple(asked.where.get("each_with") or ())
    entries = value if isinstance(value, Sequence) and not isinstance(value, str) else ()
    lacking = [[field for field in wanted if not str(getattr(one, field, "") or "").strip()] for one in entries]
    count = sum(bool(one) for one in lacking)
    if not count:
        return ""
    fields = [field for field in wanted if any(field in one for one in lacking)]
    return f"{count:,} of {len(lacking):,} entries under {name} in the charter lack {listed(fields, 'or')}."
