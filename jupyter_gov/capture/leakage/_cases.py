"""What a run has fitted and tried, as cases that leakage checks look at."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from jupyter_gov.provenance.leakage import Case, Sample, Step, selects
from jupyter_gov.records import Fit, Json, Metric

if TYPE_CHECKING:
    from jupyter_gov.provenance.leakage._case import Use

    from ..data._registry import DataRegistry
    from ._samples import Samples

VALIDATIONS = frozenset(
    {"cross_validate", "cross_val_score", "cross_val_predict", "learning_curve", "validation_curve"}
    | {"permutation_test_score"}
)
"""Functions whose calls stand in the records as fits, over and over, of one estimator."""


@dataclass
class Tried:
    """A model that was tried on data: what its case is made of when it is looked at.

    Attributes
    ----------
    fit : str
        Id of the model's fit.
    test : str or None
        Id of the data; None where the fit itself took turns with its own data.
    truth : str or None
        Id of what the predictions were compared with.
    """

    fit: str
    test: str | None
    truth: str | None = None
    metrics: dict[str, Metric] = field(default_factory=dict)


class Cases:
    """Remembers fits and splits, and makes cases of them.

    Parameters
    ----------
    data : DataRegistry
    """

    def __init__(self, data: DataRegistry) -> None:
        self._data = data
        self._fits: dict[str, Fit] = {}
        self._splitters: dict[str, Mapping[str, Json]] = {}
        self._folds: dict[bytes, Mapping[str, Json]] = {}

    def fitted(self, fit: Fit) -> None:
        """Remember a fit."""
        self._fits[fit.id] = fit

    def split(self, id_: str, splitter: Mapping[str, Json]) -> None:
        """Remember how the rows of a data set were chosen, or how a fit took turns with its data."""
        self._splitters[id_] = splitter

    def fold(self, parts: Iterable[Any], splitter: Mapping[str, Json]) -> None:
        """Remember what chose rows by their numbers."""
        for positions in parts:
            self._folds[_digest(positions)] = splitter

    def fit(self, id_: str | None) -> Fit | None:
        """Return a fit, or of one inside another the one that was given the data."""
        fit = self._fits.get(id_ or "")
        while fit is not None and not fit.datasets and fit.parent is not None:
            fit = self._fits.get(fit.parent)
        return fit if fit is not None and fit.datasets else None

    def takes_turns(self, fit: Fit) -> bool:
        """Say whether a fit tried its model on parts of its own data."""
        return fit.id in self._splitters or fit.method in VALIDATIONS

    def data(self, tried: Tried) -> tuple[str, ...]:
        """Return the ids of the data sets that what was tried is about."""
        fit = self.fit(tried.fit)
        about = (*(fit.datasets if fit is not None else ()), tried.test, tried.truth)
        return tuple(id_ for id_ in about if id_ is not None)

    def make(self, tried: Tried, samples: Samples) -> Case | None:
        """Return what was tried as a case; None where too little is known of it."""
        fit = self.fit(tried.fit)
        train = samples.of(fit.datasets[0]) if fit is not None else None
        if fit is None or train is None:
            return None
        target = self._target(fit, train, samples)
        test = train if tried.test is None else samples.of(tried.test)
        if test is None:
            return None
        use: Use
        truth, use = target, "cross_validation"
        if tried.test is not None:
            truth = None if tried.truth is None else samples.of(tried.truth)
            use = "validation" if self._data.role_of(test.id) == "validation" else "test"
        ids = [train.id] if test is train else [train.id, test.id]
        held = [s for s in (train, test, target, truth) if s is not None]
        roots = dict.fromkeys(root for s in held for root in s.origins)
        watched = (samples.of(id_) for id_ in getattr(fit, "watched", ()))
        cells = (fit.cell, *(m.cell for m in tried.metrics.values()))
        return Case(
            fit=fit,
            use=use,
            train=train,
            test=test,
            train_target=target,
            test_target=truth,
            steps=self._steps(ids, train),
            sources={root: s for root in roots if (s := samples.of(root)) is not None},
            watched=tuple(s for s in watched if s is not None),
            splitter=self._splitter(fit, test),
            metrics=tuple(tried.metrics.values()),
            cells=tuple(dict.fromkeys(c for c in cells if c is not None)),
        )

    def _target(self, fit: Fit, train: Sample, samples: Samples) -> Sample | None:
        found = samples.of(fit.datasets[1]) if len(fit.datasets) > 1 else None
        return found if found is not None and found.rows == train.rows and len(found.columns) == 1 else None

    def _steps(self, ids: list[str], train: Sample) -> tuple[Step, ...]:
        behind = dict.fromkeys(fit for id_ in ids for fit in self._data.fits_behind(id_))
        behind |= dict.fromkeys(self._selectors(train))
        return tuple(
            Step(
                fit=fit,
                rows=self._data.origins(fit.datasets[0]),
                supervised=len(fit.datasets) > 1,
                made=self._data.made_by(fit.id),
            )
            for fit in map(self.fit, behind)
            if fit is not None
        )

    def _selectors(self, train: Sample) -> Iterator[str]:
        """Yield fits that chose as many columns of what the data came from as these have: by a mask, not `transform`."""
        chain = set(self._data.chain(train.id))
        for fit in list(self._fits.values()):
            if fit.datasets and fit.datasets[0] in chain and selects(fit.class_):
                kept = (fit.params.get(name) for name in ("k", "n_features_to_select", "max_features"))
                if len(train.columns) in kept:
                    yield fit.id

    def _splitter(self, fit: Fit, test: Sample) -> Mapping[str, Json]:
        """Return how the rows were divided, by what the data or those that they were made of came from."""
        if test.id in fit.datasets:
            return self._splitters.get(fit.id, {})
        found = next((self._splitters[id_] for id_ in self._data.chain(test.id) if id_ in self._splitters), {})
        if found or not self._folds:
            return found
        parts = (_digest(at) for id_ in self._data.chain(test.id) for at in self._data.positions(id_))
        return next((self._folds[part] for part in parts if part in self._folds), {})


def _digest(positions: Any) -> bytes:
    import numpy as np
    from blake3 import blake3

    return blake3(np.ascontiguousarray(positions, "<i8").tobytes()).digest()
