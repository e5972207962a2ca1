"""Rows of a data frame whose columns came from predictions, found again in another frame by their content."""

from __future__ import annotations

import sys
from typing import Any

from ._traces import Origins, Traces, join


def selected(known: Traces, frame: Any, labels: tuple[str, ...]) -> Origins:
    """Return the predictions in a pandas data frame that is a selection of rows of a known one.

    What ``groupby`` hands to a function, and a loop over groups, are frames of their own with the index of the first.

    Parameters
    ----------
    known : Traces
        The frames whose columns came from predictions.
    frame : DataFrame
        Any other.
    labels : tuple of str
        The columns that are used.
    """
    pandas = sys.modules.get("pandas")
    if pandas is None or type(frame) is not pandas.DataFrame:
        return ()
    return join(
        origins
        for whole, columns in known.frames()
        for column, origins in columns.items()
        if column in labels and type(whole) is pandas.DataFrame and _selects(frame, whole, column, pandas)
    )


def _selects(frame: Any, whole: Any, column: str, pandas: Any) -> bool:
    if column not in frame.columns or column not in whole.columns or not 0 < len(frame) <= len(whole):
        return False
    part, all_ = frame[column], whole[column]
    if part.dtype != all_.dtype:
        return False
    # An index of our own: a lookup leaves a table behind in the one that it is made in.
    index = pandas.Index(whole.index.to_numpy(copy=True))
    if not index.is_unique:
        return False
    rows = index.get_indexer(frame.index.to_numpy(copy=True))
    return bool((rows >= 0).all() and part.reset_index(drop=True).equals(all_.iloc[rows].reset_index(drop=True)))
