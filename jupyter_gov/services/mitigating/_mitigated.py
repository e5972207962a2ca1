"""What came of a mitigation, and the choice among its candidates."""

from __future__ import annotations

import shlex
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from jupyter_gov.errors import InputError, NotFoundError, did_you_mean
from jupyter_gov.records import Mitigation, Override, Tried, utc_now

from ..session import actor, current
from ._held_out import ORIGINAL


def _why(name: str) -> str:
    return f"Write choose({name!r}, by='…', why='…'), in the magic --choose {shlex.quote(name)} --by NAME --why TEXT."


class MitigationInterrupted(KeyboardInterrupt):
    """A mitigation was interrupted; what was done until then is recorded.

    Parameters
    ----------
    mitigated : Mitigated
        The candidates that were done; the others are stopped.
    """

    def __init__(self, mitigated: Mitigated) -> None:
        done = sum(t.status == "done" for t in mitigated.record.tried) - 1
        super().__init__(f"The mitigation was interrupted; {done} candidates are done.")
        self.mitigated = mitigated


class Mitigated:
    """Candidates that were tried beside a model, and their fitted estimators.

    Parameters
    ----------
    record : Mitigation
        What is on record; `choose` makes it a new one.
    estimators : mapping
        Fitted estimators by the names of the candidates; the original is among them.
    data : mapping
        What candidates were fitted on, by name: ``X``, ``y`` and, where there are any, ``sample_weight`` and
        ``sensitive_features``.
    run : str
        Id of the run that it belongs to; empty where none was tracked.
    """

    def __init__(
        self, record: Mitigation, estimators: Mapping[str, Any], *, data: Mapping[str, Any], run: str = ""
    ) -> None:
        self.record = record
        self._estimators = dict(estimators)
        self._data = dict(data)
        self._run = run

    @property
    def proposed(self) -> str:
        """Name of the candidate that is proposed, or nothing."""
        return str(self.record.parameters.get("proposed") or "")

    @property
    def candidates(self) -> tuple[str, ...]:
        """Names of the candidates that were done."""
        return tuple(t.name for t in self.record.tried if t.status == "done" and t.name != ORIGINAL)

    def __getitem__(self, name: str) -> Tried:
        """Return what was found about a candidate."""
        found = next((t for t in self.record.tried if t.name == name), None)
        if found is None:
            hint = did_you_mean(name, [t.name for t in self.record.tried], label="Candidates")
            raise NotFoundError(f"There is no candidate {name!r}.", hint=hint)
        return found

    def estimator(self, name: str) -> Any:
        """Return the fitted estimator of a candidate, or the original.

        Raises
        ------
        NotFoundError
            If there is none of this name, or it was not fitted.
        """
        if name not in self._estimators:
            why = self[name].reason or "It was not fitted."
            raise NotFoundError(f"There is no estimator of {name!r}.", hint=why)
        return self._estimators[name]

    def choose(self, name: str | None = None, *, by: str = "", why: str = "") -> Any:
        """Choose a candidate and return its estimator; where a run is tracked, the choice is recorded.

        Parameters
        ----------
        name : str, optional
            By default the one that is proposed; ``original`` keeps the model as it is.
        by, why : str
            Who chooses, and the reason, which is needed for another than the proposed one, and for one that needs the
            sensitive attribute when it predicts: who decided that it may be used.

        Returns
        -------
        estimator
            Ordinary and fitted. Its lineage shows the training data and the model that it stands in for.

        Raises
        ------
        InputError
            If none is proposed and none is named, or the reason is missing.
        NotFoundError
            If there is no such candidate.
        """
        proposed = self.proposed
        chosen = name or proposed
        if not chosen:
            raise InputError(
                "No candidate is proposed.",
                hint=f"Name one, and say why. Candidates: {', '.join(self.candidates) or 'none'}.",
            )
        estimator = self.estimator(chosen)
        if not why.strip() and chosen != proposed:
            told = f"{proposed!r} is proposed." if proposed else "None is proposed."
            raise InputError(f"A reason is missing for choosing {chosen!r}: {told}", hint=_why(chosen))
        if not why.strip() and self[chosen].needs_attribute:
            sensitive = ", ".join(map(str, self.record.parameters.get("sensitive") or ()))
            raise InputError(
                f"{chosen!r} decides by {sensitive or 'the sensitive attribute'}: say who decided that it may be used.",
                hint=_why(chosen),
            )
        self._record(chosen, by or actor(), why.strip())
        return estimator

    def _record(self, chosen: str, by: str, why: str) -> None:
        session = current()
        tracked = session if session is not None and session.run.id == self._run else None
        resolver = None if tracked is None else tracked.resolver
        tried = self[chosen]
        fit, cell = tried.fit, resolver.cell() if resolver is not None else None
        if resolver is not None and fit is None and chosen != ORIGINAL:
            fit = resolver.adopt(
                self._estimators[chosen],
                {k: v for k, v in self._data.items() if tried.needs_attribute or k != "sensitive_features"},
                made_from=self.record.fit,
                seconds=tried.seconds,
            )
        self.record = self.record.replace(
            chosen=chosen,
            parameters={**self.record.parameters, "chosen_by": by, "chosen_why": why},
            tried=tuple(t if t.name != chosen else replace(t, fit=fit) for t in self.record.tried),
        )
        if tracked is None:
            return
        tracked.record(self.record, "mitigation.chosen")
        if chosen != self.proposed:
            override = Override(
                about=self.record.id,
                proposed=self.proposed,
                chosen=chosen,
                by=by,
                why=why,
                made=utc_now(),
                actor=actor(),
                cell=cell,
            )
            tracked.record(override, "override.made")
        tracked.flush()

    def _repr_html_(self) -> str:
        from jupyter_gov.display import mitigation

        return mitigation(self.record)[0]

    def __repr__(self) -> str:
        told = f", proposed={self.proposed!r}" if self.proposed else ""
        return f"Mitigated(model={self.record.model!r}, candidates={len(self.candidates)}{told})"
