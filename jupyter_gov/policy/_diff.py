"""What has changed from one policy to another, by what it means."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields
from typing import Any

from ..records import LEVELS
from ._diff_directions import Direction, aspects, direction, in_words, scope_direction
from ._explain import said_source
from ._explain_asked import asked
from ._model import Applies, Control, Origin, Policy, Requirement
from ._reading_parts import write_rule
from ._scopes import together


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """One thing that is not as it was.

    Attributes
    ----------
    control : str
        Id of the control; empty where it is about the policy.
    what : str
        ``added``, ``removed``, or the name of the field that has changed; ``asked, threshold`` and the like for one of
        several changes of what is asked.
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

    Best of resolved policies, so that what changed in an inherited one is told too. It is told whether the policy
    became stricter or looser where a control is added or removed, its severity changes, it comes to apply in more or
    fewer places (its own and its policy's together), or what meets the one requirement always meets the other. Where
    several changes of a requirement lead different ways, each of them is told.

    Parameters
    ----------
    before, after : Policy

    Returns
    -------
    list of Difference
        About the policy first, then about its controls in the order of `after`, removed ones last.
    """
    found = [*_policy(before, after), *_scopes(before, after)]
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
    for field in ("id", "version", "title", "text", "owner", "source", "extends"):
        yield from _field("", field, getattr(before, field), getattr(after, field))
    for sentence in dict.fromkeys((*before.not_covered, *after.not_covered)):
        told = [sentence if sentence in side.not_covered else "" for side in (before, after)]
        if not all(told):
            yield Difference(control="", what="not_covered", before=told[0], after=told[1])
    items = {i.id: i for i in before.items}, {i.id: i for i in after.items}
    for name in dict.fromkeys((*items[0], *items[1])):
        told = [_item(side[name]) if name in side else "" for side in items]
        if told[0] != told[1]:
            yield Difference(control="", what=f"item {name}", before=told[0], after=told[1])


def _scopes(before: Policy, after: Policy) -> Iterator[Difference]:
    """Yield where controls came to apply in other places, once for the policy where it alone says so."""
    old = {c.id: c for c in before.controls}
    pairs = [(old[c.id], c) for c in after.controls if c.id in old]
    scopes = [(other.id, together(one, before), together(other, after)) for one, other in pairs]
    moved = [(name, one, other) for name, one, other in scopes if one != other]
    if moved and all(one.applies == other.applies for one, other in pairs):
        moved = [("", before.applies, after.applies)]
    for name, one, other in moved:
        told = [_words(side) if side is not None else "nowhere" for side in (one, other)]
        way = scope_direction(one, other)
        yield Difference(control=name, what="applies", before=told[0], after=told[1], direction=way)


def _control(before: Control, after: Control) -> Iterator[Difference]:
    for field in ("title", "text", "severity", "owner", "source", "remedies", "origin"):
        yield from _field(after.id, field, getattr(before, field), getattr(after, field))
    if write_rule(before.require) == write_rule(after.require):
        return
    told = asked(before.require), asked(after.require)
    way = direction(before.require, after.require)
    yield Difference(control=after.id, what="asked", before=told[0], after=told[1], direction=way)
    if not way and isinstance(before.require, Requirement) and isinstance(after.require, Requirement):
        yield from _aspects(after.id, before.require, after.require)


def _aspects(control: str, before: Requirement, after: Requirement) -> Iterator[Difference]:
    """Yield what has changed in a requirement one by one, where several changes together lead neither way."""
    signs = {name: sign for name, sign in aspects(before, after).items() if sign}
    for name, sign in signs.items() if len(signs) > 1 else ():
        told = in_words(before, name), in_words(after, name)
        way: Direction = "stricter" if sign > 0 else "looser" if sign < 0 else ""
        yield Difference(control=control, what=f"asked, {name}", before=told[0], after=told[1], direction=way)


def _field(control: str, name: str, before: Any, after: Any) -> Iterator[Difference]:
    if before != after:
        way: Direction = ""
        if name == "severity":
            way = "stricter" if LEVELS.index(before) > LEVELS.index(after) else "looser"
        yield Difference(control=control, what=name, before=_words(before), after=_words(after), direction=way)


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
