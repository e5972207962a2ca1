"""Records of what was tried when a control was not met, and of who chose what."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import ClassVar, Literal

from ._assessment import Value
from ._base import Json, Part, Record


@dataclass(frozen=True, slots=True, kw_only=True)
class Tried(Part):
    """One candidate beside the original, on the same held-out rows.

    Attributes
    ----------
    name : str
        Such as ``group thresholds (demographic parity)``; ``original`` is the model itself.
    method : str
        Its key in the registry of methods.
    about : str
        What it does, in a sentence; citation included.
    parameters : mapping
    status : str
        ``done``, ``skipped`` (does not apply), ``failed``, or ``stopped`` (no time left).
    reason : str
        Why it was not done.
    values : tuple of Value
        Its measures with their intervals: the performance and the disparities that are asked for.
    changes : tuple of Value
        Candidate less original, paired by row: kind ``difference``, reference ``original``.
    decisions : mapping
        ``changed`` (rows decided otherwise), ``of``, ``up`` and ``down`` (refusals that became approvals, and the other
        way), and ``groups``: by attribute and group ``changed``, ``of``, ``up``, ``down``.
    needs_attribute : bool
        Whether the sensitive attribute is needed when it predicts.
    costs : tuple of str
        What it costs, in plain sentences.
    verdicts : mapping
        Status of each failing control that was tried to be met, by control id.
    fit : str or None
        Id of the record of its fit, where it was tracked.
    seconds : float
    """

    parts: ClassVar[Mapping[str, type[Part]]] = {"values": Value, "changes": Value}

    name: str
    method: str
    about: str = ""
    parameters: Mapping[str, Json] = field(default_factory=dict)
    status: Literal["done", "skipped", "failed", "stopped"] = "done"
    reason: str = ""
    values: tuple[Value, ...] = ()
    changes: tuple[Value, ...] = ()
    decisions: Mapping[str, Json] = field(default_factory=dict)
    needs_attribute: bool = False
    costs: tuple[str, ...] = ()
    verdicts: Mapping[str, str] = field(default_factory=dict)
    fit: str | None = None
    seconds: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Mitigation(Record):
    """Candidates that were fitted on training rows, assessed on held-out rows and compared with the original.

    Attributes
    ----------
    model, fit : str
        The original: what it is called, and its fit where that is known.
    train, test : str or None
        Ids of the data sets.
    policy, check : str
        Policy and id of the `PolicyCheck` whose controls were not met; empty without one.
    controls : tuple of str
        Ids of these controls.
    performance, disparity : mapping
        What the frontier is drawn of: ``measure``, and for disparity ``kind``, ``attribute``, ``reference``; with
        ``threshold`` and ``comparison`` where a control asks for one.
    tried : tuple of Tried
        The original first.
    frontier : tuple of str
        Names of those that no other beats in both.
    chosen : str
        Name of the candidate that was chosen, or nothing.
    advice : tuple of str
        What no candidate can do, such as how many more rows of a small group would decide.
    """

    kind: ClassVar[str] = "mitigation"
    parts: ClassVar[Mapping[str, type[Part]]] = {"tried": Tried}

    model: str = ""
    fit: str | None = None
    train: str | None = None
    test: str | None = None
    policy: str = ""
    check: str = ""
    controls: tuple[str, ...] = ()
    performance: Mapping[str, Json] = field(default_factory=dict)
    disparity: Mapping[str, Json] = field(default_factory=dict)
    tried: tuple[Tried, ...] = ()
    frontier: tuple[str, ...] = ()
    chosen: str = ""
    advice: tuple[str, ...] = ()
    parameters: Mapping[str, Json] = field(default_factory=dict)
    cell: str | None = None
    made: str = ""
    actor: str = ""
    seconds: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Override(Record):
    """A person's choice against what was proposed, with the reason.

    Attributes
    ----------
    about : str
        Id of the record that proposed something else.
    proposed, chosen : str
        Names.
    """

    kind: ClassVar[str] = "override"

    about: str
    proposed: str = ""
    chosen: str = ""
    by: str = ""
    why: str = ""
    made: str = ""
    actor: str = ""
    cell: str | None = None
