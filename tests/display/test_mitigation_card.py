"""What a mitigation looks like: sentences, chart, tables, and text."""

from __future__ import annotations

import re
from typing import Any

import pytest

from jupyter_gov.display import charts, mitigation, mitigation_change, mitigation_value, svg
from jupyter_gov.records import Mitigation, Tried, Value, to_json


def value(measure: str, number: float, half: float = 0.02, **where: Any) -> Value:
    return Value(measure=measure, value=number, lower=number - half, upper=number + half, confidence=0.95, **where)


def tried(name: str, performance: float, gap: float, **more: Any) -> Tried:
    where: Any = {"kind": "difference", "attribute": "race"}
    return Tried(
        name=name,
        method=name,
        about="Does something (Author 2020).",
        values=(value("balanced_accuracy", performance), value("selection_rate", gap, reference="max-min", **where)),
        changes=()
        if name == "original"
        else (
            value("balanced_accuracy", performance - 0.7, kind="difference", reference="original"),
            value("selection_rate_difference", gap - 0.3, reference="original", **where),
        ),
        **more,
    )


def decided(changed: int) -> dict[str, Any]:
    told = {"changed": changed, "of": 500, "up": changed - 1, "down": 1}
    return told | {"groups": {"race": {"Black <b>": {"changed": 3, "of": 90, "up": 3, "down": 0}}}}


@pytest.fixture
def record() -> Mitigation:
    return Mitigation(
        model="model & co",
        policy="lending 1.0.0",
        controls=("ln.gap",),
        performance={"measure": "balanced_accuracy", "better": "higher"},
        disparity={
            "measure": "selection_rate", "kind": "difference", "attribute": "race", "reference": "max-min",
            "comparison": "at_most", "threshold": 0.1,
        },
        tried=(
            tried("original", 0.7, 0.3, verdicts={"ln.gap": "fail"}),
            tried("first", 0.69, 0.05, verdicts={"ln.gap": "pass"}, decisions=decided(40), costs=("It costs trust.",)),
            tried("second", 0.6, 0.2, verdicts={"ln.gap": "inconclusive"}, decisions=decided(9), needs_attribute=True),
            Tried(name="Third", method="third", status="skipped", reason="It is for three classes."),
            Tried(name="Fourth", method="fourth", status="stopped", reason="There was no time left."),
        ),
        frontier=("original", "first"),
        advice=("The proposed one was picked among 2.",),
        parameters={
            "rows": 500, "proposed": "first", "positive": "granted", "negative": "refused",
            "titles": {"ln.gap": "Selection rates by race"},
            "adjusted": {
                "compared": 2, "verdicts": {"ln.gap": "inconclusive"},
                "changes": [to_json(value("balanced_accuracy", -0.01, 0.05, kind="difference"))],
            },
        },
    )  # fmt: skip


def words_of(html: str) -> str:
    return " ".join(re.sub("<[^>]+>", " ", re.sub("<(style|svg).*?</\\1>", "", html, flags=re.DOTALL)).split())


def test_it_says_first_what_was_asked_and_what_it_costs(record: Mitigation) -> None:
    html, text = mitigation(record)
    for told in (words_of(html), " ".join(text.split())):
        assert "1 of 2 candidates meets all that is asked (1 control). Proposed: first." in told
        assert "It costs 1.0 points of balanced accuracy [−1.0, 3.0]. It may cost nothing" in told
        assert "0.050 instead of 0.300, a change of −0.250 [−0.270, −0.230]; asked for is at most 0.1." in told
        assert "40 of 500 decisions change: 39 to granted, 1 to refused." in told
        assert "Not met then: Selection rates by race: inconclusive." in told
        assert "Out of time: Fourth was not finished." in told
        assert "It is for three classes." in told
        assert "decide with compliance" in told
    for word in ("unbiased", "debias", "compliant", " fair "):
        assert word not in words_of(html).lower()


def test_names_are_escaped_and_every_candidate_has_a_row(record: Mitigation) -> None:
    html, text = mitigation(record)
    assert "model &amp; co" in html
    assert "Black &lt;b&gt;" in html
    assert html.count("<script") == 0
    table = html[html.index("jg-candidates") :]
    assert table[: table.index("</table>")].count("<tr>") == 4
    assert "proposed" in table
    assert max(map(len, text.splitlines())) <= 100


def test_the_choice_stands_at_the_head(record: Mitigation) -> None:
    told = words_of(mitigation(record.replace(chosen="second"))[0])
    assert "Chosen: second – another than proposed" in told
    assert "Chosen: the model as it is" in words_of(mitigation(record.replace(chosen="original"))[0])


def test_where_nothing_was_tried_it_says_why(record: Mitigation) -> None:
    alone = record.replace(
        tried=record.tried[:1],
        controls=(),
        advice=("Nothing was tried: the model meets what is asked.",),
        parameters={"wanted": False},
    )
    html, text = mitigation(alone)
    assert "Nothing was tried: the model meets what is asked." in words_of(html)
    assert text.count("Nothing was tried") == 1
    assert "<svg" not in html


def test_values_and_changes_are_picked_by_what_they_are_about(record: Mitigation) -> None:
    first = record.tried[1]
    gap, lost = mitigation_value(first, record.disparity), mitigation_change(first.changes, record.performance)
    assert gap is not None
    assert gap.value == 0.05
    assert lost is not None
    assert lost.value == pytest.approx(-0.01)
    assert mitigation_value(first, {"measure": "accuracy"}) is None


def test_the_chart_shades_what_is_asked_and_joins_the_frontier() -> None:
    points = [
        charts.Candidate(label="original", x=0.3, y=0.7, kind="original", best=True, across=(0.2, 0.4)),
        charts.Candidate(label="1", x=0.1, y=0.65, kind="proposed", best=True, upright=(0.6, 0.7)),
        charts.Candidate(label="2", x=0.1, y=0.65),
        charts.Candidate(label="3", x=float("nan"), y=0.6),
    ]
    spec = charts.frontier(
        points, x="gap", y="accuracy", about="Two ways.", region=charts.Region(high=0.15, label="asked")
    )
    marks = [layer["mark"]["type"] for layer in spec["layer"]]
    assert marks[0] == "rect"
    assert marks.count("line") == 1
    assert marks.count("rule") == 2
    assert [v["label"] for v in spec["layer"][-1]["data"]["values"]] == ["original", "1, 2"]
    assert "Two ways." in svg(spec)
