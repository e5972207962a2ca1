"""The use cases, one verb each: the only door for magics, command line and server."""

from ._stores import check_revision, close_stores, find_store, get_store
from .artifacts import kept
from .assessing import AssessmentInterrupted, assess, assess_and_keep, count_thresholds
from .bundling import Bundled, bundle
from .comparing import compare_data, compare_tables
from .doctor import examine
from .documents import write_document
from .explaining import REFERENCES, explain_row
from .exploring import Exploration, explore
from .headless import HeadlessRun, find_example, run_notebook
from .overview import overview, run_version
from .quality import data_quality
from .reporting import check_report, render_report, report, report_file
from .reproducing import reproduce, reproduced_cells
from .runs import COLLECTIONS, Experiment, find_run, list_experiments, list_records, list_runs, load_records, show_run
from .session import actor, begin_run, close_session, current, end_run, open_session
from .settings import store_url
from .tables import TableRun, assess_table
from .tracing import Lineage, lineage, lineage_of
from .workplace import recorded_notebook

__all__ = [
    "COLLECTIONS",
    "REFERENCES",
    "AssessmentInterrupted",
    "Bundled",
    "Experiment",
    "Exploration",
    "HeadlessRun",
    "Lineage",
    "TableRun",
    "actor",
    "assess",
    "assess_and_keep",
    "assess_table",
    "begin_run",
    "bundle",
    "check_report",
    "check_revision",
    "close_session",
    "close_stores",
    "compare_data",
    "compare_tables",
    "count_thresholds",
    "current",
    "data_quality",
    "end_run",
    "examine",
    "explain_row",
    "explore",
    "find_example",
    "find_run",
    "find_store",
    "get_store",
    "kept",
    "lineage",
    "lineage_of",
    "list_experiments",
    "list_records",
    "list_runs",
    "load_records",
    "open_session",
    "overview",
    "recorded_notebook",
    "render_report",
    "report",
    "report_file",
    "reproduce",
    "reproduced_cells",
    "run_notebook",
    "run_version",
    "show_run",
    "store_url",
    "write_document",
]
