"""The reasons that columns stand for, as their owner wrote them down, checked."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from ...errors import InputError, a_type, did_you_mean
from ._form import C1, MOST

REFERENCES = {
    "approved": "the applicants that the model approves",
    "just approved": "the approved applicants with the lowest scores",
    "all": "all applicants",
}
"""Whom a row is compared with, in words; the last two are the methods of official interpretation 9(b)(2)-5."""

ANY = "any"
DIRECTIONS = ("high", "low", ANY)
_KEYS = ("reference", "limit", "unfavourable", "features")
_OF_A_FEATURE = ("reason", "adverse", "custom", "ignore", "label")


class Located(dict[str, Any]):
    """A mapping that was read from a file, which knows where each of its keys stands.

    Attributes
    ----------
    places : mapping
        ``file, line 3`` by key.
    """

    places: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Feature:
    """What a column stands for.

    Attributes
    ----------
    column : str
    reason : str
        Empty where the column is ignored.
    adverse : str or tuple
        ``high``, ``low`` or ``any``; or the levels that are adverse.
    ignore : str
        Why it is no reason; empty where it is one.
    label : str
        What it is called where people read it; empty for its own name.
    """

    column: str
    reason: str = ""
    adverse: str | tuple[Any, ...] = ANY
    ignore: str = ""
    label: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reasons:
    """A mapping of columns to reasons.

    Attributes
    ----------
    features : mapping
        Of column to `Feature`.
    reference : str
        One of `REFERENCES`.
    limit : int
        Reasons given at most.
    unfavourable : label or None
        The decision that reasons are given for; None for the one that is not the positive label.
    """

    features: Mapping[str, Feature]
    reference: str = "approved"
    limit: int = MOST
    unfavourable: Any = None

    def texts(self) -> list[str]:
        """Return the different reasons, in the order of the mapping."""
        return list(dict.fromkeys(f.reason for f in self.features.values() if f.reason))

    def gaps(self, columns: Iterable[str]) -> list[str]:
        """Return those of the columns that have neither a reason nor one for being ignored."""
        return [name for name in columns if name not in self.features]


def read_reasons(raw: Any, columns: Iterable[str] | None = None) -> Reasons:
    """Return a mapping of columns to reasons, checked.

    Parameters
    ----------
    raw : mapping
        With ``features``: for each column a ``reason`` and ``adverse`` (``high``, ``low``, ``any`` or a list of
        levels), ``custom: true`` where the reason is not in the words of form C-1; or ``ignore`` with the reason why;
        and a ``label`` for people.
        Besides ``reference``, ``limit`` and ``unfavourable``; see `Reasons`.
    columns : iterable of str, optional
        The columns that there are.

    Raises
    ------
    InputError
        With the place in the file, or the key, if something is missing, unknown or of the wrong kind.
    """
    top = _mapping(raw, "The mapping of reasons")
    _known(top, _KEYS, "")
    reference = top.get("reference", "approved")
    if reference not in REFERENCES:
        raise _wrong(
            top, "reference", "", f"There is no reference {reference!r}.", did_you_mean(str(reference), REFERENCES)
        )
    limit = top.get("limit", MOST)
    if isinstance(limit, bool) or not isinstance(limit, int) or not 1 <= limit <= MOST:
        raise _wrong(top, "limit", "", f"limit is {limit!r}, not a number from 1 to {MOST}.", "Leave it out for 4.")
    if not top.get("features"):
        raise InputError("The mapping of reasons has no features.", hint="Give a reason for each column of the model.")
    listed = _mapping(top["features"], "features")
    known = None if columns is None else list(columns)
    features: dict[str, Feature] = {}
    for key, held in listed.items():
        column = str(key)
        if known is not None and column not in known:
            raise _wrong(listed, key, "features", f"There is no column {column!r}.", did_you_mean(column, known))
        features[column] = _feature(column, held, listed)
    return Reasons(features=features, reference=reference, limit=limit, unfavourable=top.get("unfavourable"))


def _feature(column: str, raw: Any, within: Mapping[str, Any]) -> Feature:
    at = f"features.{column}"
    if not isinstance(raw, Mapping):
        raise _wrong(within, column, "features", f"{column!r} has {a_type(raw)}.", "Write {reason: …, adverse: high}.")
    _known(raw, _OF_A_FEATURE, at)
    label = raw.get("label", "")
    if not isinstance(label, str):
        raise _wrong(raw, "label", at, f"The label of {column!r} is {label!r}.", "Write it as text.")
    if "ignore" in raw:
        why = raw["ignore"]
        if not isinstance(why, str) or not why.strip():
            raise _wrong(raw, "ignore", at, f"It is not said why {column!r} is ignored.", "Write the reason as text.")
        if set(raw) - {"ignore", "label"}:
            raise _wrong(raw, "ignore", at, f"{column!r} is ignored and has a reason.", "Leave one of them out.")
        return Feature(column=column, ignore=why.strip(), label=label)
    reason = raw.get("reason")
    if not isinstance(reason, str) or not reason.strip():
        hint = "Give it a reason, or say why not with ignore."
        raise _wrong(raw if "reason" in raw else within, "reason" if "reason" in raw else column, at,
                     f"{column!r} has no reason.", hint)  # fmt: skip
    reason = reason.strip()
    if reason not in C1 and raw.get("custom") is not True:
        near = did_you_mean(reason, C1) if raw.get("custom") is None else ""
        hint = f"{near if near.startswith('Did') else ''} Write custom: true to keep it.".strip()
        raise _wrong(raw, "reason", at, f"{reason!r} is not a reason of form C-1.", hint)
    return Feature(column=column, reason=reason, adverse=_adverse(column, raw, within, at), label=label)


def _adverse(column: str, raw: Mapping[str, Any], within: Mapping[str, Any], at: str) -> str | tuple[Any, ...]:
    hint = "Write high, low, a list of levels, or any to claim no direction."
    if "adverse" not in raw:
        raise _wrong(within, column, at, f"It is not said what is adverse of {column!r}.", hint)
    adverse = raw["adverse"]
    if isinstance(adverse, list | tuple) and adverse and not any(isinstance(a, list | tuple | dict) for a in adverse):
        return tuple(adverse)
    if not isinstance(adverse, str) or adverse not in DIRECTIONS:
        raise _wrong(raw, "adverse", at, f"adverse of {column!r} is {adverse!r}.", hint)
    return adverse


def _mapping(raw: Any, what: str) -> Mapping[str, Any]:
    if not isinstance(raw, Mapping):
        raise InputError(f"{what} is {a_type(raw)}, not a mapping.", hint="Write features: {column: {reason: …}}.")
    return raw


def _known(raw: Mapping[str, Any], keys: Iterable[str], at: str) -> None:
    for key in raw:
        if key not in keys:
            raise _wrong(raw, key, at, f"There is no key {key!r}.", did_you_mean(str(key), keys, label="Keys"))


def _wrong(raw: Mapping[str, Any], key: Any, at: str, what: str, hint: str) -> InputError:
    """Return an error that says where: the line of the file, else the path of keys."""
    place = raw.places.get(key) if isinstance(raw, Located) else None
    path = at if at.endswith(f".{key}") or not at else f"{at}.{key}"
    return InputError(f"Reasons, {place or path or key}: {what}", hint=hint)
