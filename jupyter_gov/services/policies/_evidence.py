"""What is known about a run when a policy is judged: its records, and what others of its experiment decided for it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from jupyter_gov.records import AssessmentResult, Cell, Charter, Record, Run, Waiver

from .._findings import checks_of, findings_of
from ._facts import find_facts

if TYPE_CHECKING:
    from jupyter_gov.policy import Evidence
    from jupyter_gov.store import Store

SHARED = (Charter.kind, Waiver.kind)
"""Kinds of records that count for other runs of the experiment too."""


class Judged(NamedTuple):
    """The model that a policy is judged on; its fit where that is known."""

    model: str
    fit: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Material:
    """Records that verdicts are made from, and how far they were read.

    Attributes
    ----------
    records : sequence of Record
        The run's own, in the order in which each was first seen.
    shared : sequence of (str, Record)
        Charters and waivers of other runs of the experiment, each with its run.
    through : mapping
        Sequence number of the last event that was read, by run.
    """

    records: Sequence[Record]
    shared: Sequence[tuple[str, Record]] = ()
    through: Mapping[str, int] = field(default_factory=dict)

    def at(self, when: datetime) -> Material:
        """Return what of it was there at a time."""
        from jupyter_gov.policy import made_at

        def was_there(record: Record) -> bool:
            made = made_at(record)
            return made is None or made <= when

        return replace(
            self,
            records=[r for r in self.records if was_there(r)],
            shared=[(run, r) for run, r in self.shared if was_there(r)],
        )

    def of_act(self, act: str) -> Material:
        """Return it with the results of one assessment only, by its id."""
        kept = [r for r in self.records if not isinstance(r, AssessmentResult) or r.act == act]
        return replace(self, records=kept)

    def evidence(self, *, model: str = "", fit: str | None = None, said: Mapping[str, str] | None = None) -> Evidence:
        """Return it as what policies are judged on.

        Parameters
        ----------
        model : str
            Name of the model that is judged; by default the one that was assessed last.
        fit : str, optional
            Id of its fit, where that is known.
        said : mapping, optional
            ``tier``, ``jurisdiction`` and ``stage``, as far as somebody said them.
        """
        from jupyter_gov.policy import evidence_of

        chosen = self.judged(model=model, fit=fit)
        return evidence_of(
            self.records,
            facts=find_facts(self.records, model=chosen.model, fit=chosen.fit),
            charters=self.charters(chosen.model),
            waivers=[r for r in self._all if isinstance(r, Waiver)],
            context={key: value for key, value in (said or {}).items() if value},
            fit=chosen.fit,
            model=chosen.model,
        )

    def judged(self, *, model: str = "", fit: str | None = None) -> Judged:
        """Return the model that is judged: the one asked for, else the one that was assessed last."""
        from jupyter_gov.policy import last_assessed

        last = last_assessed(self.records, fit=fit, model=model)
        return Judged(model, fit) if last is None else Judged(last.model, last.fit)

    @property
    def waivers(self) -> tuple[Waiver, ...]:
        """Those of the experiment that are not withdrawn, the oldest first."""
        found = [r for r in self._all if isinstance(r, Waiver) and not r.withdrawn]
        return tuple(sorted(found, key=lambda w: (w.given, w.id)))

    def charter(self, model: str = "") -> Charter | None:
        """Return the newest of the experiment that is about the model or about all."""
        return next(reversed(self.charters(model)), None)

    def charters(self, model: str = "") -> tuple[Charter, ...]:
        """Return those of the experiment that are about the model or about all, the oldest first."""
        found = [r for r in self._all if isinstance(r, Charter) and r.model in ("", model)]
        return tuple(sorted(found, key=lambda c: (c.written, c.id)))

    @property
    def _all(self) -> list[Record]:
        return [*(r for _, r in self.shared), *self.records]


def gather(store: Store, run: Run) -> Material:
    """Read what is known about a run now."""
    held = _held(store, run.id)
    records, shared, through = store.known(run.id, experiment=run.experiment, shared=SHARED, held=dict(held))
    held |= {r.id: r for r in records if isinstance(r, AssessmentResult | Cell)}
    return Material(records=records, shared=shared, through=through)


@lru_cache(maxsize=4)
def _held(store: Store, run: str) -> dict[str, Record]:  # noqa: ARG001
    """Return results and cells of a run that were read before, by id: they are large, many, and never change."""
    return {}


def of_results(results: Sequence[AssessmentResult]) -> Material:
    """Return what the results of one assessment alone tell."""
    return Material(records=[*results, *findings_of(results, seen=""), checks_of(results)])


def gather_again(store: Store, run: str, through: Mapping[str, int]) -> Material:
    """Read what was known about a run, by its full id, when events went up to those of `through`."""
    shared = [
        (other, record)
        for other, seq in through.items()
        if other != run
        for record in store.records_at(other, seq)
        if record.kind in SHARED
    ]
    return Material(records=store.records_at(run, through[run]), shared=shared, through=through)
