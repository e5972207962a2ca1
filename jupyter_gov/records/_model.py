"""Records of models: fits, what they predicted, and the numbers computed from that."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import ClassVar, Literal

from ._base import Json, Part, Record


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate(Part):
    """One combination of parameters that a search tried.

    Attributes
    ----------
    scores : mapping
        ``mean_test_score``, ``std_test_score`` and their like, by scikit-learn's names in ``cv_results_``.
    """

    params: Mapping[str, Json]
    scores: Mapping[str, Json] = field(default_factory=dict)
    rank: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Fit(Record):
    """One call of an estimator's ``fit``; fits inside it name it as their parent.

    Attributes
    ----------
    class_ : str
        The estimator's qualified class name; ``class`` in JSON.
    params : mapping
        All parameters by scikit-learn's names (``get_params(deep=True)``), values as JSON.
    datasets : tuple of str
        Ids of the data sets it saw, features first.
    name : str
        The variable that holds the estimator, where there is one.
    step : str
        Its place in the parent, such as ``scale``; empty at the top.
    method : str
        What was called: ``fit``, ``fit_transform``, ``partial_fit``, ``train``, …
    watched : tuple of str
        Ids of the data sets that it was shown without learning from them, such as for early stopping.
    previous : str or None
        The fit that this one went on from (``partial_fit``, ``warm_start``).
    seeds : mapping
        Each parameter that seeds randomness, with its value as JSON.
    randomness : str
        ``seeded`` or ``unseeded`` where the fit was seen to draw random numbers, else empty.
    seconds, cpu_seconds, peak_memory_bytes
        As for a cell.
    model_digest : str
        Digest over the learned parameters; empty where they cannot be identified.
    candidates : tuple of Candidate
        What a search tried.
    """

    kind: ClassVar[str] = "fit"
    parts: ClassVar[Mapping[str, type[Part]]] = {"candidates": Candidate}

    class_: str
    name: str = ""
    step: str = ""
    parent: str | None = None
    cell: str | None = None
    params: Mapping[str, Json] = field(default_factory=dict)
    features: tuple[str, ...] = ()
    datasets: tuple[str, ...] = ()
    watched: tuple[str, ...] = ()
    started: str = ""
    seconds: float = 0.0
    status: Literal["ok", "error"] = "ok"
    method: str = "fit"
    previous: str | None = None
    seeds: Mapping[str, Json] = field(default_factory=dict)
    randomness: Literal["", "seeded", "unseeded"] = ""
    cpu_seconds: float | None = None
    peak_memory_bytes: int | None = None
    model_digest: str = ""
    candidates: tuple[Candidate, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Prediction(Record):
    """What a model returned for a data set.

    Attributes
    ----------
    method : str
        ``predict``, ``predict_proba``, …
    fit, dataset : str or None
        Which model, and what it was given.
    digest : str
        Of the content.
    """

    kind: ClassVar[str] = "prediction"

    method: str
    fit: str | None = None
    dataset: str | None = None
    digest: str = ""
    rows: int = 0
    cell: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Metric(Record):
    """A number that the user's own code asked for.

    Attributes
    ----------
    origin : str
        ``function`` (of ``sklearn.metrics``), ``scorer``, ``cross_validation``, ``by_hand`` or ``user``.
    fits, datasets, predictions : tuple of str
        Which models, what data and which of their predictions it is about.
    identified : str
        How the model was found: by the ``identity`` of the predictions' array, by their ``content``, or ``ambiguous``
        where several models had returned the same; empty where none was found.
    split : str
        What the data was used for.
    expression : str
        The source text, of a number computed by hand.
    """

    kind: ClassVar[str] = "metric"

    name: str
    value: Json
    origin: Literal["function", "scorer", "cross_validation", "by_hand", "user"] = "function"
    params: Mapping[str, Json] = field(default_factory=dict)
    cell: str | None = None
    fits: tuple[str, ...] = ()
    datasets: tuple[str, ...] = ()
    predictions: tuple[str, ...] = ()
    identified: Literal["", "identity", "content", "ambiguous"] = ""
    split: Literal["train", "validation", "test", "unknown"] = "unknown"
    expression: str = ""
