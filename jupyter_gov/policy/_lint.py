"""What is wrong with a policy, and what its readers will miss."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from difflib import get_close_matches
from typing import Literal

from ..errors import GovError, did_you_mean
from ._model import Control, Origin, Policy, Requirement
from ._notes import Note
from ._reading import parse_policy
from ._reading_meaning import Problem, line_of, meaning_notes, policy_problems
from ._reading_parts import requirements
from ._resolving import Find, inherited, resolve
from ._yaml import Document

_LAWS = ("law", "regulation", "act ", "cfr", "directive", "statute", "legal")

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
        Errors, then warnings; each with its line where that is known.
    """
    found = [(p, "error") for p in policy_problems(policy)]
    found += [(p, "warning") for p in _warnings(policy, known or {})]
    return [
        *(_note("error", p, line_of(policy, p.path), 0) for p in policy_problems(policy)),
        *(_note("warning", p, line_of(policy, p.path), 0) for p in _warnings(policy, known or {})),
    ]


def lint_text(text: str, *, find: Find | None = None, known: Known | None = None) -> list[Note]:
    """Return what `lint` does of a policy's text, in its order, each at its line and column.

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
    if policy.extends and find is not None:
        notes = _inheritance(policy, find, document)
    for problem in _warnings(policy, known or {}):
        place = document.place(problem.path)
        notes.append(_note("warning", problem, place.line, place.column))
    return sorted(notes)


def _note(level: Literal["error", "warning"], problem: Problem, line: int, column: int) -> Note:
    return Note(line=line, column=column, level=level, message=problem.message, hint=problem.hint)


def _inheritance(policy: Policy, find: Find, document: Document) -> list[Note]:
    """Return what is wrong once it is known what is inherited."""
    place = document.place(("extends",))
    try:
        notes = meaning_notes(policy, document, inherited(policy, find))
        if not notes:
            resolve(policy, find)
    except GovError as error:
        return [Note(line=place.line, column=place.column, level="error", message=error.message, hint=error.hint)]
    return notes


def _warnings(policy: Policy, known: Known) -> Iterator[Problem]:
    if not policy.owner and any(not c.owner for c in policy.controls):
        yield Problem((), "Nobody answers for the policy", "Add `owner`: a role.")
    if not policy.examples and policy.controls:
        yield Problem((), "There are no examples", "Add `examples`, so that `jupyter gov policy test` can try it.")
    expected = {name for example in policy.examples for name in example.expect}
    for i, control in enumerate(policy.controls):
        path = ("controls", i)
        yield from (Problem((*path, *inner), message, hint) for inner, message, hint in _control(control))
        if policy.examples and control.id not in expected:
            yield Problem(path, f"No example is about {control.id!r}", "Add one that it passes and one that it fails.")
        for requirement in requirements(control.require):
            yield from _unknown(requirement, (*path, "require"), known)


def _control(control: Control) -> Iterator[Problem]:
    if control.source == Origin():
        yield Problem(
            (), f"{control.id!r} does not say what asks for it", "Add `source`, if only the house's own rule."
        )
    elif control.source.certainty == "unverified":
        yield Problem(("source",), f"The source of {control.id!r} is unverified", "Read it, and give it a `date`.")
    if not control.text:
        yield Problem(
            (), f"{control.id!r} does not say what it is for", "Add `text`, for readers who do not know the measure."
        )
    if not control.remedies:
        yield Problem((), f"{control.id!r} does not say what to do when it is not met", "Add `remedies`.")
    for requirement in requirements(control.require):
        if requirement.of == "measure" and requirement.decide_on == "estimate" and control.severity == "blocker":
            hint = "Decide on the interval, or make it major."
            yield Problem((), f"{control.id!r} stops a model by an estimate, whatever chance adds to it", hint)
        if requirement.of == "measure" and requirement.comparison == "equals" and requirement.decide_on == "interval":
            hint = "Add `decide_on: estimate`, or ask for a range by two requirements."
            yield Problem((), f"{control.id!r} asks a whole interval to be one number", hint)
        title = control.title.lower()
        if _is_four_fifths(requirement) and any(word in title for word in _LAWS) and "screen" not in title:
            hint = "The four-fifths ratio is a screen, not a rule of law: say so in the title."
            yield Problem((), f"{control.id!r} calls the four-fifths ratio law", hint)


def _is_four_fifths(requirement: Requirement) -> bool:
    return requirement.of == "measure" and requirement.where.get("kind") == "ratio" and requirement.threshold == 0.8


def _unknown(requirement: Requirement, path: tuple[str | int, ...], known: Known) -> Iterator[Problem]:
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
