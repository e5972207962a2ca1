"""Leakage and sound validation: whether a model was tried on what it could not have known."""

from ._case import Case, Check, Look, LookCheck, Sample, Step
from ._near import folded
from ._preparation import selects
from ._registry import CHECKS, LATE_CHECKS, LOOK_CHECKS, ONCE

__all__ = [
    "CHECKS",
    "LATE_CHECKS",
    "LOOK_CHECKS",
    "ONCE",
    "Case",
    "Check",
    "Look",
    "LookCheck",
    "Sample",
    "Step",
    "folded",
    "selects",
]
