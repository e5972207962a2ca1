"""What a live panel shows of the policy in force, of the charter and of mitigations."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from jupyter_gov.records import (
    LEVELS,
    STATUSES,
    UNMET,
    Answer,
    Charter,
    Json,
    Mitigation,
    Override,
    PolicyCheck,
    Tried,
    Value,
    Verdict,
)

_LONGEST = 400
_MOST_ANSWERS = 12
_MOST_TEXTS = 8
_MOST_TRIED = 30
_SOURCE = ("title", "clause", "url", "date", "certainty")
_WAIVER = ("by", "why", "until")

_Where = Callable[[str | None], Json]
"""Maps the id of a cell execution to what leads there."""


class PolicySeen:
    """The verdicts of a policy as the overview has them: what is not met first, the most severe of it first.

    Parameters
    ----------
    check : PolicyCheck
    limit : int
        At most so many verdicts that are not met, and as many of the rest.
    """

    def __init__(self, check: PolicyCheck, limit: int) -> None:
        self._check = check
        self._unmet = sorted((v for v in check.verdicts if v.status in UNMET), key=_urgency)
        self._rest = sorted((v for v in check.verdicts if v.status not in UNMET), key=_urgency)
        self._limit = limit

    def cells(self) -> Iterator[str]:
        """Yield the ids of the cell executions that what is shown points to."""
        for verdict in (*self._unmet[: self._limit], *self._rest[: self._limit]):
            for answer in _answers(verdict):
                yield from answer.cells[:1]

    def seen(self, cell: _Where) -> dict[str, Json]:
        """Return it as JSON; `cell` maps the id of a cell execution to what leads there."""
        check = self._check
        return {
            **{name: _short(getattr(check, name)) for name in ("id", "policy", "version", "title", "model", "as_of")},
            "readiness": check.readiness,
            "context": {key: _short(value) for key, value in check.context.items()},
            "counts": {**check.counts()},
            "unmet": self._listed(self._unmet, cell),
            "rest": self._listed(self._rest, cell),
        }

    def _listed(self, verdicts: list[Verdict], cell: _Where) -> dict[str, Json]:
        return {"total": len(verdicts), "items": [_verdict(v, cell) for v in verdicts[: self._limit]]}


def _urgency(verdict: Verdict) -> tuple[int, int]:
    order = (LEVELS.index(verdict.severity), STATUSES.index(verdict.status))
    return order if verdict.status in UNMET else order[::-1]


def _answers(verdict: Verdict) -> tuple[Answer, ...]:
    """Return the answers that are shown: those that made the verdict what it is before the others."""
    return tuple(sorted(verdict.answers, key=lambda a: STATUSES.index(a.status))[:_MOST_ANSWERS])


def _verdict(verdict: Verdict, cell: _Where) -> dict[str, Json]:
    answers = [_answer(a, cell) for a in _answers(verdict)]
    texts = ("title", "severity", "status", "text", "owner", "origin", "reason")
    return {
        "id": verdict.control,
        **{name: _short(getattr(verdict, name)) for name in texts},
        "action": _action(verdict) if verdict.status in UNMET else "",
        "source": {name: _short(verdict.source.get(name, "")) for name in _SOURCE},
        "remedies": _texts(verdict.remedies),
        "answers": answers,
        "answers_total": len(verdict.answers),
        "waiver": _waiver(verdict.waiver) if verdict.waiver else None,
        "cell": next((a["cell"] for a in answers if a["cell"]), None),
    }


def _action(verdict: Verdict) -> str:
    """Return what to do next, as nudges have it; whole or not at all, as it may be a call."""
    action = (verdict.action or next(iter(verdict.remedies), "")).strip()
    return action if len(action) <= _LONGEST else ""


def _waiver(waiver: Mapping[str, Json]) -> dict[str, Json]:
    return {name: _short(waiver.get(name, "")) for name in _WAIVER} | {"expired": bool(waiver.get("expired"))}


def _answer(answer: Answer, cell: _Where) -> dict[str, Any]:
    texts = {name: _short(getattr(answer, name)) for name in ("asked", "status", "reason")}
    return texts | {"rows": answer.rows, "cell": cell(next(iter(answer.cells), None))}


def charter_seen(charter: Charter, cell: _Where) -> dict[str, Json]:
    """Return a charter as the overview has it."""
    texts = ("id", "goal", "decision", "conditions", "decided", "tier", "jurisdiction")
    return {
        **{name: _short(getattr(charter, name)) for name in texts},
        "approvers": [{"name": _short(a.name), "role": _short(a.role)} for a in charter.approvers[:_MOST_TEXTS]],
        "kpis": [_short(k.name) for k in charter.kpis[:_MOST_TEXTS]],
        "risks": len(charter.risks),
        "policies": _texts(charter.policies),
        "cell": cell(charter.cell),
    }


def mitigation_seen(made: Mitigation, override: Override | None, cell: _Where) -> dict[str, Json]:
    """Return what was tried as the overview has it, with the choice that somebody made against the proposal."""
    return {
        **{name: _short(getattr(made, name)) for name in ("id", "model", "policy", "chosen")},
        "controls": _texts(made.controls),
        "performance": _axis(made.performance),
        "disparity": _axis(made.disparity),
        "tried": [_tried(t, made) for t in made.tried[:_MOST_TRIED]],
        "tried_total": len(made.tried),
        "advice": _texts(made.advice),
        "override": None
        if override is None
        else {name: _short(getattr(override, name)) for name in ("proposed", "chosen", "by", "why")},
        "cell": cell(made.cell),
    }


def _axis(asked: Mapping[str, Json]) -> dict[str, Json]:
    from jupyter_gov.display import words

    measure, attribute = str(asked.get("measure", "")), str(asked.get("attribute", ""))
    return {"title": _short(words.measure(measure)) if measure else "", "attribute": _short(attribute)}


def _tried(tried: Tried, made: Mitigation) -> dict[str, Json]:
    return {
        **{name: _short(getattr(tried, name)) for name in ("name", "status", "reason")},
        "on_frontier": tried.name in made.frontier,
        "needs_attribute": tried.needs_attribute,
        "met": sum(status == "pass" for status in tried.verdicts.values()),
        "asked": len(tried.verdicts),
        "performance": _value(tried.values, made.performance),
        "disparity": _value(tried.values, made.disparity),
    }


def _value(values: tuple[Value, ...], asked: Mapping[str, Json]) -> dict[str, Json] | None:
    """Return the value that an axis of the frontier speaks of, with its interval."""
    keys = [key for key in ("measure", "kind", "attribute", "reference") if key in asked]
    found = next((v for v in values if asked and all(getattr(v, key) == asked[key] for key in keys)), None)
    return None if found is None else {name: getattr(found, name) for name in ("value", "lower", "upper", "confidence")}


def _texts(texts: tuple[str, ...]) -> list[Json]:
    return [_short(text) for text in texts[:_MOST_TEXTS]]


def _short(value: Json) -> Json:
    from jupyter_gov.display import words

    return words.shorten(value, _LONGEST) if isinstance(value, str) else value
