"""Where results come from: the code behind them, and how data, models and numbers hang together."""

from ._build import build
from ._graph import Edge, Graph, Node
from ._locate import Located, Table, locate
from ._rows import describe_rows
from ._session import CellState, Session, examine

__all__ = [
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
]
