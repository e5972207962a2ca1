"""What a policy says that cannot be meant: names that nothing bears, comparisons that cannot be made, no such day."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import fields
from datetime import date
from typing import NamedTuple

from ..errors import did_you_mean
from ..records import Json
from ._model import Control, Policy
from ._notes import Note
from ._reading_parts import kind_of
from ._reading_requirement import requirement_problems
from ._yaml import Document, Path

_DAYS = {"date", "as_of", "until", "made"}


class Problem(NamedTuple):
    """What is wrong, and where in the document."""

    path: Path
    message: str
    hint: str = ""


def meaning_notes(policy: Policy, document: Document, inherited: Mapping[str, Control] | None = None) -> list[Note]:
    """Return what is wrong with the meaning of a document that has the structure of a policy, in the order of the text.

    Parameters
    ----------
    inherited : mapping, optional
        Controls by id, where what the policy extends is known.
    """
    found = [*_values(document.value, ()), *policy_problems(policy, inherited)]
    notes = []
    for path, message, hint in found:
        place = document.place(path)
        notes.append(Note(line=place.line, column=place.column, level="error", message=message, hint=hint))
    return sorted(set(notes))


def policy_problems(policy: Policy, inherited: Mapping[str, Control] | None = None) -> Iterator[Problem]:
    """Yield what is wrong with the names that a policy uses.

    Where it extends others and what is inherited is not known, names that could be theirs are not judged.
    """
    if not policy.controls and not policy.extends:
        yield Problem((), "The policy asks for nothing", "Give it `controls`, or `extends`.")
    yield from _twice(policy)
    yield from _overrides(policy, inherited)
    yield from _scopes(policy)
    for i, item in enumerate(policy.items):
        if not item.controls and not item.because:
            hint = "Name `controls` that ask for it, or say `because`."
            yield Problem(("items", i), f"Item {item.id!r} has no place", hint)
    if policy.extends and inherited is None:
        return
    known = {c.id for c in policy.controls} | set(inherited or ())
    for path, name in _named(policy):
        if name not in known:
            yield Problem(path, f"There is no control {name!r}", did_you_mean(name, sorted(known), label="Controls"))


def line_of(policy: Policy, path: Path) -> int:
    """Return the line of the control or override that a path leads to; 0 where it is not known."""
    if path[:1] == ("controls",):
        return policy.controls[int(path[1])].line
    return policy.overrides[int(path[1])].line if path[:1] == ("override",) else 0


def _named(policy: Policy) -> Iterator[tuple[Path, str]]:
    """Yield each place that names a control."""
    for i, item in enumerate(policy.items):
        yield from ((("items", i, "controls", j), name) for j, name in enumerate(item.controls))
    for i, example in enumerate(policy.examples):
        yield from ((("examples", i, "expect", name), name) for name in example.expect)
        for j, waiver in enumerate(example.given.get("waivers", ())):
            yield ("examples", i, "given", "waivers", j, "control"), waiver["control"]


def _twice(policy: Policy) -> Iterator[Problem]:
    several: tuple[tuple[str, str, Iterable[str]], ...] = (
        ("controls", "id", (c.id for c in policy.controls)),
        ("items", "id", (i.id for i in policy.items)),
        ("examples", "name", (e.name for e in policy.examples)),
        ("override", "control", (c.control for c in policy.overrides)),
    )
    for key, field, names in several:
        seen: Counter[str] = Counter()
        for i, name in enumerate(names):
            seen[name] += 1
            if seen[name] == 2:
                yield Problem((key, i, field), f"There are two of `{key}` with the {field} {name!r}", "Rename one.")


def _overrides(policy: Policy, inherited: Mapping[str, Control] | None) -> Iterator[Problem]:
    own = {c.id for c in policy.controls}
    for i, change in enumerate(policy.overrides):
        if not policy.extends:
            yield Problem(("override", i), "Nothing is inherited that could be overridden", "Say what it `extends`.")
        if change.remove == bool(change.fields):
            hint = "Say what is different, or `remove: true`; not both."
            yield Problem(("override", i), f"It is not clear what is to become of {change.control!r}", hint)
        if inherited is not None and change.control not in inherited:
            hint = did_you_mean(change.control, sorted(inherited), label="Inherited")
            yield Problem(("override", i, "control"), f"No control {change.control!r} is inherited", hint)
    for i, control in enumerate(policy.controls):
        if control.id in (inherited or ()) and control.id in own:
            origin = (inherited or {})[control.id].origin
            hint = "Change it under `override`, with a reason, or choose another id."
            yield Problem(("controls", i, "id"), f"{control.id!r} is inherited from {origin} already", hint)


def _scopes(policy: Policy) -> Iterator[Problem]:
    """Yield the controls that can never apply, since their policy applies elsewhere."""
    for i, control in enumerate(policy.controls):
        for field in fields(control.applies):
            ours, theirs = set(getattr(control.applies, field.name)), set(getattr(policy.applies, field.name))
            if ours and theirs and not ours & theirs:
                told = f"the policy applies to {field.name} {', '.join(sorted(theirs))}"
                yield Problem(("controls", i, "applies", field.name), f"{control.id!r} never applies: {told}")


def _values(value: Json, path: Path) -> Iterator[Problem]:
    """Walk through a document: its days, and its requirements."""
    if isinstance(value, list):
        for i, part in enumerate(value):
            yield from _values(part, (*path, i))
        return
    if not isinstance(value, dict):
        if path and path[-1] in _DAYS and isinstance(value, str) and not _is_day(value):
            yield Problem(path, f"There is no day {value}", "Days are written as 2026-04-17.")
        return
    if _is_rule(path) and kind_of(value):
        yield from (Problem((*path, *inner), message, hint) for inner, message, hint in requirement_problems(value))
    for key, part in value.items():
        yield from _values(part, (*path, key))


def _is_rule(path: Path) -> bool:
    return path[:1] in (("controls",), ("override",)) and "require" in path


def _is_day(text: str) -> bool:
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True
