"""Targets of a charter as controls, and whether they were changed when the result was known."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from itertools import count

from ..records import Charter, Kpi, Verdict
from ._explain_asked import CONFIDENCE
from ._index import made_at, moment
from ._judge_words import threshold
from ._model import Combination, Control, Origin, Requirement


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
                source=Origin(title="Charter", date=charter.written[:10] if charter else ""),
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
            confidence=None if of == "metric" or kpi.decide_on == "estimate" else CONFIDENCE,
        )
        for comparison, target in (("at_least", kpi.at_least), ("at_most", kpi.at_most))
        if target is not None
    )


def changed_target(control: Control, verdict: Verdict, charters: Sequence[Charter]) -> str:
    """Return from what to what a target was changed after the evidence for it was made, and when, in a sentence.

    Parameters
    ----------
    control : Control
        Of the charter that counts.
    verdict : Verdict
        On it.
    charters : sequence of Charter
        All that there were, the oldest first; the last counts.
    """
    made = [when for answer in verdict.answers if (when := moment(answer.made))]
    now = charters[-1] if charters else None
    when = None if now is None else made_at(now)
    before = [c for c in charters[:-1] if made and (then := made_at(c)) is not None and then <= max(made)]
    if now is None or when is None or not made or when <= max(made) or not before:
        return ""
    old = {c.id: c for c in controls_of_charter(before[-1])}.get(control.id)
    if old is not None and old.require == control.require:
        return ""
    was = "there was no such target" if old is None else f"the target was {_in_words(old)}"
    day = when.date().isoformat()
    return f"When this was measured, {was}; it was changed to {_in_words(control)} on {day}, when the result was known."


def _in_words(control: Control) -> str:
    rules = control.require.parts if isinstance(control.require, Combination) else (control.require,)
    told = [
        f"{threshold(rule.comparison, rule.threshold)}{' of the estimate' if rule.decide_on == 'estimate' else ''}"
        for rule in rules
        if isinstance(rule, Requirement)
    ]
    return " and ".join(told)
