"""Charts: one specification each, drawn as small SVG that style sheets can recolour."""

from __future__ import annotations

import json
import xml.etree.ElementTree as ET

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from jupyter_gov.display import charts, html, svg
from jupyter_gov.records import Assessment, Value


@pytest.fixture(scope="module")
def specs(assessment: Assessment) -> dict[str, charts.Spec]:
    fairness, calibration = assessment["fairness"], assessment["calibration"]
    return {
        "rates": charts.rates(fairness, ["sex"], overall={"selection_rate": 0.9}),
        "disparities": charts.disparities(fairness, ["sex", "sex × age"]),
        "importance": charts.importance(assessment["explanation"].values),
        "reliability": charts.reliability(charts.points_of(calibration.values)),
    }


@pytest.mark.parametrize("name", ["rates", "disparities", "importance", "reliability"])
def test_specification_is_vega_lite_and_draws(specs: dict[str, charts.Spec], name: str) -> None:
    spec = specs[name]
    assert json.loads(json.dumps(spec)) == spec
    assert spec["$schema"].endswith("/vega-lite/v5.json")
    drawn = svg(spec)
    root = ET.fromstring(drawn)
    assert root.get("role") == "img"
    assert root.get("aria-label") == spec["description"]
    assert 1_000 < len(drawn) < 16_000
    assert " id=" not in drawn
    assert " style=" not in drawn
    assert "NaN" not in drawn


def test_every_colour_can_be_replaced(specs: dict[str, charts.Spec]) -> None:
    css = html.stylesheet("card")
    used = set()
    for spec in specs.values():
        for element in ET.fromstring(svg(spec)).iter():
            used |= {
                (a, element.get(a)) for a in ("fill", "stroke") if element.get(a) not in {None, "none", "transparent"}
            }
    assert used
    for attribute, colour in used:
        assert f'[{attribute}="{colour}"]' in css, (attribute, colour)


def test_names_reach_a_chart_as_data_only(assessment: Assessment) -> None:
    name = "'];alert(1)//</text><script>"
    spec = charts.importance([Value(measure="m", kind="importance", attribute=name, value=1.0)])
    drawn = svg(spec)
    assert "<script" not in drawn
    assert name in {t.text for t in ET.fromstring(drawn).iter("text")}


@settings(max_examples=15, deadline=None)
@given(name=st.text(max_size=200))
@example(name="\U00014647\U0001f300" * 40)
@example(name="\ud800")
def test_any_name_can_be_drawn(name: str) -> None:
    values = [Value(measure="m", kind="importance", attribute=name, value=1.0, lower=0.5, upper=1.5)]
    assert ET.fromstring(svg(charts.importance(values))).tag == "svg"


def test_groups_that_cannot_be_estimated_say_so(specs: dict[str, charts.Spec]) -> None:
    assert svg(specs["rates"]).count("not estimable") == 3


def test_small_groups_are_hollow_and_unknown_ones_grey(specs: dict[str, charts.Spec]) -> None:
    points = [p for panel in specs["rates"]["hconcat"][1:2] for p in panel["data"]["values"]]
    assert [(p["fill"], p["stroke"]) for p in points] == [
        (charts.ACCENT, charts.ACCENT),
        (charts.PAPER, charts.ACCENT),
        (charts.MUTED, charts.MUTED),
    ]


def test_standalone_svg_is_a_file(specs: dict[str, charts.Spec]) -> None:
    assert ET.fromstring(svg(specs["rates"], standalone=True)).tag == "{http://www.w3.org/2000/svg}svg"


def test_charts_of_nothing_draw() -> None:
    assert svg(charts.importance([]))
    assert svg(charts.reliability([]))
