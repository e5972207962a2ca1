"""What a single requirement says that cannot be meant."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import fields

from ..errors import InputError, did_you_mean
from ..records import Charter, Json
from ._explain_asked import COMPARED
from ._model import COMPARISONS, FACTS
from ._places import read_places
from ._reading_parts import kind_of
from ._yaml import Path

Found = Iterator[tuple[Path, str, str]]

_SHARES = ("data_identified", "results_hold")
_NUMBERS = (*_SHARES, "gaps")
_LISTS = ("kpis", "affected", "alternatives", "risks", "approvers", "policies")
_TEXTS = ("goal", "conditions")
_CHOICES: dict[str, tuple[str, ...]] = {
    "decision": ("build", "do not build", "build with conditions"),
    "tier": ("high", "medium", "low"),
    "jurisdiction": (),
}

UNIT = frozenset(
    {
        "accuracy",
        "accuracy_score",
        "average_precision",
        "average_precision_score",
        "balanced_accuracy",
        "balanced_accuracy_score",
        "brier_score",
        "brier_score_loss",
        "f1",
        "f1_score",
        "false_negative_rate",
        "false_positive_rate",
        "negative_predictive_value",
        "precision",
        "precision_score",
        "recall",
        "recall_score",
        "roc_auc",
        "roc_auc_score",
        "selection_rate",
        "true_negative_rate",
        "true_positive_rate",
    }
)
"""Measures and metrics that lie between 0 and 1 by their definition."""

_SPANS = {"estimate": (0, 1), "class": (0, 1), "group": (0, 1), "difference": (-1, 1), "slice": (0, 1)}


def place_problems(text: str, *, several: bool = False) -> Iterator[tuple[str, str]]:
    """Yield why a text is no code of a jurisdiction, and what to do; `several` codes may stand in one text or not."""
    try:
        places = read_places(text)
    except InputError as error:
        yield error.message.rstrip("."), error.hint
        return
    if len(places) != 1 and not several:
        yield f"{text!r} is not one jurisdiction", f"Write a list: [{', '.join(places) or 'EU, US'}]."


def requirement_problems(data: Mapping[str, Json], *, condition: bool = False) -> Found:
    """Yield what is wrong with one requirement or combination, not with its parts; it may be a `condition`."""
    kind = kind_of(data)
    if kind == "of":
        if data["at_least"] > len(data["of"]):
            hint = f"There are {len(data['of'])} of them."
            yield ("at_least",), f"{data['at_least']} of {len(data['of'])} cannot be met", hint
        return
    if kind in ("all", "any", "if"):
        return
    asked = [c for c in COMPARISONS if c in data]
    if len(asked) > 1:
        hint = "Write two requirements, `require: [{…}, {…}]`: each must be met."
        yield (asked[1],), f"`{asked[0]}` and `{asked[1]}` in one requirement", hint
    elif not asked and kind in ("measure", "metric"):
        names = ", ".join(COMPARISONS[:5])
        yield (), f"The requirement on {data[kind]!r} does not say what to compare it with", f"Add one of {names}."
    if kind == "reproduction" and not condition and not {*_texts(data[kind])} & {"identical", "equivalent"}:
        hint = "Ask for `identical` or `equivalent`, alone or among others."
        yield (kind,), "This would be met only where the results do not come out again", hint
    check = {"measure": _range, "metric": _range, "fact": _fact, "charter": _charter, "environment": _environment}
    if kind in check and len(asked) < 2:
        yield from check[kind](data, asked[0] if asked else "")


def _range(data: Mapping[str, Json], comparison: str) -> Found:
    name = data.get("measure", data.get("metric"))
    low, high = _span(name, data.get("kind", "estimate"), data.get("reference"))
    if comparison and not low <= data[comparison] <= high:
        hint = f"It lies between {low:g} and {high:g}; is the threshold a percentage?"
        yield (comparison,), f"{name} cannot be compared with {data[comparison]:g}", hint


def _span(name: str, kind: str, reference: str | None) -> tuple[float, float]:
    """Return what a measure can be at all, as far as that is certain."""
    if kind in ("p_value", "q_value"):
        return 0, 1
    extreme = str(reference).startswith("max-min")
    if kind == "ratio":
        return (0, 1) if extreme else (0, float("inf"))
    if kind == "difference" and extreme:
        return (0, 1) if name in UNIT else (0, float("inf"))
    return _SPANS[kind] if name in UNIT and kind in _SPANS else (float("-inf"), float("inf"))


def _fact(data: Mapping[str, Json], comparison: str) -> Found:
    name = data["fact"]
    if not comparison:
        if name in ("gaps", "author"):
            hint = "Add `at_most`." if name == "gaps" else "Add `equals` or `one_of`."
            yield (), f"The fact {name!r} is neither true nor false", hint
        return
    value = data[comparison]
    numeric = isinstance(value, int | float) and not isinstance(value, bool)
    if name in _NUMBERS and comparison not in ("one_of",) and not numeric:
        yield (comparison,), f"The fact {name!r} is a number, not {value!r}", FACTS[name]
    elif name in _SHARES and numeric and not 0 <= value <= 1:
        yield (comparison,), f"{name} cannot be compared with {value:g}", "It is a share, from 0 to 1."
    elif name in _NUMBERS and numeric and _always(comparison, value, 1 if name in _SHARES else float("inf")):
        yield (comparison,), f"{name} is always {COMPARED[comparison]} {value:g}", "Choose a value that can be missed."
    elif name not in (*_NUMBERS, "author") and not isinstance(value, bool):
        yield (comparison,), f"The fact {name!r} is true or false", "Leave the comparison out: it must then be true."
    elif name == "author" and comparison not in ("equals", "one_of"):
        yield (comparison,), "The fact 'author' is a name", "Compare it by `equals` or `one_of`."


def _always(comparison: str, value: float, most: float) -> bool:
    """Say whether every number from 0 to `most` keeps a comparison."""
    return {"at_least": value <= 0, "above": value < 0, "at_most": value >= most, "below": value > most}.get(
        comparison, False
    )


def _charter(data: Mapping[str, Json], comparison: str) -> Found:
    part = data["charter"]
    if comparison and part not in _CHOICES:
        yield (comparison,), f"The charter's {part} cannot be compared", f"Compared are {', '.join(_CHOICES)}."
    elif comparison:
        given = data[comparison] if comparison == "one_of" else [data[comparison]]
        for i, value in enumerate(given):
            place: Path = (comparison, i) if comparison == "one_of" else (comparison,)
            if part == "jurisdiction":
                yield from ((place, *told) for told in place_problems(str(value)))
            if _CHOICES[part] and value not in _CHOICES[part]:
                hint = did_you_mean(str(value), _CHOICES[part], label="It is one of")
                yield place, f"The charter's {part} is never {value!r}", hint
    if "min_items" in data and part not in _LISTS:
        yield ("min_items",), f"The charter's {part} is not a list", f"Lists are {', '.join(_LISTS)}."
    yield from _entries(data.get("each_with", ()), part)
    if "min_words" in data and part not in _TEXTS:
        yield ("min_words",), f"The charter's {part} is not a text", f"Texts are {', '.join(_TEXTS)}."


def _entries(asked: Sequence[str], part: str) -> Found:
    """Yield what entries of a part of the charter do not have."""
    if asked and part not in Charter.parts:
        hint = f"Such are {', '.join(Charter.parts)}."
        yield ("each_with",), f"The charter's {part} is not a list whose entries have several fields", hint
        return
    known = [field.name for field in fields(Charter.parts[part])] if asked else []
    for i, name in enumerate(asked):
        if name not in known:
            hint = did_you_mean(name, known, label="They have")
            yield ("each_with", i), f"Entries of the charter's {part} have no {name!r}", hint


def _texts(value: Json) -> Sequence[str]:
    return [value] if isinstance(value, str) else value


def _environment(data: Mapping[str, Json], comparison: str) -> Found:
    from packaging.version import InvalidVersion, Version

    if not comparison:
        return
    if data["environment"] == "lock_file":
        yield (comparison,), "A lock file has no version", "Leave the comparison out: there must then be one."
        return
    try:
        Version(data[comparison])
    except InvalidVersion:
        yield (comparison,), f"{data[comparison]!r} is not a version", "Write numbers with points, such as 3.11."
