"""jupyter-gov: load one extension, run the notebook as always, leave with evidence that someone else can check."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .assessment import ab_table, add_assessment, fairness, local_law_144
    from .capture import track
    from .errors import GovError
    from .fingerprints import fingerprint
    from .services import (
        assess,
        charter,
        check,
        compare_data,
        data_quality,
        explain_row,
        lineage,
        mitigate,
        report,
        reproduce,
    )

__version__ = "0.1.0"

__all__ = [
    "GovError",
    "ab_table",
    "add_assessment",
    "assess",
    "charter",
    "check",
    "compare_data",
    "data_quality",
    "explain_row",
    "fairness",
    "fingerprint",
    "lineage",
    "local_law_144",
    "mitigate",
    "report",
    "reproduce",
    "track",
]

_HOMES = {
    "GovError": "errors",
    "ab_table": "assessment",
    "add_assessment": "assessment",
    "assess": "services",
    "charter": "services",
    "check": "services",
    "compare_data": "services",
    "data_quality": "services",
    "explain_row": "services",
    "fairness": "assessment",
    "fingerprint": "fingerprints",
    "lineage": "services",
    "local_law_144": "assessment",
    "mitigate": "services",
    "report": "services",
    "reproduce": "services",
    "track": "capture",
}


def __getattr__(name: str) -> Any:
    """Import a public name when it is first used, so that loading the extension stays quick."""
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)


def __dir__() -> list[str]:
    return sorted([*globals(), *__all__])


def load_ipython_extension(ipython: Any) -> None:
    """Register the magics; called by ``%load_ext jupyter_gov``."""
    from .magics import load

    load(ipython)


def unload_ipython_extension(ipython: Any) -> None:
    """Stop tracking; called by ``%unload_ext jupyter_gov``."""
    from .magics import unload

    unload(ipython)


def _jupyter_labextension_paths() -> list[dict[str, str]]:
    return [{"src": "labextension", "dest": "jupyter-gov"}]


def _jupyter_server_extension_points() -> list[dict[str, Any]]:
    from .server import GovApp

    return [{"module": "jupyter_gov.server", "app": GovApp}]
