"""All methods, the quick ones first."""

from __future__ import annotations

from ._advising import MORE_DATA
from ._by_thresholds import GROUP_THRESHOLDS, THRESHOLD_OPTIMIZER
from ._calibrating import GROUP_CALIBRATION
from ._corrected import CORRECTED_PIPELINE
from ._problem import Method
from ._proxies import COARSEN_PROXY, DROP_PROXY
from ._reductions import EXPONENTIATED_GRADIENT, GRID_SEARCH
from ._removing import CORRELATION_REMOVER
from ._reweighing import REWEIGHING

METHODS: dict[str, Method] = {
    method.key: method
    for method in (
        CORRECTED_PIPELINE,
        MORE_DATA,
        REWEIGHING,
        DROP_PROXY,
        COARSEN_PROXY,
        CORRELATION_REMOVER,
        GROUP_THRESHOLDS,
        THRESHOLD_OPTIMIZER,
        GROUP_CALIBRATION,
        GRID_SEARCH,
        EXPONENTIATED_GRADIENT,
    )
}
"""By their keys; others may be added."""
