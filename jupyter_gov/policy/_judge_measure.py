"""Answers to what is asked of the values of assessments."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from ..records import Answer, AssessmentResult, Value, to_json
from . import _actions as actions
from ._addresses import JUDGED, Picked, pick
from ._decide import bounds, decide
from ._evidence import Evidence
from ._explain_asked import asked as in_words
from ._index import Index
from ._judge_age import too_old
from ._judge_words import number, threshold
from ._model import Requirement
from ._rows import rows_to_decide

Told = dict[str, Any]
"""Fields of an answer."""

_MITIGATED = ("difference", "ratio", "group")
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
    meant = pick(evidence.index, str(asked.name), asked.where, judged=asked.min_rows > 0)
    answers = [question.answer(picked) for picked in meant]
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

    def answer(self, picked: Picked) -> Answer:
        what, result, value, name = picked
        if result is None:
            return Answer(**self.base, subject=what, **self._absent(picked))
        cited = self.index.cite(result)
        if value is None:
            return Answer(**self.base, subject=what, **cited, **self._absent(picked))
        if old := too_old(self.asked, self.index.made(result), self.as_of, f"The assessment {result.name}"):
            told: Told = {"status": "missing", "reason": old, "action": self._again()}
        else:
            told = self._of_value(value, result, name)
        return Answer(**self.base, subject=what, **cited, **told)

    def _absent(self, picked: Picked) -> Told:
        names, columns = actions.needed_for({**self.asked.where, **picked.subject})
        if columns == [actions.ATTRIBUTE] and actions.attributes_of(self.index):
            columns = []
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
            told["reason"] += _not_judged(result, value, sizes)
        told |= {"value": _number(value.value), "lower": _number(value.lower), "upper": _number(value.upper)}
        told |= {"confidence": value.confidence, "n": value.n}
        return told

    def _few(self, value: Value, result: AssessmentResult, sizes: Mapping[str, int], name: str) -> Told:
        """Return the answer where the rows are too few, or are not known; nothing where there are enough."""
        least = self.asked.min_rows
        group, rows = _rows_of(value, result, sizes)
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
        if not asked.comparison:
            return {"status": "pass", "reason": f"{found}, on record."}
        by_definition = value.lower is None and value.upper is None and value.method == "the reference itself"
        if asked.decide_on == "estimate" or by_definition:
            status = decide(asked.comparison, asked.threshold, estimate, estimate)
            how = " by definition" if by_definition else ""
            reason = f"{found}{how}; {self.wanted} is asked of the estimate."
            return {"status": status, "reason": reason, "action": _mend(value) if status == "fail" else ""}
        held = bounds(value.lower, value.upper)
        lacks = self._not_sure_enough(value, held)
        if held is None or lacks:
            action = _ON_ESTIMATE if value.kind in ("p_value", "q_value") else self._again()
            return {"status": "missing", "reason": f"{found}; {lacks}", "action": action}
        return self._on_interval(value, estimate, held, result, sizes, found)

    def _not_sure_enough(self, value: Value, held: tuple[float, float] | None) -> str:
        """Return why the interval on record cannot decide, as the end of a sentence; an empty text where it can."""
        if held is None:
            return "no interval is on record, and the control is decided on it."
        wanted = self.asked.confidence
        # 0.95 may have been worked out as 1 - 0.05.
        if wanted is None or (value.confidence is not None and value.confidence >= wanted - 1e-12):
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
            return {"status": status, "reason": f"{seen}: none of it {self.wanted}.", "action": _mend(value)}
        more = _more_rows(asked, value, estimate, held, _total(value, result, sizes))
        told = "" if more is None else f"; about {actions.rounded(more):,} more rows would decide if the estimate stays"
        reason = f"{seen}: some of it is {self.wanted}, some is not{told}."
        return {"status": status, "reason": reason, "rows": more, "action": actions.rows(more)}


def _too_few_rows(answer: Answer) -> Answer:
    return replace(answer, status="inconclusive", action=actions.rows(answer.rows))


def _number(value: float | None) -> float | None:
    """Return a number, and None for one that is none."""
    return None if value is None or math.isnan(value) else value


def _mend(value: Value) -> str:
    between = value.attribute is not None and value.kind in _MITIGATED
    return "%gov_mitigate" if between else actions.CHANGE


def _left_out(result: AssessmentResult, value: Value) -> tuple[str, ...]:
    if value.reference != JUDGED:
        return ()
    return tuple((result.parameters.get("not_judged") or {}).get(value.attribute) or ())


def _not_judged(result: AssessmentResult, value: Value, sizes: Mapping[str, int]) -> str:
    """Return which groups a comparison leaves out, in a sentence."""
    left_out = [f"{g} ({sizes[g]:,})" if g in sizes else g for g in _left_out(result, value)]
    more = f" and {len(left_out) - 5} more" if len(left_out) > 5 else ""
    return f" Not judged, for too few rows: {', '.join(left_out[:5])}{more}." if left_out else ""


def _rows_of(value: Value, result: AssessmentResult, sizes: Mapping[str, int]) -> tuple[str, int | None]:
    """Return the rows behind a value; of a comparison, the smallest group and its rows."""
    if value.n is not None:
        return value.group or "", value.n
    if value.attribute is None:
        return "", _all_rows(result)
    left_out = _left_out(result, value)
    held = [(n, group) for group, n in sizes.items() if group not in left_out and value.group in (None, group)]
    rows, group = min(held, default=(None, ""))
    return group, rows


def _all_rows(result: AssessmentResult) -> int | None:
    rows = result.parameters.get("rows")
    return int(rows) if isinstance(rows, int | float) else None


def _total(value: Value, result: AssessmentResult, sizes: Mapping[str, int]) -> int | None:
    """Return all rows that an interval is made of."""
    left_out = _left_out(result, value)
    return value.n or sum(n for group, n in sizes.items() if group not in left_out) or _all_rows(result)


def _more_rows(
    asked: Requirement, value: Value, estimate: float, held: tuple[float, float], rows: int | None
) -> int | None:
    if rows is None or not isinstance(asked.threshold, int | float):
        return None
    extreme = str(value.reference).startswith("max-min")
    limit = float(asked.threshold)
    return rows_to_decide(estimate, *held, limit, rows, ratio=value.kind == "ratio", smallest=extreme)
