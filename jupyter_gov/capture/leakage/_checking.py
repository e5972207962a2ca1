"""Makes checks on cases, and records what they find once for the same content."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from jupyter_gov.provenance.leakage import CHECKS, LATE_CHECKS, ONCE, Case
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
        self._raised: dict[tuple[str, str, tuple[str, ...]], Finding] = {}

    def make(self, jobs: deque[Job], go_on: Callable[[], None], deadline: float) -> list[Finding]:
        """Do jobs until there are none, or no more time; what could not be done stays among them.

        Parameters
        ----------
        jobs : deque of Job
        go_on : callable
            Called before anything that costs time; raises `Interrupted` to stop it.
        deadline : float
            By `time.perf_counter`: what is likely to go on beyond it is not begun.

        Returns
        -------
        list of Finding
            Those that are new.
        """
        samples, found, left = Samples(self._tracker.data, self._hashes, go_on), list[Finding](), list[Job]()
        while jobs:
            job = jobs.popleft()
            try:
                go_on()
                found += self._do(job, samples, go_on, deadline)
            except Interrupted:
                left.append(job)
                break
            if job.left:
                left.append(job)
        for job in reversed(left):
            job.late = True
            jobs.appendleft(job)
        return found

    def forget(self) -> None:
        """Make all checks again that were made once for some data."""
        self._once.clear()

    def give_up(self, job: Job, reason: str) -> None:
        """Put a job that was not done on the gap list."""
        names = ", ".join(name.replace("_", " ") for name in job.left)
        fit, data = self._cases.fit(job.tried.fit), self._tracker.data.dataset(job.tried.test or "")
        model = "a model" if fit is None else fit.name or fit.class_.rpartition(".")[2]
        self._tracker.session.gap(
            f"checks of {model}{f' on {data.name}' if data is not None and data.name else ''}: {names}",
            reason,
            remedy="Let the kernel rest for a while after long cells, or try the model on fewer rows.",
            cell=None if fit is None else fit.cell,
        )

    def _do(self, job: Job, samples: Samples, go_on: Callable[[], None], deadline: float) -> Iterable[Finding]:
        case = self._cases.make(job.tried, samples)
        if case is None:
            job.left = []
            return []
        found: list[Finding] = []
        volume = sum(s.rows * max(1, len(s.columns)) for s in {s.id: s for s in (case.train, case.test)}.values())
        data = _data_of(case)
        for name in list(job.left):
            known = self._once.get((name, data)) if name in ONCE else None
            if known is not None:
                self._extend(known, case)
                job.left.remove(name)
                continue
            began = time.perf_counter()
            if began + _ALWAYS + volume * self._rates.get(name, _RATE) > deadline:
                continue
            go_on()
            made = self._made(name, case)
            go_on()
            self._rates[name] = max(self._rates.get(name, 0.0) / 2, (time.perf_counter() - began) / max(volume, 10_000))
            job.left.remove(name)
            about = " ".join(data) if name in ONCE else f"{case.fit.id} {case.test.id}"
            told = [self._told(case, f, about) for f in made]
            found += [f for f, new in told if new]
            if name in ONCE:
                self._once[name, data] = [f for f, _ in told]
        if job.late and samples.gone:
            self._gone(samples.gone, case)
        return found

    def _made(self, name: str, case: Case) -> list[Finding]:
        import numpy as np

        try:
            # What a check divides by nothing is none of the user's warnings.
            with np.errstate(all="ignore"):
                return list((CHECKS.get(name) or LATE_CHECKS[name])(case))
        except Exception as error:
            self._tracker.failed(f"the check {name.replace('_', ' ')}", error)
            return []

    def _told(self, case: Case, finding: Finding, about: str) -> tuple[Finding, bool]:
        """Record a finding; return it, and whether it says anything new."""
        full = finding.replace(
            cells=finding.cells or case.cells,
            datasets=finding.datasets or tuple(dict.fromkeys((case.train.id, case.test.id))),
            fits=finding.fits or (case.fit.id,),
        )
        key = (about, full.check, full.columns)
        before = self._raised.get(key)
        if before is not None:
            full = full.replace(id=before.id)
        new = before is None or (before.severity, before.count) != (full.severity, full.count)
        if full != before:
            self._raised[key] = full
            self._tracker.session.find(full, about=about)
        return full, new

    def _extend(self, findings: list[Finding], case: Case) -> None:
        """Add a model and its cells to what was found of the same data."""
        for place, finding in enumerate(findings):
            if case.fit.id not in finding.fits:
                fits = (*finding.fits, case.fit.id)
                findings[place] = finding.replace(fits=fits, cells=tuple(dict.fromkeys((*finding.cells, *case.cells))))
                self._tracker.session.find(findings[place], about=" ".join(_data_of(case)))

    def _gone(self, names: set[str], case: Case) -> None:
        self._tracker.session.gap(
            f"checks of the values of {', '.join(sorted(names))}",
            "They were gone or had changed before there was time to look at them.",
            remedy="Keep them in a variable of their own, as they were, until the next cell.",
            cell=case.fit.cell,
        )


def _data_of(case: Case) -> tuple[str, ...]:
    """Return what a check that looks at data only depends on."""
    samples = (case.train, case.test, case.train_target, case.test_target)
    return (case.use, *("" if s is None else s.id for s in samples), *(step.fit.id for step in case.steps))
