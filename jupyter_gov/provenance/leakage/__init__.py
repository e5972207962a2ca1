"""Leakage and sound validation: whether a model was tried on what it could not have known."""

from ._case import Case, Check, Look, LookCheck, Sample, Step
from ._registry import CHECKS, LOOK_CHECKS

__all__ = ["CHECKS", "LOOK_CHECKS", "Case", "Check", "Look", "LookCheck", "Sample", "Step"]
