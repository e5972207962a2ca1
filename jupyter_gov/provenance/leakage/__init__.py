"""Leakage and sound validation: whether a model was tried on what it could not have known."""

from ._case import Case, Check, Look, LookCheck, Sample, Step
from ._choices import CURVES
from ._cuts import chosen_labels
from ._measures import is_baseline
from ._near import folded
from ._preparation import selects
from ._registry import CHECKS, LATE_CHECKS, LOOK_CHECKS, OF_THE_TEST, ONCE
from ._twins import compares_rows

__all__ = [
    "CHECKS",
    "CURVES",
    "LATE_CHECKS",
    "LOOK_CHECKS",
    "OF_THE_TEST",
    "ONCE",
    "Case",
    "Check",
    "Look",
    "LookCheck",
    "Sample",
    "Step",
    "chosen_labels",
    "compares_rows",
    "folded",
    "is_baseline",
    "selects",
]
