"""Every verdict in four voices: whole sentences that say what the record holds, and no more."""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import product
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jupyter_gov.display import VOICES, next_step, read_voices, voice
from jupyter_gov.errors import InputError
from jupyter_gov.policy import COMPARISONS, KINDS
from jupyter_gov.records import LEVELS, STATUSES, Answer, PolicyCheck, Verdict

CLAIMS = re.compile(
    r"\b(fair|fairness|unfair|unbiased|biased|debias\w*|safe|safely|compliant|compliance|guarantee\w*|legal|lawful"
    r"|solve[sd]?|trustworthy|ethical)\b",
    re.IGNORECASE,
)
BROKEN = re.compile(
    r"\bNone\b|\bnan\b|\bTrue\b|\bFalse\b|Undefined|\{\{|\}\}|  |\( |\(\)|\.\.|,\.|:\.|;\.| ,| \.(?!\d)"
)
CHECK = PolicyCheck(policy="credit", version="1.0.0", title="Credit", as_of="2026-11-22T04:00:00.000000Z")
MEASURES: list[dict[str, Any]] = [
    {"measure": "roc_auc", "kind": "estimate"},
    {"measure": "selection_rate", "kind": "ratio", "attribute": "race", "reference": "max-min"},
    {"measure": "selection_rate", "kind": "ratio", "attribute": "race", "group": "Black", "reference": "best"},
    {"measure": "demographic_parity", "kind": "difference", "attribute": "race × sex", "reference": "max-min"},
    {"measure": "true_positive_rate", "kind": "group", "attribute": "race", "group": "Black"},
    {"measure": "our_own", "kind": "difference", "reference": "baseline"},
    {"measure": "psi", "kind": "column", "attribute": "income", "label": "yes"},
]


def answer(of: str, status: str, **given: Any) -> Answer:
    """Return an answer of a kind, with what such an answer has."""
    made: dict[str, Any] = {
        "asked": f"something of kind {of}",
        "reason": "This is what was found",
        "subject": {of: "it"},
    }
    if of == "measure":
        made |= {"subject": MEASURES[1], "comparison": "at_least", "threshold": 0.8, "decide_on": "interval"}
        if status != "missing":
            made |= {"value": 0.7, "lower": 0.6, "upper": 0.78, "confidence": 0.95, "n": 498}
            made |= {"rows": 312 if status == "inconclusive" else None}
    if status not in ("missing", "not_applicable"):
        made |= {"records": ("01a1",), "cells": ("c1", "c2"), "made": "2026-11-21T10:00:00Z"}
    return Answer(of=of, status=status, **(made | given))  # type: ignore[arg-type]


def verdict(status: str, *answers: Answer, **given: Any) -> Verdict:
    """Return a verdict of a status."""
    waiver = {"id": "w1", "by": "Maria Lopez", "why": "the cluster is moved", "until": "2027-01-31", "status": "fail"}
    made: dict[str, Any] = {
        "control": "a.b",
        "title": "A control",
        "severity": "major",
        "reason": "This is the reason.",
        "waiver": waiver if status == "waived" else {},
    }
    return Verdict(status=status, answers=answers, **(made | given))  # type: ignore[arg-type]


def check_words(text: str) -> None:
    """Whole sentences, nothing that a machine left behind, and no claim that evidence cannot carry."""
    assert text
    assert not CLAIMS.search(text), text
    assert not BROKEN.search(text), text
    for line in text.splitlines():
        assert line == line.strip()
        if line:
            first = line.removeprefix("- ")
            assert first.startswith("`") or first[0].isupper() or line.startswith("- "), line
            assert line.endswith((".", "?", ":", "!", "…")) or line.split()[-1].startswith("http"), line
    # A line that ends with a colon has something after it.
    assert not text.rstrip().endswith(":"), text


@pytest.mark.parametrize("to", VOICES)
def test_every_status_of_every_kind_is_told_in_whole_sentences(to: str) -> None:
    for status, kind, severity in product(STATUSES, KINDS, LEVELS):
        found = "missing" if status == "waived" else status
        one = answer(kind, found)
        for answers in ((), (one,), (one, answer(kind, "pass", asked="something else")), (one,) * 9):
            for more in (
                {},
                {"owner": "Head of credit", "action": "gov.assess(model, X, y)", "remedies": ("Try this",)},
            ):
                text = voice(verdict(status, *answers, severity=severity, **more), CHECK, to, cell=lambda _: 7)  # type: ignore[arg-type]
                check_words(text)


@pytest.mark.parametrize("to", VOICES)
def test_every_kind_of_value_and_comparison_is_told(to: str) -> None:
    for subject, comparison, status in product(MEASURES, (*COMPARISONS, ""), ("pass", "fail", "inconclusive")):
        limits: dict[str, Any] = {"one_of": ["a", "b"], "": None}
        given = {"subject": subject, "comparison": comparison, "threshold": limits.get(comparison, 0.8)}
        check_words(voice(verdict(status, answer("measure", status, **given)), CHECK, to))  # type: ignore[arg-type]
    for value in (None, float("nan"), float("inf"), 0, 1, True, "3.11", ["a", "b"], {"a": 1}):
        given = {"value": value, "lower": None, "upper": None, "confidence": None, "n": None}
        check_words(voice(verdict("fail", answer("measure", "fail", **given)), CHECK, to))  # type: ignore[arg-type]


def test_the_data_scientist_reads_where_and_what_to_run() -> None:
    text = voice(
        verdict("fail", answer("measure", "fail"), action="%gov_mitigate"), CHECK, "data_scientist", cell={"c1": 7}.get
    )
    assert "cell [7]" in text
    assert "Run `%gov_mitigate`." in text


def test_the_validator_reads_the_evidence_and_how_often_it_was_tried() -> None:
    text = voice(verdict("pass", answer("measure", "pass", earlier=4)), CHECK, "validator")
    for told in ("0.700 [0.600, 0.780]", "95% interval", "498 rows", "01a1", "4 earlier", "Challenge:"):
        assert told in text


def test_business_reads_groups_and_a_decision_without_jargon() -> None:
    text = voice(
        verdict("fail", answer("measure", "fail"), owner="Head of credit", severity="blocker"), CHECK, "business"
    )
    assert "race" in text
    assert "70%" in text
    assert "at least 80%" in text
    assert "Decision asked of Head of credit: hold the model back" in text
    assert not re.search(r"interval|confidence|selection_rate|ratio|estimate", text)


def test_the_regulator_reads_the_clause_and_whether_its_wording_was_checked() -> None:
    source = {"title": "Regulation B", "clause": "12 CFR 1002.9", "date": "2026-07-21", "certainty": "unverified"}
    text = voice(verdict("fail", answer("measure", "fail"), source=source), CHECK, "regulator")
    assert "12 CFR 1002.9, Regulation B, as it stood on 2026-07-21. Its wording has not been checked" in text
    assert "as of 2026-11-22" in text


@pytest.mark.parametrize("to", VOICES)
def test_a_waiver_is_told_with_who_and_until_when_also_where_it_has_ended(to: str) -> None:
    waived = voice(verdict("waived", answer("measure", "fail")), CHECK, to)  # type: ignore[arg-type]
    assert "Maria Lopez" in waived
    assert "2027-01-31" in waived
    ended = {"id": "w1", "by": "Maria Lopez", "why": "", "until": "2026-01-31", "status": "fail", "expired": True}
    told = voice(verdict("fail", answer("measure", "fail"), waiver=ended), CHECK, to)  # type: ignore[arg-type]
    assert "2026-01-31" in told
    check_words(told)


RATIO = "selection rate, smallest ratio between groups of race and sex: at least 0.8"


def ratio(attribute: str, value: float, **given: Any) -> Answer:
    """Return an answer about the groups of an attribute, asked of two attributes at once."""
    subject = {**MEASURES[1], "attribute": attribute}
    groups = {"lowest": "Black", "low": 0.382, "highest": "White", "high": 0.741}
    return answer("measure", "inconclusive", asked=RATIO, subject=subject, value=value, groups=groups, **given)


@pytest.mark.parametrize("to", ["validator", "regulator"])
def test_answers_to_one_question_are_told_apart_by_what_they_are_about(to: Any) -> None:
    text = voice(verdict("inconclusive", ratio("race", 0.71), ratio("sex", 0.75)), CHECK, to)
    assert text.count(RATIO) == 1
    assert "- race: inconclusive" in text
    assert "- sex: inconclusive" in text
    check_words(text)
    other = answer("measure", "pass", asked="something else")
    text = voice(verdict("inconclusive", ratio("race", 0.71), ratio("sex", 0.75), other), CHECK, to)
    assert f"{RATIO}, for race: inconclusive" in text
    check_words(text)


@pytest.mark.parametrize(
    ("to", "told"),
    [
        ("validator", "At the ends: lowest Black 0.382, highest White 0.741."),
        ("regulator", "At the ends: lowest Black 0.382, highest White 0.741."),
        ("business", "comes out lowest, Black (38%), is at 71% of the one that comes out highest, White (74%)."),
    ],
)
def test_the_groups_at_both_ends_are_named(to: Any, told: str) -> None:
    text = voice(verdict("inconclusive", ratio("race", 0.71)), CHECK, to)
    assert told in text
    check_words(text)
    subject = {**MEASURES[3], "attribute": "race"}
    gap = voice(verdict("inconclusive", replace(ratio("race", 0.3), subject=subject)), CHECK, to)
    check_words(gap)
    if to == "business":
        assert "a gap of 30 percentage points between the groups of race, from Black (38%) to White (74%)." in gap


def test_a_reason_and_a_step_are_said_once() -> None:
    one, two = answer("fact", "fail", reason="Nobody kept it."), answer("document", "missing", reason="Not written.")
    given = {
        "reason": "Nobody kept it.",
        "action": "%gov_assess chosen X y --include proxies",
        "remedies": ("%gov_assess MODEL X_TEST Y_TEST --include proxies.", "Keep it.", "Try %gov_mitigate."),
    }
    text = voice(verdict("fail", one, two, **given), CHECK, "data_scientist")
    assert text.count("Nobody kept it.") == 1
    assert "- Not written." in text
    assert text.count("%gov_assess") == 1
    assert "- Keep it.\n- Try `%gov_mitigate`." in text
    assert "judge again" not in text
    alone = voice(
        verdict("fail", one, **{**given, "action": "Keep it", "remedies": ("Keep it.",)}), CHECK, "data_scientist"
    )
    assert alone.count("Keep it.") == 1
    assert "suggests" not in alone


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("%gov_mitigate.", "Run `%gov_mitigate`."),
        ("%gov_track, then run all cells.", "Run `%gov_track`, then run all cells."),
        ("%gov_assess m X y --train (a,b) --sensitive a,b", "Run `%gov_assess m X y --train (a,b) --sensitive a,b`."),
        ("Run `%gov_assess DATA`, with your own for DATA.", "Run `%gov_assess DATA`, with your own for DATA."),
        ("`gov.assess(model, X, y)`", "Run `gov.assess(model, X, y)`."),
        ("See %gov_status; it says more.", "See `%gov_status`; it says more."),
        ("Use one Pipeline: %gov_mitigate tries it.", "Use one Pipeline: `%gov_mitigate` tries it."),
        (
            "To see it: %gov_assess model X_test y --include slices.",
            "To see it: `%gov_assess model X_test y --include slices`.",
        ),
        ("Write a cell that begins with %%gov_doc data", "Write a cell that begins with `%%gov_doc data`."),
    ],
)
def test_a_step_is_a_sentence_with_its_call_as_code(text: str, said: str) -> None:
    assert next_step(verdict("fail", action=text)) == said


def test_a_challenge_is_about_what_was_found() -> None:
    plain = voice(verdict("fail", answer("measure", "fail", subject=MEASURES[0])), CHECK, "validator")
    assert "Challenge: would the verdict be the same on rows from another month?" in plain
    assert "groups of race crossed" in voice(verdict("fail", answer("measure", "fail")), CHECK, "validator")
    assert "Challenge" not in voice(verdict("missing", answer("measure", "missing")), CHECK, "validator")
    assert "Challenge" not in voice(verdict("fail"), CHECK, "validator")
    assert "What it means" not in voice(verdict("fail"), CHECK, "business")


@pytest.mark.parametrize(
    ("rows", "business", "validator"),
    [
        (312, "wait for about 320 more cases", "About 320 more rows would decide"),
        (7_000, "These data cannot decide it", "About 7,000 more rows would decide"),
        (319_000, "These data cannot decide it", "Far more rows than there are (about 320,000) would decide"),
    ],
)
def test_nobody_is_told_to_wait_for_far_more_rows_than_there_are(rows: int, business: str, validator: str) -> None:
    made = verdict("inconclusive", answer("measure", "inconclusive", rows=rows))
    assert business in voice(made, CHECK, "business")
    assert validator in voice(made, CHECK, "validator")
    # Where an answer does not say on how many rows it is, another of the check may.
    unknown = verdict("inconclusive", answer("measure", "inconclusive", rows=rows, n=None))
    check = CHECK.replace(verdicts=(unknown, verdict("pass", answer("measure", "pass"))))
    assert business in voice(unknown, check, "business")


def test_many_answers_are_cut_and_counted() -> None:
    many = [answer("measure", "fail")] + [answer("measure", "pass")] * 30
    text = voice(verdict("fail", *many), CHECK, "validator")
    assert text.count("- ") < 10
    assert "26 more: 26 pass." in text


@given(st.text(max_size=80), st.text(max_size=80), st.sampled_from(VOICES), st.sampled_from(STATUSES))
def test_text_of_any_kind_stays_within_its_line(title: str, reason: str, to: Any, status: Any) -> None:
    found = "fail" if status == "waived" else status

    def told(title: str, reason: str) -> str:
        return voice(verdict(status, answer("measure", found, asked=title), title=title, reason=reason), CHECK, to)

    text, plain = told(title, reason), told("A title", "A reason")
    assert all(c.isprintable() or c == "\n" for c in text)
    # What somebody typed neither adds paragraphs nor items to a list.
    assert text.count("\n- ") <= plain.count("\n- ") + 1
    assert abs(text.count("\n\n") - plain.count("\n\n")) <= 1


def test_a_sites_template_takes_the_place_of_ours(tmp_path: Path) -> None:
    (tmp_path / "business.j2").write_text("{{ verdict.title | start }} matters <b>here</b>.", "utf-8")
    (tmp_path / "notes.txt").write_text("not a voice", "utf-8")
    own = read_voices(tmp_path)
    assert list(own) == ["business"]
    assert voice(verdict("fail"), CHECK, "business", templates=own) == "A control matters <b>here</b>."
    assert voice(verdict("fail"), CHECK, "validator", templates=own) == voice(verdict("fail"), CHECK, "validator")


@pytest.mark.parametrize(
    "broken",
    [
        "{% if %}",
        "{{ nothing.there }}",
        "{{ verdict.__class__.__mro__ }}",
        "{{ 1 / 0 }}",
        "{{ ''.__class__ }}",
        "{{ x() }}",
        "{# nothing #}",
        "{% for i in range(99999) %}{{ verdict.title }} {% endfor %}",
    ],
)
def test_a_template_that_cannot_be_used_is_named_and_ours_is_shown(broken: str) -> None:
    text = voice(verdict("fail"), CHECK, "business", templates={"business": broken})
    assert text.startswith(voice(verdict("fail"), CHECK, "business"))
    assert "The site's own template business.j2 could not be used" in text


def test_a_folder_that_is_not_there_is_an_error_that_names_the_setting(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"Mend c\.Governance\.voices"):
        read_voices(tmp_path / "gone")
