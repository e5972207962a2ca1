"""The measures of the groups of one attribute or intersection, whatever they were counted from."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from typing import Protocol

import numpy as np

from ...errors import InputError, did_you_mean
from .._counting._groups import CROSS, Family
from .._counting._rates import Measured
from .._prepare import Bools, Floats, Ints

HIGHER = frozenset(
    {
        "selection_rate",
        "true_positive_rate",
        "true_negative_rate",
        "precision",
        "negative_predictive_value",
        "accuracy",
        "balanced_accuracy",
        "f1",
        "roc_auc",
        "r2",
    }
)
"""Measures whose best group is that with the highest value."""
LOWER = frozenset(
    {
        "false_positive_rate",
        "false_negative_rate",
        "false_discovery_rate",
        "false_omission_rate",
        "log_loss",
        "brier_score",
        "expected_calibration_error",
        "mean_absolute_error",
        "mean_squared_error",
        "root_mean_squared_error",
    }
)
"""Measures whose best group is that with the lowest value; of others, such as a mean score, none is best."""


class Counted(Protocol):
    """Sufficient statistics of some measures in each combination of groups."""

    def measured(self, family: Family) -> dict[str, Measured]:
        """Return the measures by group."""

    def overall(self) -> dict[str, Measured]:
        """Return the measures over all rows, as of one group."""


@dataclass(frozen=True)
class Block:
    """Every measure of the groups of one attribute or intersection.

    Attributes
    ----------
    family : Family
    counts : ndarray of shape (G,)
        Rows of each group.
    minimum : int
        Rows below which a group is shown but not judged.
    measure : callable
        Returns the measures of the groups of a family by their names; asked once, when they are needed.
    label : str or None
        The class that they are about, it against all others, where the target has several.
    """

    family: Family
    counts: Ints
    minimum: int
    measure: Callable[[Family], dict[str, Measured]]
    label: str | None = None

    @cached_property
    def values(self) -> dict[str, Floats]:
        """The measures' values by name."""
        return {name: one.value for name, one in self._found.items()}

    @cached_property
    def measured(self) -> dict[str, Measured]:
        """The measures by name; their limits are kept, since every comparison of the same groups asks for them."""
        found = self._found.items()
        return {name: replace(one, limits=lru_cache(maxsize=8)(one.limits)) for name, one in found}

    @cached_property
    def _found(self) -> dict[str, Measured]:
        return self.measure(self.family)

    @property
    def judged(self) -> Bools:
        """Which groups have enough rows."""
        return np.asarray(self.counts >= self.minimum)

    @property
    def known(self) -> Bools:
        """Which groups hold no unknown values."""
        return ~np.array(self.family.unknown, bool)

    def best(self, name: str) -> int | None:
        """Return the judged and known group that does best by a measure; None where there is none.

        Among equals it is the first by name, whichever order an intersection's attributes are given in.
        """
        value = self.measured[name].value
        usable = self.judged & self.known & np.isfinite(value)
        if name not in HIGHER | LOWER or not usable.any():
            return None
        score = np.where(usable, value if name in HIGHER else -value, -np.inf)
        first = np.flatnonzero(score == score.max()).tolist()
        return min(first, key=lambda i: sorted(self.family.groups[i].split(CROSS)))


def chosen_references(families: Sequence[Family], reference: str | Mapping[str, str] | None) -> dict[str, int]:
    """Return the position of the chosen reference group by name of attribute or intersection.

    Parameters
    ----------
    families : sequence of Family
    reference : str, mapping of attribute to group, or None
        A group's name stands for every attribute or intersection that has it. Of an intersection whose attributes all
        have a reference group, the reference is the intersection of these.

    Raises
    ------
    InputError
        If there is no such attribute or group.
    """
    if reference is None:
        return {}
    groups = {family.name: family.groups for family in families}
    if isinstance(reference, Mapping):
        asked = {str(name): str(group) for name, group in reference.items()}
        for name, group in asked.items():
            if name not in groups:
                raise InputError(
                    f"A reference group is named for {name!r}, which is not compared by.",
                    hint=did_you_mean(name, groups, label="Attributes"),
                )
            if group not in groups[name]:
                raise InputError(
                    f"{name!r} has no group {group!r} to refer to.",
                    hint=did_you_mean(group, groups[name], label="Groups"),
                )
        for name in groups:
            parts = name.split(CROSS)
            if name not in asked and all(part in asked for part in parts):
                asked[name] = CROSS.join(asked[part] for part in parts)
    else:
        asked = dict.fromkeys(groups, str(reference))
        names = dict.fromkeys(group for family in families for group in family.groups)
        if str(reference) not in names:
            raise InputError(
                f"There is no group {str(reference)!r} to refer to.",
                hint=did_you_mean(str(reference), names, label="Groups"),
            )
    return {name: groups[name].index(group) for name, group in asked.items() if group in groups[name]}
