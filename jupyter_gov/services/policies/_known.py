"""The records of a run as facts look at them."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from typing import TYPE_CHECKING, TypeVar

from jupyter_gov.records import AssessmentResult, Checked, Fit, Record

if TYPE_CHECKING:
    from jupyter_gov.provenance import Graph

R = TypeVar("R", bound=Record)


class Known:
    """The records of a run as facts look at them.

    Parameters
    ----------
    records : sequence of Record
        In the order in which each was first seen.
    model, fit
        The model that is judged; empty and None where nothing was assessed.
    """

    def __init__(self, records: Sequence[Record], model: str, fit: str | None) -> None:
        self.records = records
        self.model = model
        fits = {r.id: r for r in records if isinstance(r, Fit)}
        self.fit = fits.get(fit or "")
        self.fits = fits

    def all(self, kind: type[R]) -> list[R]:
        """Return the records of a kind."""
        return [r for r in self.records if isinstance(r, kind)]

    def last(self, kind: type[R]) -> R | None:
        """Return the last record of a kind, or None."""
        return next((r for r in reversed(self.records) if isinstance(r, kind)), None)

    @cached_property
    def results(self) -> list[AssessmentResult]:
        """What was done of the assessments of the model."""
        fit = self.fit.id if self.fit is not None else None
        done = [r for r in self.all(AssessmentResult) if r.status == "done"]
        return [r for r in done if (r.fit == fit if fit else r.model == self.model)]

    @cached_property
    def compared(self) -> set[str | None]:
        """Data sets whose rows were looked for among those that the model, or what it is a part of, was fitted on."""
        found: set[str | None] = set()
        fit = self.fit
        while fit is not None:
            for record in self.all(Checked):
                found.update(map(str, record.compared.get(fit.id) or ()))
            fit = self.fits.get(fit.parent or "")
        return found

    @cached_property
    def behind(self) -> Graph:
        """What led to the model's fit, the fits inside it included."""
        from jupyter_gov.provenance import build

        graph = build({"": self.records})
        return graph.upstream(self.fit.id) if self.fit is not None else graph.upstream()

    @cached_property
    def data(self) -> dict[str, bool]:
        """Data sets behind the model, and of each whether it came from a file, an address or a query."""
        return {n.id: bool(self.behind.upstream(n.id).of_kind("file")) for n in self.behind.of_kind("dataset")}

    def name_of(self, dataset: str) -> str:
        """Return what people call a data set."""
        return self.behind.nodes[dataset].label or "data without a name"
