"""What the status of a run says of the policy in force."""

from __future__ import annotations

from typing import Any

from jupyter_gov import display
from jupyter_gov.records import Answer, Level, PolicyCheck, Status, Verdict

RUN: dict[str, Any] = {"id": "01a1fc66-1730-7ca1-a005-e5965b47a9cc", "name": "credit", "status": "running"}


def verdict(number: int, status: Status, severity: Level = "major", **more: Any) -> Verdict:
    return Verdict(control=f"h.{number}", title=f"Control {number}", status=status, severity=severity, **more)


def check(*verdicts: Verdict) -> PolicyCheck:
    return PolicyCheck(policy="house", version="1.0.0", title="House rules", verdicts=verdicts)


def test_without_a_policy_nothing_is_said_of_one() -> None:
    html, text = display.status(RUN)
    assert "Policy" not in html + text


def test_what_is_not_met_comes_with_its_next_step() -> None:
    answer = Answer(of="document", asked="the section purpose", status="missing")
    verdicts = (
        verdict(1, "pass"),
        verdict(2, "fail", "minor", reason="0.7 is below 0.8.", action="Take `more` rows."),
        verdict(
            3, "missing", "blocker", reason="It <b>is\u202e not written.", action="%%gov_doc purpose", answers=(answer,)
        ),
    )
    html, text = display.status(RUN, check(*verdicts))
    assert "Policy house · Undecided: of 3 controls, " in text
    assert "○ Control 3 (blocker, missing): It <b>is\\u202e not written. Run `%%gov_doc purpose`." in text
    assert text.index("○ Control 3") < text.index("✕ Control 2")
    assert "Control 1" not in text
    assert "<b>Policy <bdi" in html
    assert "<code>%%gov_doc purpose</code>" in html
    assert "It &lt;b&gt;is" in html
    assert "<code>more</code>" in html


def test_the_first_few_are_told_and_the_others_counted() -> None:
    html, text = display.status(RUN, check(*(verdict(n, "missing", reason="Not there.") for n in range(8))))
    assert text.count("Not there.") == html.count("Not there.") == 5
    assert "And 3 more controls not met; %gov_policy check shows all." in text
    assert max(map(len, text.splitlines())) <= 100


def test_what_was_decided_is_counted_where_there_is_any() -> None:
    decided = {"charters": [{}], "checks": [{}, {}], "mitigations": [{}], "overrides": [{}]}
    notebook = RUN | {"notebook": "credit.ipynb"}
    _, text = display.status(notebook | decided)
    assert "0 gaps · 1 charter · 2 policy checks · 1 mitigation · 1 override · " in text.replace("\n", " ")
    html, text = display.status(notebook)
    for word in ("charter", "policy check", "mitigation", "override"):
        assert word not in html + text


def test_a_charter_from_a_file_is_all_that_its_run_has() -> None:
    _, text = display.status(RUN | {"charters": [{}]})
    assert text.splitlines()[1].strip() == "1 charter"
