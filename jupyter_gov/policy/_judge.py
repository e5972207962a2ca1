"""From a policy and evidence to verdicts: a function of both and of a time, and of nothing else."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import fields
from datetime import datetime
from itertools import count

from ..errors import InputError
from ..records import Answer, Charter, Json, Kpi, Status, Verdict, Waiver
from . import _judge_facts, _judge_measure, _judge_metric, _judge_records
from ._combine import Part, at_least, every, of_answers, only_if
from ._evidence import Evidence, in_utc
from ._judge_age import answer_age
from ._judge_words import listed
from ._model import Applies, Combination, Control, Origin, Policy, Requirement, Rule

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
    controls = (*policy.controls, *controls_of_charter(there.charter))
    return tuple(_verdict(control, policy, there, when) for control in controls)


def _verdict(control: Control, policy: Policy, evidence: Evidence, as_of: datetime) -> Verdict:
    outside = _outside(policy.applies, evidence) or _outside(control.applies, evidence)
    part = Part("not_applicable") if outside else _answer(control.require, evidence, as_of)
    status, reason, action = part.status, outside or _reason(part), _action(part, control)
    waiver = _waiver(control, policy, status, evidence.waivers, as_of)
    if waiver and not waiver["expired"]:
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
    return (remedy or call) if part.status == "fail" else (call or remedy)


def _source(own: Origin, other: Origin) -> dict[str, Json]:
    """Return what asks for a control; where it does not say, what asks for its policy."""
    told = other if own == _NOTHING else own
    return {name: held for name in _ORIGIN if (held := getattr(told, name))}


def _outside(applies: Applies, evidence: Evidence) -> str:
    """Return why something does not apply, in a sentence; an empty text where it does, or where that is not known."""
    for scope in _SCOPES:
        wanted, known = getattr(applies, scope), evidence.context.get(scope, "")
        if wanted and known and not any(_within(w, k.strip()) for w in wanted for k in known.split(",")):
            return f"It applies to {scope} {listed(wanted)}; here it is {known}."
    return ""


def _within(wanted: str, known: str) -> bool:
    """Say whether two scopes can meet: ``US`` and ``US-NY`` do, whichever of them is the policy's."""
    a, b = wanted.lower().split("-"), known.lower().split("-")
    return all(x == y for x, y in zip(a, b, strict=False))


def _waiver(
    control: Control, policy: Policy, status: Status, waivers: Sequence[Waiver], as_of: datetime
) -> dict[str, Json]:
    """Return the waiver that counts for a control that is not met, else the last that has expired."""
    if status in ("pass", "not_applicable"):
        return {}
    withdrawn = {w.id for w in waivers if w.withdrawn}
    names = {"", policy.id, *policy.id.split(" + "), *control.origin.split(" ")[:1]}
    found = [w for w in waivers if w.control == control.id and w.policy in names and w.id not in withdrawn]
    if not found:
        return {}
    today = as_of.date().isoformat()
    last = max(found, key=lambda w: (w.until, w.id))
    told = {"id": last.id, "by": last.by, "why": last.why, "until": last.until}
    return {**told, "expired": last.until[:10] < today, "status": status}


def controls_of_charter(charter: Charter | None) -> tuple[Control, ...]:
    """Return a control for each target of a charter; a number without a target asks for nothing."""
    made: dict[str, Control] = {}
    for kpi in () if charter is None else charter.kpis:
        if rules := _targets(kpi):
            name = _name_of(kpi, made)
            made[name] = Control(
                id=name,
                title=kpi.name,
                require=rules[0] if len(rules) == 1 else Combination(how="all", parts=rules),
                text=f"Today: {kpi.baseline}" if kpi.baseline else "",
                owner=kpi.owner,
                source=Origin(title="Charter", date=(charter.decided or charter.written[:10]) if charter else ""),
                origin="charter",
            )
    return tuple(made.values())


def _name_of(kpi: Kpi, taken: Collection[str]) -> str:
    slug = "kpi." + (re.sub(r"[^a-z0-9]+", "-", kpi.name.lower()).strip("-") or "target")
    return next(name for i in count(1) if (name := slug if i == 1 else f"{slug}-{i}") not in taken)


def _targets(kpi: Kpi) -> tuple[Requirement, ...]:
    of, _, name = kpi.measure.rpartition(":")
    return tuple(
        Requirement(
            of="metric" if of == "metric" else "measure",
            name=name,
            comparison=comparison,
            threshold=target,
            decide_on="estimate" if of == "metric" else kpi.decide_on,
        )
        for comparison, target in (("at_least", kpi.at_least), ("at_most", kpi.at_most))
        if target is not None
    )
