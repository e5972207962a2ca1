"""Everything that policies judge, gathered and indexed once."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from functools import cached_property

from ..records import AssessmentResult, Charter, Json, Record, Waiver
from ._index import Index, is_about_data, last_by_id, made_at
from ._model import Fact

_USED = (
    "run",
    "assessment",
    "metric",
    "finding",
    "checked",
    "document",
    "environment",
    "reproduction",
)
"""Kinds of records that a verdict can rest on, besides charter and waivers; others only tell names."""

_UNJUDGED = ("card", "curves", "notes", "seconds")
"""Fields of an assessment's result that no verdict reads."""


@dataclass(frozen=True, kw_only=True)
class Evidence:
    """What is known about one model of a run; make it with `evidence_of`.

    Attributes
    ----------
    records : tuple of Record
        One for each id, in the order of their ids.
    facts : mapping
        By name, see `FACTS`.
    charter : Charter or None
    waivers : tuple of Waiver
    context : mapping
        ``task``, ``tier``, ``jurisdiction``, ``stage``, as far as known.
    said : mapping
        What of it was said rather than found.
    fit, model
        What is judged.
    index : Index
    """

    records: tuple[Record, ...]
    facts: Mapping[str, Fact]
    charter: Charter | None
    waivers: tuple[Waiver, ...]
    context: Mapping[str, str]
    said: Mapping[str, str] = field(repr=False)
    asked: tuple[str | None, str] = field(repr=False)
    fit: str | None
    model: str
    index: Index = field(repr=False, compare=False)

    def at(self, as_of: datetime) -> Evidence:
        """Return what of it was there at a time: what was made later is no evidence then."""
        later = {r.id for r in self.records if (made := made_at(r)) is not None and made > as_of}
        charter, waivers = self.charter, tuple(w for w in self.waivers if _was_there(w, as_of))
        if charter is not None and not _was_there(charter, as_of):
            charter = None
        if not later and charter is self.charter and waivers == self.waivers:
            return self
        return evidence_of(
            (r for r in self.records if r.id not in later),
            facts={name: fact for name, fact in self.facts.items() if not later & {*fact.records}},
            charter=charter,
            waivers=waivers,
            context=self.said,
            fit=self.asked[0],
            model=self.asked[1],
        )

    @cached_property
    def digest(self) -> str:
        """Digest of all that verdicts can rest on: ``jg1:`` and the BLAKE3 of its canonical JSON (RFC 8785)."""
        from blake3 import blake3
        from rfc8785 import dumps

        content: list[Json] = [
            [r.kind, {k: v for k, v in r.to_json().items() if k not in _UNJUDGED}]
            for r in self.records
            if r.kind in _USED and (r.kind != "assessment" or r.id in self._judged)
        ]
        content.append(None if self.charter is None else self.charter.to_json())
        content.append([w.to_json() for w in sorted(self.waivers, key=lambda w: w.id)])
        content.append([asdict(self.facts[name]) for name in sorted(self.facts)])
        content.append([dict(self.context), self.fit, self.model])
        return f"jg1:{blake3(dumps(_plain(content))).hexdigest()}"

    @property
    def _judged(self) -> set[str]:
        return {r.id for r in (*self.index.results.values(), *self.index.undone.values())}


def evidence_of(
    records: Iterable[Record],
    *,
    facts: Mapping[str, Fact] | None = None,
    charter: Charter | None = None,
    waivers: Sequence[Waiver] = (),
    context: Mapping[str, str] | None = None,
    fit: str | None = None,
    model: str = "",
) -> Evidence:
    """Gather what policies judge.

    Parameters
    ----------
    records : iterable of Record
        Of one run, in any order; of several with one id the last counts.
    facts : mapping, optional
        Facts by name, worked out from the records beforehand.
    charter : Charter, optional
        The one that counts for the run.
    waivers : sequence of Waiver
        Of the experiment.
    context : mapping, optional
        What was said about the use of the model: ``task``, ``tier``, ``jurisdiction``, ``stage``; what is not said is
        found in the assessments and the charter as far as possible.
    fit : str, optional
        Id of the fit whose results count.
    model : str
        Name of the model whose results count; without both, the model that was assessed last.

    Returns
    -------
    Evidence
        For each assessment the last result that was done counts.
    """
    kept = last_by_id(records)
    said = {k: v for k, v in (context or {}).items() if v}
    asked = (fit, model)
    last = last_assessed(kept, fit=fit, model=model)
    if last is not None:
        fit, model = last.fit, last.model
    index = Index(kept, model, fit)
    return Evidence(
        records=kept,
        facts=dict(facts or {}),
        charter=charter,
        waivers=tuple(waivers),
        context=_context(said, index, charter),
        said=said,
        asked=asked,
        fit=fit,
        model=model,
        index=index,
    )


def last_assessed(records: Iterable[Record], *, fit: str | None = None, model: str = "") -> AssessmentResult | None:
    """Return the last result of the model that is judged: of the one asked for, else of the one assessed last.

    What was found of a table alone counts only where nothing else was assessed.
    """
    found = [
        record
        for record in sorted(records, key=lambda r: r.id)
        if isinstance(record, AssessmentResult)
        and record.status == "done"
        and (not fit or record.fit == fit)
        and (not model or record.model == model)
    ]
    return next((r for r in reversed(found) if not is_about_data(r)), found[-1] if found else None)


def _context(said: Mapping[str, str], index: Index, charter: Charter | None) -> dict[str, str]:
    tasks = [str(r.parameters["task"]) for r in index.results.values() if r.parameters.get("task")]
    found = {"task": tasks[-1] if tasks else ""}
    if charter is not None:
        found |= {"tier": charter.tier, "jurisdiction": charter.jurisdiction}
    return {k: v for k, v in {**found, **said}.items() if v}


def _was_there(record: Record, as_of: datetime) -> bool:
    made = made_at(record)
    return made is None or made <= as_of


def _plain(value: Json) -> Json:
    """Return JSON without what RFC 8785 has no form for: NaN, infinities and integers past 2**53 - 1 become text."""
    if isinstance(value, Mapping):
        return {str(k): _plain(v) for k, v in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(v) for v in value]
    if isinstance(value, float) and not math.isfinite(value):
        return str(value)
    if isinstance(value, int) and not isinstance(value, bool) and abs(value) > 2**53 - 1:
        return str(value)
    return value


def in_utc(when: datetime) -> datetime:
    """Return a time in UTC; one without a zone is taken to be in UTC."""
    return when.replace(tzinfo=UTC) if when.tzinfo is None else when.astimezone(UTC)
