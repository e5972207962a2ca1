"""The records of one run, and how each is named and linked to in a document."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TypeVar

from jupyter_gov.display import html
from jupyter_gov.display import words as w
from jupyter_gov.errors import NotFoundError
from jupyter_gov.fingerprints import fingerprint_bytes
from jupyter_gov.provenance import Session, examine
from jupyter_gov.records import (
    Assessment,
    AssessmentResult,
    Cell,
    Charter,
    Dataset,
    Document,
    Environment,
    Finding,
    Fit,
    Gap,
    Metric,
    Notebook,
    Record,
    Run,
    Source,
)
from jupyter_gov.store import open_store

STYLES = ("base", "card", "tabs", "lineage", "reproduction", "policy", "charter", "mitigation")
"""Style sheets of `jupyter_gov.display` that the parts of a document need."""

R = TypeVar("R", bound=Record)


@dataclass(frozen=True)
class RunRecords:
    """Everything that is on record about a run.

    Attributes
    ----------
    run : Run
        The run itself.
    records : tuple of Record
        All its records in the order in which each was first seen.
    shared : tuple of Record
        Charters that other runs of the experiment hold.
    """

    run: Run
    records: tuple[Record, ...]
    shared: tuple[Record, ...] = ()

    @classmethod
    def load(cls, run: str, store: str) -> RunRecords:
        """Read a run from the store.

        Raises
        ------
        NotFoundError
            If the store has no run of that id.
        StoreError
            If the store cannot be read.
        """
        with open_store(store) as opened:
            found = opened.get(Run, run)
            if found is None:
                raise NotFoundError(f"No run {run!r} in {store}.", hint="`jupyter gov runs` lists the runs there are.")
            records, shared, _ = opened.known(run, experiment=found.experiment, shared=(Charter.kind,))
            return cls(found, tuple(records), tuple(record for _, record in shared))

    def all(self, kind: type[R]) -> list[R]:
        """Return the records of a class."""
        return [r for r in self.records if isinstance(r, kind)]

    @cached_property
    def cells(self) -> dict[str, Cell]:
        """Executed cells by id, in the order of execution."""
        return {c.id: c for c in sorted(self.all(Cell), key=lambda c: c.order)}

    @cached_property
    def datasets(self) -> dict[str, Dataset]:
        """Data sets by id."""
        return {d.id: d for d in self.all(Dataset)}

    @cached_property
    def fits(self) -> dict[str, Fit]:
        """Fits by id."""
        return {f.id: f for f in self.all(Fit)}

    @cached_property
    def metrics(self) -> list[Metric]:
        """Metrics that the user's code computed."""
        return self.all(Metric)

    @cached_property
    def findings(self) -> list[Finding]:
        """What a reviewer should look at."""
        return self.all(Finding)

    @cached_property
    def gaps(self) -> list[Gap]:
        """What could not be captured."""
        return self.all(Gap)

    @cached_property
    def documents(self) -> dict[str, Document]:
        """Documentation sections by name; the last text of each."""
        return {d.section: d for d in self.all(Document)}

    @cached_property
    def charter(self) -> Charter | None:
        """The newest charter of the experiment that is about a model of this run, or about all; none after its end."""
        models = {"", *(r.model for r in self.all(AssessmentResult))}
        found = [r for r in (*self.shared, *self.records) if isinstance(r, Charter) and r.model in models]
        before = [c for c in found if not self.run.finished or c.written <= self.run.finished]
        return max(before, key=lambda c: (c.written, c.id), default=None)

    @cached_property
    def session(self) -> Session:
        """What the executions amount to, beside the notebook as it was looked at last."""
        notebook = next(iter(self.all(Notebook)[::-1]), None)
        return examine(
            list(self.cells.values()),
            notebook,
            digest_of=lambda source: fingerprint_bytes(source.encode("utf-8", "surrogatepass")),
        )

    @property
    def environment(self) -> Environment | None:
        """The interpreter, packages and machine."""
        return next(iter(self.all(Environment)), None)

    @property
    def source(self) -> Source | None:
        """Where the code comes from."""
        return next(iter(self.all(Source)), None)

    @cached_property
    def assessments(self) -> list[Assessment]:
        """Assessments, each call of ``gov.assess`` one; a call that a later one repeats in full is left out."""
        acts: dict[str, list[AssessmentResult]] = {}
        for result in self.all(AssessmentResult):
            acts.setdefault(result.act, []).append(result)
        made = [self._assessment(act, results) for act, results in acts.items()]
        return [a for i, a in enumerate(made) if not any(_repeats(later, a) for later in made[i + 1 :])]

    @property
    def is_table(self) -> bool:
        """Whether a table of predictions was assessed: nothing ran, so there is no notebook, no cell and no fit."""
        return bool(self.datasets or self.assessments) and not (self.run.notebook or self.cells or self.fits)

    @property
    def superseded(self) -> int:
        """How many assessments were repeated in full by a later one."""
        return len({r.act for r in self.all(AssessmentResult)}) - len(self.assessments)

    def _assessment(self, act: str, results: Iterable[AssessmentResult]) -> Assessment:
        listed = tuple(results)
        data = self.datasets.get(listed[0].dataset or "")
        told = (r.parameters.get("rows_available") or r.parameters.get("rows") for r in listed)
        rows = data.rows if data else next((int(n) for n in told if n), 0)
        return Assessment(id=act, model=listed[0].model, rows=rows, results=listed)

    @cached_property
    def fit_names(self) -> Mapping[str, str]:
        """A short name of each fit: the variable that holds it, else its class."""
        return {f.id: f.name or class_name(f) for f in self.fits.values()}

    # -- links ---------------------------------------------------------------------------------------------------------

    def cell(self, key: str | None) -> html.Html:
        """Return a link to a cell, such as “cell [7]”, by the number that the notebook shows."""
        cell = self.cells.get(key or "")
        if cell is None:
            return html.el("span", "cell unknown", class_="jg-quiet")
        return html.el("a", f"cell [{cell.number}]", href=f"#{self.anchor(cell)}")

    def number(self, key: str) -> int | None:
        """Return the number that the notebook shows beside a cell, None where the cell is not on record."""
        cell = self.cells.get(key)
        return None if cell is None else cell.number

    def anchor(self, cell: Cell) -> str:
        """Return the id of a cell in the document, such as ``cell-7``."""
        first = self._first_cells[cell.order] == cell.id
        return f"cell-{cell.order}" if first else f"cell-{cell.order}-{cell.id}"

    @cached_property
    def _first_cells(self) -> dict[int, str]:
        """The cell that has a number, by number; two kernels that join one run may both count from 1."""
        return {c.order: c.id for c in reversed(self.cells.values())}

    def dataset(self, key: str | None) -> html.Html:
        """Return a link to a data set by its name."""
        data = self.datasets.get(key or "")
        if data is None:
            return html.el("span", "–", class_="jg-quiet")
        return html.el("a", html.name(data.name or "data"), href=f"#dataset-{data.id}")

    def fit(self, key: str | None) -> html.Html:
        """Return a link to a fit by its name; a fit inside another leads to the outermost."""
        fit = self.fits.get(key or "")
        if fit is None:
            return html.el("span", "–", class_="jg-quiet")
        return html.el("a", html.name(self.fit_names[fit.id]), href=f"#fit-{self.root(fit).id}")

    def root(self, fit: Fit) -> Fit:
        """Return the outermost fit that `fit` is part of."""
        seen = {fit.id}
        while fit.parent in self.fits and fit.parent not in seen:
            fit = self.fits[fit.parent]
            seen.add(fit.id)
        return fit

    def cite(self, record: AssessmentResult) -> html.Html:
        """Return which record and cell a figure or table comes from."""
        if self.is_table:
            return html.el("span", " Record ", record_id(record.id), ".", class_="jg-cite")
        return html.el("span", " Record ", record_id(record.id), ", ", self.cell(record.cell), ".", class_="jg-cite")


def class_name(fit: Fit) -> str:
    """Return a fit's class without its module."""
    return fit.class_.rpartition(".")[2] or "model"


def short_digest(digest: str) -> str:
    """Return the beginning of a digest, enough to tell one from another."""
    prefix, _, hexes = digest.rpartition(":")
    return f"{prefix}:{hexes[:12]}…" if prefix and len(hexes) > 12 else w.shorten(digest, 20)


def record_id(key: str) -> html.Html:
    """Return an id, shortened in its middle: the beginning tells the time, the end tells two of the same time apart."""
    shown = key if len(key) < 20 else f"{key[:8]}…{key[-4:]}"
    return html.el("code", shown, title=key, class_="jg-id")


def _repeats(later: Assessment, earlier: Assessment) -> bool:
    """Return whether `later` says all that `earlier` says, about the same model and data."""
    return later.results[0].fit == earlier.results[0].fit and _said(earlier) <= _said(later)


def _said(assessment: Assessment) -> set[tuple[str, str | None, str, str]]:
    return {
        (r.name, r.dataset, a, str(r.parameters.get("row", "")))
        for r in assessment.results
        if r.status == "done"
        for a in ([str(a) for a in r.parameters.get("attributes") or ()] or [""])
    } | {("model", None, assessment.model, "")}
