"""Frozen records: what is known about a run, as values with a JSON form."""

from ._artifact import Artifact
from ._assessment import Assessment, AssessmentResult, Outcome, Value
from ._base import Json, Part, Record, new_id, random_bytes, to_json, utc_now
from ._cell import Cell, GeneratorState, Notebook, NotebookCell
from ._charter import TIERS, Affected, Alternative, Approver, Charter, Kpi, Risk, Tier
from ._dataset import Column, Dataset, Derivation
from ._mitigation import Mitigation, Override, Tried
from ._model import Candidate, Fit, Metric, Prediction
from ._packing import pack, unpack
from ._policy import (
    LEVELS,
    READINESS,
    STATUSES,
    UNMET,
    Answer,
    Checked,
    Level,
    PolicyCheck,
    PolicyUse,
    Readiness,
    Status,
    Verdict,
    Waiver,
)
from ._reproduction import AGREEMENTS, TOLERANCE, Agreement, Cause, Compared, Reproduction, Spread
from ._run import SEVERITIES, Document, Environment, Finding, Gap, Module, Report, Run, Source
from ._sections import SECTIONS

KINDS: dict[str, type[Record]] = {
    cls.kind: cls
    for cls in (
        Run,
        Environment,
        Source,
        Module,
        Cell,
        GeneratorState,
        Notebook,
        Dataset,
        Derivation,
        Fit,
        Prediction,
        Metric,
        Finding,
        AssessmentResult,
        Document,
        Gap,
        Report,
        Artifact,
        Reproduction,
        Checked,
        Charter,
        PolicyUse,
        PolicyCheck,
        Waiver,
        Mitigation,
        Override,
    )
}
"""Record classes by their kind."""

__all__ = [
    "AGREEMENTS",
    "KINDS",
    "LEVELS",
    "READINESS",
    "SECTIONS",
    "SEVERITIES",
    "STATUSES",
    "TIERS",
    "TOLERANCE",
    "UNMET",
    "Affected",
    "Agreement",
    "Alternative",
    "Answer",
    "Approver",
    "Artifact",
    "Assessment",
    "AssessmentResult",
    "Candidate",
    "Cause",
    "Cell",
    "Charter",
    "Checked",
    "Column",
    "Compared",
    "Dataset",
    "Derivation",
    "Document",
    "Environment",
    "Finding",
    "Fit",
    "Gap",
    "GeneratorState",
    "Json",
    "Kpi",
    "Level",
    "Metric",
    "Mitigation",
    "Module",
    "Notebook",
    "NotebookCell",
    "Outcome",
    "Override",
    "Part",
    "PolicyCheck",
    "PolicyUse",
    "Prediction",
    "Readiness",
    "Record",
    "Report",
    "Reproduction",
    "Risk",
    "Run",
    "Source",
    "Spread",
    "Status",
    "Tier",
    "Tried",
    "Value",
    "Verdict",
    "Waiver",
    "new_id",
    "pack",
    "random_bytes",
    "to_json",
    "unpack",
    "utc_now",
]
