"""A reproduction in plain text, and what its card tells in the same words."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence

from jupyter_gov.provenance import SAME, tell_spread
from jupyter_gov.records import AGREEMENTS, Compared, Reproduction, Spread

from . import words
from ._text import columns, wrap

SIGNS = {"identical": "✓", "equivalent": "≈", "different": "≠", "impossible": "–"}
"""What stands before a verdict, so that not its colour alone tells it."""

KINDS = {
    "dataset": "Data sets",
    "fit": "Models",
    "prediction": "Predictions",
    "metric": "Metrics",
    "assessment": "Assessments",
}
KIND = {"dataset": "data set", "fit": "model"}
HEADS = {"identical": "Identical", "equivalent": "Equivalent", "different": "Different", "impossible": "Not compared"}
_PLACES = {"current": "the environment that is here", "rebuild": "an environment rebuilt from the run's versions"}
MOST = 20


def reproduction_text(record: Reproduction, cell: Callable[[str | None], str]) -> str:
    """Return a reproduction as text for a terminal; `cell` says what an execution is called."""
    blocks = [wrap(words.printable(f"{SIGNS[record.verdict]} {record.summary}"))]
    told = [f"{c.message} {c.remedy}".strip() for c in record.causes]
    if told:
        blocks.append("\n".join(wrap(words.printable(f"- {words.shorten(t, 800)}"), "  ") for t in told))
    counts = counted_by_kind(record)
    if counts:
        rows = [[label, *(words.count(n) if (n := c[a]) else "–" for a in AGREEMENTS)] for label, c in counts]
        blocks.append(columns([["", *(HEADS[a].lower() for a in AGREEMENTS)], *rows]))
    found = differing(record)
    if found:
        lines = [
            wrap(words.printable(f"{SIGNS[i.verdict]} {kind_of(i)} {i.name}, {cell(i.cell)}: {i.detail}"), "    ")
            for i in found[:MOST]
        ]
        more = [f"and {len(found) - MOST:,} more"] if len(found) > MOST else []
        blocks.append("\n".join([*lines, *more]))
    repeated = spreads(record)
    if repeated:
        rows = [[words.printable(words.shorten(s.name, 40)), tell_spread(s), *values] for s, values in repeated]
        head = [f"{record.times} repetitions", "", "run", "lowest", "mean", "highest"]
        blocks.append(columns([head, *rows], numeric=2))
    if record.changes:
        changes = [f"{c.get('what')}: {_told(c.get('before'))} → {_told(c.get('after'))}" for c in record.changes[:8]]
        more = [f"and {len(record.changes) - 8:,} more"] if len(record.changes) > 8 else []
        lines = [wrap(f"- {words.printable(c)}", "  ") for c in [*changes, *more]]
        blocks.append("\n".join(["Environment", *lines]))
    changed = [i for i in record.inputs if i.get("verdict") != "identical"]
    if changed:
        lines = [f"- {i.get('path')}: {i.get('verdict')} {i.get('detail') or ''}".rstrip() for i in changed[:MOST]]
        blocks.append("\n".join(["Inputs", *(wrap(words.printable(line), "  ") for line in lines)]))
    blocks.append(wrap(f"{how_reproduced(record)} Reproduction {record.id[:13]}."))
    return "\n\n".join(blocks)


def _told(value: object) -> str:
    return "not there" if value is None else words.shorten(str(value), 60)


def counted_by_kind(record: Reproduction) -> list[tuple[str, Counter[str]]]:
    """Return, for each kind of which there is something, how many have which verdict."""
    kinds = {of: Counter(i.verdict for i in record.items if i.of == of) for of in KINDS}
    return [(label, Counter[str](kinds[of])) for of, label in KINDS.items() if kinds[of]]


def differing(record: Reproduction) -> list[Compared]:
    """Return what is not identical, or is so only by what came of it."""
    return [i for i in record.items if i.verdict != "identical" or i.detail]


def spreads(record: Reproduction) -> list[tuple[Spread, list[str]]]:
    """Return metrics over several times, those first that were not always as in the run.

    With each go the run's value, the lowest, the mean and the highest.
    """
    found = []
    for spread in sorted(record.spread, key=lambda s: tell_spread(s) == SAME)[:MOST]:
        if len(spread.values) > 1:
            low, high = min(spread.values), max(spread.values)
            mean = low if low == high else sum(spread.values) / len(spread.values)
            places = _places([v for v in (spread.original, low, high) if v is not None])
            told = [words.number(v, places) for v in (spread.original, low, mean, high)]
            found.append((spread, told))
    return found


def _places(values: Sequence[float]) -> int:
    """Return decimals that keep values apart which differ, up to nine."""
    places = words.decimals(*values)
    while places < 9 and len({words.number(v, places) for v in values}) < len(set(values)):
        places += 1
    return places


def how_reproduced(record: Reproduction) -> str:
    """Return what was executed, how often, where, by whom, and what counts as equivalent."""
    if not record.environment:
        return "Nothing was executed."
    what = "The cells behind the results" if record.scope == "slice" else "All cells"
    times = "once" if record.times == 1 else f"{record.times} times"
    tolerance = f"{record.tolerance:g}".replace("e-0", "e-")
    told = [
        f"{what} ({len(record.cells)}) were executed {times} in a fresh kernel, in {_PLACES[record.place]}"
        + (", the states of the random generators put back before each" if record.restored else ""),
        f"numbers count as equivalent up to a relative difference of {tolerance}",
    ]
    who = " by ".join(t for t in (words.moment(record.started) if record.started else "", record.actor) if t)
    known = ", ".join(t for t in (who, words.seconds(record.seconds) if record.seconds else "") if t)
    bundle = "It came from a bundle." if record.bundle else ""
    return " ".join(t for t in (f"{'; '.join(told)}.", bundle, f"{known}." if known else "") if t)


def kind_of(item: Compared) -> str:
    """Return what kind of thing was compared, as people call it."""
    return KIND.get(item.of, item.of)
