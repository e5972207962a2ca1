"""The use cases, one verb each: the only door for magics, command line and server."""

from ._stores import close_stores, get_store
from .assessing import assess
from .documents import write_document
from .headless import HeadlessRun, find_example, run_notebook
from .reporting import report
from .runs import find_run, list_runs, load_records, show_run
from .session import actor, begin_run, close_session, current, end_run, open_session
from .settings import store_url

__all__ = [
    "HeadlessRun",
    "actor",
    "assess",
    "begin_run",
    "close_session",
    "close_stores",
    "current",
    "end_run",
    "find_example",
    "find_run",
    "get_store",
    "list_runs",
    "load_records",
    "open_session",
    "report",
    "run_notebook",
    "show_run",
    "store_url",
    "write_document",
]
