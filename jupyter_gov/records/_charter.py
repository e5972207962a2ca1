"""Records of why a model is built, what it may cost whom, and who decided so."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import ClassVar, Literal

from ._base import Json, Part, Record

Tier = Literal["high", "medium", "low"]

TIERS: tuple[Tier, ...] = ("high", "medium", "low")
"""How much is at stake, the most first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Kpi(Part):
    """A number that the model has to reach; it becomes a control of every policy in force.

    Attributes
    ----------
    name : str
        What people call it, such as ``Refusals overturned on a second look``.
    measure : str
        The assessment's measure (``roc_auc``), or ``metric:NAME`` for a metric that the notebook computes.
    at_least, at_most : float or None
        The target; one of them.
    decide_on : str
        ``estimate`` or ``interval``.
    baseline : str
        What it is today, in words.
    unit : str
    owner : str
    """

    name: str
    measure: str
    at_least: float | None = None
    at_most: float | None = None
    decide_on: Literal["interval", "estimate"] = "interval"
    baseline: str = ""
    unit: str = ""
    owner: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Affected(Part):
    """Who is affected, and how."""

    who: str
    how: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Alternative(Part):
    """Another way to the goal, and why it was not taken; ``no model`` is one."""

    option: str
    assessment: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Risk(Part):
    """What could go wrong; likelihood and impact are ``low``, ``medium`` or ``high``."""

    risk: str
    likelihood: str = ""
    impact: str = ""
    owner: str = ""
    mitigation: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Approver(Part):
    """Somebody who took part in a decision."""

    name: str
    role: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Charter(Record):
    """Should this be built: what was asked and decided before. It counts for all later runs of the experiment.

    Attributes
    ----------
    experiment : str
    model : str
        The model's name where the charter is about one of several.
    goal : str
        What is to get better, for whom.
    kpis, affected, alternatives, risks
        See the parts.
    decision : str
        ``build``, ``do not build``, ``build with conditions``, or nothing as yet.
    conditions : str
        Of the decision, or its reason.
    decided : str
        The day, as ``2026-11-21``.
    approvers : tuple of Approver
    answers : mapping
        Answers to the risk questionnaire, by the question's key.
    tier : str
        What the answers give, or nothing.
    jurisdiction : str
        Where the model is used, such as ``US`` or ``EU``.
    policies : tuple of str
        The policies that tier and jurisdiction propose, or that were chosen instead.
    written, actor : str
    """

    kind: ClassVar[str] = "charter"
    parts: ClassVar[Mapping[str, type[Part]]] = {
        "kpis": Kpi,
        "affected": Affected,
        "alternatives": Alternative,
        "risks": Risk,
        "approvers": Approver,
    }

    experiment: str = ""
    model: str = ""
    goal: str = ""
    kpis: tuple[Kpi, ...] = ()
    affected: tuple[Affected, ...] = ()
    alternatives: tuple[Alternative, ...] = ()
    risks: tuple[Risk, ...] = ()
    decision: str = ""
    conditions: str = ""
    decided: str = ""
    approvers: tuple[Approver, ...] = ()
    answers: Mapping[str, Json] = field(default_factory=dict)
    tier: str = ""
    jurisdiction: str = ""
    policies: tuple[str, ...] = ()
    cell: str | None = None
    written: str = ""
    actor: str = ""
