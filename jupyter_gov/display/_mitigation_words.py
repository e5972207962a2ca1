"""What a mitigation found, in sentences: what was asked, what meets it, and what it costs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from jupyter_gov.records import Json, Mitigation, Tried, Value

from . import words
from ._mitigation_values import ORIGINAL, candidates, changed, measured, meets

_IN_UNITS = frozenset({"mean_absolute_error", "root_mean_squared_error", "log_loss"})
LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
SIGNS = {"pass": "✓", "fail": "✗", "inconclusive": "?", "missing": "–", "waived": "~", "not_applicable": "–"}
_COMPARISONS = {"at_least": "at least", "at_most": "at most", "above": "above", "below": "below"}


def aim(record: Mitigation) -> str:
    """Return what the frontier's disparity is called: “Selection rate, ratio between groups of race”."""
    picked = record.disparity
    if not picked:
        return ""
    measure = words.short(str(picked.get("measure")))
    of = f"{picked.get('kind')} between groups of {words.shorten(str(picked.get('attribute')), 40)}"
    group = picked.get("group")
    if group is not None:
        of = f"{picked.get('kind')}, {words.shorten(str(group), 30)} against {picked.get('reference')}"
    return f"{measure}, {of}"


def asked(record: Mitigation) -> str:
    """Return what is asked of it: “at least 0.8”; nothing where nothing is."""
    comparison, threshold = record.disparity.get("comparison"), record.disparity.get("threshold")
    if comparison not in _COMPARISONS or not isinstance(threshold, int | float):
        return ""
    return f"{_COMPARISONS[str(comparison)]} {threshold:g}"


def performance(record: Mitigation) -> str:
    """Return what the frontier's performance is called."""
    return words.short(str(record.performance.get("measure")))


def sentences(record: Mitigation) -> list[str]:
    """Return what was found, the most important first."""
    tried = candidates(record)
    if not tried:
        told = list(record.advice[:1]) if nothing_tried(record) else []
        return told or ["No candidate could be made; the reasons are listed."]
    return [s for s in (_how_many(record, tried), *_proposed(record), _stopped(record)) if s]


def nothing_tried(record: Mitigation) -> bool:
    """Return whether there was no reason to try anything; the first advice says so."""
    return len(record.tried) == 1 and bool(record.advice)


def _how_many(record: Mitigation, tried: Sequence[Tried]) -> str:
    told = words.plural(len(tried), "candidate")
    if not record.controls:
        return f"{told} tried for less {words.lower_first(aim(record))}."
    which = words.plural(len(record.controls), "control")
    good = sum(map(meets, tried))
    if not good:
        return f"None of {told} meets all that is asked ({which})."
    return f"{good} of {told} {'meets' if good == 1 else 'meet'} all that is asked ({which})."


def _proposed(record: Mitigation) -> list[str]:
    proposed = str(record.parameters.get("proposed") or "")
    found = next((t for t in record.tried if t.name == proposed), None)
    if found is None:
        return ["None is proposed: none comes nearer to what is asked than the model as it is, beyond chance."]
    only = (
        " Its estimates meet what is asked, its intervals leave it open."
        if record.parameters.get("estimates_only")
        else ""
    )
    hardly = [cost for cost in found.costs if cost.startswith("It hardly decides")]
    return [f"Proposed: {found.name}.{only}", *tell(record, found), *_other_kind(record, found), *hardly]


def _other_kind(record: Mitigation, proposed: Tried) -> list[str]:
    """Return the best of those that come as near and differ from the proposed one in needing the attribute."""
    other = next((t for t in record.tried if t.name == record.parameters.get("other_kind")), None)
    if other is None:
        return []
    need = "do not need the attribute" if proposed.needs_attribute else "need the attribute when they predict"
    price = _cost(record, changed(other.changes, record.performance))
    return [f"As near to what is asked, the best of those that {need} is {other.name}. {price}"]


def tell(record: Mitigation, tried: Tried) -> list[str]:
    """Return what a candidate costs and changes."""
    lost, less = changed(tried.changes, record.performance), changed(tried.changes, record.disparity)
    return [s for s in (_cost(record, lost), _effect(record, tried, less), _decided(record, tried), _needs(tried)) if s]


def cost(record: Mitigation, change: Value | None) -> tuple[float, float, float] | None:
    """Return how much performance a change costs, with its interval: above zero is worse; shares as points."""
    if change is None or change.value is None or change.lower is None or change.upper is None:
        return None
    scale = 1.0 if str(record.performance.get("measure")) in _IN_UNITS else 100.0
    found = [scale * v for v in (change.value, change.lower, change.upper)]
    if record.performance.get("better") == "higher":
        return -found[0], -found[2], -found[1]
    return found[0], found[1], found[2]


def _cost(record: Mitigation, change: Value | None) -> str:
    found = cost(record, change)
    if found is None:
        return f"What it costs in {words.lower_first(performance(record))} is not known."
    places = 1 if str(record.performance.get("measure")) not in _IN_UNITS else 3
    unit = "" if str(record.performance.get("measure")) in _IN_UNITS else " points"
    what = words.lower_first(performance(record))
    if found[0] < 0:
        gained, low, high = (words.number(-found[k], places) for k in (0, 2, 1))
        return f"It costs no {what} on these rows: {gained}{unit} better [{low}, {high}]."
    value, low, high = (words.number(v, places) for v in found)
    certain = " It may cost nothing: the interval holds zero." if found[1] <= 0 else ""
    return f"It costs {value}{unit and unit + ' of'} {what} [{low}, {high}].{certain}"


def _effect(record: Mitigation, tried: Tried, change: Value | None) -> str:
    now = measured(tried, record.disparity)
    before = next((measured(t, record.disparity) for t in record.tried if t.name == ORIGINAL), None)
    if now is None or before is None:
        return ""
    how = "" if change is None else f", a change of {words.with_interval(change)}"
    said = asked(record)
    wanted = f"; asked for is {said}" if said else ""
    return f"{aim(record)}: {words.number(now.value)} instead of {words.number(before.value)}{how}{wanted}."


def _decided(record: Mitigation, tried: Tried) -> str:
    count, of = tried.decisions.get("changed"), tried.decisions.get("of")
    if not isinstance(count, int) or not isinstance(of, int):
        return ""
    told = f"{words.count(count)} of {words.plural(of, 'decision')} {'changes' if count == 1 else 'change'}"
    up, down = tried.decisions.get("up"), tried.decisions.get("down")
    if count and isinstance(up, int) and isinstance(down, int):
        to = [words.shorten(str(record.parameters.get(label, label)), 20) for label in ("positive", "negative")]
        told += f": {words.count(up)} to {to[0]}, {words.count(down)} to {to[1]}"
    return told + "."


def _needs(tried: Tried) -> str:
    if not tried.needs_attribute:
        return ""
    return (
        "It needs the sensitive attribute when it predicts: whether it may be used there is a question for compliance."
    )


def _stopped(record: Mitigation) -> str:
    stopped = [t for t in record.tried if t.status == "stopped"]
    if not stopped:
        return ""
    why = "Interrupted" if record.parameters.get("interrupted") else "Out of time"
    return f"{why}: {', '.join(t.name for t in stopped)} {'was' if len(stopped) == 1 else 'were'} not finished."


def adjusted(record: Mitigation) -> str:
    """Return the proposed one's changes with intervals that allow for how many were compared; nothing without any."""
    made = record.parameters.get("adjusted")
    if not isinstance(made, Mapping) or not isinstance(made.get("changes"), list):
        return ""
    changes = [Value.from_json(v) for v in made["changes"] if isinstance(v, Mapping)]
    parts = []
    for label, picked in ((performance(record), record.performance), (aim(record), record.disparity)):
        found = changed(changes, picked)
        if found is not None and found.lower is not None:
            parts.append(f"{words.lower_first(label)} {words.with_interval(found)}")
    verdicts = made.get("verdicts")
    undecided = verdicts.items() if isinstance(verdicts, Mapping) else ()
    rest = [f"{_title(record, control)}: {status}" for control, status in undecided if status != "pass"]
    if not parts:
        return ""
    compared = words.plural(int(made.get("compared") or 0), "comparison")
    told = f"With intervals that allow for {compared}: {'; '.join(parts)}."
    return f"{told} Not met then: {'; '.join(rest)}." if rest else told


def _title(record: Mitigation, control: str) -> str:
    titles = record.parameters.get("titles")
    return str(titles.get(control, control)) if isinstance(titles, Mapping) else control


def controls(record: Mitigation) -> dict[str, str]:
    """Return the titles of the controls that candidates were judged by, by id: those to be met, then those lost."""
    ids = dict.fromkeys([*record.controls, *(control for t in record.tried for control in t.verdicts)])
    return {control: _title(record, control) for control in ids}


def share_of(decisions: Mapping[str, Json]) -> str:
    """Return changed decisions of some rows: “12 of 94: 10↑ 2↓”."""
    count, of = decisions.get("changed"), decisions.get("of")
    up, down = decisions.get("up"), decisions.get("down")
    ways = f" ({up}↑ {down}↓)" if isinstance(up, int) and isinstance(down, int) and count else ""
    return f"{count} of {of}{ways}"


def numbers(record: Mitigation) -> dict[str, int]:
    """Return the numbers by which table and chart call the candidates; the original is 0."""
    return {t.name: i for i, t in enumerate([t for t in record.tried if t.status == "done"])}


def legend(wanted: Mapping[str, str]) -> str:
    """Return what signs and letters mean."""
    if len(wanted) < 2:
        return f"Asked: {next(iter(wanted.values()))}." if wanted else ""
    told = "; ".join(
        f"{letter} {words.shorten(title, 80)}" for letter, title in zip(LETTERS, wanted.values(), strict=False)
    )
    return f"Asked: {told}. ✓ met, ✗ not met, ? open."


def question(record: Mitigation, done: Sequence[Tried]) -> list[str]:
    """Return the question that candidates raise which need the sensitive attribute."""
    called = numbers(record)
    which = [str(called[t.name]) for t in done if t.needs_attribute]
    if not which:
        return []
    return [
        f"Needed when they predict: the sensitive attribute, by {', '.join(which)}. May it be used for this decision? "
        "That depends on the law that applies and on the use: decide with compliance before choosing one of them."
    ]
