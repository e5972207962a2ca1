"""Charts of columns: swarms, waterfalls, effects, distributions, signed bars."""

from __future__ import annotations

import json
import xml.etree.ElementTree as ET

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jupyter_gov.display import charts, html, svg
from jupyter_gov.records import Value

BEHIND = {"x": [0, 1, 2], "lines": [[0.1, 0.2, None], [0.3, 0.3, 0.4]]}
NUMBERS = {"x": [0, 1, 2], "y": [0.1, 0.2, 0.4], "lower": [0.0, 0.1, 0.3], "upper": [0.2, 0.3, 0.5]}
LEVELS = {"labels": ["a", "b", "<c>"], "y": [0.1, 0.2, None], "lower": [0.0, 0.1, None], "upper": [0.2, 0.3, None]}


def between(value: float | None, spread: float = 0.1) -> Value:
    known = {} if value is None else {"value": value, "lower": value - spread, "upper": value + spread}
    return Value(measure="m", confidence=0.95, n=10, **known)  # type: ignore[arg-type]


def steps() -> list[charts.Step]:
    return [
        charts.Step(label="income = 20", value=-0.3, lower=-0.35, upper=-0.25),
        charts.Step(label="term", value=0.1),
        charts.Step(label="3 other columns", value=-0.05),
    ]


SWARM = {"income": {"x": [0.1, -0.2, 0.3, None], "y": [0.0, 0.5, 1.0, 0.2]}, "purpose": {"x": [0.1], "y": [None]}}
SPECS = {
    "beeswarm": charts.beeswarm(SWARM, "part of the output"),
    "waterfall": charts.waterfall(steps(), base=0.6, x="score", about="From 0.6 to 0.35.", threshold=0.5),
    "effect": charts.effect(NUMBERS, name="income", y="output", about="Output by income.", behind=BEHIND),
    "levels": charts.effect(
        LEVELS, name="purpose", y="output", about="Output by purpose.", behind={"lines": [[0, 1, 1]]}
    ),
    "distributions": charts.distributions(
        {"x": [0, 1, 3], "reference": [0.5, 0.5], "current": [0.2, 0.8]}, name="income", about="Two distributions."
    ),
    "two levels": charts.distributions(
        {"labels": ["a", "b"], "reference": [5, 15], "current": [3, 1]}, name="purpose", about="Two distributions."
    ),
    "signed": charts.signed_bars([("a", between(0.2)), ("b", between(-0.3)), ("c", between(None))], "change", "Bars."),
    "marked": charts.marked(
        [("noise", {}), ("little", {"x": between(0.2), "y": between(0.9)})],
        {"x": "Change", "y": "After"},
        "Dots with marks.",
        second={"little": {"y": 0.95}},
        references={"x": 0.0},
        unit=["y"],
    ),
}


@pytest.mark.parametrize("name", SPECS)
def test_draws_small_with_colours_that_can_be_replaced_and_a_description(name: str) -> None:
    spec = SPECS[name]
    assert spec is not None
    assert json.loads(json.dumps(spec)) == spec
    drawn = svg(spec)
    assert len(drawn) < 8_000
    assert "NaN" not in drawn
    assert " id=" not in drawn
    root = ET.fromstring(drawn)
    assert len(root.get("aria-label") or "") > 4
    css = html.stylesheet("card")
    for element in root.iter():
        for colour in ("fill", "stroke"):
            if element.get(colour) not in {None, "none", "transparent"}:
                assert f'[{colour}="{element.get(colour)}"]' in css


def panel(spec: charts.Spec | None) -> list[charts.Spec]:
    assert spec is not None
    return list(spec["hconcat"][1]["layer"])


def test_a_waterfall_leads_from_the_base_to_the_output() -> None:
    layers = panel(SPECS["waterfall"])
    bars = next(layer for layer in layers if layer["mark"]["type"] == "bar")["data"]["values"]
    assert bars[0]["from"] == 0.6
    assert [b["from"] for b in bars[1:]] == [b["to"] for b in bars[:-1]]
    assert bars[-1]["to"] == pytest.approx(0.35)
    assert [b["fill"] for b in bars] == [charts.BELOW, charts.ACCENT, charts.BELOW]
    texts = {t.text for t in ET.fromstring(svg(SPECS["waterfall"] or {})).iter("text")}
    assert {"−0.300", "+0.100", "0.600", "0.350"} <= texts


def test_a_swarm_colours_by_rank_and_leaves_out_what_is_no_number() -> None:
    layers = [layer for layer in panel(SPECS["beeswarm"]) if layer["mark"].get("filled") and "encoding" in layer]
    assert {layer["mark"]["fill"]: len(layer["data"]["values"]) for layer in layers} == {
        charts.MUTED: 1,  # no order
        charts.RANKS[0]: 1,
        charts.RANKS[2]: 1,
        charts.RANKS[4]: 1,
    }


@settings(max_examples=25, deadline=None)
@given(st.lists(st.floats(-1e6, 1e6), min_size=1, max_size=150))
def test_a_swarm_keeps_each_point_in_its_row_and_at_its_place(x: list[float]) -> None:
    spec = charts.beeswarm({"a": {"x": [0.0], "y": [0.5]}, "b": {"x": x, "y": [0.5] * len(x)}}, "x")
    points = [p for layer in panel(spec) if layer["mark"].get("filled") for p in layer["data"]["values"] if "row" in p]
    second = [p for p in points if p["row"] == 1]
    assert sorted(p["x"] for p in second) == sorted(x)
    assert all(1 <= p["y"] <= 2 for p in second)


def test_many_dots_are_drawn_as_one_line_and_stay_where_they_are() -> None:
    x = [i / 40 for i in range(40)]
    spec = charts.beeswarm({"a": {"x": x, "y": [0.1] * 40}}, "x")
    root = ET.fromstring(svg(spec))
    line = next(e for e in root.iter("path") if e.get("stroke") == charts.ACCENT and "h0" in (e.get("d") or ""))
    assert (line.get("d") or "").count("h0") == 40
    assert line.get("stroke-linecap") == "round"
    assert line.get("fill") == "none"
    assert not [e for e in root.iter("circle") if e.get("fill") == charts.ACCENT and e.get("r") == "1.9"]


def test_bins_of_unequal_width_are_drawn_by_density() -> None:
    spec = SPECS["distributions"]
    assert spec is not None
    heights = [p["y"] for p in spec["layer"][0]["data"]["values"]]
    assert heights[0] == pytest.approx(2 * heights[1])
    assert "share of rows" not in json.dumps(spec)


def test_counts_are_compared_as_shares() -> None:
    before, after = (panel(SPECS["two levels"])[i]["data"]["values"] for i in (0, 1))
    assert [p["x"] for p in before] == [0.25, 0.75]
    assert [p["x"] for p in after] == [0.75, 0.25]


@pytest.mark.parametrize("curve", [None, 3, {}, {"x": [1, 2], "y": [1]}, {"x": ["a", "b"], "y": [1, 2]}])
def test_what_cannot_be_drawn_is_none(curve: object) -> None:
    assert charts.effect(curve, name="a", y="b", about="c") is None  # type: ignore[arg-type]
    assert charts.distributions(curve, name="a", about="c") is None  # type: ignore[arg-type]


def test_single_rows_stand_behind_the_mean_and_never_narrow_its_axis() -> None:
    spec = charts.effect(NUMBERS, name="a", y="b", about="c", behind={"x": [0, 1, 2], "lines": [[5.0, 5.0, 5.0]]})
    assert spec is not None
    assert spec["layer"][0]["mark"]["color"] == charts.MUTED
    assert spec["layer"][0]["encoding"]["y"]["scale"]["domain"][1] > 5
    assert len({str(layer["encoding"]["y"]["scale"]["domain"]) for layer in spec["layer"]}) == 1


def test_signed_bars_below_zero_have_another_colour() -> None:
    points = SPECS["signed"]["hconcat"][1]["data"]["values"]  # type: ignore[index]
    assert [p["fill"] for p in points] == [charts.ACCENT, charts.BELOW]
    assert "not estimable" in svg(SPECS["signed"] or {})
