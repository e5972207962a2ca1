"""Rows of the same source in what a model learned from and in what it is tried on."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING

from ...records import Finding
from ._case import Case

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from ._case import Positions


def shared_rows(one: Mapping[str, Positions], other: Mapping[str, Positions]) -> NDArray[np.bool_] | None:
    """Say which rows of `one` are rows of `other`, by where both came from.

    Rows that came from several sources are the same if they are in all of them: two orders of one customer are two
    rows, though the customer's row is in both.

    Parameters
    ----------
    one, other : mapping of str to array of int64
        As `Sample.origins`.

    Returns
    -------
    array of bool, shape (rows of one,), or None
        None where they have no source in common.
    """
    import numpy as np

    common = [root for root in one if root in other]
    if not common:
        return None
    here, there = np.array([one[root] for root in common]), np.array([other[root] for root in common])
    known, kept = (here >= 0).any(axis=0), (there >= 0).any(axis=0)
    if len(common) == 1:
        return np.isin(here[0], there[0][kept]) & known
    both, places = np.unique(np.concatenate([here, there], axis=1), axis=1, return_inverse=True)
    held = np.zeros(both.shape[1], bool)
    places = places.ravel()
    held[places[here.shape[1] :][kept]] = True
    found: NDArray[np.bool_] = held[places[: here.shape[1]]] & known
    return found


def find_overlap(case: Case) -> Iterable[Finding]:
    """Find rows of the test data that the model has learned from, whatever was done with them on the way."""
    if case.use != "cross_validation":
        yield from _overlap(case)


def _overlap(case: Case) -> Iterator[Finding]:
    shared = shared_rows(case.test.origins, case.train.origins)
    count = 0 if shared is None else int(shared.sum())
    if not count:
        return
    of, all_ = case.test.rows, count == case.test.rows
    test, train = names_of(case)
    yield Finding(
        check="overlapping_rows",
        severity="error",
        message=f"The model was tried on rows that it had learned from: {'all' if all_ else f'{count:,} of the'} "
        f"{of:,} rows of {test} are in {train} too.",
        remedy="Split before anything else, fit on the training rows only, and try the model on the others.",
        count=count,
        of=of,
        evidence={"train_rows": case.train.rows, "sources": len(case.test.origins)},
    )


def names_of(case: Case) -> tuple[str, str]:
    """Return what a person calls the test data and the training data, where that tells them apart."""
    test, train = case.test.name or "the test data", case.train.name or "the training data"
    return (test, train) if test != train else ("the test data", "the training data")
