"""``jupyter gov``: the command line, a thin wrapper of the services."""

from . import _assessing, _bundling, _looking, _reproducing, _running  # noqa: F401 - each adds its commands
from ._support import main

__all__ = ["main"]
