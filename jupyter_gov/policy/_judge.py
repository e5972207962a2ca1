"""From a policy and evidence to verdicts: a function of both and of a time, and of nothing else."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import fields, replace
from datetime import datetime

from ..errors import InputError
from ..records import Answer, Json, Verdict
from . import _judge_facts, _judge_measure, _judge_metric, _judge_records
from ._combine import Part, at_least, every, of_answers, only_if
from ._evidence import Evidence, in_utc
from ._judge_age import answer_age
from ._judge_words import listed
from ._model import Applies, Combination, Control, Origin, Policy, Requirement, Rule
from ._places import known_places, meets
from ._targets import changed_target, controls_of_charter
from ._waived import waiver_of

Answers = Callable[[Requirement, Evidence, datetime], list[Answer]]

_ANSWERS: Mapping[str, Answers] = {
    "measure": _judge_measure.measure,
    "metric": _judge_metric.metric,
    "assessment": _judge_records.assessment,
    "finding": _judge_records.finding,
    "reproduction": _judge_records.reproduction,
    "fact": _judge_facts.fact,
    "document": _judge_records.document,
    "environment": _judge_records.environment,
    "age": answer_age,
    "charter": _judge_facts.charter,
}
"""Who answers, by the kind of requirement."""

_SCOPES = tuple(f.name for f in fields(Applies))
_ORIGIN = tuple(f.name for f in fields(Origin))
_NOTHING = Origin()
_MAGIC = re.compile(r"%gov_\w+")


def judge(policy: Policy, evidence: Evidence, as_of: datetime) -> tuple[Verdict, ...]:
    """Return the verdict on each control of a policy, then on each target of the charter.

    Parameters
    ----------
    policy : Policy
        Resolved: with all that it inherits.
    evidence : Evidence
    as_of : datetime
        Ages and waivers are judged at this time, and what was made later is no evidence; without a zone it is in UTC.

    Returns
    -------
    tuple of Verdict
        In the policy's order. The same policy, evidence and time give the same verdicts, in whatever order the records
        came.

    Raises
    ------
    InputError
        If the policy still extends others.
    """
    if policy.extends:
        hint = "Call policy.resolve first."
        raise InputError(f"The policy {policy.id!r} still extends {listed(policy.extends, 'and')}.", hint=hint)
    when = in_utc(as_of)
    there = evidence.at(when)
    verdicts = [_verdict(control, policy, there, when) for control in policy.controls]
    for control in controls_of_charter(there.charter):
        verdict = _verdict(control, policy, there, when)
        change = changed_target(control, verdict, there.charters)
        verdicts.append(replace(verdict, reason=f"{verdict.reason} {change}") if change else verdict)
    return tuple(verdicts)


def _verdict(control: Control, policy: Policy, evidence: Evidence, as_of: datetime) -> Verdict:
    outside = _outside(policy.applies, evidence) or _outside(control.applies, evidence)
    part = Part("not_applicable") if outside else _answer(control.require, evidence, as_of)
    status, reason, action = part.status, outside or _reason(part), _action(part, control)
    if evidence.note and _asks_scope(policy.applies, control.applies, evidence):
        reason = f"{reason} {evidence.note}".strip()
    waiver = waiver_of(control, policy, status, evidence.waivers, as_of)
    if waiver.get("changed"):
        reason += " It was waived when it asked for something else, so the waiver does not count."
    elif waiver and not waiver["expired"]:
        status, action = "waived", ""
    return Verdict(
        control=control.id,
        title=control.title,
        severity=control.severity,
        status=status,
        text=control.text,
        owner=control.owner or policy.owner,
        origin=control.origin or f"{policy.id} {policy.version}",
        reason=reason,
        answers=part.answers,
        source=_source(control.source, policy.source),
        remedies=control.remedies,
        action=action,
        waiver=waiver,
    )


def _answer(rule: Rule, evidence: Evidence, as_of: datetime) -> Part:
    if isinstance(rule, Combination):
        parts = [_answer(part, evidence, as_of) for part in rule.parts]
        if rule.how == "if":
            return only_if(parts[0], parts[1])
        return every(parts) if rule.how == "all" else at_least(1 if rule.how == "any" else rule.k, parts)
    return of_answers(_ANSWERS[rule.of](rule, evidence, as_of))


def _reason(part: Part) -> str:
    """Return what decided, in a sentence or two."""
    if not part.deciding:
        return "There is nothing to judge." if part.status == "not_applicable" else ""
    first = part.deciding[0].reason
    several, of = len(part.deciding), sum(a.status != "not_applicable" for a in part.answers)
    skipped = [a.reason for a in part.answers if a.status == "not_applicable" and a.reason and a not in part.deciding]
    note = (
        f" Not judged: {skipped[0]}" + (f" And {len(skipped) - 1} more." if len(skipped) > 1 else "") if skipped else ""
    )
    if part.status == "not_applicable" and part.deciding[0].status != "not_applicable":
        return f"Nothing is asked here, since the condition is not met. {first}"
    if part.status == "not_applicable" or several == 1:
        return f"{first}{note}"
    told = {"pass": "hold", "fail": "do not hold", "missing": "are not on record", "inconclusive": "are open"}
    return f"{several:,} of {of:,} things that were asked {told[part.status]}; the first: {first}{note}"


def _action(part: Part, control: Control) -> str:
    """Return the next step: what the policy says to do where something fails, the call where something lacks."""
    if part.status in ("pass", "not_applicable"):
        return ""
    # Where several are open, the one that needs the most rows is the one that decides.
    open_ = sorted(part.deciding, key=lambda a: -(a.rows or 0)) if part.status == "inconclusive" else part.deciding
    call = next((a.action for a in open_ if a.action), "")
    remedy = control.remedies[0] if control.remedies else ""
    # A remedy that only names the magic says less than the whole call of it.
    named = _MAGIC.search(call)
    whole = named is not None and _only_names(remedy, named[0])
    return (remedy or call) if part.status == "fail" and not whole else (call or remedy)


def _only_names(remedy: str, magic: str) -> bool:
    """Say whether a remedy names a magic without what it is called with, or with words in capitals for it."""
    called = re.search(rf"(?:^|`){magic}\s+([^`\s]+)", remedy)
    return magic in _MAGIC.findall(remedy) and (called is None or called[1].isupper())


def _source(own: Origin, other: Origin) -> dict[str, Json]:
    """Return what asks for a control; where it does not say, what asks for its policy."""
    told = other if own == _NOTHING else own
    return {name: held for name in _ORIGIN if (held := getattr(told, name))}


def _outside(applies: Applies, evidence: Evidence) -> str:
    """Return why something does not apply, in a sentence; an empty text where it does, or where that is not known."""
    for scope in _SCOPES:
        wanted, said = getattr(applies, scope), evidence.context.get(scope, "")
        known = known_places(said) if scope == "jurisdiction" else tuple(k for k in [said.lower()] if k)
        meet = meets if scope == "jurisdiction" else _same
        if wanted and known and not any(meet(w, k) for w in wanted for k in known):
            return f"It applies to {scope} {listed(wanted)}; here it is {said}."
    return ""


def _same(wanted: str, known: str) -> bool:
    return wanted.lower() == known


def _asks_scope(policy: Applies, control: Applies, evidence: Evidence) -> bool:
    """Say whether it depends on what the charter and somebody else say differently whether a control applies."""
    return any(getattr(applies, scope) for applies in (policy, control) for scope in evidence.differing)
