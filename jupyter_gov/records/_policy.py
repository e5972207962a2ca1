"""Records of what must hold, of whether it does, and of who decided otherwise."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import ClassVar, Literal

from ._base import Json, Part, Record

Status = Literal["pass", "fail", "inconclusive", "missing", "waived", "not_applicable"]

STATUSES: tuple[Status, ...] = ("fail", "missing", "inconclusive", "waived", "pass", "not_applicable")
"""What a verdict says, in the order in which a reader wants to see them."""

UNMET: tuple[Status, ...] = ("fail", "missing", "inconclusive")
"""Of these, the ones that ask somebody to do something."""

Level = Literal["blocker", "major", "minor"]

LEVELS: tuple[Level, ...] = ("blocker", "major", "minor")
"""How much a control matters, the most first."""

Readiness = Literal["ready", "with_reservations", "undecided", "blocked"]

READINESS: tuple[Readiness, ...] = ("ready", "with_reservations", "undecided", "blocked")
"""What verdicts come to, the best first; see `PolicyCheck.readiness`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer(Part):
    """What the evidence says to one requirement of a control about one thing, such as one attribute's ratio.

    Attributes
    ----------
    of : str
        Kind of requirement: ``measure``, ``metric``, ``assessment``, ``finding``, ``reproduction``, ``fact``,
        ``document``, ``environment``, ``age`` or ``charter``.
    asked : str
        The requirement in words, such as ``selection rate, ratio between groups of race: at least 0.8``.
    status : str
        As of a verdict, but never ``waived``.
    reason : str
        What was found, in a plain sentence.
    subject : mapping
        What exactly is meant: for a measure the fields of `Value` that pick it, for others what the policy says.
    value : number, text, true or false, or None
        What was found.
    lower, upper, confidence, n
        The interval of a measure and its rows, as in `Value`.
    comparison : str
        ``at_least``, ``at_most``, ``above``, ``below``, ``equals``, ``one_of`` or nothing.
    threshold : JSON
        What it was compared with.
    decide_on : str
        ``interval`` or ``estimate``; empty where there is nothing to choose.
    rows : int or None
        Of an inconclusive answer: how many more rows would decide, if the estimate stays where it is.
    action : str
        One call that would supply what is missing, or be the next step.
    records, cells : tuple of str
        Ids of the records and cell executions that it rests on.
    made : str
        When the evidence was made, RFC 3339.
    earlier : int
        How many earlier results of the same kind this one replaces: who tries often enough passes in the end.
    groups : mapping
        Of a comparison of groups: ``lowest`` and ``highest``, the groups at both ends, and ``low`` and ``high``, their
        values.
    """

    of: str
    asked: str
    status: Status
    reason: str = ""
    subject: Mapping[str, Json] = field(default_factory=dict)
    value: Json = None
    lower: float | None = None
    upper: float | None = None
    confidence: float | None = None
    n: int | None = None
    comparison: str = ""
    threshold: Json = None
    decide_on: str = ""
    rows: int | None = None
    action: str = ""
    records: tuple[str, ...] = ()
    cells: tuple[str, ...] = ()
    made: str = ""
    earlier: int = 0
    groups: Mapping[str, Json] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict(Part):
    """What came of one control.

    Attributes
    ----------
    control, title, text, severity, owner
        As the policy has them; `severity` is one of `LEVELS`.
    origin : str
        Id and version of the policy that the control was first written in, such as ``good-practice 1.0.0``.
    status : str
        One of `STATUSES`.
    reason : str
        Why, in a plain sentence.
    answers : tuple of Answer
        What it rests on, in the order of the policy's requirements.
    source : mapping
        ``title``, ``clause``, ``url``, ``date``, ``certainty`` of what asks for it.
    remedies : tuple of str
        What the policy's author says to do when it is not met.
    action : str
        The one thing to do next: a call, else a sentence; empty where it is met.
    waiver : mapping
        Where a waiver counts or has expired: ``id``, ``by``, ``why``, ``until``, ``expired``; and ``status``, what the
        verdict would be without it.
    """

    parts: ClassVar[Mapping[str, type[Part]]] = {"answers": Answer}

    control: str
    title: str
    severity: Level
    status: Status
    text: str = ""
    owner: str = ""
    origin: str = ""
    reason: str = ""
    answers: tuple[Answer, ...] = ()
    source: Mapping[str, Json] = field(default_factory=dict)
    remedies: tuple[str, ...] = ()
    action: str = ""
    waiver: Mapping[str, Json] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class PolicyUse(Record):
    """A policy as it was used in a run, whole, so that verdicts can be worked out again without its file.

    Attributes
    ----------
    policy, version, title : str
        Of several that were used together, joined by `` + ``.
    digest : str
        Of `content`.
    content : mapping
        The policy with all that it inherits, as JSON.
    sources : tuple of str
        Where it was found: ``pack``, or a path.
    in_force : bool
        Whether it is in force in the notebook, not only checked once; the last such record counts. Its policy is empty
        where it was taken out of force.
    jurisdiction, stage, tier : str
        What was said about the use of the model; empty where nothing was.
    """

    kind: ClassVar[str] = "policy_use"

    policy: str
    version: str = ""
    title: str = ""
    digest: str = ""
    content: Mapping[str, Json] = field(default_factory=dict)
    sources: tuple[str, ...] = ()
    in_force: bool = True
    jurisdiction: str = ""
    stage: str = ""
    tier: str = ""
    cell: str | None = None
    used: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PolicyCheck(Record):
    """The verdicts of a policy on a run: a function of evidence, policy and as-of time, each cited by its digest.

    Attributes
    ----------
    policy, version, title : str
    use : str
        Id of the `PolicyUse` that holds the policy's content.
    policy_digest, evidence_digest : str
    as_of : str
        RFC 3339; ages and waivers are judged at this time.
    through : mapping
        Sequence number of the last event, by run, up to which there was evidence.
    model, fit : str
        The model that was judged: its name, and its fit where that is known.
    act : str
        Where one assessment was judged, its id: of all results, only its own count. Empty where all do.
    context : mapping
        ``task``, ``tier``, ``jurisdiction``, ``stage``, as far as known.
    verdicts : tuple of Verdict
        In the policy's order.
    checked, actor : str
        When and by whom.
    """

    kind: ClassVar[str] = "policy_check"
    parts: ClassVar[Mapping[str, type[Part]]] = {"verdicts": Verdict}

    policy: str
    version: str = ""
    title: str = ""
    use: str = ""
    policy_digest: str = ""
    evidence_digest: str = ""
    as_of: str = ""
    through: Mapping[str, Json] = field(default_factory=dict)
    model: str = ""
    fit: str | None = None
    act: str = ""
    context: Mapping[str, Json] = field(default_factory=dict)
    verdicts: tuple[Verdict, ...] = ()
    cell: str | None = None
    checked: str = ""
    actor: str = ""

    def unmet(self, *levels: Level) -> tuple[Verdict, ...]:
        """Return the verdicts that are neither pass nor waived nor not applicable, of these levels or of all."""
        return tuple(v for v in self.verdicts if v.status in UNMET and v.severity in (levels or LEVELS))

    def counts(self) -> dict[str, int]:
        """Return how many verdicts there are of each status."""
        return {status: sum(v.status == status for v in self.verdicts) for status in STATUSES}

    @property
    def readiness(self) -> Readiness:
        """What the verdicts come to; it is derived, never stored.

        ``blocked`` where a blocker or major control fails; ``undecided`` where one is missing or inconclusive, or
        nothing was asked at all; ``with_reservations`` where a minor one is not met or any is waived; else ``ready``.
        """
        heavy = {v.status for v in self.unmet("blocker", "major")}
        if "fail" in heavy:
            return "blocked"
        if heavy or all(v.status == "not_applicable" for v in self.verdicts):
            return "undecided"
        reserved = self.unmet() or any(v.status == "waived" for v in self.verdicts)
        return "with_reservations" if reserved else "ready"


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiver(Record):
    """Somebody's decision that a control need not be met for a while; it counts for all runs of the experiment.

    Attributes
    ----------
    policy : str
        Id of the policy that the control is from.
    until : str
        The last day on which it counts, as ``2027-01-31``.
    version, requirement : str
        The policy's version, and the digest of what the control required when it was waived: where it asks for
        something else now, the waiver does not count. Empty in records of before these were kept.
    withdrawn : bool
        Whether it was taken back, by a later record with the same id.
    withdrawn_at : str
        When, RFC 3339: until then it counted.
    """

    kind: ClassVar[str] = "waiver"

    policy: str
    control: str
    by: str
    why: str
    until: str
    given: str = ""
    actor: str = ""
    version: str = ""
    requirement: str = ""
    withdrawn: bool = False
    withdrawn_at: str = ""
    cell: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked(Record):
    """Which checks were made in a run, whether or not they found anything: silence is evidence only where one looked.

    Attributes
    ----------
    checks : mapping
        How often each was made: by the id of the fit that it was made for, empty where that is not known, then by its
        name as in `Finding`.
    left : mapping
        How often each was due and not made, likewise.
    compared : mapping
        By the id of a fit, the ids of the data sets whose rows were looked for among those that it was fitted on.
    """

    kind: ClassVar[str] = "checked"

    checks: Mapping[str, Json] = field(default_factory=dict)
    left: Mapping[str, Json] = field(default_factory=dict)
    compared: Mapping[str, Json] = field(default_factory=dict)
