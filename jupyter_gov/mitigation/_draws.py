"""Numbers drawn for rows from what is in them, so that equal rows draw alike whenever they are asked about."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..assessment._prepare import Floats


def hashes(X: Any, seed: int = 0, *, single: bool = False) -> Any:
    """Return a hash of each row's values and the seed, of 64 bits.

    Parameters
    ----------
    X : table of shape (n, columns)
    seed : int
    single : bool
        Whether numbers are rounded to 32 bits before, so that a table of either precision has the same hashes; whole
        numbers stay as they are.

    Returns
    -------
    ndarray of shape (n,)
        Of unsigned integers.

    Notes
    -----
    pandas' hash of values, of numbers as 64-bit floats, so that the type of a column does not matter.
    """
    import pandas as pd

    frame = X if hasattr(X, "columns") else pd.DataFrame(np.asarray(X))
    columns: dict[int, Any] = {}
    for i in range(frame.shape[1]):
        column = pd.Series(frame.iloc[:, i])
        if pd.api.types.is_numeric_dtype(column.dtype):
            numbers = column.astype("Float64").to_numpy(np.float64, na_value=np.nan) + 0.0
            with np.errstate(over="ignore"):
                rounded = numbers.astype(np.float32).astype(np.float64) if single else numbers
            columns[i] = np.where(numbers == np.trunc(numbers), numbers, rounded) + 0.0
        else:
            columns[i] = column.astype(object).where(column.notna(), "").map(str).to_numpy(object)
    columns[-1] = np.full(len(frame), seed % 2**63, np.uint64)
    hashed = pd.util.hash_pandas_object(pd.DataFrame(columns), index=False).to_numpy(np.uint64)
    # A last mixing by SplitMix64 (Steele, Lea & Flood 2014): the combination of columns leaves traces in the high bits.
    with np.errstate(over="ignore"):
        mixed = hashed + np.uint64(0x9E3779B97F4A7C15)
        mixed = (mixed ^ (mixed >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        mixed = (mixed ^ (mixed >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
        mixed ^= mixed >> np.uint64(31)
    return mixed


def drawn_otherwise(chance: Floats, decided: Any, groups: Any) -> tuple[str, ...]:
    """Return a sentence on groups of which draws decide another share positively than the chances say.

    Rows that are equal draw alike: where few rows are different, shares of decisions can be anything, whatever the
    chances are.

    Parameters
    ----------
    chance : ndarray of shape (n,)
        How likely each row is to be decided positively.
    decided, groups : ndarray of shape (n,)
        Whether it was, and its group.

    Returns
    -------
    tuple of str
        Empty where no share is farther off than 0.02 and than four standard deviations of independent draws.
    """
    off = []
    for name in np.unique(np.asarray(groups).astype(str)).tolist():
        rows = np.asarray(groups).astype(str) == name
        expected, found = float(chance[rows].mean()), float(np.mean(decided[rows]))
        spread = float(np.sqrt((chance[rows] * (1 - chance[rows])).sum())) / int(rows.sum())
        if abs(found - expected) > max(0.02, 4 * spread):
            off.append(f"{found:.1%} of {name} where the chances say {expected:.1%}")
    if not off:
        return ()
    return (f"Equal rows draw alike, and there are many: of the training rows it decides positively {', '.join(off)}.",)


def draws(X: Any, seed: int) -> Floats:
    """Return a number in [0, 1) for each row, an array of shape (n,), from `hashes`."""
    return np.asarray((hashes(X, seed, single=True) >> np.uint64(11)).astype(np.float64) * 2.0**-53, np.float64)
