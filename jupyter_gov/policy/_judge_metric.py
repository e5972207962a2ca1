"""Answers to what is asked of metrics that the notebook itself computed."""

from __future__ import annotations

import math
from datetime import datetime
from typing import Any

from ..records import Answer, Json, to_json
from . import _actions as actions
from ._decide import decide
from ._evidence import Evidence
from ._explain_asked import asked as in_words
from ._judge_age import too_old
from ._judge_words import capital, number, plain, threshold
from ._model import Requirement


def metric(asked: Requirement, evidence: Evidence, as_of: datetime) -> list[Answer]:
    """Answer for a number that the notebook computed; it has no interval, so the estimate decides."""
    name, split = str(asked.name), str(asked.where.get("split") or "")
    found = evidence.index.metrics_of(name, split)
    words = capital(f"{plain(name)}{f' on {split} rows' if split else ''}")
    base: dict[str, Any] = {
        "of": "metric",
        "asked": in_words(asked),
        "subject": {"metric": name, **({"split": split} if split else {})},
        "comparison": asked.comparison,
        "threshold": to_json(asked.threshold),
        "decide_on": "estimate" if asked.comparison else "",
    }
    if not found:
        action = f"Compute {name} in a cell{f' with {split} rows' if split else ''}."
        return [Answer(**base, status="missing", reason=f"{words}: not on record.", action=action)]
    last = found[-1]
    base |= {**evidence.index.cite(last), "earlier": len(found) - 1}
    if old := too_old(asked, evidence.index.made(last), as_of, words):
        return [Answer(**base, status="missing", reason=old, action=f"Compute {name} again.")]
    value = _one_number(last.value)
    if value is None:
        reason = f"{words}: what was computed is not one finite number."
        return [Answer(**base, status="inconclusive", reason=reason, action=f"Compute {name} as one number.")]
    base["value"] = value
    if not asked.comparison:
        return [Answer(**base, status="pass", reason=f"{words}: {number(value)}, on record.")]
    status = decide(asked.comparison, asked.threshold, value, value)
    wanted = threshold(asked.comparison, asked.threshold)
    reason = f"{words}: {number(value, asked.threshold)}; {wanted} is asked."
    return [Answer(**base, status=status, reason=reason, action=actions.CHANGE if status == "fail" else "")]


def _one_number(value: Json) -> float | None:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return float(value) if math.isfinite(value) else None
