"""What has changed from one policy to another, by what it means."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields
from typing import Any, Literal

from ..records import LEVELS, Json
from ._explain import said_source
from ._explain_asked import asked
from ._model import Applies, Control, Origin, Policy, Requirement, Rule
from ._reading_parts import write_rule

Direction = Literal["", "stricter", "looser"]
"""What a change comes to, where that can be told: whether less or more passes than before."""

_LEAST = ("min_words", "min_items")
_SIGNS = {"at_least": 1, "above": 1, "at_most": -1, "below": -1}


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """One thing that is not as it was.

    Attributes
    ----------
    control : str
        Id of the control; empty where it is about the policy.
    what : str
        ``added``, ``removed``, or the name of the field that has changed.
    before, after : str
        In words.
    direction : str
        ``stricter`` or ``looser`` where that can be told.
    """

    control: str
    what: str
    before: str = ""
    after: str = ""
    direction: Direction = ""

    def say(self) -> str:
        """Return it in one line."""
        name = self.control or "the policy"
        sign = f" ({self.direction})" if self.direction else ""
        if self.what in ("added", "removed"):
            return f"{name}: {self.what}{sign}: {self.after or self.before}"
        return f"{name}: {self.what}{sign}: {self.before or 'nothing'} → {self.after or 'nothing'}"


def diff(before: Policy, after: Policy) -> list[Difference]:
    """Return what has changed from one policy to another.

    Best of resolved policies, so that what changed in an inherited one is told too. Where a policy or control applies
    in fewer or more places, a control is added or removed, severity, threshold, confidence, age or the way to decide
    changes, it is told whether the policy became stricter or looser; other changes of what is asked go without.

    Parameters
    ----------
    before, after : Policy

    Returns
    -------
    list of Difference
        About the policy first, then about its controls in the order of `after`, removed ones last.
    """
    found = list(_policy(before, after))
    old = {c.id: c for c in before.controls}
    new = {c.id: c for c in after.controls}
    for name, control in new.items():
        if name in old:
            found += _control(old[name], control)
        else:
            found.append(Difference(control=name, what="added", after=_summary(control), direction="stricter"))
    found += [
        Difference(control=name, what="removed", before=_summary(control), direction="looser")
        for name, control in old.items()
        if name not in new
    ]
    return found


def _policy(before: Policy, after: Policy) -> Iterator[Difference]:
    for field in ("id", "version", "title", "text", "owner", "source", "applies", "extends", "not_covered"):
        yield from _field("", field, getattr(before, field), getattr(after, field))
    items = {i.id: i for i in before.items}, {i.id: i for i in after.items}
    for name in dict.fromkeys((*items[0], *items[1])):
        told = [_item(side[name]) if name in side else "" for side in items]
        if told[0] != told[1]:
            yield Difference(control="", what=f"item {name}", before=told[0], after=told[1])


def _control(before: Control, after: Control) -> Iterator[Difference]:
    for field in ("title", "text", "severity", "owner", "source", "applies", "remedies", "origin"):
        yield from _field(after.id, field, getattr(before, field), getattr(after, field))
    if write_rule(before.require) != write_rule(after.require):
        yield Difference(
            control=after.id,
            what="asked",
            before=asked(before.require),
            after=asked(after.require),
            direction=_rule(before.require, after.require),
        )


def _field(control: str, name: str, before: Any, after: Any) -> Iterator[Difference]:
    if before != after:
        direction: Direction = ""
        if name == "severity":
            direction = _direction(LEVELS.index(before) - LEVELS.index(after))
        elif name == "applies":
            direction = _scope(before, after)
        yield Difference(control=control, what=name, before=_words(before), after=_words(after), direction=direction)


def _rule(before: Rule, after: Rule) -> Direction:
    """Tell the direction of a changed requirement: of the same thing, in numbers that all point one way."""
    if not isinstance(before, Requirement) or not isinstance(after, Requirement):
        return ""
    same = ("of", "name", "comparison", "min_rows")
    if any(getattr(before, name) != getattr(after, name) for name in same) or _where(before) != _where(after):
        return ""
    signs = {
        _threshold(before, after),
        _age(before, after),
        _decision(before, after),
        *(_sign(after.where.get(key, 0) - before.where.get(key, 0)) for key in _LEAST),
    } - {0.0}
    return _direction(signs.pop()) if len(signs) == 1 else ""


def _where(rule: Requirement) -> dict[str, Json]:
    return {key: value for key, value in rule.where.items() if key not in _LEAST}


def _threshold(before: Requirement, after: Requirement) -> float:
    if before.threshold == after.threshold:
        return 0.0
    sign = _SIGNS.get(before.comparison, 0)
    if not sign or isinstance(before.threshold, str) or isinstance(after.threshold, str):
        return float("nan")
    return _sign(sign * (after.threshold - before.threshold))


def _age(before: Requirement, after: Requirement) -> float:
    infinite = float("inf")
    old = infinite if before.at_most_days is None else before.at_most_days
    new = infinite if after.at_most_days is None else after.at_most_days
    return 0.0 if old == new else _sign(old - new)


def _decision(before: Requirement, after: Requirement) -> float:
    """Tell what a change of the way to decide comes to: what an interval keeps, its estimate keeps too."""
    if before.decide_on != after.decide_on:
        return 1.0 if after.decide_on == "interval" else -1.0
    return _sign((after.confidence or 0.0) - (before.confidence or 0.0))


def _scope(before: Applies, after: Applies) -> Direction:
    signs = set()
    for field in fields(Applies):
        old, new = set(getattr(before, field.name)), set(getattr(after, field.name))
        if old != new:
            wider = not new or (bool(old) and old < new)
            narrower = not old or (bool(new) and new < old)
            signs.add(1.0 if wider else -1.0 if narrower else float("nan"))
    return _direction(signs.pop()) if len(signs) == 1 else ""


def _sign(number: float) -> float:
    return float((number > 0) - (number < 0))


def _direction(sign: float) -> Direction:
    return "stricter" if sign > 0 else "looser" if sign < 0 else ""


def _summary(control: Control) -> str:
    return f"{control.title} ({control.severity}): {asked(control.require)}"


def _item(item: Any) -> str:
    return "; ".join(p for p in (item.title, ", ".join(item.controls), item.because, item.certainty) if p)


def _words(value: Any) -> str:
    if isinstance(value, Origin):
        return said_source(value) if value != Origin() else ""
    if isinstance(value, Applies):
        told = [f"{f.name} {', '.join(getattr(value, f.name))}" for f in fields(value) if getattr(value, f.name)]
        return "; ".join(told) or "everywhere"
    return "; ".join(value) if isinstance(value, tuple) else str(value)
