"""What people call a record."""

from __future__ import annotations

from collections.abc import Mapping

from ...records import AssessmentResult, Cell, Dataset, Fit, Metric, Prediction, Record
from .._replay import name_of


def name_of_record(record: Record, known: Mapping[str, Record]) -> str:
    """Return a short name, such as ``RandomForestClassifier forest`` or ``roc_auc_score``.

    Parameters
    ----------
    record : Record
    known : mapping
        Records by id, among which those that it names are found.
    """
    if isinstance(record, Dataset):
        return record.name or record.source.replace("\\", "/").rpartition("/")[2] or f"data of {record.rows:,} rows"
    if isinstance(record, Fit):
        return _fit(record, known)
    if isinstance(record, Prediction):
        model = known.get(record.fit or "")
        return f"{record.method} of {_fit(model, known)}" if isinstance(model, Fit) else record.method
    if isinstance(record, AssessmentResult):
        return f"{record.name} of {record.model}" if record.model else record.name
    return record.name if isinstance(record, Metric) else record.kind


def _fit(fit: Fit, known: Mapping[str, Record]) -> str:
    short = fit.class_.rpartition(".")[2]
    if fit.name:
        return f"{short} {fit.name}"
    parent = known.get(fit.parent or "")
    if isinstance(parent, Fit):
        return f"{short} in {_fit(parent, known)}"
    return short


_CALLED = {"dataset": "data set ", "metric": "metric ", "assessment": "assessment ", "prediction": "result of "}


def called(of: str, name: str) -> str:
    """Return a name for the middle of a sentence, such as ``the data set X_train``."""
    return f"the {_CALLED.get(of, '')}{name}"


def place(cell: str | None, known: Mapping[str, Record]) -> str:
    """Return ``in cell [7]``; nothing where that is not known."""
    found = known.get(cell or "")
    return f"in {name_of(found)}" if isinstance(found, Cell) else ""


def lower_first(sentence: str) -> str:
    """Return a sentence for behind a colon: names and abbreviations keep their capitals."""
    return sentence[:1].lower() + sentence[1:] if sentence[1:2].islower() or sentence[1:2] == " " else sentence


def upper_first(clause: str) -> str:
    """Return a clause as the beginning of a sentence."""
    return clause[:1].upper() + clause[1:]


def power(value: float) -> str:
    """Return a small number with two digits, such as ``1e-8``."""
    return f"{value:.2g}".replace("e-0", "e-").replace("e+0", "e")
