"""Numbers about zero, by column."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from jupyter_gov.records import Value

from .. import words
from ._dots import Panel, Row, dots
from ._frame import UNIT, Spec, span


def signed_bars(rows: Sequence[tuple[str, Value]], title: str, about: str) -> Spec:
    """Return horizontal bars with intervals from zero, in the order given; those below zero in another colour.

    Parameters
    ----------
    rows : sequence of (str, Value)
        Names and values; a value that is None says so.
    title : str
        What the bars measure.
    about : str
        The description for who cannot see it.
    """
    ends = [end for _, v in rows for end in (v.value, v.lower, v.upper)]
    panel = Panel(title, "x", reference=0.0, domain=span(ends, include=(0.0,)), bars=True, signed=True)
    return dots([Row(name, values={"x": v}) for name, v in rows], [panel], about)


def marked(
    rows: Sequence[tuple[str, Mapping[str, Value]]],
    panels: Mapping[str, str],
    about: str,
    *,
    second: Mapping[str, Mapping[str, float]] | None = None,
    references: Mapping[str, float] | None = None,
    bars: Sequence[str] = (),
    unit: Sequence[str] = (),
) -> Spec:
    """Return dots with intervals by name, one panel for each measure, each with a second mark where there is one.

    Parameters
    ----------
    rows : sequence of (str, mapping of str to Value)
        A name and its values by key; without any, the name heads the rows below it.
    panels : mapping of str to str
        The title of the panel of each key, in their order; at most three are readable.
    about : str
        The description for who cannot see it.
    second : mapping of str to mapping of str to float, optional
        By name and key, where an upright tick stands: the value before, a baseline, a nominal level.
    references : mapping of str to float, optional
        By key, where a dashed line runs through all rows.
    bars : sequence of str
        Keys whose values are bars from zero; those below it in another colour.
    unit : sequence of str
        Keys whose axis runs from 0 to 1; the others fit what is drawn.
    """
    ticks, lines = second or {}, references or {}
    made = [Row(name, values=values, heading=not values, second=ticks.get(name)) for name, values in rows]
    drawn = []
    for key, title in panels.items():
        ends = [end for r in made if key in r.values for v in [r.values[key]] for end in (v.value, v.lower, v.upper)]
        ends += [r.second[key] for r in made if key in r.second]
        zero = (0.0,) if key in bars else ()
        fixed = span([*ends, lines.get(key)], include=zero)
        drawn.append(
            Panel(
                words.shorten(title, 60),
                key,
                reference=lines.get(key, 0.0 if key in bars else None),
                domain=UNIT if key in unit else fixed,
                bars=key in bars,
                signed=key in bars,
            )
        )
    return dots(made, drawn, about)
