"""How results of a name are shown where values and curves alone do not tell: what our modules say of it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING

from jupyter_gov.records import AssessmentResult

if TYPE_CHECKING:
    from ._headline import Parts
    from ._parts import Cite
    from .charts import Spec
    from .html import Html


@dataclass(frozen=True, slots=True, kw_only=True)
class Showing:
    """How a result is shown; what is None is as for anybody's assessment.

    Attributes
    ----------
    headline : callable or None
        Maps a result to what was found, in a line; an empty list leaves it to the general line.
    figures : callable or None
        Maps a result to its charts, each with its caption; the first is the one that stands for it.
    tables : callable or None
        Maps a result, and whether to list more (as a report does), to its tables.
    body : callable or None
        Maps a result, who cites it and whether to list more to all that stands below its line, in place of figures and
        tables.
    text : callable or None
        Maps a result to blocks of plain text for a terminal.
    """

    headline: Callable[[AssessmentResult], Parts] | None = None
    figures: Callable[[AssessmentResult], Iterable[tuple[Spec, str]]] | None = None
    tables: Callable[[AssessmentResult, bool], Html] | None = None
    body: Callable[[AssessmentResult, Cite, bool], Html] | None = None
    text: Callable[[AssessmentResult], list[str]] | None = None


_GENERAL = Showing()
_MODULES = {
    "explanation": "_explanation",
    "permutation_importance": "_explanation",
    "agreement": "_explanation",
    "effects": "_effects",
    "surrogate": "_effects",
    "proxies": "_effects",
    "row_explanation": "_row",
    "reason_codes": "_reason_codes",
    "robustness": "_robustness",
    "adversarial": "_robustness",
    "retraining": "_robustness",
    "slices": "_slices",
    "conformal": "_slices",
    "data_quality": "_quality",
    "drift": "_drift",
}
"""The module that has, in `SHOWN`, how a result of that name is shown; imported when one is."""


def showing(name: str) -> Showing:
    """Return how results of that name are shown."""
    module = _MODULES.get(name)
    if module is None:
        return _GENERAL
    known: Mapping[str, Showing] = import_module(f".{module}", __package__).SHOWN
    return known.get(name, _GENERAL)
