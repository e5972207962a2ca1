"""Checks on what prepared the data: whether a fitted step has seen rows that are tested later."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Literal, NamedTuple

from ...records import Finding, Fit
from ._case import Case, Sample, Step
from ._computed import computed
from ._picked import picked_by_target

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from ._case import Positions

Does = Literal["transforms", "selects", "resamples"]

_SELECTS = re.compile(r"\b(feature_)?selection\b|\.(Select|RFE|Boruta|VarianceThreshold)")

_ROW_BY_ROW = frozenset(
    {
        *("Normalizer", "Binarizer", "FunctionTransformer", "PolynomialFeatures", "HashingVectorizer", "FeatureHasher"),
        *("GaussianRandomProjection", "SparseRandomProjection", "AdditiveChi2Sampler", "SkewedChi2Sampler"),
    }
)
"""Transformers that learn nothing from what the rows hold."""

_OF_THE_TARGET = frozenset({"LabelEncoder", "LabelBinarizer", "MultiLabelBinarizer"})
"""What learns only which classes there are."""

_IGNORES_TARGET = re.compile(r"^sklearn\.(preprocessing\._(data|encoders|discretization)|impute|decomposition)\b")
"""Modules of scikit-learn whose transformers take a target and make nothing of it."""

_VALIDATION = re.compile(
    r"(?<![a-z])(val|valid|validation|dev|devel|calib|calibration|tune|tuning|eval)(?![a-z])", re.I
)
"""Words for data that choices may be made by."""

_CHECKS: Mapping[Does, str] = {
    "transforms": "preparation_on_test_rows",
    "selects": "selection_on_test_rows",
    "resamples": "resampling_on_test_rows",
}

_CONSEQUENCE: Mapping[Does, str] = {
    "transforms": ": what it learned from them is in the data.",
    "selects": ": the columns were chosen with knowledge of the test.",
    "resamples": ": copies or mixtures of them can be among the training rows.",
}

_IN_A_PIPELINE = "Split first, then fit {step} on the training rows alone; a Pipeline with the model does so by itself."

_REMEDY: Mapping[Does, str] = {
    "transforms": _IN_A_PIPELINE,
    "selects": _IN_A_PIPELINE,
    "resamples": "Split first, then let {step} change the training rows alone.",
}


class Seen(NamedTuple):
    """A step that has seen tested rows.

    Attributes
    ----------
    step : Step
    does : str
        ``transforms``, ``selects`` (columns) or ``resamples`` (rows).
    supervised : bool
        Whether it learned from the target too.
    rows : int
        How many of the tested rows it was fitted on.
    """

    step: Step
    does: Does
    supervised: bool
    rows: int


def preparation_on_test_rows(case: Case) -> Iterator[Finding]:
    """Find transformers, imputers and encoders that were fitted on tested rows, and the same done by hand."""
    if case.use == "cross_validation":
        return
    steps = list(_findings(case, "transforms"))
    yield from steps
    # What a step has done, the numbers show too: it is not told twice.
    for found in () if any(f.severity != "info" for f in steps) else computed(case):
        yield Finding(
            check="preparation_on_test_rows",
            severity="error" if found.supervised else _mild(case),
            message=f"{told(found.columns)} {found.were} with the test rows among them: {found.proof}.",
            remedy=f"Split first; compute {found.statistic} from the training rows alone, and use the same for the "
            "test rows.",
            count=case.test.rows,
            of=case.test.rows,
            cells=case.cells,
            columns=found.columns,
            datasets=(case.test.id,),
            fits=(case.fit.id,),
            evidence=found.evidence,
        )


def selection_on_test_rows(case: Case) -> Iterator[Finding]:
    """Find columns that were selected by a step that was fitted on tested rows, and the same done by hand."""
    if case.use == "cross_validation":
        return
    steps = list(_findings(case, "selects"))
    yield from steps
    for picked in () if steps else picked_by_target(case):
        yield Finding(
            check="selection_on_test_rows",
            severity="error",
            message=f"{picked} over training and test rows together, but not over the training rows alone.",
            remedy="Split first, then rank columns by the training rows alone; SelectKBest in a Pipeline with the "
            "model does so by itself.",
            count=case.test.rows,
            of=case.test.rows,
            evidence={"picked": picked.count, "of": picked.of},
        )


def resampling_on_test_rows(case: Case) -> Iterator[Finding]:
    """Find rows that were repeated, dropped or made up before the tested rows were set apart."""
    return _findings(case, "resamples")


def _findings(case: Case, does: Does) -> Iterator[Finding]:
    if case.use == "cross_validation":
        return
    model = short(case.fit)
    for seen in steps_seen(case):
        if seen.does != does:
            continue
        step = short(seen.step.fit)
        yield Finding(
            check=_CHECKS[does],
            severity=_mild(case) if (weight := severity(seen)) == "warning" else weight,
            message=f"{step} was fitted on {seen.rows:,} of the {case.test.rows:,} rows that {model} is tested on"
            + _CONSEQUENCE[does],
            remedy=_REMEDY[does].format(step=step),
            count=seen.rows,
            of=case.test.rows,
            cells=cells(seen.step.fit, case),
            datasets=(case.test.id,),
            fits=(seen.step.fit.id, case.fit.id),
            evidence={"seen": seen.rows, "tested": case.test.rows, "supervised": seen.supervised},
        )


def steps_seen(case: Case) -> Iterator[Seen]:
    """Yield the steps that were fitted on rows that are tested and not trained on.

    A model that is tried on the very rows that it learned from has other troubles than its preparation.
    """
    whole = case.use == "cross_validation"
    if not whole and (case.train.id == case.test.id or _all_trained_on(case)):
        return
    for step in case.steps:
        name, does = short(step.fit), what_it_does(step)
        if name in _ROW_BY_ROW or name in _OF_THE_TARGET:
            continue
        count = int(among(case.test, step.rows).sum())
        if count and not (does == "transforms" and _as_they_were(case)):
            yield Seen(step, does, supervised(step, does), count)


def is_validation(name: str) -> bool:
    """Say whether what a person calls data says that choices are made by them."""
    return bool(_VALIDATION.search(re.sub(r"(?<=[a-z])(?=[A-Z])", "_", name).lower()))


def _as_they_were(case: Case) -> bool:
    """Say whether all features are columns of the source as they stand there: then nothing was made of them."""
    import numpy as np

    for id_, positions in case.train.origins.items():
        source = case.sources.get(id_)
        if source is None or not set(case.train.columns) <= set(source.columns) or positions.min(initial=0) < 0:
            continue
        pairs = ((source.values(name), case.train.values(name)) for name in case.train.columns)
        # Missing numbers are equal, too; texts that have become numbers are not what they were.
        if all(
            a is not None
            and b is not None
            and a.dtype.kind == b.dtype.kind
            and np.array_equal(a[positions], b, equal_nan=b.dtype.kind == "f")
            for a, b in pairs
        ):
            return True
    return False


def what_it_does(step: Step) -> Does:
    """Say what a step does to data."""
    if step.fit.method.endswith("resample"):
        return "resamples"
    return "selects" if selects(step.fit.class_) else "transforms"


def selects(class_: str) -> bool:
    """Say by the qualified name of a class whether it chooses among columns."""
    return bool(_SELECTS.search(class_))


def supervised(step: Step, does: Does) -> bool:
    """Say whether a step learned from the target: many are given one and make nothing of it."""
    return step.supervised and (does != "transforms" or not _IGNORES_TARGET.search(step.fit.class_))


def severity(seen: Seen) -> Literal["error", "warning", "info"]:
    """Return how much it matters: what knows the target or repeats rows can make noise look like skill.

    A class of the notebook's own may learn nothing, such as one that picks columns by their names; what it leaves
    behind in the numbers is found there.
    """
    if seen.does != "resamples" and seen.step.fit.class_.startswith("__main__."):
        return "info"
    return "error" if seen.supervised or seen.does == "resamples" else "warning"


def _mild(case: Case) -> Literal["warning", "info"]:
    """Return how much it matters that something made without the target has seen the rows.

    A choice by a validation part is hardly touched by it, and the result comes from other rows.
    """
    return "info" if is_validation(case.test.name) else "warning"


def among(sample: Sample, rows: Mapping[str, Positions]) -> NDArray[np.bool_]:
    """Return which rows of a sample come from rows of sources, shape (rows,)."""
    import numpy as np

    found = np.zeros(sample.rows, bool)
    for source, positions in sample.origins.items():
        if source in rows:
            found |= (positions >= 0) & np.isin(positions, rows[source])
    return found


def _all_trained_on(case: Case) -> bool:
    return bool(case.test.origins) and bool(among(case.test, case.train.origins).all())


def short(fit: Fit) -> str:
    """Return the name of a fit's class without its module."""
    return fit.class_.rpartition(".")[2]


def cells(fit: Fit, case: Case) -> tuple[str, ...]:
    """Return the cells of a step's fit and of a case."""
    return tuple(dict.fromkeys((*((fit.cell,) if fit.cell else ()), *case.cells)))


def told(columns: tuple[str, ...]) -> str:
    """Return names of columns as the beginning of a sentence, at most three of them."""
    if len(columns) == 1:
        return f"The column {columns[0]}"
    rest = len(columns) - 3
    if rest > 0:
        return f"The columns {', '.join(columns[:3])} and {rest} more"
    return f"The columns {', '.join(columns[:-1])} and {columns[-1]}"
