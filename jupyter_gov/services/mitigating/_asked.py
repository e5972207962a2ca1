"""What candidates are to meet: the controls of a policy that a model's measures decide."""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from jupyter_gov.errors import InputError, NotFoundError, did_you_mean
from jupyter_gov.records import AssessmentResult, Charter, PolicyCheck, PolicyUse, Verdict

from ..policies import find_policy, policy_in_force
from ..policies._evidence import gather
from ..runs import load_records
from ..session import Session

if TYPE_CHECKING:
    from jupyter_gov.policy import Policy, Requirement, Rule

ALWAYS = ("performance", "fairness", "comparison")
"""Assessments that candidates are compared by, whatever else is asked."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A policy, as far as a model's measures decide it.

    Attributes
    ----------
    policy : Policy or None
        With these controls only; None where nothing but less disparity is asked for.
    context : mapping
        ``tier``, ``jurisdiction`` and ``stage``, as far as they were said.
    charter : Charter or None
        Whose KPIs are controls too.
    only : tuple of str
        Ids of the controls that were named; empty for all.
    check : str
        Id of the last check of this policy on record, if there is any.
    """

    policy: Policy | None = None
    context: Mapping[str, str] = field(default_factory=dict)
    charter: Charter | None = None
    only: tuple[str, ...] = ()
    check: str = ""

    @property
    def name(self) -> str:
        """What the policy is called, with its version."""
        return "" if self.policy is None else f"{self.policy.id} {self.policy.version}"

    @property
    def include(self) -> list[str]:
        """The assessments that decide it, besides those that are always made."""
        return list(
            dict.fromkeys([*ALWAYS, *(str(r.where.get("assessment") or "performance") for r in self._measured)])
        )

    @property
    def confidence(self) -> float:
        """The largest confidence that a control asks for."""
        return max((r.confidence for r in self._measured if r.confidence), default=0.0)

    @property
    def _measured(self) -> list[Requirement]:
        controls = () if self.policy is None else self.policy.controls
        return [r for control in controls for r in requirements(control.require) if r.of == "measure"]

    def wants(self, control: str) -> bool:
        """Return whether a control is one of those that are to be met."""
        return not self.only or control in self.only

    def judge(self, results: Sequence[AssessmentResult], model: str, *, estimates: bool = False) -> tuple[Verdict, ...]:
        """Return the verdicts on a model that these results are of, of controls that rest on its measures.

        With `estimates` they are decided on the estimates alone, whatever the controls say.
        """
        if self.policy is None:
            return ()
        from jupyter_gov.policy import evidence_of, judge

        evidence = evidence_of(results, charter=self.charter, context=self.context, model=model)
        policy = self.policy
        if estimates:
            controls = tuple(replace(c, require=_on_estimates(c.require)) for c in policy.controls)
            policy = replace(policy, controls=controls)
        found = judge(policy, evidence, datetime.datetime.now(datetime.UTC))
        return tuple(v for v in found if any(answer.of == "measure" for answer in v.answers))


def _on_estimates(rule: Rule) -> Rule:
    from jupyter_gov.policy import Combination

    if isinstance(rule, Combination):
        return replace(rule, parts=tuple(map(_on_estimates, rule.parts)))
    return replace(rule, decide_on="estimate")


def find_asked(policy: str | Policy | None, controls: Sequence[str] | None, session: Session | None) -> Asked:
    """Return what is asked: by the policy named, else by the one in force.

    Raises
    ------
    NotFoundError, InputError
        If there is no such policy or control, no policy at all for the controls that are named, or one of them is
        nothing that a model's measures decide.
    """
    whole, use, digest = _policy(policy, session)
    if whole is None:
        if controls:
            raise InputError("Controls are named, and no policy is in force.", hint="Name it with policy=….")
        return Asked()
    kept = tuple(c for c in whole.controls if any(r.of == "measure" for r in requirements(c.require)))
    for name in controls or ():
        _known(name, [c.id for c in whole.controls], [c.id for c in kept])
    records = [] if session is None else load_records(session.run.id, session.store.url)
    checks = [r.id for r in records if isinstance(r, PolicyCheck) and r.policy_digest == digest]
    return Asked(
        policy=replace(whole, controls=kept, examples=(), items=()),
        context={} if use is None else {k: v for k in ("jurisdiction", "stage", "tier") if (v := getattr(use, k))},
        charter=None if session is None else gather(session.store, session.run).charter(),
        only=tuple(controls or ()),
        check=checks[-1] if checks else "",
    )


def requirements(rule: Rule) -> Iterator[Requirement]:
    """Yield the requirements that a rule is made of."""
    if hasattr(rule, "parts"):
        for part in rule.parts:
            yield from requirements(part)
    else:
        yield rule


def _known(name: str, every: Sequence[str], measured: Sequence[str]) -> None:
    if name in measured or name.startswith("kpi."):
        return
    if name in every:
        hint = "No other model could meet it; %gov_policy check says what would."
        raise InputError(f"The control {name!r} asks for something else than a model's measures.", hint=hint)
    raise NotFoundError(f"The policy has no control {name!r}.", hint=did_you_mean(name, measured, label="Controls"))


def _policy(policy: str | Policy | None, session: Session | None) -> tuple[Policy | None, PolicyUse | None, str]:
    """Return the policy that is asked for, the use of the one in force, and the digest of the first."""
    from jupyter_gov.policy import digest, from_json

    use = None
    if session is not None:
        session.flush()
        use = policy_in_force(session.run.id, session.store.url)
    if policy is None:
        return (None, None, "") if use is None else (from_json(use.content), use, use.digest)
    found = find_policy(policy)[0] if isinstance(policy, str) else policy
    return found, use, digest(found)
