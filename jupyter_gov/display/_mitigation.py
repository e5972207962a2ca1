"""A mitigation as a card for notebooks, a part of a report, and text for a terminal."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from jupyter_gov.records import Mitigation, Tried, Value

from . import charts, words
from ._mitigation_text import mitigation_text
from ._mitigation_values import ORIGINAL, candidates, changed, measured
from ._mitigation_words import (
    LETTERS,
    SIGNS,
    adjusted,
    aim,
    asked,
    controls,
    legend,
    nothing_tried,
    numbers,
    performance,
    question,
    sentences,
    share_of,
)
from ._parts import figure, missing
from .html import Html, bullets, details, el, join, name, style_element, table


def mitigation(record: Mitigation) -> tuple[str, str]:
    """Return a mitigation as HTML for a notebook and as text for a terminal.

    Parameters
    ----------
    record : Mitigation

    Returns
    -------
    html : str
        One ``<article>`` with its style, light or dark as its surroundings are.
    text : str
        At most a hundred columns wide.
    """
    rows = record.parameters.get("rows")
    on = f" on {words.plural(rows, 'row')}" if isinstance(rows, int) else ""
    policy = f" · {record.policy}" if record.policy else ""
    head = el(
        "header",
        el("p", "Mitigation", class_="jg-kicker"),
        el("h3", name(record.model or "model"), el("span", on + policy, class_="jg-quiet")),
    )
    html = style_element("base", "card", "mitigation") + el(
        "article",
        head,
        mitigation_body(record),
        el(
            "footer",
            f"Candidates were fitted on training rows alone and compared on the same held-out rows, {_held_out(record)}"
            f"paired by row. Brackets are two-sided {_confidence(record)} intervals. Mitigation {record.id[:13]}, "
            f"{words.seconds(record.seconds)}.",
        ),
        class_="jg-root jg-card",
        aria_label=f"Mitigation of {words.shorten(record.model or 'a model', 80)}",
    )
    return html, mitigation_text(record)


def mitigation_body(record: Mitigation) -> Html:
    """Return all that a mitigation found, below its heading."""
    first, *rest = sentences(record)
    if rest and rest[0].startswith("Proposed"):
        first, rest = f"{first} {rest[0]}", rest[1:]
    done = candidates(record)
    parts: list[Html] = [el("p", first, class_="jg-lead"), _chosen(record)]
    parts.append(bullets(rest, "jg-notes jg-costs"))
    if done:
        together = adjusted(record)
        parts += [_figure(record), _table(record), el("p", together, class_="jg-quiet") if together else Html("")]
        parts += [_groups(record), _about(done)]
    parts.append(_undone(record))
    told = record.advice[1:] if nothing_tried(record) else record.advice
    parts.append(bullets([*question(record, done), *told]))
    return join(p for p in parts if p)


def _held_out(record: Mitigation) -> str:
    seen = record.parameters.get("shared_rows")
    return f"{words.count(seen)} of which are training rows too, " if isinstance(seen, int) and seen else ""


def _confidence(record: Mitigation) -> str:
    return words.confidence([v for t in record.tried for v in (*t.values, *t.changes)])


def _chosen(record: Mitigation) -> Html:
    if not record.chosen:
        return Html("")
    kept = "the model as it is" if record.chosen == ORIGINAL else record.chosen
    against = "" if record.chosen == record.parameters.get("proposed") else " – another than proposed"
    by, why = (words.shorten(str(record.parameters.get(key) or ""), 200) for key in ("chosen_by", "chosen_why"))
    said = f". {by}: {why}" if by and why else ""
    return el("p", el("b", "Chosen: "), name(kept, limit=80), against, said, class_="jg-lead jg-chosen")


def _figure(record: Mitigation) -> Html:
    points = []
    for called, number in numbers(record).items():
        tried = next(t for t in record.tried if t.name == called)
        up, across = measured(tried, record.performance), measured(tried, record.disparity)
        if up is None or across is None or up.value is None or across.value is None:
            continue
        kind = "original" if called == ORIGINAL else "other"
        kind = "proposed" if called == record.parameters.get("proposed") else kind
        kind = "chosen" if called == record.chosen and called != ORIGINAL else kind
        points.append(
            charts.Candidate(
                label=ORIGINAL if called == ORIGINAL else str(number),
                x=across.value,
                y=up.value,
                across=_interval(across),
                upright=_interval(up),
                kind=kind,  # type: ignore[arg-type]
                best=called in record.frontier,
            )
        )
    if len(points) < 2:
        return Html("")
    about = f"{performance(record)} against {words.lower_first(aim(record))} of {words.plural(len(points), 'model')}."
    spec = charts.frontier(
        points, x=aim(record), y=performance(record), about=about, region=_region(record), least=_least(record)
    )
    ratio = record.disparity.get("kind") == "ratio"
    better = "to the right" if ratio else "to the left"
    if record.disparity.get("group") is not None:
        # Whichever of the two groups is ahead.
        better = f"nearer to {1 if ratio else 0}"
    lower = "lower" if record.performance.get("better") == "lower" else "higher"
    shaded = " Shaded: what is asked." if _region(record) else ""
    told = (
        f"Better is {better} and {lower}. Filled, and joined by the dashed line: no other is better in both. "
        f"Square: the original; diamond: proposed, or chosen. Crosses are {_confidence(record)} intervals.{shaded}"
    )
    return figure(spec, told)


def _interval(value: Value) -> tuple[float, float] | None:
    return None if value.lower is None or value.upper is None else (value.lower, value.upper)


def _least(record: Mitigation) -> float | None:
    return None if record.disparity.get("kind") == "ratio" or record.disparity.get("group") is not None else 0.0


def _region(record: Mitigation) -> charts.Region | None:
    threshold = record.disparity.get("threshold")
    said = asked(record)
    if not said or not isinstance(threshold, int | float):
        return None
    least = record.disparity.get("comparison") in ("at_least", "above")
    return charts.Region(low=threshold if least else None, high=None if least else threshold, label=f"asked: {said}")


def _table(record: Mitigation) -> Html:
    called_by, wanted = numbers(record), controls(record)
    columns_of = [performance(record), aim(record), *(["What is asked"] if wanted else []), "Decisions changed"]
    rows = []
    for called, number in called_by.items():
        tried = next(t for t in record.tried if t.name == called)
        verdicts = [_verdicts(tried, wanted)] if wanted else []
        rows.append(
            [
                number or "",
                _name(record, tried),
                _pair(measured(tried, record.performance), changed(tried.changes, record.performance)),
                _pair(measured(tried, record.disparity), changed(tried.changes, record.disparity)),
                *verdicts,
                _decisions(tried),
            ]
        )
    caption = "Below each value its interval, and its difference from the original, paired by row"
    if wanted:
        caption += f". {legend(wanted)}"
    return table(["", "Candidate", *columns_of], rows, caption=caption, text_columns=2, class_="jg-pairs jg-candidates")


def _name(record: Mitigation, tried: Tried) -> Html:
    flags = []
    if tried.name == record.parameters.get("proposed"):
        flags.append(el("span", "proposed", class_="jg-flag"))
    if tried.name == record.chosen:
        flags.append(el("span", "chosen", class_="jg-flag"))
    if tried.needs_attribute:
        flags.append(el("span", "needs the attribute", class_="jg-flag"))
    called = "original" if tried.name == ORIGINAL else tried.name
    return join([name(called, limit=80), *flags], " ")


def _pair(value: Value | None, change: Value | None) -> Html:
    if value is None or value.value is None:
        return missing()
    parts: list[object] = [el("b", words.number(value.value, 3)), el("i", words.interval(value, 3))]
    if change is not None and change.value is not None:
        sign = "+" if change.value > 0 else ""
        parts.append(el("i", f"{sign}{words.with_interval(change, 3)}", class_="jg-change"))
    return join(parts, " ")


def _verdicts(tried: Tried, wanted: Mapping[str, str]) -> Html:
    """Return the verdicts on what was asked, and on what the original meets and this one does not, by their letters."""
    shown = [
        el(
            "span",
            f"{SIGNS.get(status, '?')} {letter if len(wanted) > 1 else status}",
            class_=f"jg-met jg-{status}",
            title=f"{wanted[control]}: {status}",
        )
        for letter, control in zip(LETTERS, wanted, strict=False)
        if (status := tried.verdicts.get(control, "pass"))
    ]
    return join(shown, " ") if shown else missing()


def _decisions(tried: Tried) -> object:
    if tried.name == ORIGINAL or not tried.decisions:
        return ""
    count, of = tried.decisions.get("changed"), tried.decisions.get("of")
    up, down = tried.decisions.get("up"), tried.decisions.get("down")
    ways = f"{up}↑ {down}↓" if isinstance(up, int) and isinstance(down, int) else ""
    return join([el("b", f"{count}"), el("i", f"of {of}"), el("i", ways) if ways else ""], " ")


def _groups(record: Mitigation) -> Html:
    """Return whose decisions change, folded: for each group how many, up and down, by candidate."""
    done = [t for t in candidates(record) if isinstance(t.decisions.get("groups"), Mapping)]
    if not done:
        return Html("")
    called_by = numbers(record)
    rows: list[list[object]] = []
    for attribute, groups in _mapping(done[0].decisions.get("groups")).items():
        for group in _mapping(groups):
            cells = []
            for tried in done:
                of = _mapping(_mapping(_mapping(tried.decisions.get("groups")).get(attribute)).get(group))
                cells.append(share_of(of) if of else "–")
            rows.append([name(f"{attribute}: {group}"), *cells])
    head = ["Group", *(str(called_by[t.name]) for t in done)]
    up, down = (record.parameters.get(k) for k in ("positive", "negative"))
    ways = f"; ↑ to {up}, ↓ to {down}" if up is not None else ""
    caption = f"Decisions that change, of the rows of each group{ways}"
    return details("Whose decisions change", table(head, rows, caption=caption), printed=len(done) <= 4)


def _mapping(held: object) -> Mapping[str, object]:
    return held if isinstance(held, Mapping) else {}


def _about(done: Sequence[Tried]) -> Html:
    """Return what each candidate does and costs, folded; what those of a method share is said once."""
    by_method: dict[str, list[tuple[int, Tried]]] = {}
    for i, tried in enumerate(done, start=1):
        by_method.setdefault(tried.method, []).append((i, tried))
    told = []
    for alike in by_method.values():
        first = alike[0][1]
        shared = [cost for cost in first.costs if all(cost in t.costs for _, t in alike)]
        own = [f"{i}: {cost}" for i, t in alike for cost in t.costs if cost not in shared]
        called = ", ".join(f"{i} {words.shorten(t.name, 80)}" for i, t in alike)
        told.append(join([el("b", f"{called}. "), " ".join([first.about, *shared, *own])]))
    return details("What each does, and what it costs", bullets(told), printed=False)


def _undone(record: Mitigation) -> Html:
    undone = [t for t in record.tried if t.status != "done"]
    if not undone:
        return Html("")
    words_of = {"skipped": "does not apply", "failed": "failed", "stopped": "not finished"}
    told = [join([el("b", f"{t.name}: {words_of[t.status]}. "), words.shorten(t.reason, 400)]) for t in undone]
    return details(f"Not tried, or not to the end ({len(undone)})", bullets(told))
