"""Frozen records: what is known about a run, as values with a JSON form."""

from ._assessment import Assessment, AssessmentResult, Outcome, Value
from ._base import Json, Part, Record, new_id, to_json, utc_now
from ._run import (
    SEVERITIES,
    Cell,
    Column,
    Dataset,
    Document,
    Environment,
    Finding,
    Fit,
    Gap,
    Metric,
    Report,
    Run,
    Source,
)
from ._sections import SECTIONS

KINDS: dict[str, type[Record]] = {
    cls.kind: cls
    for cls in (
        Run,
        Environment,
        Source,
        Cell,
        Dataset,
        Fit,
        Metric,
        Finding,
        AssessmentResult,
        Document,
        Gap,
        Report,
    )
}
"""Record classes by their kind."""

__all__ = [
    "KINDS",
    "SECTIONS",
    "SEVERITIES",
    "Assessment",
    "AssessmentResult",
    "Cell",
    "Column",
    "Dataset",
    "Document",
    "Environment",
    "Finding",
    "Fit",
    "Gap",
    "Json",
    "Metric",
    "Outcome",
    "Part",
    "Record",
    "Report",
    "Run",
    "Source",
    "Value",
    "new_id",
    "to_json",
    "utc_now",
]
