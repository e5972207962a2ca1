"""Compilation by numba, kept between sessions where a folder for it can be written."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ..errors import InputError

try:
    import numba
except Exception as error:  # whatever is wrong with what it imports
    raise InputError(
        f"numba, which compiles explanations of trees and drift, cannot be imported: {error}.",
        hint="Mend its installation. A file coverage.py beside the notebook hides a package that it needs: rename it.",
    ) from error


def compiled(function: Callable[..., Any]) -> Any:
    """Return `function` compiled at its first call, without Python's lock, and kept on disk if that is possible.

    Sums keep their order, so that a row's numbers do not depend on the rows beside it; only a product and a sum may
    be rounded as one.
    """
    settings: dict[str, Any] = {"nogil": True, "fastmath": {"contract"}, "error_model": "numpy"}
    try:
        return numba.njit(cache=True, **settings)(function)
    except RuntimeError:  # neither the folder of this file nor the user's own for caches can be written
        return numba.njit(**settings)(function)
