"""One Vega-Lite specification per figure; the same for the card, the report and a live notebook.

Colours are those of the light theme; `svg` output can be recoloured by style sheets that match them, as this package's
do, so that a dark page needs no second chart. Names reach a chart as data, never as part of an expression.
"""

from ._bins import points_of, reliability
from ._distributions import distributions
from ._effect import effect
from ._frame import ACCENT, BELOW, INK, LINE, MUTED, PAPER, RANKS, ROW, SERIES, Spec
from ._frontier import Candidate, Region, frontier
from ._groups import classes, compared, disparities, importance, measures, rates
from ._lines import Line, lines
from ._matrix import matrix
from ._signed import marked, signed_bars
from ._swarm import beeswarm
from ._waterfall import Step, waterfall

__all__ = [
    "ACCENT",
    "BELOW",
    "INK",
    "LINE",
    "MUTED",
    "PAPER",
    "RANKS",
    "ROW",
    "SERIES",
    "Candidate",
    "Line",
    "Region",
    "Spec",
    "Step",
    "beeswarm",
    "classes",
    "compared",
    "disparities",
    "distributions",
    "effect",
    "frontier",
    "importance",
    "lines",
    "marked",
    "matrix",
    "measures",
    "points_of",
    "rates",
    "reliability",
    "signed_bars",
    "waterfall",
]
