"""What a policy is: values that a YAML file is read into, and that verdicts are made from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from ..records import Json, Level

FORMAT = "jupyter-gov/policy/1"
"""What `schema:` says in a policy's first line."""

KINDS = (
    "measure",
    "metric",
    "assessment",
    "finding",
    "reproduction",
    "fact",
    "document",
    "environment",
    "age",
    "charter",
)
"""The key that a requirement begins with says what kind of evidence it asks for."""

COMPARISONS = ("at_least", "at_most", "above", "below", "equals", "one_of")

STAGES = ("development", "validation", "production")

TASKS = ("binary", "multiclass", "regression", "ranking")


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """What asks for a policy or control.

    Attributes
    ----------
    date : str
        The day of the law's or standard's state that was read, as ``2026-04-17``.
    certainty : str
        ``verified`` where the text itself or an official summary was read, else ``unverified``.
    """

    title: str = ""
    clause: str = ""
    url: str = ""
    date: str = ""
    certainty: Literal["", "verified", "unverified"] = ""
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Applies:
    """Where a policy or control applies; an empty field does not narrow it.

    What is not known about a run narrows nothing either: a control applies until it is known not to.
    """

    task: tuple[str, ...] = ()
    tier: tuple[str, ...] = ()
    jurisdiction: tuple[str, ...] = ()
    stage: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Requirement:
    """One thing that the evidence must say.

    Attributes
    ----------
    of : str
        One of `KINDS`.
    name : str or tuple of str
        What the key holds: a measure, checks, verdicts of a reproduction, a fact, a section …
    where : mapping
        What narrows it: for a measure ``assessment``, ``kind``, ``attribute``, ``group``, ``reference``, ``label``;
        for a metric ``split``; for a finding ``severity`` (the least that counts); for a document ``min_words``;
        for a charter ``min_items`` and ``each_with``.
    comparison, threshold
        One of `COMPARISONS` and what to compare with; empty and None where the kind says it all.
    decide_on : str
        ``interval``: met where the bound on the far side of the interval keeps the threshold, not met where the whole
        interval breaks it, else inconclusive. ``estimate``: the value alone decides.
    confidence : float or None
        The least confidence of the interval, such as 0.99; None for 0.95.
    min_rows : int
        Groups and values with fewer rows are not judged.
    at_most_days : float or None
        How old the evidence may be, for any kind.
    line : int
        Where it stands in its file, from 1; 0 where that is not known.
    """

    of: str
    name: str | tuple[str, ...]
    where: Mapping[str, Json] = field(default_factory=dict)
    comparison: str = ""
    threshold: Json = None
    decide_on: Literal["interval", "estimate"] = "interval"
    confidence: float | None = None
    min_rows: int = 0
    at_most_days: float | None = None
    line: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Combination:
    """Requirements together.

    Attributes
    ----------
    how : str
        ``all``, ``any``, ``at_least`` (`k` of them), or ``if`` (the first, then the second).
    parts : tuple
    k : int
    """

    how: Literal["all", "any", "at_least", "if"]
    parts: tuple[Requirement | Combination, ...]
    k: int = 0


Rule = Requirement | Combination


@dataclass(frozen=True, slots=True, kw_only=True)
class Control:
    """One thing that must hold.

    Attributes
    ----------
    origin : str
        Id and version of the policy that it was first written in.
    line : int
        Where it stands in its file, from 1.
    """

    id: str
    title: str
    require: Rule
    text: str = ""
    severity: Level = "major"
    owner: str = ""
    source: Origin = field(default_factory=Origin)
    applies: Applies = field(default_factory=Applies)
    remedies: tuple[str, ...] = ()
    origin: str = ""
    line: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """What a policy says differently about a control that it inherits.

    Attributes
    ----------
    control : str
        Id of the inherited control.
    because : str
        Why.
    remove : bool
        Whether it is not asked for at all.
    fields : mapping
        The fields of `Control` that are replaced, by name.
    line : int
        Where it stands in its file, from 1.
    """

    control: str
    because: str
    remove: bool = False
    fields: Mapping[str, Any] = field(default_factory=dict)
    line: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One item of what a law or standard asks for, and its place: controls, or why there is none.

    Attributes
    ----------
    id : str
        Such as ``Annex IV 2(d)``.
    certainty : str
        As of `Origin`.
    controls : tuple of str
        Ids of the controls that ask for it, in whole or in part.
    because : str
        Why no control does, or what the controls leave open.
    """

    id: str
    title: str
    certainty: Literal["", "verified", "unverified"] = ""
    controls: tuple[str, ...] = ()
    because: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Example:
    """Evidence that is made up, and what the policy must say to it.

    Attributes
    ----------
    given : mapping
        See `evidence_of_example`.
    as_of : str
        A day; by default 2026-01-01.
    expect : mapping
        Status by control id; controls that are not named are not looked at.
    """

    name: str
    given: Mapping[str, Json] = field(default_factory=dict)
    as_of: str = ""
    expect: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """What must hold, decided beforehand.

    Attributes
    ----------
    extends : tuple of str
        Names of the policies that it inherits from; empty once they are resolved.
    overrides : tuple of Change
        What it says differently about inherited controls; empty once they are resolved.
    controls : tuple of Control
        In the order of the file; once resolved, inherited ones first.
    items : tuple of Item
        What the law or standard behind it asks for.
    not_covered : tuple of str
        What the policy does not say anything about, in plain sentences.
    """

    id: str
    version: str
    title: str
    text: str = ""
    source: Origin = field(default_factory=Origin)
    owner: str = ""
    applies: Applies = field(default_factory=Applies)
    extends: tuple[str, ...] = ()
    overrides: tuple[Change, ...] = ()
    controls: tuple[Control, ...] = ()
    items: tuple[Item, ...] = ()
    not_covered: tuple[str, ...] = ()
    examples: tuple[Example, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """One thing that is known about how a run came to be, worked out from its records.

    Attributes
    ----------
    name : str
        One of `FACTS`.
    value : bool, number, text or None
        None where it cannot be told.
    reason, action : str
        In a plain sentence; the call that would change it.
    """

    name: str
    value: bool | float | str | None
    reason: str = ""
    action: str = ""
    records: tuple[str, ...] = ()
    cells: tuple[str, ...] = ()


FACTS: dict[str, str] = {
    "code_committed": "The code that ran is in a commit, and the work tree did not differ from it.",
    "code_kept": "The code that ran is in a commit, or in a snapshot that is kept.",
    "environment_locked": "There was a lock file.",
    "data_identified": "Share of the data sets behind the model whose content is identified and whose source is known.",
    "model_traced": "The model's fit is on record, and its data trace back to where they were read.",
    "rows_unseen": "The model was assessed on rows that it was not fitted on.",
    "randomness_seeded": "Each fit behind the model that draws random numbers has a seed.",
    "results_hold": "Share of results whose cells still stand as they ran, in an order that a fresh run would have.",
    "gaps": "Number of things that could not be captured.",
    "control_compared": "The model was compared with a baseline or control on the same rows.",
    "author": "Who ran the notebook.",
}
"""What a requirement of kind ``fact`` can ask for; a share is from 0 to 1."""
