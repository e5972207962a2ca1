"""A policy's verdicts as card, text, Markdown and JUnit XML."""

from __future__ import annotations

import re
from typing import Any
from xml.etree import ElementTree as Xml

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jupyter_gov.display import (
    policy_card,
    policy_junit,
    policy_markdown,
    policy_text,
    policy_title,
    prose,
    readiness_words,
    verdict_card,
)
from jupyter_gov.display.html import el
from jupyter_gov.records import STATUSES, Answer, PolicyCheck, PolicyUse, Verdict

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
    assert readiness_words(check(verdict("not_applicable"))) == "Undecided: its one control does not apply."
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


def test_what_was_asked_of_several_attributes_at_once_is_said_once() -> None:
    asked = "selection rate, smallest ratio between groups of race and sex: at least 0.8"
    parts = [
        answer("fail", asked=asked, subject={"measure": "selection_rate", "kind": "ratio", "attribute": a})
        for a in ("race", "sex")
    ]
    html, _ = policy_card(check(verdict(answers=tuple(parts))))
    table = html[html.index("<tbody>") : html.index("</tbody>")]
    assert table.count("smallest ratio between groups") == 1


def test_groups_and_rows_that_would_decide_stand_in_the_matrix() -> None:
    groups = {"lowest": "Black", "low": 0.382, "highest": "White", "high": 0.741}
    open_ = answer("inconclusive", groups=groups, rows=319_000, n=796)
    html, text = policy_card(check(verdict("inconclusive", answers=(open_,))))
    for shown in (html, text):
        assert "lowest Black 0.382, highest White 0.741" in shown
        assert "far more rows than there are" in shown
    assert "(about 320,000) would decide" in html
    html, _ = policy_card(check(verdict("inconclusive", answers=(answer("inconclusive", rows=1_861, n=796),))))
    assert "about 1,900 more rows would decide" in html


def test_policies_that_were_used_together_are_named_by_their_ids() -> None:
    made = check(verdict()).replace(policy="good-practice + eu", version="1.0.0 + 2.1.0", title="Good practice + EU")
    html, text = policy_card(made)
    assert text.splitlines()[0] == "good-practice, eu"
    assert ">good-practice, eu</bdi>" in html
    assert "Policy good-practice 1.0.0, eu 2.1.0" in html
    assert "good-practice 1.0.0, eu 2.1.0" in policy_markdown(made).replace("\\", "")


def test_policies_in_force_together_are_named_by_their_ids() -> None:
    use = PolicyUse(policy="good-practice + eu", version="1.0.0 + 2.1.0", title="Good practice + EU")
    assert policy_title(use) == ("good-practice, eu", "")
    assert policy_title(use.replace(policy="eu", version="2.1.0", title="EU")) == ("EU", "2.1.0")


def test_to_judge_again_is_said_once() -> None:
    made = check(*(verdict("fail", f"Open {i}", action="Mend it") for i in range(3)), verdict("pass"))
    html, text = policy_card(made)
    for shown in (html, text, policy_markdown(made), *verdict_card(made.verdicts[0], made)):
        assert shown.count("judge again") == 1
    assert "judge again" not in "".join(policy_card(check(verdict("pass"))))


def test_an_option_in_a_call_is_not_parted_at_its_hyphens() -> None:
    html, _ = policy_card(check(verdict(action="%gov_assess model X y --sensitive race,sex")))
    assert '<code>%gov_assess model X y <span class="jg-word">--sensitive</span> race,sex</code>' in html
    assert ".jg-word { white-space: nowrap; }" in html


def test_what_contradicts_the_charter_is_said_below_what_it_comes_to() -> None:
    made = check(verdict("pass"), context={"tier": "high", "note": "The charter says high, and low was said here."})
    html, text = policy_card(made)
    for shown in (html, text, policy_markdown(made)):
        assert "The charter says high, and low was said here" in shown


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
