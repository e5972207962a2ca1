"""Where results come from: the code behind them, and how data, models and numbers hang together."""

from ._build import GOES_ON, build
from ._graph import Edge, Graph, Node
from ._locate import Beside, Located, Table, locate, locate_in_place
from ._rows import describe_rows, match_rows
from ._session import CellState, Session, examine
from .reproduction import SAME, Judgement, Kept, compare_runs, judge, spread_of, tell_spread

__all__ = [
    "GOES_ON",
    "SAME",
    "Beside",
    "CellState",
    "Edge",
    "Graph",
    "Judgement",
    "Kept",
    "Located",
    "Node",
    "Session",
    "Table",
    "build",
    "compare_runs",
    "describe_rows",
    "examine",
    "judge",
    "locate",
    "locate_in_place",
    "match_rows",
    "spread_of",
    "tell_spread",
]
