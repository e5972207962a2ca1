"""A mitigation as text for a terminal."""

from __future__ import annotations

from jupyter_gov.records import Mitigation, Value

from . import words
from ._mitigation_values import candidates, changed, measured
from ._mitigation_words import (
    SIGNS,
    adjusted,
    aim,
    controls,
    legend,
    nothing_tried,
    numbers,
    performance,
    question,
    sentences,
)
from ._text import WIDTH, columns, wrap


def mitigation_text(record: Mitigation) -> str:
    """Return a mitigation as text, at most a hundred columns wide."""
    blocks = [wrap(" ".join(sentences(record)))]
    if record.chosen:
        blocks.append(wrap(f"Chosen: {record.chosen}."))
    done = candidates(record)
    if done:
        blocks.append(wrap(f"Performance: {performance(record)}. Disparity: {aim(record)}. {adjusted(record)}"))
        blocks.append(_lines(record))
    blocks += [wrap(f"- {t.name}: {t.reason}", "  ") for t in record.tried if t.status != "done"]
    told = record.advice[1:] if nothing_tried(record) else record.advice
    blocks += [wrap(f"- {sentence}", "  ") for sentence in [*question(record, done), *told]]
    return "\n\n".join(blocks)


def _lines(record: Mitigation) -> str:
    """Return two lines for each model: its name, and its numbers."""
    wanted = controls(record)
    names, rows = [""], [["", "performance", "change", "disparity", "change", "asked", "decisions"]]
    for called, number in numbers(record).items():
        tried = next(t for t in record.tried if t.name == called)
        names.append(words.fit(words.printable(f"{number or '-'} {called}"), WIDTH))
        met = "".join(SIGNS.get(tried.verdicts.get(control, "pass"), "?") for control in wanted)
        parts = [
            cell
            for picked in (record.performance, record.disparity)
            for cell in _plain(measured(tried, picked), changed(tried.changes, picked))
        ]
        rows.append(["", *parts, met, str(tried.decisions.get("changed", ""))])
    head, *lines = columns(rows).splitlines()
    told = [wrap(legend(wanted))] if wanted else []
    return "\n".join([*told, head, *(f"{called}\n{line}" for called, line in zip(names[1:], lines, strict=True))])


def _plain(value: Value | None, change: Value | None) -> tuple[str, str]:
    if value is None or value.value is None:
        return words.NOT_ESTIMABLE, ""
    return words.number(value.value, 3), "" if change is None else words.with_interval(change, 3)
