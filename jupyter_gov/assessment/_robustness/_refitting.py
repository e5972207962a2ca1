"""Fitting clones of a model again: with other random states, on other rows, with wrong labels."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np

from ...errors import InputError
from .._prepare import Ints
from .._refitting import Refitting
from .._subject import Subject, Training
from .._table import take
from ._asking import Answer, Asker

REFITS = 10
"""Refits with other random states, and on other samples of the training rows."""
REPEATS = 3
"""Refits for each share of wrong labels."""
WRONG = (0.01, 0.05, 0.1)
"""Shares of training labels that are made wrong."""
SEEDS, SAMPLES = "other random states", "other samples of the training rows"


class Refitter:
    """Fits clones of a model, which itself stays as it is."""

    def __init__(self, subject: Subject, train: Training, table: Any) -> None:
        self._features, self._table = train.features, table
        self.labels = np.asarray(train.true)
        self._refitting = Refitting(subject.asked_model, subject.seed)
        self.states = self._refitting.states
        self.asker = Asker.of(subject, table)

    def answer(self, places: Ints | None, labels: Any, state: int | None) -> Answer:
        """Fit a clone on some training rows, and return what it answers about the assessed rows."""
        features = self._features
        if places is not None:
            features = take(features, places)
            labels = labels[places]
        asker = self.asker.with_model(self._refitting.fit(features, labels, state))
        answer = asker.ask([self._table])[0]
        if answer.refused:
            raise InputError(
                f"A refit of the model cannot predict the assessed rows: {answer.refused}.",
                hint="Pass the training data as they were passed to fit.",
            )
        return answer


Draw = tuple[Ints | None, Any, int | None]


def plan_refits(maker: Refitter, classes: bool, seed: int) -> Iterable[tuple[str, list[Draw]]]:
    """Yield groups of refits: on which rows, with which labels and random state each is made."""
    labels = maker.labels
    states = np.random.default_rng((seed, 1)).integers(0, 2**31 - 1, REFITS).tolist()
    if maker.states:
        yield SEEDS, [(None, labels, state) for state in states]
    draws: list[Draw] = []
    for repeat in range(REFITS):
        rng = np.random.default_rng((seed, 2, repeat))
        draws.append((resampled(labels, rng, classes), labels, None))
    yield SAMPLES, draws
    for i, part in enumerate(WRONG):
        noisy: list[Draw] = []
        for repeat in range(REPEATS):
            rng = np.random.default_rng((seed, 3, i, repeat))
            noisy.append((None, with_wrong_labels(labels, part, rng, classes), None))
        yield f"{part:.0%} of training labels wrong", noisy


def resampled(labels: Any, rng: np.random.Generator, classes: bool) -> Ints:
    """Return rows drawn with replacement, of classes as many of each as there are, so that none is lost."""
    n = len(labels)
    if not classes:
        return rng.integers(0, n, n)
    out = np.empty(n, np.int64)
    _, codes = np.unique(labels, return_inverse=True)
    for code in range(int(codes.max()) + 1):
        own = np.flatnonzero(codes == code)
        out[own] = rng.choice(own, len(own))
    return out


def with_wrong_labels(labels: Any, part: float, rng: np.random.Generator, classes: bool) -> Any:
    """Return labels of which a share is another class, or of numbers those of each other."""
    n = len(labels)
    at = rng.choice(n, max(round(part * n), 1), replace=False)
    made = labels.copy()
    if not classes:
        made[at] = labels[np.roll(at, 1)]
        return made
    known, codes = np.unique(labels, return_inverse=True)
    made[at] = known[(codes[at] + rng.integers(1, len(known), len(at))) % len(known)]
    return made
