"""What has changed between two data sets, and whether that is beyond chance."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from ...errors import GovError, InputError, a_type
from ...records import Json, Outcome, Value
from .._model import Model
from .._prepare import confidence_level
from .._tests import false_discovery
from .._values import estimate
from ._classifier import Told, tell_apart
from ._columns import MISSING, OTHERS, Pair, pair, read_table
from ._counts import Counts, count
from ._measures import column_values, detectable_shift, histogram
from ._model_drift import attribution_columns, prediction_pair
from ._permutation import Chance, draw_rows, permute_rows

LEVEL = 0.05
SHARE = 0.1
"""The share of the level that each test beside that of the columns has."""
FEWEST = 5
"""Rows of a data set below which nothing is compared."""
SHOWN = 8
"""Columns whose distributions are kept."""
_NAMED = 6
_HALF = 0.5


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """How two data sets are compared: see `drift`."""

    floor: float = 0.0
    level: float = LEVEL
    confidence: float = 0.95
    seed: int = 0
    known: bool = False
    notify: Callable[[int, int], None] = lambda _done, _total: None

    def __post_init__(self) -> None:
        confidence_level(self.confidence)
        for name, value, most in (("level", self.level, 0.5), ("floor", self.floor, 1.0)):
            number = isinstance(value, int | float) and not isinstance(value, bool)
            if not number or not 0 <= value < most or (name == "level" and not value):
                shown = repr(value) if number else a_type(value)
                raise InputError(
                    f"The {name} is {shown}, not a number between 0 and {most:g}.",
                    hint="The level is how often chance may raise an alarm (0.05), the floor the smallest distance "
                    "that counts (0.1).",
                )


def drift(
    reference: Any,
    current: Any,
    *,
    labels: tuple[Any, Any] | None = None,
    model: Model | None = None,
    known: bool = False,
    floor: float = 0.0,
    level: float = LEVEL,
    confidence: float = 0.95,
    seed: int = 0,
    notify: Callable[[int, int], None] = lambda _done, _total: None,
) -> Outcome:
    """Compare two data sets, column by column and as a whole.

    Parameters
    ----------
    reference, current : tables of shape (n, columns) and (m, columns)
        Of pandas, polars, pyarrow or NumPy, or mappings of name to column. Columns are matched by name.
    labels : pair of array-like of shape (n,) and (m,), optional
        The target of both: it is compared as a column.
    model : Model, optional
        Its scores and their attributions are compared too.
    known : bool
        Whether the model was trained on the reference. What it says of rows that it knows differs from what it says of
        others without any drift, so that it is described and not tested.
    floor : float
        The smallest distance that counts, in [0, 1): a column whose lower limit is not above it is not called changed.
    level : float
        How often an alarm, about anything, may be raised where nothing has changed.
    confidence : float
        Two-sided confidence of all intervals.
    seed : int
        Of everything that is drawn at random.
    notify : callable
        Told the steps done and their total.

    Returns
    -------
    Outcome
        The p-value ``drift`` of everything together, and ``any_column`` of the columns; by column ``distance`` with its
        p- and q-value, ``psi``, ``jensen_shannon``, ``missing_rate_difference``, ``new_levels``, ``vanished_levels``;
        ``domain_classifier_roc_auc``; ``attribution_distance``; the curves ``distribution:<column>`` of the columns
        that differ most. The parameters say whether there is an ``alarm`` and which columns have ``drifted``.

    Raises
    ------
    InputError
        If a table cannot be read, has fewer than five rows, or they share no column.

    Notes
    -----
    See ``docs/assessments/drift.md``.
    """
    asked = Asked(floor=floor, level=level, confidence=confidence, seed=seed, known=known, notify=notify)
    tables = read_table(reference, "The reference"), read_table(current, "The current data")
    pairs, notes = match(*tables)
    width = len(pairs)
    roles: dict[str, Json] = {}
    if labels is not None:
        pairs.append(_another(pair("label", _column(labels[0]), _column(labels[1])), pairs, roles))
    notify(0, 4)
    attributed: list[Counts] = []
    if model is not None:
        try:
            pairs.append(_another(prediction_pair(model, reference, current), pairs, roles))
            attributed = attribution_columns(model, reference, current, seed=seed)
        except GovError as error:
            notes.append(f"What the model says is compared in part or not at all. {error}")
    notify(1, 4)
    columns = [count(one) for one in pairs]
    notify(2, 4)
    told = tell_apart(columns[:width], confidence=confidence, seed=seed)
    outcome = _judge(columns, attributed, told, roles, asked)
    notify(4, 4)
    alone: list[list[Json]] = [[name for name in one if name not in other] for one, other in (tables, tables[::-1])]
    kept = {what: names for what, names in zip(("missing_columns", "new_columns"), alone, strict=True) if names}
    return replace(outcome, notes=(*notes, *outcome.notes), parameters={**outcome.parameters, **kept})


def match(reference: dict[str, Any], current: dict[str, Any]) -> tuple[list[Pair], list[str]]:
    """Return the columns of two tables that both have, and notes about others."""
    shared = [name for name in reference if name in current]
    if not shared:
        raise InputError("The two data sets share no column.", hint="Pass tables whose columns have the same names.")
    for table, what in ((reference, "The reference"), (current, "The current data")):
        rows = len(table[shared[0]])
        if rows < FEWEST:
            raise InputError(
                f"{what} has {rows} rows, too few to compare.", hint=f"Pass at least {FEWEST} rows of each."
            )
    notes = []
    for one, other, what in ((reference, current, "the reference"), (current, reference, "the current data")):
        alone = [name for name in one if name not in other]
        if alone:
            listed = ", ".join(alone[:_NAMED]) + (", …" if len(alone) > _NAMED else "")
            notes.append(f"Only {what} {'has' if what == 'the reference' else 'have'} {listed}.")
    pairs = [pair(name, reference[name], current[name]) for name in shared]
    alike = [one.name for one in pairs if one.levels and set(one.levels) <= {OTHERS, MISSING} and OTHERS in one.levels]
    if alike:
        listed = ", ".join(alike[:_NAMED]) + (", …" if len(alike) > _NAMED else "")
        notes.append(f"Nearly every row has a value of its own in {listed}: only whether there is one is compared.")
    return pairs, notes


def _column(values: Any) -> Any:
    from .._columns import one_column

    return one_column(values, "the target")


def _another(found: Pair, pairs: Sequence[Pair], roles: dict[str, Json]) -> Pair:
    """Return labels or predictions as one more pair of columns, under a name that is not taken."""
    role, taken = found.name, {one.name for one in pairs}
    for side, of in ((found.reference, pairs[0].reference), (found.current, pairs[0].current)):
        if len(side) != len(of):
            raise InputError(
                f"The {role} has {len(side):,} rows and the table {len(of):,}.", hint="Pass the same rows."
            )
    name = role if role not in taken else f"{role} ({'model' if role == 'prediction' else 'target'})"
    roles[name] = role
    return replace(found, name=name)


def _judge(
    columns: list[Counts], attributed: list[Counts], told: Told | None, roles: dict[str, Json], asked: Asked
) -> Outcome:
    # What a model says of rows that it was trained on is no sample of what it says of others.
    tested = [c for c in columns if not (asked.known and roles.get(c.pair.name) == "prediction")]
    chance = permute_rows(tested, *_rows(tested, asked), seed=asked.seed)
    more: dict[str, float] = {} if told is None else {"domain_classifier_roc_auc": told.p_value}
    explained: Chance | None = None
    if attributed and not asked.known:
        explained = permute_rows(attributed, *_rows(attributed, asked), seed=asked.seed)
        more["attribution_distance"] = explained.together
    asked.notify(3, 4)
    # The level is shared out, so that what all tests together call by chance stays within it.
    main = 1 - SHARE * len(more)
    together = min([1.0, chance.together / main, *(p / SHARE for p in more.values())])
    values = [
        Value(measure="drift", kind="p_value", value=together, method="permutation (weighted bonferroni)"),
        Value(measure="any_column", kind="p_value", value=chance.together, method="permutation (westfall-young)"),
        *(Value(measure=name, kind="p_value", value=p, method="permutation") for name, p in more.items()),
    ]
    # Worse than chance is a classifier that met the rows on the other side: both sets have them.
    if told is not None and told.auc.upper >= _HALF:
        values.append(estimate("domain_classifier_roc_auc", *told.auc, asked.confidence, told.rows, "delong"))
    by_name = dict(zip([c.pair.name for c in tested], chance.each, strict=True))
    ranked = sorted(columns, key=lambda c: (by_name.get(c.pair.name, 1.0), -c.distance))
    values += _measured(ranked, by_name, asked, "")
    if attributed:
        each = {} if explained is None else dict(zip([c.pair.name for c in attributed], explained.each, strict=True))
        values += _measured(attributed, each, asked, "attribution_distance")
    drifted = _called(values, asked) if together <= asked.level else []
    apart = told is not None and told.p_value <= SHARE * asked.level and 2 * told.auc.lower - 1 > asked.floor
    alarm = together <= asked.level and (not asked.floor or bool(drifted) or apart)
    n, m = len(columns[0].pair.reference), len(columns[0].pair.current)
    parameters: dict[str, Json] = {
        "alarm": alarm,
        "drifted": list(dict.fromkeys(drifted)),
        "reference_rows": n,
        "current_rows": m,
        "columns": len(columns) - len(roles),
        "level": asked.level,
        "floor": asked.floor,
        "detectable_shift": detectable_shift(n, m, len(tested), asked.level * main),
        "confidence": asked.confidence,
        "seed": asked.seed,
    }
    if roles:
        parameters["roles"] = roles
    return Outcome(
        values=tuple(values),
        parameters=parameters,
        notes=_notes(asked, roles, bool(attributed), told),
        curves={f"distribution:{c.pair.name}": histogram(c) for c in ranked[:SHOWN]},
    )


def _rows(columns: Sequence[Counts], asked: Asked) -> tuple[Any, Any]:
    return draw_rows(len(columns[0].pair.reference), len(columns[0].pair.current), asked.seed)


def _measured(columns: Sequence[Counts], p: dict[str, float], asked: Asked, measure: str) -> list[Value]:
    """Return what is measured of each column, with p- and q-values of those that are tested."""
    values: list[Value] = []
    q = dict(zip(p, false_discovery(list(p.values())), strict=True))
    for column in columns:
        name = column.pair.name
        values += column_values(column, confidence=asked.confidence, seed=asked.seed, attribute=name, measure=measure)
        if name in p:
            what = measure or "distance"
            where: dict[str, Any] = {"measure": what, "attribute": name, "method": "permutation"}
            values.append(Value(kind="p_value", value=float(p[name]), **where))
            values.append(Value(kind="q_value", value=float(q[name]), **{**where, "method": "benjamini-hochberg"}))
    return values


def _called(values: Sequence[Value], asked: Asked) -> list[str]:
    """Return the columns that have changed: the false discovery rate within the level, and more than the floor."""
    lower = {(v.measure, v.attribute): v.lower for v in values if v.kind == "column"}
    found = [v for v in values if v.kind == "q_value" and v.value is not None and v.value <= asked.level]
    found = [v for v in found if not asked.floor or (lower[v.measure, v.attribute] or 0.0) > asked.floor]
    return [
        str(v.attribute) if v.measure == "distance" else f"attribution of {v.attribute}"
        for v in sorted(found, key=lambda v: v.value or 0.0)
    ]


def _notes(asked: Asked, roles: dict[str, Json], attributed: bool, told: Told | None) -> tuple[str, ...]:
    notes = []
    if told is not None and told.auc.upper < _HALF:
        notes.append("Both data sets seem to share rows; the tests take the rows of each to be its own.")
    if asked.known and (attributed or "prediction" in roles.values()):
        notes.append(
            "The model was trained on the reference: what it says of those rows differs from what it says of others "
            "without any drift, so predictions and attributions are described and not tested."
        )
    return tuple(notes)
