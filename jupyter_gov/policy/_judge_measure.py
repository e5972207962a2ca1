"""Answers to what is asked of the values of assessments."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from ..records import Answer, AssessmentResult, Value, to_json
from . import _actions as actions
from ._addresses import JUDGED, Picked, pick
from ._decide import bounds, decide
from ._evidence import Evidence
from ._explain_asked import CONFIDENCE
from ._explain_asked import asked as in_words
from ._index import Index
from ._judge_age import too_old
from ._judge_groups import ends_named, extremes, left_out, not_judged, rows_of, total
from ._judge_words import listed, number, threshold
from ._model import Requirement
from ._rows import rows_to_decide

Told = dict[str, Any]
"""Fields of an answer."""

_MITIGATED = ("difference", "ratio", "group")
_TOO_STRICT = "Assess on more rows, or write `min_rows: {}` in the policy, as many as the assessment asks for."
_ON_ESTIMATE = "Write `decide_on: estimate` in the policy: such a number has no interval."


def measure(asked: Requirement, evidence: Evidence, as_of: datetime) -> list[Answer]:
    """Answer for each value that is meant."""
    question = _Question(
        asked=asked,
        index=evidence.index,
        as_of=as_of,
        wanted=threshold(asked.comparison, asked.threshold) if asked.comparison else "",
        base={
            "of": "measure",
            "asked": in_words(asked),
            "comparison": asked.comparison,
            "threshold": to_json(asked.threshold),
            "decide_on": asked.decide_on if asked.comparison else "",
        },
    )
    meant = pick(evidence.index, str(asked.name), asked.where, min_rows=asked.min_rows)
    lacking = [picked for picked in meant if picked.value is None]
    answers = [question.answer(picked, lacking) for picked in meant]
    judged = {a.subject.get("attribute") for a in answers if a.status != "not_applicable"}
    # An attribute of which no group is large enough is open, not without an object.
    return [a if a.subject.get("attribute") in judged else _too_few_rows(a) for a in answers]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Question:
    """A requirement and what it is asked of; `wanted` is its threshold in words, `base` what all its answers share."""

    asked: Requirement
    index: Index
    as_of: datetime
    wanted: str
    base: Told

    def answer(self, picked: Picked, lacking: Sequence[Picked]) -> Answer:
        what, result, value, name = picked
        if result is None:
            return Answer(**self.base, subject=what, **self._absent(picked, lacking))
        cited = self.index.cite(result)
        if value is None:
            return Answer(**self.base, subject=what, **cited, **self._absent(picked, lacking))
        earlier = self.index.replaced(result, value.attribute)
        cited["earlier"] = len(earlier)
        if old := too_old(self.asked, self.index.made(result), self.as_of, f"The assessment {result.name}"):
            told: Told = {"status": "missing", "reason": old, "action": self._again()}
        else:
            told = self._of_value(value, result, name)
            told["reason"] += self._replaced(value, earlier, told["status"], name)
        return Answer(**self.base, subject=what, **cited, **told)

    def _replaced(self, value: Value, earlier: Sequence[AssessmentResult], status: str, name: str) -> str:
        """Return what earlier results said, in a sentence, where that was something else."""
        before = [self._of_value(held, r, name)["status"] for r in earlier if (held := _same(value, r, self.index))]
        other = [s for s in before if s in ("pass", "fail", "inconclusive") and s != status]
        if not other:
            return ""
        words = {"pass": "met it", "fail": "did not meet it", "inconclusive": "left it open"}
        told = [f"{other.count(s):,} {word}" for s, word in words.items() if s in other]
        count = "an earlier result" if len(earlier) == 1 else f"{len(earlier):,} earlier results"
        which = told[0][2:] if len(earlier) == 1 else listed(told, "and")
        return f" It replaces {count}{', which ' if len(earlier) == 1 else ': '}{which}."

    def _absent(self, picked: Picked, lacking: Sequence[Picked]) -> Told:
        names, _ = actions.needed_for({**self.asked.where, **picked.subject})
        # One call supplies all that lack.
        columns = [c for one in lacking for c in actions.needed_for({**self.asked.where, **one.subject})[1]]
        if actions.attributes_of(self.index) or len({*columns}) > 1:
            columns = [c for c in columns if c != actions.ATTRIBUTE]
        undone = self.index.undone.get(names[0]) if names and picked.result is None else None
        why = f" {undone.reason}" if undone is not None and undone.reason else ""
        action = actions.assess(self.index, names, sensitive=columns, confidence=self.asked.confidence)
        reason = f"{picked.name}: not on record.{why}"
        return {"status": "missing", "reason": reason, "action": action}

    def _again(self) -> str:
        names, _ = actions.needed_for(self.asked.where)
        return actions.assess(self.index, names, confidence=self.asked.confidence)

    def _of_value(self, value: Value, result: AssessmentResult, name: str) -> Told:
        sizes = {} if value.n is not None or value.attribute is None else self.index.sizes(result, value)
        told = self._few(value, result, sizes, name) if self.asked.min_rows else {}
        if not told:
            told = self._compared(value, result, sizes, name)
            told["groups"] = extremes(result, value, self.index)
            told["reason"] += ends_named(told["groups"]) + not_judged(result, value, sizes)
        told |= {"value": _number(value.value), "lower": _number(value.lower), "upper": _number(value.upper)}
        told |= {"confidence": value.confidence, "n": total(value, result, sizes)}
        return told

    def _few(self, value: Value, result: AssessmentResult, sizes: Mapping[str, int], name: str) -> Told:
        """Return the answer where the rows are too few, or are not known; nothing where there are enough."""
        least = self.asked.min_rows
        large = [f"{group} ({sizes[group]:,})" for group in left_out(result, value) if sizes.get(group, 0) >= least]
        if large and any(n >= least for group, n in sizes.items() if group not in left_out(result, value)):
            minimum = result.parameters.get("minimum_group")
            how = f" of {minimum:,} rows" if isinstance(minimum, int) else ""
            reason = f"{name}: the assessment had a minimum{how} for a group and left out {listed(large, 'and')}; "
            reason += f"all with {least:,} or more are asked for."
            return {"status": "missing", "reason": reason, "action": _TOO_STRICT.format(minimum or "MORE")}
        group, rows = rows_of(value, result, sizes)
        if rows is None:
            reason = f"{name}: how many rows are behind it is not on record, and at least {least:,} are asked."
            return {"status": "missing", "reason": reason, "action": self._again()}
        if rows >= least:
            return {}
        more = least - rows
        whose = f" of {group}" if group and value.group is None else ""
        reason = f"{name}: {rows:,} rows{whose}, and what has fewer than {least:,} is not judged."
        if value.group is None:
            return {"status": "inconclusive", "reason": reason, "rows": more, "action": actions.rows(more)}
        return {"status": "not_applicable", "reason": reason, "rows": more}

    def _compared(self, value: Value, result: AssessmentResult, sizes: Mapping[str, int], name: str) -> Told:
        asked = self.asked
        estimate = _number(value.value)
        if estimate is None and value.n == 0:
            return {"status": "missing", "reason": f"{name}: there are no rows.", "action": self._again()}
        if estimate is None:
            reason = f"{name}: it cannot be estimated on these rows."
            return {"status": "inconclusive", "reason": reason, "action": actions.rows(None)}
        found = f"{name}: {number(estimate, asked.threshold)}"
        held = bounds(value.lower, value.upper)
        if wrong := _impossible(estimate, held):
            return {"status": "inconclusive", "reason": f"{found}; {wrong}", "action": self._again()}
        if not asked.comparison:
            return {"status": "pass", "reason": f"{found}, on record."}
        by_definition = value.lower is None and value.upper is None and value.method == "the reference itself"
        if asked.decide_on == "estimate" or by_definition:
            status = decide(asked.comparison, asked.threshold, estimate, estimate)
            how = " by definition" if by_definition else ""
            reason = f"{found}{how}; {self.wanted} is asked of the estimate."
            return {"status": status, "reason": reason, "action": self._mend(value) if status == "fail" else ""}
        lacks = self._not_sure_enough(value, held)
        if held is None or lacks:
            action = _ON_ESTIMATE if value.kind in ("p_value", "q_value") else self._again()
            return {"status": "missing", "reason": f"{found}; {lacks}", "action": action}
        return self._on_interval(value, estimate, held, result, sizes, found)

    def _mend(self, value: Value) -> str:
        between = value.attribute is not None and value.kind in _MITIGATED
        return actions.mitigate(self.index, value.attribute or "") if between else actions.CHANGE

    def _not_sure_enough(self, value: Value, held: tuple[float, float] | None) -> str:
        """Return why the interval on record cannot decide, as the end of a sentence; an empty text where it can."""
        if held is None:
            return "no interval is on record, and the control is decided on it."
        wanted = CONFIDENCE if self.asked.confidence is None else self.asked.confidence
        # 0.95 may have been worked out as 1 - 0.05.
        if value.confidence is not None and value.confidence >= wanted - 1e-12:
            return ""
        recorded = "of unknown confidence" if value.confidence is None else f"at {value.confidence:.6g}"
        return f"the interval is {recorded}, and {wanted:.6g} is asked."

    def _on_interval(
        self,
        value: Value,
        estimate: float,
        held: tuple[float, float],
        result: AssessmentResult,
        sizes: Mapping[str, int],
        found: str,
    ) -> Told:
        asked = self.asked
        status = decide(asked.comparison, asked.threshold, *held)
        level = "" if value.confidence is None else f"{100 * value.confidence:.6g}% "
        low, high = number(held[0], asked.threshold), number(held[1], asked.threshold)
        seen = f"{found}, {level}interval {low} to {high}"
        if status == "pass":
            return {"status": status, "reason": f"{seen}: all of it {self.wanted}."}
        if status == "fail":
            return {"status": status, "reason": f"{seen}: none of it {self.wanted}.", "action": self._mend(value)}
        rows = total(value, result, sizes)
        more = _more_rows(asked, value, estimate, held, rows)
        reason = f"{seen}: some of it is {self.wanted}, some is not"
        if more is not None:
            reason += f"; {actions.told_rows(more, rows)} would decide if the estimate stays"
        return {"status": status, "reason": f"{reason}.", "rows": more, "action": actions.rows(more, rows)}


def _too_few_rows(answer: Answer) -> Answer:
    return replace(answer, status="inconclusive", action=actions.rows(answer.rows))


def _number(value: float | None) -> float | None:
    """Return a number, and None for one that is none."""
    return None if value is None or math.isnan(value) else value


def _impossible(estimate: float, held: tuple[float, float] | None) -> str:
    """Return why a number cannot be right, as the end of a sentence; an empty text where it can."""
    if math.isinf(estimate):
        return "an infinite number decides nothing."
    if held is None or held[0] <= estimate <= held[1]:
        return ""
    return "it lies outside of its own interval, so one of them cannot be right."


def _same(value: Value, earlier: AssessmentResult, index: Index) -> Value | None:
    """Return the value of an earlier result that a value stands in the place of."""
    held = index.grouped(earlier).get((value.measure, value.kind), {}).get(value.attribute, ())
    found = [v for v in held if (v.group, v.label) == (value.group, value.label)]
    alike = (value.reference, JUDGED, "max-min") if value.reference in (JUDGED, "max-min") else (value.reference,)
    return next((v for reference in alike for v in found if v.reference == reference), None)


def _more_rows(
    asked: Requirement, value: Value, estimate: float, held: tuple[float, float], rows: int | None
) -> int | None:
    if rows is None or not isinstance(asked.threshold, int | float):
        return None
    extreme = str(value.reference).startswith("max-min")
    limit = float(asked.threshold)
    return rows_to_decide(estimate, *held, limit, rows, ratio=value.kind == "ratio", smallest=extreme)
