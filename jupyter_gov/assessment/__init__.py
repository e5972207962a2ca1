"""Pure assessments of a fitted binary classifier: numbers with intervals, no input or output, no Jupyter.

Names are resolved on first use, so that importing this package loads neither NumPy nor any heavier library.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ._cards import ASSESSMENTS, Card
    from ._evaluate import Evaluation, evaluate
    from ._explanation import explanation
    from ._fairness import Fairness, fairness
    from ._groups import MINIMUM
    from ._performance import calibration, performance

_HOME = {
    "ASSESSMENTS": "_cards",
    "Card": "_cards",
    "Evaluation": "_evaluate",
    "Fairness": "_fairness",
    "MINIMUM": "_groups",
    "calibration": "_performance",
    "evaluate": "_evaluate",
    "explanation": "_explanation",
    "fairness": "_fairness",
    "performance": "_performance",
}

__all__ = [
    "ASSESSMENTS",
    "MINIMUM",
    "Card",
    "Evaluation",
    "Fairness",
    "calibration",
    "evaluate",
    "explanation",
    "fairness",
    "performance",
]


def __getattr__(name: str) -> object:
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(import_module(f"{__name__}.{_HOME[name]}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
