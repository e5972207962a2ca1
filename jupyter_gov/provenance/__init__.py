"""Where results come from: the code behind them, and how data, models and numbers hang together."""

from ._build import GOES_ON, build
from ._graph import Edge, Graph, Node
from ._locate import Beside, Located, Table, locate, locate_in_place
from ._rows import describe_rows
from ._session import CellState, Session, examine

__all__ = [
    "GOES_ON",
    "Beside",
    "CellState",
    "Edge",
    "Graph",
    "Located",
    "Node",
    "Session",
    "Table",
    "build",
    "describe_rows",
    "examine",
    "locate",
    "locate_in_place",
]
