"""Pure assessments of models and of their predictions: numbers with intervals, no input or output.

Names are resolved on first use, so that importing this package loads neither NumPy nor any heavier library.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ._calibration._binary import calibration
    from ._cards import TASKS, Card, Task
    from ._comparison._arms import ab_table
    from ._counting._groups import CROSS, MINIMUM, UNKNOWN
    from ._drift._drift import drift
    from ._drift._evaluate import evaluate_drift
    from ._evaluate import evaluate
    from ._explanation._explanation import explanation
    from ._fairness._fairness import Fairness, fairness
    from ._fairness._individual import individual_fairness
    from ._fairness._label_bias import label_bias
    from ._fairness._law_144 import local_law_144
    from ._fairness._law_tables import LocalLaw144
    from ._fairness._paired import disparity_change
    from ._fairness._supported import supported_differences
    from ._fairness._threshold_counts import ThresholdCounts
    from ._fairness._thresholds import count_thresholds, thresholds_of
    from ._model import Model
    from ._performance._performance import performance
    from ._predictions import evaluate_given, evaluate_predictions, evaluate_table
    from ._quality._assessment import data_quality
    from ._quality._evaluate import evaluate_data
    from ._reasons._card import ROW_CARD
    from ._reasons._mapping import Located
    from ._reasons._row import explain_row
    from ._registry import Registered, add_assessment, assessments
    from ._roles import Roles, find_roles
    from ._running import Evaluation, Evaluations
    from ._subject import Control, Subject, Training

_HOME = {
    "CROSS": "_counting._groups",
    "Card": "_cards",
    "Control": "_subject",
    "Evaluation": "_running",
    "Evaluations": "_running",
    "Fairness": "_fairness._fairness",
    "LocalLaw144": "_fairness._law_tables",
    "Located": "_reasons._mapping",
    "MINIMUM": "_counting._groups",
    "Model": "_model",
    "UNKNOWN": "_counting._groups",
    "ROW_CARD": "_reasons._card",
    "Registered": "_registry",
    "Roles": "_roles",
    "Subject": "_subject",
    "TASKS": "_cards",
    "Task": "_cards",
    "ThresholdCounts": "_fairness._threshold_counts",
    "Training": "_subject",
    "ab_table": "_comparison._arms",
    "add_assessment": "_registry",
    "assessments": "_registry",
    "calibration": "_calibration._binary",
    "count_thresholds": "_fairness._thresholds",
    "data_quality": "_quality._assessment",
    "disparity_change": "_fairness._paired",
    "drift": "_drift._drift",
    "evaluate": "_evaluate",
    "evaluate_drift": "_drift._evaluate",
    "evaluate_data": "_quality._evaluate",
    "evaluate_given": "_predictions",
    "evaluate_predictions": "_predictions",
    "evaluate_table": "_predictions",
    "explain_row": "_reasons._row",
    "explanation": "_explanation._explanation",
    "fairness": "_fairness._fairness",
    "find_roles": "_roles",
    "individual_fairness": "_fairness._individual",
    "label_bias": "_fairness._label_bias",
    "local_law_144": "_fairness._law_144",
    "performance": "_performance._performance",
    "supported_differences": "_fairness._supported",
    "thresholds_of": "_fairness._thresholds",
}

__all__ = [
    "CROSS",
    "MINIMUM",
    "ROW_CARD",
    "TASKS",
    "UNKNOWN",
    "Card",
    "Control",
    "Evaluation",
    "Evaluations",
    "Fairness",
    "LocalLaw144",
    "Located",
    "Model",
    "Registered",
    "Roles",
    "Subject",
    "Task",
    "ThresholdCounts",
    "Training",
    "ab_table",
    "add_assessment",
    "assessments",
    "calibration",
    "count_thresholds",
    "data_quality",
    "disparity_change",
    "drift",
    "evaluate",
    "evaluate_data",
    "evaluate_drift",
    "evaluate_given",
    "evaluate_predictions",
    "evaluate_table",
    "explain_row",
    "explanation",
    "fairness",
    "find_roles",
    "individual_fairness",
    "label_bias",
    "local_law_144",
    "performance",
    "supported_differences",
    "thresholds_of",
]


def __getattr__(name: str) -> object:
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(import_module(f"{__name__}.{_HOME[name]}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
