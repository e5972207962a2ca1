"""The leakage checks, in the order in which they are made: what costs nothing first."""

from __future__ import annotations

from collections.abc import Mapping

from ._case import Check, LookCheck

CHECKS: Mapping[str, Check] = {}
"""By the name that their findings have as ``check``."""

LOOK_CHECKS: Mapping[str, LookCheck] = {}
