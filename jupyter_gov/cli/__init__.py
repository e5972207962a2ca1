"""``jupyter gov``: the command line, a thin wrapper of the services."""

from . import _assessing, _looking, _running  # noqa: F401 - each adds its commands
from ._support import main

__all__ = ["main"]
