"""What is wrong with a policy, and what its readers will miss."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from difflib import get_close_matches
from typing import Literal

from ..errors import GovError, did_you_mean
from ._model import Change, Control, Origin, Policy, Requirement
from ._notes import Note
from ._reading import parse_policy
from ._reading_meaning import Problem, line_of, meaning_notes, policy_problems
from ._reading_parts import requirements
from ._resolving import Find, inherited, resolve
from ._yaml import Document, Path

_LAWS = ("law", "regulation", "act ", "cfr", "directive", "statute", "legal")

_NUMBER = re.compile(r"\b\d+(\.\d+)?%?|\b(half|(a|one|two|three|four|nine) (thirds?|quarters?|fifths|tenths?))\b", re.I)
"""A number in a text, that may be the one which an override changes."""

_OPEN = ("measure", "document")
"""Kinds whose names are not all known: measures can have numbers in them, and sites have their own."""

Known = Mapping[str, Collection[str]]
"""Names that evidence can bear, by the kind of requirement."""


def lint(policy: Policy, *, known: Known | None = None) -> list[Note]:
    """Return what is wrong with a policy, and what is missing for its readers.

    Parameters
    ----------
    policy : Policy
        As read, or resolved.
    known : mapping, optional
        Names that evidence can bear, by kind: ``assessment``, ``finding``, ``measure``, ``document``. A name that is
        not among them gets a warning, of a measure or section only where it is like another; a kind that is not there
        is not looked at.

    Returns
    -------
    list of Note
        Errors, then names that nothing bears, then what else is doubtful, then what is missing for readers; each with
        its line where that is known.
    """
    return [
        *(_note("error", p, line_of(policy, p.path), 0) for p in policy_problems(policy)),
        *(_note("warning", p, line_of(policy, p.path), 0) for p in _warnings(policy, known or {})),
    ]


def lint_text(text: str, *, find: Find | None = None, known: Known | None = None) -> list[Note]:
    """Return what `lint` does of a policy's text, each at its line and column.

    Parameters
    ----------
    text : str
    find : callable, optional
        As for `resolve`; without it what the policy extends is not looked at.
    known : mapping, optional
        As for `lint`.
    """
    policy, document, notes = parse_policy(text)
    if policy is None or notes:
        return notes
    above: Mapping[str, Control] = {}
    if policy.extends and find is not None:
        notes, above = _inheritance(policy, find, document)
    for problem in _warnings(policy, known or {}, above):
        place = document.place(problem.path)
        notes.append(_note("warning", problem, place.line, place.column))
    return notes


def _note(level: Literal["error", "warning"], problem: Problem, line: int, column: int) -> Note:
    return Note(line=line, column=column, level=level, message=problem.message, hint=problem.hint)


def _inheritance(policy: Policy, find: Find, document: Document) -> tuple[list[Note], Mapping[str, Control]]:
    """Return what is wrong once it is known what is inherited, and the inherited controls."""
    place = document.place(("extends",))
    try:
        above = inherited(policy, find)
        notes = meaning_notes(policy, document, above)
        if not notes:
            resolve(policy, find)
    except GovError as error:
        return [Note(line=place.line, column=place.column, level="error", message=error.message, hint=error.hint)], {}
    return notes, above


def _warnings(policy: Policy, known: Known, above: Mapping[str, Control] | None = None) -> Iterator[Problem]:
    """Yield what would be met by no evidence first, then what is doubtful, then what is missing for readers."""
    for i, control in enumerate(policy.controls):
        for requirement in requirements(control.require):
            yield from _unknown(requirement, ("controls", i, "require"), known)
    for i, change in enumerate(policy.overrides):
        yield from _untold(change, ("override", i), above or {})
    for i, control in enumerate(policy.controls):
        yield from (Problem(("controls", i, *inner), *told) for inner, *told in _doubts(control))
    yield from _missing(policy)


def _missing(policy: Policy) -> Iterator[Problem]:
    """Yield what readers will miss, in one sentence for all controls that it is about."""
    if not policy.owner and any(not c.owner for c in policy.controls):
        yield Problem((), "Nobody answers for the policy", "Add `owner`: a role.")
    if not policy.examples and policy.controls:
        yield Problem((), "There are no examples", "Add `examples`, so that `jupyter gov policy test` can try it.")
    expected = {name for example in policy.examples for name in example.expect}
    for lacks, one, several, hint in (
        (
            lambda c: policy.examples and c.id not in expected,
            "No example is about {}",
            "No example is about {}",
            "Add one that it passes and one that it fails.",
        ),
        (
            lambda c: c.source == Origin(),
            "{} does not say what asks for it",
            "{} do not say what asks for them",
            "Add `source`, if only the house's own rule.",
        ),
        (
            lambda c: not c.text,
            "{} does not say what it is for",
            "{} do not say what they are for",
            "Add `text`, for readers who do not know the measure.",
        ),
        (
            lambda c: not c.remedies,
            "{} does not say what to do when it is not met",
            "{} do not say what to do when they are not met",
            "Add `remedies`.",
        ),
    ):
        found = [(i, c.id) for i, c in enumerate(policy.controls) if lacks(c)]
        if found:
            names = ", ".join(repr(name) for _, name in found[:3])
            names += f" and {len(found) - 3} more" if len(found) > 3 else ""
            yield Problem(("controls", found[0][0]), (one if len(found) == 1 else several).format(names), hint)


def _untold(change: Change, path: Path, above: Mapping[str, Control]) -> Iterator[Problem]:
    """Yield the words of an inherited control that may not hold any more, since something else is asked for."""
    control = above.get(change.control)
    if control is None or "require" not in change.fields:
        return
    for key in ("title", "text"):
        number = _NUMBER.search(getattr(control, key))
        if number and key not in change.fields:
            told = f"{change.control!r} asks for something else here, and its {key} still says {number[0]!r}"
            yield Problem(path, told, f"Say `{key}` anew under the override.")


def _doubts(control: Control) -> Iterator[tuple[Path, str, str]]:
    if control.source.certainty == "unverified":
        yield ("source",), f"The source of {control.id!r} is unverified", "Read it, and give it a `date`."
    for requirement in requirements(control.require):
        if requirement.of == "measure" and requirement.decide_on == "estimate" and control.severity == "blocker":
            hint = "Decide on the interval, or make it major."
            yield (), f"{control.id!r} stops a model by an estimate, whatever chance adds to it", hint
        if requirement.of == "measure" and requirement.comparison == "equals" and requirement.decide_on == "interval":
            hint = "Add `decide_on: estimate`, or ask for a range by two requirements."
            yield (), f"{control.id!r} asks a whole interval to be one number", hint
        title = control.title.lower()
        if _is_four_fifths(requirement) and any(word in title for word in _LAWS) and "screen" not in title:
            hint = "The four-fifths ratio is a screen, not a rule of law: say so in the title."
            yield (), f"{control.id!r} calls the four-fifths ratio law", hint


def _is_four_fifths(requirement: Requirement) -> bool:
    return requirement.of == "measure" and requirement.where.get("kind") == "ratio" and requirement.threshold == 0.8


def _unknown(requirement: Requirement, path: Path, known: Known) -> Iterator[Problem]:
    asked = [
        (requirement.of, n) for n in ([requirement.name] if isinstance(requirement.name, str) else requirement.name)
    ]
    if requirement.of == "measure" and "assessment" in requirement.where:
        asked.append(("assessment", str(requirement.where["assessment"])))
    for kind, name in asked:
        if kind in known and name != "any" and name not in known[kind]:
            hint = did_you_mean(name, sorted(known[kind]))
            if kind in _OPEN and not get_close_matches(name, known[kind], n=1, cutoff=0.8):
                continue
            yield Problem(path, f"No {kind} that is known is called {name!r}", hint)
