"""What a run has fitted and tried, as cases that leakage checks look at."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from jupyter_gov.provenance.leakage import Case, Sample, Step, is_baseline, selects
from jupyter_gov.records import Fit, Json, Metric

from ._elsewhere import read_part

if TYPE_CHECKING:
    from jupyter_gov.provenance.leakage._case import Use

    from ..data._registry import DataRegistry
    from ..metrics._traces import Origin
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
    labels: dict[str, frozenset[str]] = field(default_factory=dict)


class Cases:
    """Remembers fits and splits, and makes cases of them.

    Parameters
    ----------
    data : DataRegistry
    predicted : callable
        Returns where a column comes from that has the values of a prediction, by its digest.
    """

    def __init__(self, data: DataRegistry, predicted: Callable[[str], Origin | None]) -> None:
        self._data = data
        self._predicted = predicted
        self._fits: dict[str, Fit] = {}
        self._splitters: dict[str, Mapping[str, Json]] = {}
        self._folds: dict[bytes, Mapping[str, Json]] = {}
        self._tried: dict[tuple[str, str | None], Tried] = {}
        self._of_target: dict[str, list[Tried]] = {}

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

    def tried(self, fit: Fit, test: str | None, truth: str | None = None, metric: Metric | None = None) -> Tried:
        """Take note that a model was tried on data, or on parts of its own."""
        found = self._tried.setdefault((fit.id, test), Tried(fit.id, test))
        if test is None and len(fit.datasets) > 1:
            truth = fit.datasets[1]
        if found.truth is None and truth is not None:
            found.truth = truth
            self._of_target.setdefault(truth, []).append(found)
        if metric is not None:
            found.metrics[metric.id] = metric
        return found

    @property
    def all(self) -> list[Tried]:
        """What was tried so far."""
        return list(self._tried.values())

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
        watched = (samples.of(id_) for id_ in fit.watched)
        cells = (fit.cell, *(m.cell for m in tried.metrics.values()))
        return Case(
            fit=fit,
            use=use,
            train=train,
            test=test,
            train_target=target,
            test_target=truth,
            steps=self._steps(ids, train),
            sources={root: s for root in roots if (s := self._source(root, held, samples)) is not None},
            watched=tuple(s for s in watched if s is not None),
            splitter=self._splitter(fit, test),
            metrics=tuple(tried.metrics.values()),
            beside=tuple(self._beside(tried)),
            labels=dict(tried.labels),
            cells=tuple(dict.fromkeys(c for c in cells if c is not None)),
        )

    def _beside(self, tried: Tried) -> Iterator[Metric]:
        for other in list(self._of_target.get(tried.truth or "", ())):
            whole = (other.test is None) == (tried.test is None)
            if other is not tried and whole and not is_baseline(self._fits[other.fit]):
                yield from list(other.metrics.values())

    def _source(self, root: str, held: Iterable[Sample], samples: Samples) -> Sample | None:
        """Return what rows came from; if that was not read, the widest table that was made with the very same rows.

        What a transformer or a model made is not meant: it may be wider than what it was made of.
        """
        import numpy as np

        found = samples.of(root)
        chain = dict.fromkeys(id_ for sample in held for id_ in self._data.chain(sample.id))
        if found is None:
            known = (samples.of(id_) for id_ in chain)
            return read_part(root, [s for s in known if s is not None and s.read and root in s.origins])
        if found.read:
            return found
        for id_ in chain:
            other = samples.of(id_)
            if other is None or other.rows != found.rows or len(other.columns) <= len(found.columns):
                continue
            same = np.array_equal(other.origins.get(root, ()), np.arange(other.rows))
            if same and not self._data.fits_behind(id_) and not any(self._predictors([id_], other)):
                found = other
        return found

    def _target(self, fit: Fit, train: Sample, samples: Samples) -> Sample | None:
        found = samples.of(fit.datasets[1]) if len(fit.datasets) > 1 else None
        return found if found is not None and found.rows == train.rows and len(found.columns) == 1 else None

    def _steps(self, ids: list[str], train: Sample) -> tuple[Step, ...]:
        behind = dict.fromkeys(fit for id_ in ids for fit in self._data.fits_behind(id_))
        behind |= dict.fromkeys(self._selectors(train))
        behind |= dict.fromkeys(self._predictors(ids, train))
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

    def _predictors(self, ids: list[str], train: Sample) -> Iterator[str]:
        """Yield fits whose predictions have become features, but those that predicted rows that they were not given."""
        for id_ in dict.fromkeys(id_ for held in ids for id_ in self._data.chain(held)):
            for column in getattr(self._data.known(id_), "columns", ()):
                origin = self._predicted(column.digest) if column.name in train.columns else None
                fit = None if origin is None else self.fit(origin.fit)
                if fit is None or origin is None or fit.method in VALIDATIONS:
                    continue
                before = self._data.known(origin.dataset or "")
                # What a model returns may be a column that it was given, or only its name for a class.
                if before is not None and column.digest not in {c.digest for c in before.columns}:
                    yield fit.id

    def _selectors(self, train: Sample) -> Iterator[str]:
        """Yield fits that chose as many columns of what the data came from as these have, by a mask."""
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
