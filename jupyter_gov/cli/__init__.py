"""``jupyter gov``: the command line, a thin wrapper of the services."""

from . import (  # noqa: F401 - each adds its commands
    _assessing,
    _bundling,
    _chartering,
    _checking,
    _looking,
    _policies,
    _reproducing,
    _running,
)
from ._support import main

__all__ = ["main"]
