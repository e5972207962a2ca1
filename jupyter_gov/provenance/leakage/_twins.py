"""Rows of equal or nearly equal values in training and test data, against what chance would give."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import TYPE_CHECKING

from ...records import Finding, Json
from ._case import Case
from ._chance import expected_twins
from ._near import folded
from ._overlap import names_of, shared_rows
from ._sketch import EXACT, estimate_shared

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from ._case import Hashes

_MARGIN = 10.0
"""How many times more than by chance: columns that hang together in ways that no estimate sees make twins too."""

_LEVEL = 1e-3
"""Probability at which even that many more would be no chance."""

_LEAST = 3
_FEW = 0.01
"""Share of the test rows below which twins change no result by much."""

_REMEDY = (
    "Drop duplicates before the split, or keep equal rows on one side of it by giving them to the splitter as a group. "
    "If they are different cases that merely look alike, say so in the documentation."
)


def find_identical(case: Case) -> Iterator[Finding]:
    """Find test rows that equal a training row in every feature, beyond those of the same source."""
    if not _comparable(case):
        return
    train, test = case.train.hashes(), case.test.hashes()
    if train is None or test is None:
        return
    if max(len(train), len(test)) > EXACT:
        yield from _estimated(case, train, test)
        return
    twins = _in(test, train) & ~_same_source(case)
    count = int(twins.sum())
    if count:
        expected = expected_twins(case.train, case.test)
        yield _finding(case, "identical_rows", count, expected, "in every feature", {})


def find_near_identical(case: Case) -> Iterator[Finding]:
    """Find test rows that equal a training row but for digits beyond the sixth, case and space."""
    if not _comparable(case) or max(case.train.rows, case.test.rows) > EXACT:
        return
    train, test = case.train.near(), case.test.near()
    if train is None or test is None:
        return
    near = _in(test, train) & ~_same_source(case)
    exact_train, exact_test = case.train.hashes(), case.test.hashes()
    exact = 0
    if exact_train is not None and exact_test is not None:
        equal = _in(exact_test, exact_train)
        exact = int((equal & near).sum())
        near &= ~equal
    count = int(near.sum())
    if count:
        expected = expected_twins(case.train, case.test, fold=folded)
        # Those that are exactly equal are told of by themselves, and chance accounts for them too.
        rest = None if expected is None else max(expected - exact, 0.0)
        how = "but for digits beyond the sixth, case or space"
        yield _finding(case, "near_identical_rows", count, rest, how, {"identical": exact})


def is_beyond_chance(count: int, expected: float) -> bool:
    """Say whether many more rows are equal than chance gives.

    That is so if even ten times what is expected would give so many in fewer than one of a thousand cases, by the bound
    of Chernoff on the tail of a Poisson distribution (Mitzenmacher and Upfal, Probability and Computing, 2005).
    """
    mean = _MARGIN * expected
    if count < _LEAST or count <= mean:
        return False
    return mean == 0 or count * math.log(count / mean) - count + mean > -math.log(_LEVEL)


def compares_rows(case: Case, check: str) -> bool:
    """Say whether this check is the one that tells if test rows are training rows.

    Where both came from one source, that does, whatever was done with their values since; else only the values can.
    """
    if not {*case.test.origins}.isdisjoint(case.train.origins):
        return check == "overlapping_rows" and case.use != "cross_validation"
    if check != "identical_rows" or not _comparable(case):
        return False
    return case.train.hashes() is not None and case.test.hashes() is not None


def _comparable(case: Case) -> bool:
    columns = {*case.train.columns}
    return case.use != "cross_validation" and bool(columns) and columns == {*case.test.columns}


def _in(wanted: Hashes, held: Hashes) -> NDArray[np.bool_]:
    """Say which hashes occur among others; quicker than `numpy.isin`, which sorts both together."""
    import numpy as np

    if not len(held):
        return np.zeros(len(wanted), bool)
    ordered = np.sort(held)
    places = np.searchsorted(ordered, wanted)
    places[places == len(ordered)] = 0
    found: NDArray[np.bool_] = ordered[places] == wanted
    return found


def _same_source(case: Case) -> NDArray[np.bool_]:
    import numpy as np

    shared = shared_rows(case.test.origins, case.train.origins)
    return np.zeros(case.test.rows, bool) if shared is None else shared


def _finding(
    case: Case, check: str, count: int, expected: float | None, how: str, evidence: dict[str, Json]
) -> Finding:
    test, train = names_of(case)
    telling = expected is not None and is_beyond_chance(count, expected)
    by_chance = (
        "; how many chance would give cannot be said" if expected is None
        else f", where chance would give about {_about(expected)}" if telling
        else f", no more than their values let expect (about {_about(expected)})"
    )  # fmt: skip
    return Finding(
        check=check,
        severity="warning" if telling and count >= _FEW * case.test.rows else "info",
        message=f"{count:,} of the {case.test.rows:,} rows of {test} equal a row of {train} {how}{by_chance}.",
        remedy=_REMEDY if telling else "",
        count=count,
        of=case.test.rows,
        expected=None if expected is None else round(expected, 6),
        evidence={"train_rows": case.train.rows, **evidence},
    )


def _estimated(case: Case, train: Hashes, test: Hashes) -> Iterator[Finding]:
    """Tell of very many rows what a sketch of them tells, with its error."""
    found = estimate_shared(test, train)
    known = int(_same_source(case).sum())
    more = round(found.lower) - known
    if more > 0:
        expected = expected_twins(case.train, case.test)
        error = f"at least, by a sketch: {found.lower:,.0f} to {found.upper:,.0f} different rows with 95% confidence"
        how = f"in every feature ({error}; {known:,} are of the same source)"
        evidence: dict[str, Json] = {"estimate": found.value, "lower": found.lower, "upper": found.upper}
        yield _finding(case, "identical_rows", more, expected, how, evidence)


def _about(number: float) -> str:
    return f"{number:,.0f}" if number >= 10 else f"{number:.2g}" if number >= 0.01 else "none"
