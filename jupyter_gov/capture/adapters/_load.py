"""All adapters: ours and those of other packages."""

from __future__ import annotations

from collections.abc import Callable
from importlib.metadata import entry_points

from jupyter_gov.errors import InputError

from . import Adapter, _lightgbm, _statsmodels, _xgboost

GROUP = "jupyter_gov.adapters"
"""The entry-point group in which packages register theirs."""


def load_adapters(failed: Callable[[str, BaseException], None]) -> tuple[Adapter, ...]:
    """Return all adapters; one that another package registers takes the place of ours for the same library.

    Parameters
    ----------
    failed : callable
        Told what could not be loaded, and why.
    """
    found = {adapter.package: adapter for adapter in (_lightgbm.ADAPTER, _xgboost.ADAPTER, _statsmodels.ADAPTER)}
    for entry in entry_points(group=GROUP):
        try:
            adapter = entry.load()
            if not isinstance(adapter, Adapter):
                raise InputError(
                    f"{entry.value} is no jupyter_gov.capture.adapters.Adapter.",
                    hint="docs/adapters.md shows what an adapter looks like.",
                )
        except Exception as error:
            failed(f"the adapter {entry.name}", error)
        else:
            found[adapter.package] = adapter
    return tuple(found.values())
