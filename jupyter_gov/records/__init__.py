"""Frozen records: what is known about a run, as values with a JSON form."""

from ._artifact import Artifact
from ._assessment import Assessment, AssessmentResult, Outcome, Value
from ._base import Json, Part, Record, new_id, random_bytes, to_json, utc_now
from ._cell import Cell, GeneratorState, Notebook, NotebookCell
from ._dataset import Column, Dataset, Derivation
from ._model import Candidate, Fit, Metric, Prediction
from ._packing import pack, unpack
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
    )
}
"""Record classes by their kind."""

__all__ = [
    "AGREEMENTS",
    "KINDS",
    "SECTIONS",
    "SEVERITIES",
    "TOLERANCE",
    "Agreement",
    "Artifact",
    "Assessment",
    "AssessmentResult",
    "Candidate",
    "Cause",
    "Cell",
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
    "Metric",
    "Module",
    "Notebook",
    "NotebookCell",
    "Outcome",
    "Part",
    "Prediction",
    "Record",
    "Report",
    "Reproduction",
    "Run",
    "Source",
    "Spread",
    "Value",
    "new_id",
    "pack",
    "random_bytes",
    "to_json",
    "unpack",
    "utc_now",
]
