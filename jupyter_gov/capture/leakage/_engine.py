"""Makes the leakage checks at the end of a cell, within its share of time, and the rest while the kernel is idle."""

from __future__ import annotations

import contextlib
import contextvars
import time
from collections import Counter, deque
from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Any

from jupyter_gov.display import show_findings
from jupyter_gov.errors import StoreError
from jupyter_gov.provenance.leakage import LATE_CHECKS
from jupyter_gov.records import Checked, Finding, Fit, Json, Metric
from jupyter_gov.records._builtins import keep_builtins

from ._cases import Cases, Tried
from ._checking import Checking, Interrupted, Job
from ._earlier import find_source
from ._idle import Idle
from ._looks import Looks
from ._samples import RowHashes

if TYPE_CHECKING:
    from .._tracker import Tracker

keep_builtins(globals())

_SHARE = 0.05
_LEAST = 0.03
"""Of a cell's seconds, and seconds at least, that the checks may add to it; one column more may be read beyond them."""

_AT_END = 20.0
"""Seconds that the end of a run may wait for what is left to do."""


class Leakage:
    """Watches what is fitted and tried, and finds what is unsound in it.

    Parameters
    ----------
    tracker : Tracker
    """

    def __init__(self, tracker: Tracker) -> None:
        self._tracker = tracker
        self._cases = Cases(tracker.data, lambda digest: tracker.predictions.of_column(digest))
        self._new: dict[tuple[str, str | None], Tried] = {}
        self._checking = Checking(tracker, self._cases, RowHashes())
        self._jobs: deque[Job] = deque()
        self._late: list[Finding] = []
        self._checked: dict[str, Checked] = {}
        self._looks = Looks(tracker)
        self._idle = Idle(self._work)
        self._began = time.perf_counter()
        self._place = contextvars.copy_context()
        """Where a display goes below the cell that ended last, also once others have run."""

    # -- what observers tell -------------------------------------------------------------------------------------------

    def fitted(self, fit: Fit, splitter: Mapping[str, Json] | None = None) -> None:
        """Take note of a fit, and of how it took turns with its data, if it tried itself on parts of them."""
        self._cases.fitted(fit)
        if splitter is not None:
            self._cases.split(fit.id, splitter)
        if fit.parent is None and fit.status == "ok" and fit.datasets and self._cases.takes_turns(fit):
            self._try(fit, None)

    def named(self, fit: Fit) -> None:
        """Take note of the name that a fit has now."""
        self._cases.fitted(fit)

    def split(self, dataset: str | None, splitter: Mapping[str, Json]) -> None:
        """Take note of how the rows of a data set were chosen."""
        if dataset is not None:
            self._cases.split(dataset, splitter)

    def fold(self, pair: Any, splitter: Mapping[str, Json]) -> None:
        """Take note of the row numbers of a training part and a test part, and of what chose them."""
        self._cases.fold(pair, splitter)

    def measured(
        self,
        metric: Metric,
        of: Iterable[tuple[str | None, str | None]],
        truth: str | None,
        labels: frozenset[str] = frozenset(),
    ) -> None:
        """Take note of a metric, of the fits and data whose predictions it is about, and what they were compared with.

        How well a model does on the very data that it learned from is no test, and no case.

        Parameters
        ----------
        metric : Metric
        of : iterable of (fit, data set)
        truth : str or None
        labels : frozenset of str
            As `Case.labels`.
        """
        for model, dataset in dict.fromkeys(of):
            fit = self._cases.fit(model)
            if fit is None or dataset is None:
                continue
            if dataset not in fit.datasets:
                self._try(fit, dataset, metric, truth)
                if labels:
                    self._new[fit.id, dataset].labels[metric.id] = labels
                self._looks.add(fit, dataset, metric)
            elif self._cases.takes_turns(fit):
                self._try(fit, None, metric)

    def assessed(self, model: str | None, dataset: str | None, truth: str | None) -> None:
        """Take note of a fit that was assessed on data, and of what it was compared with."""
        fit = self._cases.fit(model)
        if fit is not None and dataset is not None and dataset not in fit.datasets:
            self._try(fit, dataset, None, truth)

    def _try(self, fit: Fit, test: str | None, metric: Metric | None = None, truth: str | None = None) -> None:
        self._new[fit.id, test] = self._cases.tried(fit, test, truth, metric)

    # -- when it is looked at ------------------------------------------------------------------------------------------

    def cell_began(self) -> None:
        """Leave the machine to the user's cell."""
        self._idle.stop()
        self._began = time.perf_counter()

    def cell_ended(self) -> None:
        """Check what the cell has tried as far as its time allows; the rest is for when nothing else runs."""
        now = time.perf_counter()
        new, self._new = self._new, {}
        self._jobs.extend(Job(tried) for tried in new.values())
        found: list[Finding] = []
        if self._idle.stop():
            found = self._check(deadline=now + max(_LEAST, _SHARE * (now - self._began)))
            # Otherwise the thread still works on some of them, and lets go only a little later.
            self._tracker.data.held.release(but={id_ for job in self._jobs for id_ in self._cases.data(job.tried)})
        found = self._take_late() + found
        _show(found)
        self._place = contextvars.copy_context()
        if self._jobs or self._looks.waiting or self._tracker.data.read:
            self._idle.start()
        else:
            self._tell()

    def settle(self, seconds: float) -> None:
        """Do what is left now, because somebody asks what was found; what takes longer stays left."""
        end = time.perf_counter() + seconds
        if self._idle.stop(wait=seconds):
            new, self._new = self._new, {}
            self._jobs.extend(Job(tried) for tried in new.values())
            found = self._check(deadline=end, patient=True)
            _show(self._take_late() + found)
            self._tell()

    def stop(self) -> None:
        """Do what is left, for as long as a run's end may take; the rest goes on the gap list."""
        end = time.perf_counter() + _AT_END
        if self._idle.stop(wait=_AT_END):
            self._jobs.extend(Job(tried) for tried in self._new.values())
            self._check(deadline=end, patient=True)
            self._jobs.extend(Job(tried, [*LATE_CHECKS]) for tried in self._cases.all)
            self._check(deadline=end, patient=True)
        for job in self._jobs:
            self._checking.give_up(job, "The run ended before there was time for them.")
        self._jobs.clear()
        self._tell()
        self._tracker.data.held.release()

    def _work(self, stopped: Callable[[], bool]) -> None:
        """Do what is left, on a thread of its own, until the next cell begins."""
        found = self._check(stopped=stopped, patient=True)
        with contextlib.suppress(StoreError):  # where the run has ended meanwhile
            self._tell()
        if hasattr(self._tracker.shell, "kernel"):
            with contextlib.suppress(Exception):
                self._place.run(_show, found)
        else:
            # A terminal would have it in the middle of what is being typed.
            self._late.extend(found)

    def _tell(self) -> None:
        """Record which checks were made and which were not, where that has changed."""
        # The thread may still count: a dictionary is copied in one step, but added to others in many.
        tallies = (self._checking.made, self._looks.made, self._checking.left, self._checking.compared)
        made, looked, left, compared = (Counter(dict(tally)) for tally in tallies)
        left.update((job.tried.fit, name) for job in list(self._jobs) for name in job.left)
        checks, missed, against = _by_fit(made + looked), _by_fit(left), _by_fit(compared)
        # One record a fit: what was checked of one is not written again with each that follows.
        for fit in dict.fromkeys((*checks, *missed)):
            before = self._checked.get(fit) or Checked()
            now = before.replace(
                checks={fit: checks[fit]} if fit in checks else {},
                left={fit: missed[fit]} if fit in missed else {},
                compared={fit: sorted(against[fit])} if fit in against else {},
            )
            if now != before:
                self._checked[fit] = now
                self._tracker.session.record(now, "checks.made")

    def _take_late(self) -> list[Finding]:
        """Return what was found on the thread and has not been shown; the thread may find more meanwhile."""
        found = list(self._late)
        del self._late[: len(found)]
        return found

    def _check(
        self,
        *,
        deadline: float = float("inf"),
        stopped: Callable[[], bool] = lambda: False,
        patient: bool = False,
    ) -> list[Finding]:
        """Make the checks that are due, until there is no more time; return what is new."""

        def go_on() -> None:
            if stopped() or time.perf_counter() > deadline:
                raise Interrupted

        found: list[Finding] = []
        try:
            if patient and self._follow(go_on):
                # What has been found of the same data so far did not know of the other notebook.
                self._checking.forget()
                self._jobs.extend(Job(tried) for tried in self._cases.all)
            self._checking.make(self._jobs, found, go_on, deadline)
            found += self._looks.make(go_on, patient=patient)
        except Interrupted:
            pass
        except BaseException:
            self._late.extend(found)
            raise
        return found

    def _follow(self, go_on: Callable[[], None]) -> bool:
        """Find what an earlier run made of its data that this one has read; say whether there was anything."""
        read, done = self._tracker.data.read, False
        while read:
            go_on()
            known = self._tracker.data.known(read[0])
            source = None if known is None else find_source(self._tracker.session, known.values_digest)
            if source is not None:
                self._tracker.data.came_from(read[0], *source)
                done = True
            read.pop(0)
        return done


def _by_fit(tally: Counter[tuple[str, str]]) -> dict[str, dict[str, int]]:
    found: dict[str, dict[str, int]] = {}
    for (fit, name), times in tally.items():
        found.setdefault(fit, {})[name] = times
    return found


def _show(findings: Iterable[Finding]) -> None:
    telling = [f for f in findings if f.severity != "info"]
    if telling:
        show_findings(telling)
