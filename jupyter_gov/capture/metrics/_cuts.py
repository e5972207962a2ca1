"""Which labels a metric was computed of, so that it shows whether they were cut at a threshold that a curve chose."""

from __future__ import annotations

import sys
from typing import Any

from jupyter_gov.provenance.leakage import CURVES, chosen_labels

_MOST_ROWS = 1_000_000
"""Of more rows the labels are not compared."""


def labels_of(name: str, truth: Any, predicted: Any, positive: Any = None) -> frozenset[str]:
    """Return digests of the labels that a metric was computed of; of a curve, of those that it is likely to choose.

    Parameters
    ----------
    name : str
        Of the metric function.
    truth, predicted : array
        Of two classes; of anything else nothing is returned.
    positive : object
        Which class is the one that was looked for, by default the greater one.
    """
    numpy = sys.modules.get("numpy")
    if numpy is None or truth is None or predicted is None:
        return frozenset()
    y, p = numpy.asarray(truth), numpy.asarray(predicted)
    if y.ndim != 1 or y.shape != p.shape or not 0 < len(y) <= _MOST_ROWS or not _comparable(y):
        return frozenset()
    # Objects are quicker told apart than sorted.
    classes = numpy.array(sorted(set(y.tolist())), object) if y.dtype.kind == "O" else numpy.unique(y)
    if len(classes) != 2:
        return frozenset()
    looked_for = classes[1] if positive is None else positive
    if name in CURVES:
        if p.dtype.kind not in "iuf" or not numpy.isfinite(p).all():
            return frozenset()
        return frozenset(map(_digest, chosen_labels(y == looked_for, p.astype(numpy.float64))))
    return frozenset({_digest(p == looked_for)}) if numpy.isin(p, classes).all() else frozenset()


def _comparable(values: Any) -> bool:
    return values.dtype.kind in "biufU" or (values.dtype.kind == "O" and all(type(v) is str for v in values))


def _digest(labels: Any) -> str:
    import numpy as np
    from blake3 import blake3

    return blake3(np.packbits(labels).tobytes()).hexdigest()
