"""What a policy says that cannot be meant: names that nothing bears, comparisons that cannot be made, no such day."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import date
from typing import NamedTuple

from ..errors import did_you_mean
from ..records import Json
from ._model import COMPARISONS, Control, Policy
from ._notes import Note
from ._reading_parts import kind_of
from ._reading_requirement import place_problems, requirement_problems
from ._scopes import SCOPES, both
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
    return _notes(document, [*_values(document.value, ()), *policy_problems(policy, inherited)])


def value_notes(document: Document, wrong: Collection[Path]) -> list[Note]:
    """Return what is wrong with days, places and requirements where the structure is `wrong` elsewhere only."""
    return _notes(document, _values(document.value, (), wrong))


def _notes(document: Document, found: Iterable[Problem]) -> list[Note]:
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
        if control.id.startswith("kpi."):
            hint = "The KPIs of the charter are judged by such names; choose another."
            yield Problem(("controls", i, "id"), f"{control.id!r} begins with `kpi.`", hint)
        if control.id in (inherited or ()) and control.id in own:
            origin = (inherited or {})[control.id].origin
            hint = "Change it under `override`, with a reason, or choose another id."
            yield Problem(("controls", i, "id"), f"{control.id!r} is inherited from {origin} already", hint)


def _scopes(policy: Policy) -> Iterator[Problem]:
    """Yield the controls that can never apply, since their policy applies elsewhere."""
    for i, control in enumerate(policy.controls):
        for scope in SCOPES:
            ours, theirs = getattr(control.applies, scope), getattr(policy.applies, scope)
            if both(scope, ours, theirs) is None:
                told = f"the policy applies to {scope} {', '.join(sorted(theirs))}"
                yield Problem(("controls", i, "applies", scope), f"{control.id!r} never applies: {told}")


def _values(value: Json, path: Path, wrong: Collection[Path] = ()) -> Iterator[Problem]:
    """Walk through a document: its days, places and requirements."""
    if path in wrong and not isinstance(value, list | dict):
        return
    if isinstance(value, list):
        for i, part in enumerate(value):
            yield from _values(part, (*path, i), wrong)
        return
    if not isinstance(value, dict):
        if isinstance(value, str) and _is_place(path):
            several = path[-2:] == ("context", "jurisdiction")
            yield from (Problem(path, *told) for told in place_problems(value, several=several))
        if path and path[-1] in _DAYS and isinstance(value, str) and not _is_day(value):
            yield Problem(path, f"There is no day {value}", "Days are written as 2026-04-17.")
        return
    rule = _sound(value, path, wrong)
    if _is_rule(path) and kind_of(rule):
        told = requirement_problems(rule, condition="if" in path)
        yield from (Problem((*path, *inner), message, hint) for inner, message, hint in told)
    for key, part in value.items():
        yield from _values(part, (*path, key), wrong)


def _sound(value: Mapping[str, Json], path: Path, wrong: Collection[Path]) -> Mapping[str, Json]:
    """Return what of a requirement has the structure of one; nothing where that leaves open what it asks."""
    keys = {place[len(path)] for place in wrong if len(place) > len(path) and place[: len(path)] == path}
    if path in wrong or keys & {*COMPARISONS, kind_of(value)}:
        return {}
    return {key: part for key, part in value.items() if key not in keys}


def _is_rule(path: Path) -> bool:
    return path[:1] in (("controls",), ("override",)) and "require" in path


def _is_place(path: Path) -> bool:
    """Say whether a text stands where a jurisdiction does, alone or in a list."""
    names = [part for part in path[-3:] if isinstance(part, str)]
    return names[-2:] in (["applies", "jurisdiction"], ["context", "jurisdiction"])


def _is_day(text: str) -> bool:
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True
