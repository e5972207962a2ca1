"""Laws of the reader: any text is a policy or gets a clear error; nothing is lost on the way to JSON and back."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from jupyter_gov.errors import InputError
from jupyter_gov.policy import SCHEMA, compose, digest, from_json, read_policy, to_json
from jupyter_gov.policy._reading_errors import structural_notes
from jupyter_gov.policy._yaml import Refused, read_yaml

WORDS = st.sampled_from(
    ["no", "on", "3.10", "2026-07-21", "race × sex", "a: b", "# a", "0x1F", "ünï", "{x}", "~", "1e3"]
)
NAMES = st.sampled_from(["purpose", "data", "x_1", "no", "1"])
DAYS = st.sampled_from(["2026-04-17", "1999-12-31"])


def some(**values: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    """Draw a mapping with some of these keys."""
    return st.fixed_dictionaries({}, optional=values)


def joined(first: st.SearchStrategy[dict[str, Any]], *more: st.SearchStrategy[dict[str, Any]]) -> Any:
    """Draw several mappings as one."""
    return st.tuples(first, *more).map(lambda parts: {k: v for part in parts for k, v in part.items()})


AGE = some(at_most_days=st.integers(1, 900))
COMPARED = st.tuples(
    st.sampled_from(["at_least", "at_most", "above", "below", "equals"]), st.floats(0, 1) | st.integers(0, 1)
).map(lambda c: {c[0]: c[1]})
REQUIREMENTS = st.one_of(
    joined(
        st.fixed_dictionaries({"measure": st.sampled_from(["roc_auc", "selection_rate", "mean_error"])}),
        some(
            kind=st.sampled_from(["estimate", "group", "ratio", "difference"]),
            attribute=WORDS | st.lists(WORDS, min_size=1, max_size=3),
            group=WORDS,
            reference=st.just("max-min"),
            label=WORDS,
            decide_on=st.sampled_from(["interval", "estimate"]),
            confidence=st.sampled_from([0.9, 0.95]),
            min_rows=st.integers(0, 100),
        ),
        COMPARED,
        AGE,
    ),
    joined(st.fixed_dictionaries({"metric": WORDS}), some(split=WORDS), COMPARED, AGE),
    joined(st.fixed_dictionaries({"document": st.lists(NAMES, min_size=1, max_size=3)}), some(min_words=st.just(3))),
    joined(st.fixed_dictionaries({"finding": NAMES}), some(severity=st.sampled_from(["info", "error"]))),
    st.fixed_dictionaries({"environment": st.just("python"), "at_least": st.sampled_from(["3.10", "3.1"])}),
    st.fixed_dictionaries({"charter": st.just("decision"), "one_of": st.just(["build"])}),
    st.fixed_dictionaries({"charter": st.just("risks"), "each_with": st.just(["owner"])}),
    joined(st.fixed_dictionaries({"fact": st.just("code_kept")}), AGE),
)
RULES = st.recursive(
    REQUIREMENTS,
    lambda rules: st.one_of(
        st.lists(rules, min_size=1, max_size=3),
        st.fixed_dictionaries({"all": st.lists(rules, min_size=1, max_size=3)}),
        st.fixed_dictionaries({"any": st.lists(rules, min_size=1, max_size=3)}),
        st.fixed_dictionaries({"at_least": st.just(1), "of": st.lists(rules, min_size=1, max_size=3)}),
        st.fixed_dictionaries({"if": rules, "then": rules}),
    ),
    max_leaves=6,
)
PLACES = st.sampled_from(["NO", "us", "US-NY", "EU"])
SCOPES = some(task=st.just("binary"), tier=st.just(["high"]), jurisdiction=PLACES, stage=st.just("validation"))
SOURCES = some(title=WORDS, clause=WORDS, date=DAYS, certainty=st.sampled_from(["verified", "unverified"]), note=WORDS)
SAID = some(
    text=WORDS,
    severity=st.sampled_from(["blocker", "major", "minor"]),
    owner=WORDS,
    source=SOURCES,
    remedies=st.lists(WORDS, max_size=2),
)


@st.composite
def policies(draw: st.DrawFn, prefix: str = "c") -> dict[str, Any]:
    """Draw a policy as its file says it."""
    count = draw(st.integers(1, 3))
    names = [f"{prefix}.{i}" for i in range(count)]
    controls = [{"id": name, "title": draw(WORDS), "require": draw(RULES), **draw(SAID)} for name in names]
    return {
        "schema": "jupyter-gov/policy/1",
        "id": prefix,
        "version": "1.0.0",
        "title": draw(WORDS),
        **draw(some(text=WORDS, owner=WORDS, source=SOURCES, applies=SCOPES)),
        "controls": controls,
        **draw(
            some(
                items=st.just([{"id": "1", "title": "a", "controls": names, "because": "so"}]),
                not_covered=st.lists(WORDS, max_size=2),
                examples=st.just(
                    [
                        {
                            "name": "a",
                            "given": {"values": [{"measure": "m", "value": 0.5, "n": 0}]},
                            "expect": {names[0]: "fail"},
                        }
                    ]
                ),
            )
        ),
    }


def written(data: dict[str, Any], flow: bool) -> str:
    """Return a policy as YAML."""
    apart = json.loads(json.dumps(data))  # what is drawn once and used twice would be written as an alias
    return yaml.safe_dump(apart, sort_keys=False, allow_unicode=True, default_flow_style=flow)


@given(policies(), st.booleans())
@settings(max_examples=60, deadline=None)
def test_nothing_is_lost_on_the_way_to_json_and_back(data: dict[str, Any], flow: bool) -> None:
    policy = read_policy(written(data, flow))
    told = json.loads(json.dumps(to_json(policy)))
    assert from_json(told) == policy
    assert digest(from_json(told)) == digest(policy) == digest(read_policy(written(data, not flow)))
    assert read_policy(json.dumps(data)) == policy


@given(policies("a"), policies("b"), policies("c"))
@settings(max_examples=30, deadline=None)
def test_the_order_of_composition_changes_the_order_of_controls_only(
    a: dict[str, Any], b: dict[str, Any], c: dict[str, Any]
) -> None:
    first, second, third = (read_policy(json.dumps(data)) for data in (a, b, c))
    one, other = compose([first, second, third]), compose([third, first, second])
    assert sorted(map(repr, one.controls)) == sorted(map(repr, other.controls))
    assert sorted(one.not_covered) == sorted(other.not_covered)
    assert compose([one]) == one
    assert compose([first, first]) == first


JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-5, 5) | st.floats(allow_nan=False, allow_infinity=False) | WORDS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(WORDS | st.just("id"), inner, max_size=3),
    max_leaves=6,
)


@given(policies(), st.data())
@settings(max_examples=120, deadline=None)
def test_the_schema_accepts_what_the_reader_takes(data: dict[str, Any], draw: st.DataObject) -> None:
    # One place anywhere in the policy is replaced by something else, or something is added.
    data = json.loads(json.dumps(data))
    places = list(_places(data))
    *path, last = draw.draw(st.sampled_from(places))
    inner: Any = data
    for part in path:
        inner = inner[part]
    if isinstance(inner, dict) and draw.draw(st.booleans()):
        inner[draw.draw(st.sampled_from(["at_least", "title", "owner", "sevrity", "kind"]))] = draw.draw(JSON)
    else:
        inner[last] = draw.draw(JSON)
    document = read_yaml(json.dumps(data), SCHEMA)
    accepted = Draft202012Validator(SCHEMA).is_valid(document.value)
    notes = structural_notes(document)
    assert accepted == (notes == [])
    assert all(n.line and n.column and n.message for n in notes)


def _places(data: Any, path: tuple[Any, ...] = ()) -> Any:
    for key, value in data.items() if isinstance(data, dict) else enumerate(data):
        yield (*path, key)
        if isinstance(value, dict | list):
            yield from _places(value, (*path, key))


GOOD = written(
    {
        "schema": "jupyter-gov/policy/1",
        "id": "a",
        "version": "1.0.0",
        "title": "A",
        "controls": [{"id": "a.b", "title": "B", "require": {"measure": "roc_auc", "at_least": 0.7}}],
    },
    flow=False,
)
# Underscores stand for spaces, semicolons for the ends of lines.
MARKS = "&a_ *a <<:_ !!str_ ! -_ ?_ :_ [ ] { } |; >-; ' \" \\x00 # %YAML ---; ...; ; __ .nan 1e999 ~ a 0.5"
PIECES = st.sampled_from([m.replace("_", " ").replace(";", "\n") for m in MARKS.split()]) | st.sampled_from(
    "\t\x00\x1b\ufeff\ud800\u2028"
)


@given(st.lists(st.tuples(st.integers(0, len(GOOD)), PIECES), max_size=6), st.integers(0, len(GOOD)))
@settings(max_examples=300, deadline=None)
def test_a_mangled_policy_gets_a_clear_error(inserted: list[tuple[int, str]], end: int) -> None:
    text = GOOD[: end or None]
    for place, piece in inserted:
        text = text[:place] + piece + text[place:]
    _read_or_refuse(text)


@given(st.text(max_size=300) | st.lists(PIECES, max_size=60).map("".join))
@settings(max_examples=300, deadline=None)
def test_any_text_gets_a_clear_error(text: str) -> None:
    _read_or_refuse(text)


@given(JSON)
@settings(max_examples=100, deadline=None)
def test_any_json_gets_a_clear_error(value: Any) -> None:
    _read_or_refuse(json.dumps(value))


def _read_or_refuse(text: str) -> None:
    try:
        read_policy(text, name="x")
    except InputError as error:
        for line in str(error).split("\n"):
            assert re.match(r"x, line [1-9]\d*, column [1-9]\d*: \S", line), line


BOMB = "a: &a [x, x]\nb: &b [*a, *a]\nc: &c [*b, *b]\nd: [*c, *c]\n"


@pytest.mark.parametrize("text", [BOMB, BOMB * 1000, "&a [*a]", "? &a a\n: *a\n"])
def test_bombs_do_not_go_off(text: str) -> None:
    with pytest.raises(Refused, match="is an anchor or an alias"):
        read_yaml(text, SCHEMA)


def test_the_slower_parser_says_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(yaml, "CSafeLoader", raising=False)
    assert read_policy(GOOD).id == "a"
    for text in ("a: [", "&a b", "a: \ud800", "!x y", "'"):
        _read_or_refuse(text)
