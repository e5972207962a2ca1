"""The method that makes no candidate: more data."""

from __future__ import annotations

from collections.abc import Iterator

from ._more_data import more_data
from ._problem import Made, Method, Problem


def _why_not(problem: Problem) -> str:
    return "" if _advise(problem) else "No interval of a difference or ratio between groups was measured."


def _advise(problem: Problem) -> tuple[str, ...]:
    asked = [v for v in problem.values if v.measure == problem.measure]
    return more_data(asked, target=problem.target, kind=problem.kind)


def _make(_: Problem) -> Iterator[Made]:
    yield from ()


MORE_DATA = Method(
    key="more_data",
    title="More data",
    about="Says how many more rows of which group would decide, or halve the interval; it makes no candidate.",
    citation="Variances of rates fall as 1/n; of ratios as Katz, Baptista, Azen & Pike (1978), Biometrics 34:469–474.",
    needs="Rates of groups and their difference or ratio, with intervals.",
    applies=_why_not,
    make=_make,
    advise=_advise,
)
