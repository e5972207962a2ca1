"""Makes checks on cases, and records what they find once for the same content."""

from __future__ import annotations

import time
from collections import Counter, deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from jupyter_gov.provenance.leakage import CHECKS, LATE_CHECKS, OF_THE_TEST, ONCE, Case, compares_rows
from jupyter_gov.records import Finding
from jupyter_gov.records._builtins import keep_builtins

from ._cases import Cases, Tried
from ._samples import RowHashes, Samples

if TYPE_CHECKING:
    from .._tracker import Tracker

keep_builtins(globals())

_RATE = 50e-9
"""Seconds that a check takes for each value, until it has been seen."""

_ALWAYS = 1e-4


class Interrupted(BaseException):
    """There is no more time for checks now. No failure: nothing but the loop over the checks is to catch it."""


@dataclass
class Job:
    """What was tried, and which checks are still to be made on it.

    Attributes
    ----------
    late : bool
        Whether a cell has ended since.
    """

    tried: Tried
    left: list[str] = field(default_factory=lambda: list(CHECKS))
    late: bool = False


class Checking:
    """Makes checks.

    Parameters
    ----------
    tracker : Tracker
    cases : Cases
    hashes : RowHashes
    """

    def __init__(self, tracker: Tracker, cases: Cases, hashes: RowHashes) -> None:
        self._tracker = tracker
        self._cases = cases
        self._hashes = hashes
        self._rates: dict[str, float] = {}
        self._once: dict[tuple[str, tuple[str, ...]], list[Finding]] = {}
        self._raised: dict[tuple[str, str, tuple[str, ...]], _Raised] = {}
        self.made: Counter[tuple[str, str]] = Counter()
        """How often each check was made, by the id of the fit and the check's name."""
        self.left: Counter[tuple[str, str]] = Counter()
        """How often each was due and will not be made."""
        self.compared: Counter[tuple[str, str]] = Counter()
        """How often rows were looked for among those of a fit, by its id and that of the data set."""

    def make(self, jobs: deque[Job], found: list[Finding], go_on: Callable[[], None], deadline: float) -> None:
        """Do jobs until there are none, or no more time; what could not be done stays among them.

        Parameters
        ----------
        jobs : deque of Job
        found : list of Finding
            Those that are new are added to it, so that none is lost where somebody interrupts.
        go_on : callable
            Called before anything that costs time; raises `Interrupted` to stop it.
        deadline : float
            By `time.perf_counter`: what is likely to go on beyond it is not begun.
        """
        samples, left = Samples(self._tracker.data, self._hashes, go_on), list[Job]()
        try:
            while jobs:
                job = jobs[0]
                go_on()
                self._do(job, samples, found, go_on, deadline)
                if job.left:
                    left.append(job)
                jobs.popleft()
        except BaseException as stopped:
            if jobs:
                left.append(jobs.popleft())
            # Whoever interrupts the cell interrupts this too, and the job is done another time.
            if not isinstance(stopped, Interrupted):
                raise
        finally:
            for job in reversed(left):
                job.late = True
                jobs.appendleft(job)

    def forget(self) -> None:
        """Make all checks again that were made once for some data."""
        self._once.clear()

    def give_up(self, job: Job, reason: str) -> None:
        """Put a job that was not done on the gap list."""
        self.left.update((job.tried.fit, name) for name in job.left)
        names = ", ".join(name.replace("_", " ") for name in job.left)
        fit, data = self._cases.fit(job.tried.fit), self._tracker.data.dataset(job.tried.test or "")
        model = "a model" if fit is None else fit.name or fit.class_.rpartition(".")[2]
        self._tracker.session.gap(
            f"checks of {model}{f' on {data.name}' if data is not None and data.name else ''}: {names}",
            reason,
            remedy="Let the kernel rest for a while after long cells, or try the model on fewer rows.",
            cell=None if fit is None else fit.cell,
        )

    def _do(self, job: Job, samples: Samples, found: list[Finding], go_on: Callable[[], None], deadline: float) -> None:
        case = self._cases.make(job.tried, samples)
        if case is None:
            job.left = []
            return
        volume = _volume(case, samples)
        data = _data_of(case)
        for name in list(job.left):
            known = self._once.get((name, data)) if name in ONCE else None
            if known is not None:
                self._count(name, case)
                found += self._told(case, name, known)
                job.left.remove(name)
                continue
            began = time.perf_counter()
            if began + _ALWAYS + volume * self._rates.get(name, _RATE) > deadline:
                continue
            go_on()
            try:
                made = self._made(name, case)
                go_on()
            except Interrupted:
                self._took(name, 2 * (time.perf_counter() - began), volume)
                raise
            self._took(name, time.perf_counter() - began, volume)
            job.left.remove(name)
            found += self._told(case, name, made)
            if name in ONCE:
                self._once[name, data] = made
        if job.late and samples.gone:
            self._gone(samples.gone, case)

    def _took(self, name: str, seconds: float, volume: int) -> None:
        """Learn how long a check takes; of one that was stopped it is told twice as long as it had."""
        self._rates[name] = max(self._rates.get(name, 0.0) / 2, seconds / max(volume, 10_000))

    def _made(self, name: str, case: Case) -> list[Finding]:
        import numpy as np

        try:
            # What a check divides by nothing is none of the user's warnings.
            with np.errstate(all="ignore"):
                found = list((CHECKS.get(name) or LATE_CHECKS[name])(case))
        except Exception as error:
            self.left[case.fit.id, name] += 1
            self._tracker.failed(f"the check {name.replace('_', ' ')}", error)
            return []
        self._count(name, case)
        return found

    def _count(self, name: str, case: Case) -> None:
        if compares_rows(case, name):
            self.compared[case.fit.id, case.test.id] += 1
        self.made[case.fit.id, name] += 1

    def _told(self, case: Case, name: str, findings: Iterable[Finding]) -> list[Finding]:
        """Record findings, together with the same of other models or folds; return those that say anything new."""
        about, told = _about(case, name), []
        for finding in findings:
            key = (about, finding.check, finding.columns)
            before = self._raised.get(key)
            now = self._raised[key] = _Raised.together(before, finding, case)
            if before is None or now.finding != before.finding:
                self._tracker.session.find(now.finding, about=about)
            if before is None or before.finding.severity != now.finding.severity:
                told.append(now.finding)
        return told

    def _gone(self, names: set[str], case: Case) -> None:
        self._tracker.session.gap(
            f"checks of the values of {', '.join(sorted(names))}",
            "They were gone or had changed before there was time to look at them.",
            remedy="Keep them in a variable of their own, as they were, until the next cell.",
            cell=case.fit.cell,
        )


def _volume(case: Case, samples: Samples) -> int:
    """Return how much there is for a check to look at, in numbers: of the data and of what they came from."""
    every = (case.train, case.test, *case.sources.values(), *case.watched)
    return sum(samples.volume(sample) for sample in {s.id: s for s in every}.values())


@dataclass(frozen=True)
class _Raised:
    """A finding as it was recorded last, and the model and test data whose it is, of several the worst."""

    finding: Finding
    case: tuple[str, str]

    @classmethod
    def together(cls, before: _Raised | None, finding: Finding, case: Case) -> _Raised:
        """Return a finding together with what was recorded before of other models or test data."""
        of = (case.fit.id, case.test.id)
        cells = (*finding.cells, *case.cells)
        datasets = finding.datasets or (case.train.id, case.test.id)
        fits = (*finding.fits, case.fit.id)
        if before is not None:
            old = before.finding
            cells, datasets, fits = (*old.cells, *cells), (*old.datasets, *datasets), (*old.fits, *fits)
            if before.case != of and _weight(old) >= _weight(finding):
                finding, of = old, before.case
            finding = finding.replace(id=old.id)
        told = {"cells": cells, "datasets": datasets, "fits": fits}
        return cls(finding.replace(**{name: tuple(dict.fromkeys(ids)) for name, ids in told.items()}), of)


def _weight(finding: Finding) -> tuple[int, float]:
    return ("info", "warning", "error").index(finding.severity), (finding.count or 0) / (finding.of or 1)


def _about(case: Case, check: str) -> str:
    """Return what a finding is about: models on the same rows, and folds of one loop, are told of together."""
    of_the_data = check in ONCE or check in OF_THE_TEST
    if case.use != "cross_validation" and case.splitter.get("class", "train_test_split") != "train_test_split":
        of = "" if of_the_data else case.fit.class_
        return " ".join((of, *sorted(case.sources), str(sorted(case.splitter.items()))))
    if check in ONCE:
        return " ".join(_data_of(case))
    return (case.test_target or case.test).id if of_the_data else f"{case.fit.id} {case.test.id}"


def _data_of(case: Case) -> tuple[str, ...]:
    """Return what a check that looks at data only depends on."""
    samples = (case.train, case.test, case.train_target, case.test_target)
    return (case.use, *("" if s is None else s.id for s in samples), *(step.fit.id for step in case.steps))
