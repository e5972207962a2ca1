"""Trying one candidate after the other until there are no more, or no time."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from jupyter_gov.errors import GovError
from jupyter_gov.records import Tried, Value, Verdict

from ._aims import Aims, original_value, same
from ._asked import Asked
from ._decisions import decisions_changed, nearly_constant
from ._held_out import ORIGINAL, Assessed, HeldOut
from ._weighing import distance

if TYPE_CHECKING:
    from jupyter_gov.mitigation import Made, Method, Problem

Progress = Callable[[str, int, int], None]

ADVICE = "more_data"
"""The method that makes no candidates."""


@dataclass(slots=True)
class Trials:
    """Candidates on their way to the record.

    Attributes
    ----------
    held, asked, aims
        What they are assessed on, what they are to meet, and what they are compared by.
    controls : tuple of str
        Ids of the controls that the original does not meet.
    met : mapping
        Titles of the controls that it does meet, by id: a candidate may lose them.
    confidence : float
    """

    held: HeldOut
    asked: Asked
    aims: Aims
    controls: tuple[str, ...]
    met: Mapping[str, str]
    confidence: float
    tried: list[Tried] = field(default_factory=list)
    estimators: dict[str, Any] = field(default_factory=dict)
    made: dict[str, Made] = field(default_factory=dict)
    found: dict[str, Assessed] = field(default_factory=dict)
    distances: dict[str, int] = field(default_factory=dict)
    interrupted: bool = False

    @classmethod
    def begin(
        cls,
        held: HeldOut,
        asked: Asked,
        aims: Aims,
        verdicts: Sequence[Verdict],
        unmet: Sequence[Verdict],
        confidence: float,
        *,
        model: Any,
        fit: str | None,
    ) -> Trials:
        """Begin with the original, on which these are the verdicts."""
        met = {v.control: v.title for v in verdicts if v.status == "pass"}
        made = cls(held, asked, aims, tuple(v.control for v in unmet), met, confidence)
        made.estimators[ORIGINAL] = model
        made.distances[ORIGINAL] = made.distance(held.original, verdicts)
        made.tried.append(
            Tried(
                name=ORIGINAL,
                method=ORIGINAL,
                about="The model as it is.",
                values=made.values(held.original),
                verdicts=made.statuses(verdicts),
                fit=fit,
            )
        )
        return made

    def run(self, methods: Sequence[Method], problem: Problem, progress: Progress) -> None:
        """Try all candidates of all methods; an interrupt stops it, and what is done stays."""
        for done, method in enumerate(methods):
            progress(method.title, done, len(methods))
            if problem.stop() or self.interrupted:
                why = "It was interrupted." if self.interrupted else "There was no time left."
                self._note(method, "stopped", why)
                continue
            try:
                self._method(method, problem)
            except KeyboardInterrupt:
                self.interrupted = True
                self._note(method, "stopped", "It was interrupted.")
        progress("Comparing", len(methods), len(methods))

    def _method(self, method: Method, problem: Problem) -> None:
        from jupyter_gov.mitigation import OutOfTimeError

        try:
            why = method.applies(problem)
            if why:
                self._note(method, "skipped", why)
                return
            making, before = iter(method.make(problem)), len(self.tried)
            while True:
                start = time.perf_counter()
                made = next(making, None)
                if made is None:
                    if len(self.tried) == before and method.key != ADVICE:
                        self._note(method, "skipped", "It made no candidate: none was any better in training.")
                    return
                self._candidate(method, made, time.perf_counter() - start)
        except OutOfTimeError as error:
            self._note(method, "stopped", error.message)
        except GovError as error:
            self._note(method, "failed", str(error))
        except Exception as error:
            # Somebody else's estimator may raise anything; the other candidates must not be lost for it.
            self._note(method, "failed", f"{type(error).__name__}: {str(error).partition(chr(10))[0]}")

    def _note(self, method: Method, status: Any, reason: str) -> None:
        told = {"about": method.about, "status": status, "reason": reason}
        self.tried.append(Tried(name=method.title, method=method.key, **told))

    def _candidate(self, method: Method, made: Made, seconds: float) -> None:
        about = f"{method.about} {method.citation}".strip()
        told: dict[str, Any] = {
            "name": made.name,
            "method": method.key,
            "about": about,
            "parameters": dict(made.parameters),
            "needs_attribute": made.needs_attribute,
            "seconds": seconds,
        }
        try:
            found = self.assess(made, self.confidence)
        except GovError as error:
            self.tried.append(Tried(**told, costs=made.costs, status="failed", reason=str(error)))
            return
        verdicts = self.verdicts(found)
        self.distances[made.name] = self.distance(found, verdicts)
        self.estimators[made.name], self.made[made.name], self.found[made.name] = made.estimator, made, found
        self.tried.append(
            Tried(
                **told,
                costs=(*made.costs, *self._lost(verdicts), *nearly_constant(self.held.original.subject, found.subject)),
                values=self.values(found),
                changes=self.changes(found, self.confidence),
                decisions=decisions_changed(self.held.original.subject, found.subject),
                verdicts=self.statuses(verdicts),
            )
        )

    def assess(self, made: Made, confidence: float) -> Assessed:
        """Assess a candidate on the held-out rows."""
        return self.held.assess(made.estimator, made.name, confidence, needs_attribute=made.needs_attribute)

    def verdicts(self, found: Assessed) -> tuple[Verdict, ...]:
        """Return the verdicts on a model."""
        return self.asked.judge(found.results, found.name)

    def distance(self, found: Assessed, verdicts: Sequence[Verdict]) -> int:
        """Return how far a model is from what is asked."""
        estimates = self.asked.judge(found.results, found.name, estimates=True)
        return distance(self.statuses(verdicts), self.statuses(estimates))

    def values(self, found: Assessed) -> tuple[Value, ...]:
        """Return a model's values of what candidates are compared by."""
        return tuple(v for wanted in self.aims.wanted if (v := same(found, wanted)) is not None)

    def changes(self, found: Assessed, confidence: float) -> tuple[Value, ...]:
        """Return how these differ from the original's, paired by row."""
        from jupyter_gov.assessment import disparity_change

        changes = []
        for wanted in self.aims.wanted:
            if wanted.kind in ("difference", "ratio"):
                changes.append(
                    disparity_change(wanted, self.held.original.subject, found.subject, confidence=confidence)
                )
            elif wanted == original_value(self.held.original, wanted.measure):
                changes.append(found.compared(wanted.measure))
        return tuple(v for v in changes if v is not None)

    @property
    def compared(self) -> int:
        """How many candidates there are to pick from."""
        return len(self.made)

    @property
    def level(self) -> float:
        """The confidence that an interval of each candidate needs for all to hold together (Bonferroni)."""
        return 1 - (1 - self.confidence) / max(self.compared, 1)

    def together(self) -> dict[str, Value]:
        """Return by how much each candidate's disparity differs from the original's, at that confidence."""
        from jupyter_gov.assessment import disparity_change

        wanted, original = self.aims.disparity, self.held.original.subject
        if wanted is None:
            return {}
        changes = {
            name: disparity_change(wanted, original, found.subject, confidence=self.level)
            for name, found in self.found.items()
        }
        return {name: change for name, change in changes.items() if change is not None}

    def statuses(self, verdicts: Sequence[Verdict]) -> dict[str, str]:
        """Return the status of what is asked for, also of controls that the original meets and this does not."""
        return {
            v.control: v.status
            for v in verdicts
            if v.control in self.controls or (v.control in self.met and v.status not in ("pass", "not_applicable"))
        }

    def _lost(self, verdicts: Sequence[Verdict]) -> tuple[str, ...]:
        """Return what the original meets and a candidate does not."""
        return tuple(
            f"It no longer meets “{self.met[v.control]}” ({v.status})."
            for v in verdicts
            if v.control in self.met and v.status in ("fail", "inconclusive", "missing")
        )
