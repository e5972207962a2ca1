"""How often held-out rows have been looked at, in this run and in earlier ones of the experiment."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import TYPE_CHECKING

from jupyter_gov.provenance.leakage import LOOK_CHECKS, Look
from jupyter_gov.records import Finding, Fit, Metric
from jupyter_gov.records._builtins import keep_builtins

from ._earlier import earlier_runs, identify_rows

if TYPE_CHECKING:
    from .._tracker import Tracker

keep_builtins(globals())


class Looks:
    """Collects looks at held-out rows, and finds where there were too many.

    Parameters
    ----------
    tracker : Tracker
    """

    def __init__(self, tracker: Tracker) -> None:
        self._tracker = tracker
        self._new: list[tuple[Fit, str, Metric]] = []
        self._here: dict[str, list[Look]] = {}
        self._before: dict[str, list[Look]] | None = None
        self._rows: dict[str, str] = {}
        self._open: set[str] = set()
        self._raised: dict[tuple[str, str, tuple[str, ...]], Finding] = {}
        self._counted: Counter[tuple[str, str]] = Counter()
        self.made: Counter[tuple[str, str]] = Counter()
        """On how many looks each check was made, by the id of the fit that was looked at and the check's name."""

    @property
    def waiting(self) -> bool:
        """Whether there is something that was not looked at yet."""
        return bool(self._new or self._open) or (self._before is None and bool(self._here))

    def add(self, fit: Fit, dataset: str, metric: Metric) -> None:
        """Take note of a look."""
        self._new.append((fit, dataset, metric))

    def make(self, go_on: Callable[[], None], *, patient: bool) -> list[Finding]:
        """Make the checks on what is new; return what they found that is new too.

        Parameters
        ----------
        go_on : callable
            Called before anything that costs time; raises to stop it.
        patient : bool
            Whether the store may be read for earlier runs.
        """
        while self._new:
            fit, dataset, metric = self._new[0]
            rows = self._identify(dataset, go_on)
            data = self._tracker.data.dataset(dataset)
            look = Look(
                run=self._tracker.session.run.id,
                cell=metric.cell,
                fit=fit,
                rows=rows,
                metric=metric,
                name=self._name(dataset),
                size=0 if data is None else data.rows,
            )
            self._here.setdefault(rows, []).append(look)
            self._open.add(rows)
            self._new.pop(0)
        if patient and self._before is None and self._here:
            self._before = self._read(go_on)
            self._open |= self._here.keys() & self._before.keys()
        found: list[Finding] = []
        while self._open:
            go_on()
            found += self._check(next(iter(self._open)))
            self._open.pop()
        return found

    def _check(self, rows: str) -> list[Finding]:
        here = self._here[rows]
        looks = [*(self._before or {}).get(rows, ()), *here]
        found = []
        for name, check in LOOK_CHECKS.items():
            try:
                made = list(check(looks))
            except Exception as error:
                self._tracker.failed(f"the check {name.replace('_', ' ')}", error)
                continue
            new = here[self._counted[rows, name] :]
            self._counted[rows, name] = len(here)
            self.made.update((look.fit.id, name) for look in new)
            for finding in made:
                full = finding.replace(
                    cells=finding.cells or tuple(dict.fromkeys(look.cell for look in here if look.cell)),
                    fits=finding.fits or tuple(dict.fromkeys(look.fit.id for look in here)),
                    datasets=finding.datasets or tuple(d for d, r in self._rows.items() if r == rows),
                )
                key = (rows, full.check, full.columns)
                before = self._raised.get(key)
                if before is None or before.replace(id=full.id) != full:
                    self._raised[key] = full
                    self._tracker.session.find(full, about=rows)
                # One more look is no news.
                if before is None or before.severity != full.severity:
                    found.append(full)
        return found

    def _name(self, dataset: str) -> str:
        """Return what a person calls data, or, where that is a letter at most, what has all of their rows besides."""
        found = map(self._tracker.data.dataset, self._tracker.data.chain(dataset))
        records = [record for record in found if record is not None]
        names = [r.name for r in records if r.rows == records[0].rows]
        return next((name for name in names if len(name) > 1), names[0] if names else "")

    def _identify(self, dataset: str, go_on: Callable[[], None]) -> str:
        if dataset not in self._rows:
            go_on()
            data = self._tracker.data

            def digest_of(id_: str) -> str:
                found = data.dataset(id_)
                # What an earlier run knew is named by its digest.
                return id_ if found is None else found.digest

            self._rows[dataset] = identify_rows(data.origins(dataset), digest_of, digest_of(dataset))
        return self._rows[dataset]

    def _read(self, go_on: Callable[[], None]) -> dict[str, list[Look]]:
        found: dict[str, list[Look]] = {}
        run = self._tracker.session.run
        for earlier in [*earlier_runs(self._tracker.session.store, run, experiment=run.experiment)][::-1]:
            go_on()
            for look in earlier.looks():
                found.setdefault(look.rows, []).append(look)
        return found
