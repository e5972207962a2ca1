"""What a leakage check looks at: one model, what it learned from, what it is tried on, and where both came from."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

from ...records import Finding, Fit, Json, Metric

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Positions = NDArray[np.int64]
    Hashes = NDArray[np.uint64]
    Values = NDArray[Any]

Use = Literal["test", "validation", "cross_validation"]


@dataclass(frozen=True, kw_only=True, eq=False)
class Sample:
    """Data as a check sees them.

    Attributes
    ----------
    id, name : str
        Of the data set's record; what a person calls it.
    rows : int
    cell : str or None
        The cell execution in which it was first seen.
    read : bool
        Whether it came as it is from a file, a query or a package's own data.
    columns : tuple of str
        As they may be told to people.
    origins : mapping of str to array of int64, shape (rows,)
        For each data set at the beginning of a chain (a file that was read, data that nothing is known about) that rows
        came from: which row of it each one is, -1 where it is none or that is not known.
    values : callable
        Returns a column by its name: numbers as float64 with NaN for missing, times as datetime64, anything else as
        objects with None for missing; None where the data are gone or have changed.
    hashes : callable
        Returns 64 bits for each row over all columns in the order of their names, equal for equal rows of any two data
        sets with columns of the same names and types; None where the data are gone.
    near : callable
        The same over values that are rounded to six significant digits, and texts without case and surplus space.
    """

    id: str
    name: str
    rows: int
    cell: str | None = None
    read: bool = False
    columns: tuple[str, ...] = ()
    origins: Mapping[str, Positions] = field(default_factory=dict)
    values: Callable[[str], Values | None] = lambda _: None
    hashes: Callable[[], Hashes | None] = lambda: None
    near: Callable[[], Hashes | None] = lambda: None


@dataclass(frozen=True, kw_only=True, eq=False)
class Step:
    """A fit that prepared data, of a scaler, imputer, encoder, feature selector, resampler or their like.

    Attributes
    ----------
    fit : Fit
    rows : mapping of str to array of int64
        Which rows it was fitted on, as `Sample.origins`.
    supervised : bool
        Whether it was given the target.
    made : tuple of str
        Ids of the data sets that it made, by ``transform`` or ``fit_resample``.
    """

    fit: Fit
    rows: Mapping[str, Positions] = field(default_factory=dict)
    supervised: bool = False
    made: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True, eq=False)
class Case:
    """One model tried on one data set.

    Attributes
    ----------
    fit : Fit
        The model's; its parameters are in it.
    use : str
        ``test``, ``validation`` (a choice was made by it), or ``cross_validation``: then `train` and `test` are both
        all rows of the data, which the folds take turns with.
    train, test : Sample
        Features.
    train_target, test_target : Sample or None
        One column each; None where they are not known.
    steps : tuple of Step
        What prepared the data before they reached the model, not what is inside of it.
    sources : mapping of str to Sample
        What rows came from, by the ids in `Sample.origins`, with all of their columns. For what was made in the
        notebook, the widest table that has the very same rows.
    watched : tuple of Sample
        What the fit was shown besides, such as for early stopping.
    splitter : mapping
        How rows were divided, where that is known: ``class`` (``train_test_split``, ``KFold``, …), ``params``, and
        ``groups`` (true where groups were given).
    metrics : tuple of Metric
        What was computed of this model on these data so far.
    beside : tuple of Metric
        What was computed for the same rows of the same target otherwise: of other models, or of this one on other
        features, such as shuffled ones; of models that are there to be beaten not.
    labels : mapping of str to frozenset of str
        By the id of a metric of two classes, the digest of the labels that it was computed of; of a curve over all
        thresholds, those of the labels at the thresholds that usual criteria choose, the default one left out.
    cells : tuple of str
        The cell executions in which it was fitted and tried.
    """

    fit: Fit
    use: Use
    train: Sample
    test: Sample
    train_target: Sample | None = None
    test_target: Sample | None = None
    steps: tuple[Step, ...] = ()
    sources: Mapping[str, Sample] = field(default_factory=dict)
    watched: tuple[Sample, ...] = ()
    splitter: Mapping[str, Json] = field(default_factory=dict)
    metrics: tuple[Metric, ...] = ()
    beside: tuple[Metric, ...] = ()
    labels: Mapping[str, frozenset[str]] = field(default_factory=dict)
    cells: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Look:
    """One look at how a model does on held-out data, in this run or an earlier one of the experiment.

    Attributes
    ----------
    run, cell : str
        Where.
    fit : Fit
        The model's; equal `model_digest` means that it is the same model again.
    name : str
        What a person calls the held-out data.
    rows : str
        What identifies the held-out rows: the same for the same rows, in whatever order or form.
    metric : Metric
    size : int
        Number of held-out rows.
    here : bool
        Whether it is of this run.
    """

    run: str
    cell: str | None
    fit: Fit
    rows: str
    metric: Metric
    name: str = ""
    size: int = 0
    here: bool = True


Check = Callable[[Case], Iterable[Finding]]
"""Looks at one case."""

LookCheck = Callable[[list[Look]], Iterable[Finding]]
"""Looks at all looks at one held-out data set, in the order in which they were made."""
