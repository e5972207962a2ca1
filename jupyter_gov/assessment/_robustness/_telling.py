"""What the reader should know of changes that a model was tried with, in sentences."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from typing import Protocol

from .._model import OTHER_ROWS
from ._asking import NO_NUMBER
from ._comparing import Effect
from ._perturbing import Family, Perturbation

_NAMED = 4
SILENT = 0.05
"""Share of decisions that a wrong unit must change, as far as is sure, to be told as one that goes unnoticed."""

_REFUSED: dict[Family, str] = {
    "noise": "noise",
    "missing cells": "missing cells",
    "missing column": "a missing column",
    "unseen category": "a level that it has not seen",
    "extreme value": "extreme values",
    "unit": "values in another unit",
    "step": "a small step",
}
_HOW = {NO_NUMBER: "predicts no number", OTHER_ROWS: "does not answer every row"}
"""What a model does besides raising an error."""


class Seen(Protocol):
    """What was tried, and what came of it."""

    @property
    def change(self) -> Perturbation:
        """What was changed."""

    @property
    def effects(self) -> dict[str, Effect]:
        """What it did, by measure."""

    @property
    def refused(self) -> str:
        """The class of the error."""

    @property
    def warned(self) -> tuple[str, ...]:
        """Classes of the warnings."""


def tell(found: Sequence[Seen], columns: int, tried: int) -> Iterator[str]:
    """Yield what the model refused, what nothing noticed, and what was left out."""
    if tried < columns:
        yield (
            f"Of {columns} columns the {tried} whose step moves the score most are tried one by one; the others are "
            "only moved a step."
        )
    refused: dict[tuple[Family, str], list[Seen]] = defaultdict(list)
    for one in found:
        if one.refused:
            refused[one.change.family, one.refused].append(one)
    for (family, error), some in refused.items():
        names = _names(some)
        where = f" in {_listed(names)}" if names else ""
        how = _HOW.get(error, f"raises {error}")
        yield f"The model does not take {_REFUSED[family]}{where}: it {how}."
    units = [one for one in found if one.change.family == "unit" and not one.refused]
    silent = _names(sorted((one for one in units if _turns(one)), key=lambda one: -_share(one)))
    if silent:
        of = len(_names(units))
        yield (
            f"Nothing notices a wrong unit in {len(silent)} of {of} columns: the model neither refuses it nor warns, "
            f"and more than {SILENT:.0%} of decisions change ({_listed(silent)}). Check units beforehand."
        )


def _turns(one: Seen) -> bool:
    changed = one.effects.get("decisions_changed")
    return changed is not None and not one.warned and changed.interval.lower > SILENT


def _share(one: Seen) -> float:
    return one.effects["decisions_changed"].interval.value


def _names(some: Iterable[Seen]) -> list[str]:
    return list(dict.fromkeys(one.change.column for one in some if one.change.column is not None))


def _listed(names: Sequence[str]) -> str:
    shown = ", ".join(map(repr, names[:_NAMED]))
    return shown if len(names) <= _NAMED else f"{shown} and {len(names) - _NAMED} more"
