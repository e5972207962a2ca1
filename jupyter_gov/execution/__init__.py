"""Runs notebooks in fresh kernels: the user's under tracking, templates with their parameters."""

from ._replay import Replayed, Step, replay
from ._run import Progress, execute_notebook, fill
from ._variables import AUTOTRACK_VARIABLE, NOTEBOOK_VARIABLE, REPRODUCING_VARIABLE, RUN_VARIABLE, STORE_VARIABLE

__all__ = [
    "AUTOTRACK_VARIABLE",
    "NOTEBOOK_VARIABLE",
    "REPRODUCING_VARIABLE",
    "RUN_VARIABLE",
    "STORE_VARIABLE",
    "Progress",
    "Replayed",
    "Step",
    "execute_notebook",
    "fill",
    "replay",
]
