"""Which waiver counts for a control that is not met."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import fields, is_dataclass, replace
from datetime import date, datetime
from typing import Any

from ..records import Json, Status, Waiver
from ._index import moment
from ._model import Control, Policy

_NOT_ASKED = ("line",)


def requirement_digest(control: Control) -> str:
    """Return what identifies what a control requires: ``jg1:`` and BLAKE3 of its canonical JSON (RFC 8785).

    Title, text, severity and the like do not count, nor does where it stands in its file.
    """
    from blake3 import blake3
    from rfc8785 import dumps

    return f"jg1:{blake3(dumps(_plain(control.require))).hexdigest()}"


def waiver_of(
    control: Control, policy: Policy, status: Status, waivers: Sequence[Waiver], as_of: datetime
) -> dict[str, Json]:
    """Return the waiver that counts for a control that is not met, else the last that does not any more.

    Returns
    -------
    dict
        As `Verdict.waiver`; ``changed`` says that the control asks for something else than when it was waived.
    """
    if status in ("pass", "not_applicable"):
        return {}
    withdrawn = {w.id for w in waivers if was_withdrawn(w, as_of)}
    names = {"", policy.id, *policy.id.split(" + "), *control.origin.split(" ")[:1]}
    found = [w for w in waivers if w.control == control.id and w.policy in names and w.id not in withdrawn]
    if not found:
        return {}
    asked, today = requirement_digest(control), as_of.date()
    last = max(found, key=lambda w: (w.requirement in ("", asked), _day(w.until), w.id))
    told: dict[str, Json] = {"id": last.id, "by": last.by, "why": last.why, "until": last.until, "status": status}
    changed = {"changed": True} if last.requirement not in ("", asked) else {}
    return {**told, "expired": _day(last.until) < today, **changed}


def was_withdrawn(waiver: Waiver, as_of: datetime) -> bool:
    """Say whether a waiver was taken back by a time; where it is not on record when, at all times."""
    when = moment(waiver.withdrawn_at)
    return waiver.withdrawn and (when is None or when <= as_of)


def at(waiver: Waiver, as_of: datetime) -> Waiver:
    """Return a waiver as it was at a time."""
    return waiver if was_withdrawn(waiver, as_of) else replace(waiver, withdrawn=False, withdrawn_at="")


def _day(text: str) -> date:
    """Return the day that a text names; what is none has long passed."""
    found = moment(text)
    return date.min if found is None else found.date()


def _plain(value: Any) -> Json:
    """Return what is asked as JSON without defaults, so that a field that is added later changes no digest."""
    if is_dataclass(value):
        held = {f.name: getattr(value, f.name) for f in fields(value) if f.name not in _NOT_ASKED}
        return {f.name: _plain(held[f.name]) for f in fields(value) if f.name in held and held[f.name] != f.default}
    if isinstance(value, Mapping):
        return {str(k): _plain(v) for k, v in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(v) for v in value]
    return value
