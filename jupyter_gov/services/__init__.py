"""The use cases, one verb each: the only door for magics, command line and server."""

from ._stores import check_revision, close_stores, find_store, get_store
from .artifacts import kept
from .assessing import AssessmentInterrupted, assess, assess_and_keep, count_thresholds
from .bundling import Bundled, bundle
from .chartering import (
    charter,
    charter_experiment,
    current_charter,
    find_charter,
    read_charter_source,
    write_charter_file,
    write_charter_template,
)
from .comparing import compare_data, compare_tables
from .doctor import examine
from .documents import write_document
from .explaining import REFERENCES, explain_row
from .exploring import Exploration, explore
from .headless import HeadlessRun, find_example, run_notebook
from .mitigating import Mitigated, MitigationInterrupted, mitigate
from .overview import overview, run_version
from .policies import (
    Nudge,
    PolicyFile,
    cell_numbers,
    changed_since,
    check,
    current_check,
    differences,
    drop_policy,
    find_policy,
    lint_policy,
    list_policies,
    nudges,
    policy_in_force,
    recompute,
    recorded_check,
    use_policy,
    waive,
    why_nothing_applies,
    withdraw,
)
from .quality import data_quality
from .reporting import check_report, render_report, report, report_file
from .reproducing import reproduce, reproduced_cells
from .runs import COLLECTIONS, Experiment, find_run, list_experiments, list_records, list_runs, load_records, show_run
from .session import actor, begin_run, close_session, current, end_run, open_session
from .settings import site_voices, store_url
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
    "Mitigated",
    "MitigationInterrupted",
    "Nudge",
    "PolicyFile",
    "TableRun",
    "actor",
    "assess",
    "assess_and_keep",
    "assess_table",
    "begin_run",
    "bundle",
    "cell_numbers",
    "changed_since",
    "charter",
    "charter_experiment",
    "check",
    "check_report",
    "check_revision",
    "close_session",
    "close_stores",
    "compare_data",
    "compare_tables",
    "count_thresholds",
    "current",
    "current_charter",
    "current_check",
    "data_quality",
    "differences",
    "drop_policy",
    "end_run",
    "examine",
    "explain_row",
    "explore",
    "find_charter",
    "find_example",
    "find_policy",
    "find_run",
    "find_store",
    "get_store",
    "kept",
    "lineage",
    "lineage_of",
    "lint_policy",
    "list_experiments",
    "list_policies",
    "list_records",
    "list_runs",
    "load_records",
    "mitigate",
    "nudges",
    "open_session",
    "overview",
    "policy_in_force",
    "read_charter_source",
    "recompute",
    "recorded_check",
    "recorded_notebook",
    "render_report",
    "report",
    "report_file",
    "reproduce",
    "reproduced_cells",
    "run_notebook",
    "run_version",
    "show_run",
    "site_voices",
    "store_url",
    "use_policy",
    "waive",
    "why_nothing_applies",
    "withdraw",
    "write_charter_file",
    "write_charter_template",
    "write_document",
]
