"""What a policy says once all that it inherits is in it, and what several say together."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import TypeVar

from ..errors import ConflictError, InputError
from ._model import Applies, Change, Control, Item, Policy
from ._reading_meaning import line_of, policy_problems
from ._scopes import SCOPES, together

DEEPEST = 10
"""How many policies may extend one another in a row."""

Find = Callable[[str], Policy]
"""Gives the policy of a name, as it stands in its file."""

T = TypeVar("T")


def resolve(policy: Policy, find: Find) -> Policy:
    """Return a policy with all that it inherits.

    Inherited controls come first, in the order of `extends`; a control that comes by two ways counts once. What the
    policy overrides says so in its `origin`, and what it removes is among `not_covered`. Examples are not inherited:
    they are about the policy that they stand in.

    Parameters
    ----------
    policy : Policy
    find : callable
        Takes a name as it stands under ``extends``, returns the policy as it stands in its file.

    Raises
    ------
    InputError
        If policies extend each other in a circle or too deep, or a name is not known.
    ConflictError
        If two inherited policies ask for different things by the same id, and no override settles it.
    """
    return _resolve(policy, find, (policy.id,), {})


def inherited(policy: Policy, find: Find) -> dict[str, Control]:
    """Return the controls that a policy inherits by their ids, before it changes any.

    Of those that come differently by two ways it is the first; the errors are those of `resolve` in what is inherited.
    """
    parents = _parents(policy, find, (policy.id,), {})
    return {name: variants[0] for name, variants in _gather(parents).items()}


def _resolve(policy: Policy, find: Find, above: tuple[str, ...], done: dict[str, Policy]) -> Policy:
    if not policy.extends:
        return policy
    parents = _parents(policy, find, above, done)
    gathered = _gather(parents)
    _refuse(policy, {name: variants[0] for name, variants in gathered.items()})
    changes = {change.control: change for change in policy.overrides}
    settled = _settle(gathered, changes, f"{policy.id} {policy.version}")
    kept = tuple(control for control in settled if not _removed(changes, control.id))
    return replace(
        policy,
        extends=(),
        overrides=(),
        controls=(*kept, *policy.controls),
        items=_distinct((*(_without(i, changes, policy) for p in parents for i in p.items), *policy.items)),
        not_covered=_distinct(
            (
                *(sentence for p in parents for sentence in (*p.not_covered, *_told_outside(p))),
                *(_told(changes[c.id], policy) for c in settled if _removed(changes, c.id)),
                *policy.not_covered,
            )
        ),
    )


def _parents(policy: Policy, find: Find, above: tuple[str, ...], done: dict[str, Policy]) -> list[Policy]:
    """Return what a policy extends, resolved; `done` has what came by another way already."""
    if len(above) > DEEPEST:
        raise InputError(f"{above[0]}: more than {DEEPEST} policies extend one another", hint="Flatten some of them.")
    for name in policy.extends:
        if name in done:
            continue
        parent = find(name)
        if parent.id in above:
            circle = " → ".join((*above, parent.id))
            raise InputError(f"Policies extend each other in a circle: {circle}", hint="Take one `extends` away.")
        done[name] = _resolve(parent, find, (*above, parent.id), done)
    return [done[name] for name in policy.extends]


def compose(policies: Sequence[Policy]) -> Policy:
    """Return what several resolved policies say together.

    A control that several have with the same content counts once, and applies where one of them does. The order
    of the policies changes the order of the controls, nothing else.

    Raises
    ------
    InputError
        If there is no policy, or one is not resolved.
    ConflictError
        If two policies ask for different things by the same id.
    """
    policies = _distinct(policies)
    if not policies:
        raise InputError("There is no policy to compose", hint="Name at least one.")
    open_ = [p.id for p in policies if p.extends]
    if open_:
        raise InputError(f"The policy {open_[0]!r} is not resolved", hint="Call policy.resolve first.")
    if len(policies) == 1:
        return policies[0]
    owners = {p.owner for p in policies}
    return Policy(
        id=" + ".join(p.id for p in policies),
        version=" + ".join(p.version for p in policies),
        title=" + ".join(p.title for p in policies),
        text="\n\n".join(_distinct(p.text for p in policies if p.text)),
        owner=policies[0].owner if len(owners) == 1 else "",
        controls=tuple(_settle(_gather(policies), {}, "")),
        items=_distinct(item for p in policies for item in p.items),
        not_covered=_distinct(sentence for p in policies for sentence in (*p.not_covered, *_told_outside(p))),
        examples=_distinct(example for p in policies for example in p.examples),
    )


def _gather(policies: Iterable[Policy]) -> dict[str, list[Control]]:
    """Return all variants of each control, by id, each narrowed to where its policy applies."""
    found: dict[str, list[Control]] = {}
    for policy in policies:
        for control in policy.controls:
            scope = together(control, policy)
            if scope is not None:
                found.setdefault(control.id, []).append(replace(control, applies=scope))
    return found


def _told_outside(policy: Policy) -> Iterator[str]:
    """Yield a sentence for each control that never applies, since its policy applies elsewhere."""
    for control in policy.controls:
        if together(control, policy) is None:
            yield f"{policy.id} {policy.version} never asks for {control.id}: they apply in different places."


def _settle(gathered: Mapping[str, list[Control]], changes: Mapping[str, Change], by: str) -> list[Control]:
    """Make one control of the variants of each, after what is overridden."""
    made = []
    for name, variants in gathered.items():
        changed = [_changed(control, changes.get(name), by) for control in variants]
        alike = all(_content(control) == _content(changed[0]) for control in changed)
        origins = sorted({control.origin for control in changed})
        if not alike and not _removed(changes, name):
            raise ConflictError(
                f"The control {name!r} asks for different things in {' and in '.join(origins)}",
                hint=f"Write a policy that extends both and says under `override` what holds for {name!r}.",
            )
        made.append(replace(changed[0], origin=" + ".join(origins), applies=_either([c.applies for c in changed])))
    return made


def _content(control: Control) -> Control:
    return replace(control, origin="", applies=Applies())


def _either(scopes: Sequence[Applies]) -> Applies:
    """Return the narrowest scope that holds these: a control that comes by two ways applies where either does."""
    if all(scope == scopes[0] for scope in scopes):
        return scopes[0]
    made = {}
    for name in SCOPES:
        sides = [getattr(scope, name) for scope in scopes]
        made[name] = tuple(sorted({value for side in sides for value in side})) if all(sides) else ()
    return Applies(**made)


def _changed(control: Control, change: Change | None, by: str) -> Control:
    if change is None or change.remove:
        return control
    because = change.because.rstrip(".")
    return replace(control, **change.fields, origin=f"{control.origin}, changed by {by}: {because}")


def _removed(changes: Mapping[str, Change], name: str) -> bool:
    return name in changes and changes[name].remove


def _told(change: Change, policy: Policy) -> str:
    return f"{policy.id} {policy.version} does not ask for {change.control}: {change.because}"


def _without(item: Item, changes: Mapping[str, Change], policy: Policy) -> Item:
    """Take removed controls away from an item, and say so there."""
    gone = [name for name in item.controls if _removed(changes, name)]
    if not gone:
        return item
    because = " ".join([item.because, *(f"{_told(changes[n], policy).rstrip('.')}." for n in gone)]).strip()
    return replace(item, controls=tuple(n for n in item.controls if n not in gone), because=because)


def _refuse(policy: Policy, inherited: Mapping[str, Control]) -> None:
    """Raise what is wrong with names that only now are known."""
    for path, message, hint in policy_problems(policy, inherited):
        line = line_of(policy, path)
        place = f", line {line}" if line else ""
        raise InputError(f"{policy.id}{place}: {message}", hint=hint)


def _distinct(values: Iterable[T]) -> tuple[T, ...]:
    """Return the values without repetition, in their order; they need not be hashable."""
    made: list[T] = []
    for value in values:
        if value not in made:
            made.append(value)
    return tuple(made)
