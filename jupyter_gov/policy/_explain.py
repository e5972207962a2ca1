"""A policy, or one of its controls, as prose."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from ..errors import NotFoundError, did_you_mean
from ._explain_asked import asked
from ._model import Applies, Combination, Control, Item, Origin, Policy, Rule

_SEVERITIES = {
    "blocker": "Not met, no run is ready, whatever else holds.",
    "major": "Not met, no run is ready.",
    "minor": "Not met, it is a reservation.",
}
_SCOPES = (("task", "tasks"), ("tier", "risk tiers"), ("jurisdiction", "jurisdictions"), ("stage", "stages"))


def explain(policy: Policy, control: str | None = None) -> str:
    """Return what a policy asks for and why, as plain text.

    Parameters
    ----------
    policy : Policy
        Resolved, so that what it inherits is told too.
    control : str, optional
        Id of the one control to explain; by default all of them, after what the policy is for.

    Raises
    ------
    NotFoundError
        If there is no such control.
    """
    if control is None:
        controls = ("\n".join(_control(_apart(c, policy))) for c in policy.controls)
        return "\n\n".join(["\n".join(_policy(policy)), *controls, *_rest(policy)])
    found = next((c for c in policy.controls if c.id == control), None)
    if found is None:
        hint = did_you_mean(control, [c.id for c in policy.controls], label="Controls")
        raise NotFoundError(f"{policy.id} has no control {control!r}.", hint=hint)
    items = [item for item in policy.items if control in item.controls]
    return "\n".join([*_control(found), *(f"  Asked for by {_item(item)}" for item in items)])


def _policy(policy: Policy) -> Iterator[str]:
    yield f"{policy.title} ({policy.id} {policy.version})"
    yield from filter(None, (policy.text.strip(), _scope(policy.applies)))
    if policy.owner:
        yield f"Owner: {_stopped(policy.owner)}"
    if policy.source != Origin():
        yield f"Source: {_stopped(said_source(policy.source))}"
    if policy.extends:
        yield f"Extends {', '.join(policy.extends)}."


def _apart(control: Control, policy: Policy) -> Control:
    """Leave out what a control has of its policy, for where that is told already."""
    return replace(
        control,
        owner="" if control.owner == policy.owner else control.owner,
        source=Origin() if control.source == policy.source else control.source,
        origin="" if control.origin == f"{policy.id} {policy.version}" else control.origin,
    )


def _control(control: Control) -> Iterator[str]:
    yield f"{control.id}: {control.title} ({control.severity})"
    if control.text:
        yield f"  {control.text.strip()}"
    yield from (f"  {line}" for line in _rule("Asked: ", control.require))
    yield f"  {_SEVERITIES[control.severity]}"
    scope = _scope(control.applies)
    if scope:
        yield f"  {scope}"
    yield from (f"  When it is not met: {remedy}" for remedy in control.remedies)
    if control.owner:
        yield f"  Owner: {_stopped(control.owner)}"
    if control.source != Origin():
        yield f"  Source: {_stopped(said_source(control.source))}"
    if control.origin:
        yield f"  From {_stopped(control.origin)}"


def _rule(head: str, rule: Rule) -> Iterator[str]:
    """Yield a requirement in one line, a combination in a line for each part."""
    if not isinstance(rule, Combination):
        yield f"{head}{asked(rule)}."
        return
    words = {
        "all": "each of these",
        "any": "one of these",
        "at_least": f"{rule.k} of these",
        "if": "where the first is met, the second",
    }
    yield f"{head}{words[rule.how]}:"
    for part in rule.parts:
        yield from (f"  {line}" for line in _rule("- ", part))


def _rest(policy: Policy) -> Iterator[str]:
    if policy.items:
        yield "\n".join(["What the source asks for, and its place:", *(f"  {_item(item)}" for item in policy.items)])
    if policy.not_covered:
        yield "\n".join(["Not covered:", *(f"  {sentence}" for sentence in policy.not_covered)])


def _item(item: Item) -> str:
    place = ", ".join(item.controls) or "no control"
    sure = " (unverified)" if item.certainty == "unverified" else ""
    because = f"; {item.because}" if item.because else ""
    return f"{item.id}, {item.title}{sure}: {place}{because}"


def said_source(source: Origin) -> str:
    """Return a source in one line."""
    parts = [source.title, source.clause, f"as of {source.date}" if source.date else "", source.url]
    sure = " (unverified)" if source.certainty == "unverified" else ""
    note = f"; {source.note}" if source.note else ""
    return f"{', '.join(p for p in parts if p)}{sure}{note}"


def _stopped(text: str) -> str:
    return text if text.rstrip("\"'”’)").endswith((".", "!", "?")) else f"{text}."


def _scope(applies: Applies) -> str:
    told = [f"{words} {', '.join(getattr(applies, key))}" for key, words in _SCOPES if getattr(applies, key)]
    return f"Applies to {'; '.join(told)}." if told else ""
