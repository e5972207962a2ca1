"""A requirement in words."""

from __future__ import annotations

from collections.abc import Sequence

from ..records import Json
from ._model import Combination, Requirement, Rule

CONFIDENCE = 0.95
"""What is asked of an interval where a policy does not say."""

COMPARED = {
    "at_least": "at least",
    "at_most": "at most",
    "above": "above",
    "below": "below",
    "equals": "exactly",
    "one_of": "one of",
}
"""Comparisons in words."""

_NAMES = {
    "roc_auc": "ROC AUC",
    "roc_auc_score": "ROC AUC",
    "f1": "F1",
    "f1_score": "F1",
    "kpis": "KPIs",
}
_FACTS = {
    "code_committed": "the code that ran is in a commit",
    "code_kept": "the code that ran is in a commit or in a snapshot that is kept",
    "environment_locked": "there is a lock file",
    "data_identified": "share of data sets whose content is identified and whose source is known",
    "model_traced": "the model's fit is on record and traces back to where its data were read",
    "rows_unseen": "the model was assessed on rows that it was not fitted on",
    "randomness_seeded": "each fit that draws random numbers has a seed",
    "results_hold": "share of results whose cells still stand as they ran",
    "gaps": "number of things that could not be captured",
    "control_compared": "the model was compared with a baseline or control on the same rows",
    "author": "who ran the notebook",
}
_LEAST = {"min_items": ("entry", "entries"), "min_words": ("word", "words")}
_AGES = {
    "run": "the run",
    "assessment": "the latest assessment",
    "reproduction": "the latest reproduction",
    "charter": "the charter",
}


def asked(rule: Rule) -> str:
    """Return what a requirement or combination asks for, in words.

    Such as ``selection rate of each group of race: at least 0.1, decided on the estimate``: what is compared, with
    what, and how it is decided; not whether it is met.
    """
    if isinstance(rule, Combination):
        return _combined(rule)
    parts = [_SAY[rule.of](rule)]
    if rule.of == "measure":
        parts += [] if rule.decide_on == "estimate" else [_interval(rule)]
        parts += ["decided on the estimate"] if rule.decide_on == "estimate" else []
        parts += [f"from {rule.min_rows} rows"] if rule.min_rows else []
    if rule.at_most_days is not None and rule.of != "age":
        parts.append(f"not older than {days(rule.at_most_days)}")
    return ", ".join(parts)


def days(number: float) -> str:
    """Return a number of days in words."""
    return "1 day" if number == 1 else f"{number:g} days"


def named(name: str) -> str:
    """Return a measure, section or check as words: ``selection_rate`` is ``selection rate``."""
    return _NAMES.get(name, name.replace("_", " "))


def compared(rule: Requirement) -> str:
    """Return the comparison in words, such as ``at least 0.8``; empty where there is none."""
    if not rule.comparison:
        return ""
    values = rule.threshold if isinstance(rule.threshold, list | tuple) else [rule.threshold]
    return f"{COMPARED[rule.comparison]} {_listed([_spelled(v) for v in values], 'or')}"


def _interval(rule: Requirement) -> str:
    confidence = CONFIDENCE if rule.confidence is None else rule.confidence
    return f"decided on the {100 * confidence:g}% interval"


def _combined(rule: Combination) -> str:
    parts = [asked(part) for part in rule.parts]
    if rule.how == "if":
        return f"if {parts[0]}, then {parts[1]}"
    head = {"all": "all of", "any": "one of", "at_least": f"{rule.k} of"}[rule.how]
    return f"{head} ({'; '.join(parts)})"


def _measure(rule: Requirement) -> str:
    where = rule.where
    kind = str(where.get("kind", "estimate"))
    reference = where.get("reference")
    words = named(str(rule.name))
    if kind in ("difference", "ratio"):
        words += f", {_between(kind, None if reference is None else str(reference))}{_of(where.get('attribute'))}"
        words += f", group {where['group']}" if where.get("group") not in (None, "each") else ""
    elif kind == "group":
        group = where.get("group", "each")
        words += f" of {'each group' if group == 'each' else f'group {group}'}{_of(where.get('attribute'))}"
    elif kind != "estimate":
        words += f", {kind.replace('_', ' ')}{_of(where.get('attribute', where.get('group')))}"
    if where.get("label") is not None:
        words += ", each class" if where["label"] == "each" else f", class {where['label']}"
    if where.get("assessment"):
        words += f" ({named(str(where['assessment']))})"
    return f"{words}: {compared(rule)}"


def _between(kind: str, reference: str | None) -> str:
    if reference is not None and reference.startswith("max-min"):
        large = " that are large enough" if reference.endswith("judged") else ""
        return f"{'smallest ratio' if kind == 'ratio' else 'largest difference'} between groups{large}"
    if reference in ("baseline", "control", "original"):
        return f"{kind} to the {reference}"
    named_ = {"best": "the best group", "overall": "all rows", "rest": "the rest", None: "each other"}
    return f"{kind} of groups to {named_.get(reference, reference)}"


def _of(attribute: Json) -> str:
    if attribute is None:
        return ""
    if attribute == "each":
        return " of each attribute"
    if attribute == "each with intersections":
        return " of each attribute and intersection"
    return f" of {_listed(_names(attribute), 'and')}"


def _metric(rule: Requirement) -> str:
    split = f" on {rule.where['split']}" if rule.where.get("split") else ""
    return f"{named(str(rule.name))}{split}: {compared(rule)}"


def _assessment(rule: Requirement) -> str:
    names = [named(n) for n in _names(rule.name)]
    return f"{_listed(names, 'and')} assessed"


def _finding(rule: Requirement) -> str:
    names = _names(rule.name)
    what = "no finding" if names == ["any"] else f"no finding of {_listed([named(n) for n in names], 'or')}"
    severity = rule.where.get("severity", "warning")
    worse = "" if severity == "error" else " or worse"
    return f"{what} that is {'an' if severity[0] in 'aei' else 'a'} {severity}{worse}"


def _reproduction(rule: Requirement) -> str:
    return f"a second run came out {_listed(_names(rule.name), 'or')}"


def _fact(rule: Requirement) -> str:
    words = _FACTS[str(rule.name)]
    return f"{words}: {compared(rule)}" if rule.comparison else words


def _document(rule: Requirement) -> str:
    words = f"documented: {_listed([named(n) for n in _names(rule.name)], 'and')}"
    least = rule.where.get("min_words")
    return f"{words}, {_least(least, *_LEAST['min_words'])}" if least else words


def _least(number: Json, one: str, many: str) -> str:
    return f"{number} {one if number == 1 else many} or more"


def _environment(rule: Requirement) -> str:
    if rule.name == "lock_file":
        return "a lock file"
    name = "Python" if rule.name == "python" else str(rule.name)
    return f"{name} {compared(rule)}" if rule.comparison else f"{name} installed"


def _age(rule: Requirement) -> str:
    kind, _, name = str(rule.name).partition(":")
    words = f"the {kind} {named(name)}" if name else _AGES[kind]
    return f"{words}: not older than {days(rule.at_most_days or 0)}"


def _charter(rule: Requirement) -> str:
    if rule.comparison:
        return f"in the charter, {named(str(rule.name))}: {compared(rule)}"
    least = [_least(rule.where[key], *words) for key, words in _LEAST.items() if key in rule.where]
    filled = rule.where.get("each_with", ())
    least += [f"each with {_listed([named(name) for name in filled], 'and')}"] if filled else []
    return ", ".join([f"in the charter: {named(str(rule.name))}", *least])


_SAY = {
    "measure": _measure,
    "metric": _metric,
    "assessment": _assessment,
    "finding": _finding,
    "reproduction": _reproduction,
    "fact": _fact,
    "document": _document,
    "environment": _environment,
    "age": _age,
    "charter": _charter,
}


def _names(name: str | Sequence[str]) -> list[str]:
    return [name] if isinstance(name, str) else [str(n) for n in name]


def _listed(names: Sequence[str], word: str) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} {word} {names[-1]}"


def _spelled(value: Json) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return f"{value:g}" if isinstance(value, int | float) else str(value)
