"""Everything that policies judge, gathered and indexed once."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from functools import cached_property

from ..records import TIERS, AssessmentResult, Charter, Fit, Json, Record, Waiver
from ._index import Index, is_about_data, last_by_id, made_at
from ._model import Fact
from ._places import known_places
from ._waived import at

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
    charters : tuple of Charter
        All that there were, the oldest first; the last is `charter`.
    context : mapping
        ``task``, ``tier``, ``jurisdiction``, ``stage``, as far as known; ``note`` where the charter says something else
        than was said.
    said : mapping
        What of it was said rather than found.
    differing : tuple of str
        The keys of `context` of which charter and what was said differ.
    fit, model
        What is judged.
    index : Index
    """

    records: tuple[Record, ...]
    facts: Mapping[str, Fact]
    charter: Charter | None
    waivers: tuple[Waiver, ...]
    charters: tuple[Charter, ...] = field(repr=False)
    context: Mapping[str, str]
    said: Mapping[str, str] = field(repr=False)
    asked: tuple[str | None, str] = field(repr=False)
    fit: str | None
    model: str
    index: Index = field(repr=False, compare=False)
    differing: tuple[str, ...] = ()

    @property
    def note(self) -> str:
        """How charter and what was said differ, in sentences."""
        return self.context.get("note", "")

    def at(self, as_of: datetime) -> Evidence:
        """Return what of it was there at a time: what was made later is no evidence then."""
        later = {r.id for r in self.records if (made := made_at(r)) is not None and made > as_of}
        waivers = tuple(at(w, as_of) for w in self.waivers if _was_there(w, as_of))
        charters = tuple(c for c in self.charters if _was_there(c, as_of))
        if not later and charters == self.charters and waivers == self.waivers:
            return self
        return evidence_of(
            (r for r in self.records if r.id not in later),
            # They were worked out from later records too.
            facts={} if later else self.facts,
            charters=charters,
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
        content.append([c.to_json() for c in self.charters])
        content.append([[f.id, f.parent, [*f.datasets]] for f in self._fits])
        content.append([w.to_json() for w in sorted(self.waivers, key=lambda w: w.id)])
        content.append([asdict(self.facts[name]) for name in sorted(self.facts)])
        content.append([dict(self.context), self.fit, self.model])
        return f"jg1:{blake3(dumps(_plain(content))).hexdigest()}"

    @property
    def _judged(self) -> set[str]:
        index = self.index
        judged = [r for results in (*index.tried.values(), *index.done.values()) for r in results]
        return {r.id for r in (*judged, *index.undone.values())}

    @property
    def _fits(self) -> list[Fit]:
        """The fits that say which metrics, findings and checks are about the judged model."""
        return [self.index.fits[key] for key in sorted(self.index.own & {*self.index.fits})]


def evidence_of(
    records: Iterable[Record],
    *,
    facts: Mapping[str, Fact] | None = None,
    charter: Charter | None = None,
    charters: Sequence[Charter] = (),
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
        The one that counts for the run, where no other is known.
    charters : sequence of Charter
        All of the experiment, in any order: the newest counts, earlier ones tell whether a target was changed.
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
    known = {(c.written, c.id): c for c in (*charters, *([] if charter is None else [charter]))}
    written = tuple(known[key] for key in sorted(known))
    newest = written[-1] if written else None
    found, differing = _context(said, index, newest)
    return Evidence(
        records=kept,
        facts=dict(facts or {}),
        charter=newest,
        charters=written,
        waivers=tuple(waivers),
        context=found,
        differing=differing,
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


def _context(said: Mapping[str, str], index: Index, charter: Charter | None) -> tuple[dict[str, str], tuple[str, ...]]:
    """Return what is known of the use of a model, and the keys of which charter and what was said differ."""
    tasks = [str(r.parameters["task"]) for r in index.results.values() if r.parameters.get("task")]
    found: dict[str, str] = {"task": tasks[-1] if tasks else "", **said}
    notes: dict[str, str] = {}
    tier, place = ("", "") if charter is None else (charter.tier, charter.jurisdiction)
    if tier and (other := said.get("tier")) and other != tier:
        found["tier"] = min((t for t in (tier, other) if t in TIERS), key=TIERS.index, default=tier)
        notes["tier"] = f"The charter says tier {tier}, and {other} was said: the stricter counts, {found['tier']}."
    else:
        found["tier"] = said.get("tier") or tier
    if place and (other := said.get("jurisdiction")) and {*known_places(other)} != {*known_places(place)}:
        found["jurisdiction"] = ", ".join(dict.fromkeys(p.strip() for p in f"{place},{other}".split(",") if p.strip()))
        notes["jurisdiction"] = f"The charter says jurisdiction {place}, and {other} was said: both count."
    else:
        found["jurisdiction"] = said.get("jurisdiction") or place
    found["note"] = " ".join(notes.values())
    return {k: v for k, v in found.items() if v}, tuple(notes)


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
