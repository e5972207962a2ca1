"""Charters as YAML: reading, refusing, writing."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jupyter_gov.errors import InputError
from jupyter_gov.policy import (
    DECISIONS,
    QUESTIONS,
    charter_data,
    charter_template,
    check_charter,
    read_charter,
    write_charter_yaml,
)

WORDS = st.text(st.characters(codec="utf-8", exclude_categories=["Cs", "Cc", "Co", "Cn"]), min_size=1, max_size=30)
NAMES = st.one_of(
    WORDS.filter(lambda t: set(t.strip()) - set("….?-_ ")),
    st.sampled_from(["no", "1.10", "~", "2026-01-01", "- x", "a: b", "#", "null", "0x1", " s "]),
)
TARGETS = st.one_of(
    st.fixed_dictionaries({"at_least": st.floats(-1e6, 1e6)}), st.fixed_dictionaries({"at_most": st.integers(-9, 9)})
)
GRADES = st.sampled_from(["low", "medium", "high"])
CHARTERS = st.fixed_dictionaries(
    {"goal": NAMES},
    optional={
        "model": NAMES,
        "kpis": st.lists(
            st.builds(lambda a, b: a | b, st.fixed_dictionaries({"name": NAMES, "measure": NAMES}), TARGETS), max_size=3
        ),
        "affected": st.lists(st.fixed_dictionaries({"who": NAMES}, optional={"how": NAMES}), max_size=2),
        "risks": st.lists(
            st.fixed_dictionaries({"risk": NAMES}, optional={"likelihood": GRADES, "impact": GRADES, "owner": NAMES}),
            max_size=3,
        ),
        "answers": st.fixed_dictionaries(
            {}, optional={q.key: st.sampled_from([c.key for c in q.choices]) for q in QUESTIONS}
        ),
        "decision": st.sampled_from(DECISIONS),
        "decided": st.dates().map(str),
        "policies": st.lists(NAMES, max_size=3),
    },
)


@settings(deadline=None)
@given(CHARTERS)
def test_what_is_written_reads_the_same(data: dict[str, object]) -> None:
    charter = check_charter(data)
    again = read_charter(write_charter_yaml(charter))
    assert charter_data(again) == charter_data(charter)


def test_the_template_reads() -> None:
    # As it is it says nothing, so it is no charter yet.
    with pytest.raises(InputError, match="line 3, column 7: `goal` is not filled in"):
        read_charter(charter_template())
    begun = charter_template().replace("goal: …", "goal: Fewer wrong refusals")
    assert read_charter(begun).tier == ""
    assert charter_data(read_charter(begun)) == {"goal": "Fewer wrong refusals"}
    filled = begun.replace("  # use:\n", "  use: credit\n")
    assert read_charter(filled).answers == {"use": "credit"}
    assert read_charter(filled).tier == "high"


def test_a_stated_tier_stands() -> None:
    assert check_charter({"goal": "g", "answers": {"use": "credit"}, "tier": "low"}).tier == "low"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("gaol: x\n", r"c\.yaml, line 1, column 1: There is no key 'gaol' in a charter. Did you mean 'goal'"),
        (
            "goal: x\nrisks:\n  - {risk: r, impact: hihg}\n",
            r"line 3, column 23: `impact` cannot be 'hihg'. Did you mean 'high'",
        ),
        ("goal: x\nkpis:\n  - {name: k, measure: roc_auc}\n", "line 3, column 5: The KPI 'k' has no target"),
        ("goal: x\nkpis:\n  - {name: k, measure: m, at_least: 1, at_most: 2}\n", "two targets"),
        ("goal: x\ndecided: 2026-02-30\n", "line 2, column 10: '2026-02-30' is no day"),
        ("goal: x\nanswers: {use: credits}\n", "Did you mean 'credit'"),
        ("goal: &a x\nmodel: *a\n", "line 1, column 7: &a is an anchor"),
        ("goal: ''\n", "`goal` is empty"),
        ("- 1\n", "line 1"),
    ],
)
def test_what_is_wrong_is_said_at_its_place(text: str, words: str) -> None:
    with pytest.raises(InputError, match=words):
        read_charter(text, name="c.yaml")


def test_a_mapping_has_no_lines() -> None:
    with pytest.raises(InputError, match=r"^charter: There is no key 'gaol'"):
        check_charter({"goal": "x", "gaol": "y"})
