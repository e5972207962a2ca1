"""Records of runs that were executed again, and of what came of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import ClassVar, Literal

from ._base import Json, Part, Record

Agreement = Literal["identical", "equivalent", "different", "impossible"]

AGREEMENTS: tuple[Agreement, ...] = ("identical", "equivalent", "different", "impossible")
"""The verdicts, the best first."""

TOLERANCE = 1e-8
"""Relative difference up to which numbers are equivalent, unless somebody states another."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Compared(Part):
    """One thing of a run beside what stands for it in the reproduction.

    Attributes
    ----------
    of : str
        Kind of its record: ``dataset``, ``fit``, ``prediction``, ``metric`` or ``assessment``.
    name : str
        What a person calls it.
    record, again : str
        Id of its record in the run and in the reproduction; empty where it has none.
    cell : str or None
        The run's cell execution that it belongs to.
    verdict : str
        One of `AGREEMENTS`; ``impossible`` where it could not be compared.
    detail : str
        In which way it differs, or why it could not be compared, such as ``0.8312 became 0.8296``.
    difference : float or None
        The largest relative difference of its numbers.
    """

    of: Literal["dataset", "fit", "prediction", "metric", "assessment"]
    name: str
    record: str = ""
    again: str = ""
    cell: str | None = None
    verdict: Agreement
    detail: str = ""
    difference: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Cause(Part):
    """Why a reproduction is not identical, or may not be again.

    Attributes
    ----------
    what : str
        ``unseeded``, ``environment``, ``input``, ``code``, ``order``, ``secret``, ``package``, ``raised``, ``timeout``,
        ``person``, ``not_recorded`` or ``unknown``.
    message, remedy : str
        A plain sentence each.
    cells : tuple of str
        The run's cell executions that it is about.
    decides : bool
        Whether the verdict follows from it; else it is something to know.
    """

    what: str
    message: str
    remedy: str = ""
    cells: tuple[str, ...] = ()
    decides: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Spread(Part):
    """A metric over several reproductions; the run's own value is not among them.

    Attributes
    ----------
    metric : str
        Id of its record.
    values : tuple of float
        One for each time.
    """

    metric: str
    name: str
    original: float | None = None
    values: tuple[float, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Reproduction(Record):
    """A run that was executed again, with the verdict.

    Attributes
    ----------
    verdict : str
        The worst of its items, ``impossible`` where it could not be executed to its end.
    summary : str
        The verdict in a plain sentence.
    items : tuple of Compared
        In the order of the run.
    first : str
        Id of the run's record at which the two part: the first that differs although all that it came from does not.
    causes : tuple of Cause
        What the verdict follows from, then what else there is to know.
    spread : tuple of Spread
        Where it was repeated: each metric.
    tolerance : float
        Relative difference up to which numbers are equivalent.
    times : int
        How often it was executed.
    scope : str
        ``slice`` (the cells that stand behind a result) or ``all``.
    cells : tuple of str
        The run's cell executions that were executed again, in their order.
    restored : bool
        Whether states of random generators were put back before each cell.
    place : str
        ``current`` or ``rebuild``: which environment it was executed in.
    environment : mapping
        That environment, in the form of `Environment`.
    changes : tuple of mapping
        What differs from the run's environment: ``what``, ``before``, ``after`` (null where it is not there).
    inputs : tuple of mapping
        Each file that the run read or imported: ``path``, ``verdict`` (``identical``, ``different`` or ``missing``),
        ``detail``.
    bundle : str
        Digest of the bundle that it was reproduced from; empty where that was the store.
    actor : str
        Who did it.
    started : str
        UTC, RFC 3339.
    """

    kind: ClassVar[str] = "reproduction"
    parts: ClassVar[Mapping[str, type[Part]]] = {"items": Compared, "causes": Cause, "spread": Spread}

    verdict: Agreement
    summary: str
    items: tuple[Compared, ...] = ()
    first: str = ""
    causes: tuple[Cause, ...] = ()
    spread: tuple[Spread, ...] = ()
    tolerance: float = TOLERANCE
    times: int = 1
    scope: Literal["slice", "all"] = "slice"
    cells: tuple[str, ...] = ()
    restored: bool = False
    place: Literal["current", "rebuild"] = "current"
    environment: Mapping[str, Json] = field(default_factory=dict)
    changes: tuple[Mapping[str, Json], ...] = ()
    inputs: tuple[Mapping[str, Json], ...] = ()
    bundle: str = ""
    actor: str = ""
    started: str = ""
    seconds: float = 0.0
