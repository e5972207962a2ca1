"""A policy's verdicts as card, text, Markdown and JUnit XML."""

from __future__ import annotations

import re
from typing import Any
from xml.etree import ElementTree as Xml

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jupyter_gov.display import policy_card, policy_junit, policy_markdown, policy_text, prose, readiness_words
from jupyter_gov.display.html import el
from jupyter_gov.records import STATUSES, Answer, PolicyCheck, Verdict

TAG = re.compile(r"<[^>]*>")


def answer(status: str, **given: Any) -> Answer:
    made: dict[str, Any] = {
        "asked": "selection rate, smallest ratio between groups of race: at least 0.8",
        "subject": {"measure": "selection_rate", "kind": "ratio", "attribute": "race"},
        "value": 0.7,
        "lower": 0.6,
        "upper": 0.78,
        "confidence": 0.95,
        "threshold": 0.8,
        "cells": ("c1",),
    }
    return Answer(of="measure", status=status, **(made | given))  # type: ignore[arg-type]


def verdict(status: str = "fail", title: str = "Selection rates", **given: Any) -> Verdict:
    waiver = {"by": "Maria Lopez", "why": "It is agreed", "until": "2027-01-31", "status": "fail"}
    made: dict[str, Any] = {
        "severity": "major",
        "control": "a.b",
        "reason": "Below what was asked.",
        "answers": (answer("fail" if status == "waived" else status),),
        "waiver": waiver if status == "waived" else {},
    }
    return Verdict(title=title, status=status, **(made | given))  # type: ignore[arg-type]


def check(*verdicts: Verdict, **given: Any) -> PolicyCheck:
    return PolicyCheck(policy="credit", version="1.0.0", title="Consumer credit", verdicts=verdicts, **given)


def test_the_sentence_says_what_it_comes_to_and_counts() -> None:
    made = check(verdict(), *[verdict("pass")] * 3, verdict("missing"), verdict("missing"))
    assert readiness_words(made) == "Blocked: of 6 controls, 1 fails (“Selection rates”), 2 lack evidence and 3 pass."
    assert readiness_words(check(verdict("pass"))) == "Ready: of 1 control, 1 passes."
    assert readiness_words(check(verdict("not_applicable"))) == "Undecided: none of 1 control applies."
    assert readiness_words(check()) == "Undecided: the policy asks for nothing."


def test_the_card_is_inert_and_names_what_is_not_met_before_what_is() -> None:
    html, text = policy_card(check(verdict("pass", "Met one"), verdict("fail", "Open one")), cell={"c1": 7}.get)
    assert "<script" not in html
    assert " on" not in "".join(re.findall(r"<\w+([^>]*)>", html)).replace(" open", "")
    assert html.index("Open one") < html.index("Met one")
    for tab in ("At a glance", "Data scientist", "Validator", "Business", "Regulator"):
        assert f"<span>{tab}</span>" in html
    for told in ("✕ Fail", "✓ Pass", "0.700", "[0.600, 0.780]", "cell [7]"):
        assert told in html
    assert "✕ fail" in text


def test_a_hundred_controls_stay_readable() -> None:
    made = check(*(verdict("pass", f"Met {i}") for i in range(90)), *(verdict("fail", f"Open {i}") for i in range(10)))
    html, text = policy_card(made)
    seen = re.sub(r"<details class=.*?</details>", "", html, flags=re.DOTALL)
    assert "Met: 90 controls" in html
    assert "Met 5" not in seen
    assert "Open 5" in seen
    assert len(html) < 500_000
    assert len(text.splitlines()) < 100
    assert max(map(len, text.splitlines())) <= 100


def test_a_value_just_below_the_limit_does_not_look_like_it() -> None:
    html, _ = policy_card(check(verdict(answers=(answer("fail", value=0.7996, lower=0.79, upper=0.7999),))))
    assert "0.7996" in html


def test_answers_that_differ_in_their_attribute_only_say_once_what_was_asked() -> None:
    asked = "selection rate, smallest ratio between groups of {}: at least 0.8"
    parts = [
        answer("fail", asked=asked.format(a), subject={"measure": "selection_rate", "kind": "ratio", "attribute": a})
        for a in ("race", "sex", "age", "region")
    ]
    html, _ = policy_card(check(verdict(answers=tuple(parts))))
    assert html.count("smallest ratio between groups of …: at least 0.8") >= 1
    assert "and 1 more" in html


@given(st.text(max_size=60), st.text(max_size=60), st.sampled_from(STATUSES))
def test_no_text_breaks_out_of_card_text_markdown_or_xml(title: str, reason: str, status: str) -> None:
    made = check(verdict(status, title, reason=reason, remedies=(title,), owner=reason))
    html, text = policy_card(made)
    plain, _ = policy_card(check(verdict(status, "A", reason="A", remedies=("A",), owner="A")))
    tags = {t.split()[0].strip("<>/") for t in TAG.findall(html)}
    assert tags <= {t.split()[0].strip("<>/") for t in TAG.findall(plain)} | {"code", "small"}
    assert all(c.isprintable() or c == "\n" for c in text)
    cases = Xml.fromstring(policy_junit(made)).findall(".//testcase")
    assert len(cases) == 1
    rows = [line for line in policy_markdown(made).splitlines() if line.startswith("| ")]
    assert len(rows) == 3


@pytest.mark.parametrize(
    "hostile", ["<b>x</b>", "[a](http://x.y)", "| b |", "**bold**", "@team", "# head", "1. one", "- a"]
)
def test_markdown_shows_text_as_it_is(hostile: str) -> None:
    html = prose(policy_markdown(check(verdict(title=hostile, reason=hostile, answers=()))), 1)
    assert "<a " not in html
    assert "<b>" not in html
    cell = re.findall(r"<td>(.*?)</td>", html)[1]
    assert cell.replace("\u200b", "") == el("td", hostile)[4:-5].replace("&#x27;", "'")
    assert "@team" not in html


def test_markdown_fits_a_comment_and_says_what_it_leaves_out() -> None:
    made = check(*(verdict("fail", f"Open {i}", reason="x" * 590) for i in range(400)))
    text = policy_markdown(made)
    assert len(text) < 65_536
    assert "left out here." in text


def test_junit_has_a_case_for_each_control_and_counts_them() -> None:
    made = check(*(verdict(s, f"About {s}") for s in STATUSES), checked="2026-11-22T04:00:00.000000Z")
    suite = Xml.fromstring(policy_junit(made)).find("testsuite")
    assert suite is not None
    told = {
        case.get("name", ""): [child.tag for child in case if child.tag != "properties"]
        for case in suite.iter("testcase")
    }
    assert told == {
        "a.b: About fail": ["failure"],
        "a.b: About missing": ["error"],
        "a.b: About inconclusive": ["failure"],
        "a.b: About waived": ["skipped"],
        "a.b: About pass": [],
        "a.b: About not_applicable": ["skipped"],
    }
    counts = {key: suite.get(key) for key in ("tests", "failures", "errors", "skipped", "timestamp")}
    assert counts == {"tests": "6", "failures": "2", "errors": "1", "skipped": "2", "timestamp": "2026-11-22T04:00:00"}
    assert {p.get("value") for p in suite.iterfind("testcase/properties/property[@name='severity']")} == {"major"}


def test_text_and_markdown_take_the_same_words() -> None:
    made = check(verdict(action="gov.assess(model, X, y)"))
    assert "Run `gov.assess(model, X, y)`." in policy_text(made)
    assert "Run `gov.assess(model, X, y)`." in policy_markdown(made)
