"""What one look at one thing found."""

from __future__ import annotations

import re
from dataclasses import asdict, dataclass
from typing import Literal


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """What was looked at, and how it is.

    Attributes
    ----------
    area : str
        What it belongs to, such as ``store``; empty until `examine` has put it there.
    name : str
        A short name for machines.
    status : str
        ``ok``; ``note`` (worth knowing, nothing is broken); ``problem`` (something will not work).
    message : str
        A sentence.
    hint : str
        What to do; a command to copy stands at its end, after a colon. A problem always has one.
    """

    name: str
    status: Literal["ok", "note", "problem"]
    message: str
    hint: str = ""
    area: str = ""

    def to_json(self) -> dict[str, str]:
        """Return the check as JSON."""
        fields = asdict(self)
        return {key: fields[key] for key in ("area", "name", "status", "message", "hint")}


def ok(name: str, message: str) -> Check:
    """Return a check that found what it should."""
    return Check(name=name, status="ok", message=message)


def note(name: str, message: str, hint: str = "") -> Check:
    """Return a check that found something worth knowing."""
    return Check(name=name, status="note", message=message, hint=hint)


def problem(name: str, message: str, hint: str) -> Check:
    """Return a check that found something that will not work."""
    return Check(name=name, status="problem", message=message, hint=hint)


def line(text: str) -> str:
    """Return what an error says as part of a sentence."""
    return " ".join(text.split()).rstrip(".")


def masked(text: str) -> str:
    """Return `text` with what stands before the @ of a URL hidden."""
    return re.sub(r"://(?!/)\S*@", "://***@", text)
