"""The card of an assessment: what it says, and that nothing in it can do harm."""

from __future__ import annotations

import re
from collections.abc import Callable
from html.parser import HTMLParser

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from jupyter_gov import display
from jupyter_gov.records import Assessment, AssessmentResult, Value

VOID = {"br", "hr", "wbr", "col", "img", "meta"}


class Page(HTMLParser):
    """Checks nesting and collects elements, ids, links and text."""

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self._open: list[str] = []
        self.feed(text)
        self.close()
        assert self._open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        assert len(dict(attrs)) == len(attrs)
        if tag not in VOID:
            self._open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self._open.pop() == tag

    def handle_data(self, data: str) -> None:
        if "style" not in self._open:
            self.text += data

    def inert(self) -> bool:
        """Return whether nothing in the page runs, loads or submits."""
        return not any(
            tag in {"script", "iframe", "object", "embed", "form", "link", "base", "img"}
            or any(a.startswith("on") or (v or "").strip().lower().startswith("javascript:") for a, v in attrs.items())
            for tag, attrs in self.tags
        )


@pytest.fixture(scope="module")
def page(assessment: Assessment) -> Page:
    return Page(display.card(assessment))


def test_says_the_result_first(page: Page) -> None:
    said = page.text[: page.text.index("Performance")]
    assert (
        "On 498 rows, model has a ROC AUC of 0.812 [0.782, 0.842] and a balanced accuracy of 0.572 [0.542, 0.602]"
        in said
    )
    assert "the largest difference between groups is 0.400 [0.000, 0.800], in equalized odds by sex × age." in said
    assert "The difference that these rows support best is 0.120 [0.040, 0.200], in demographic parity by sex." in said


def test_never_claims_fairness(page: Page) -> None:
    assert not re.search(r"\b(is|are) (fair|unbiased|safe|compliant)\b", page.text, re.IGNORECASE)


def test_has_every_section_with_headings_in_order(page: Page) -> None:
    headings = [tag for tag, _ in page.tags if re.fullmatch(r"h\d", tag)]
    assert headings == ["h3", "h4", "h4", "h4", "h4"]  # the model, and what each assessment found
    for part in ("Performance", "Calibration", "Fairness", "Explanation"):
        assert part in page.text


def test_each_assessment_is_a_tab_of_which_the_first_is_open(page: Page) -> None:
    tabs = [attrs for tag, attrs in page.tags if tag == "details" and attrs.get("name")]
    assert len(tabs) == 4
    assert len({t["name"] for t in tabs}) == 1
    assert [t.get("open") for t in tabs] == ["open", None, None, None]
    css = display.html.stylesheet("tabs")
    assert "@supports selector(::details-content)" in css


def test_a_card_that_is_shown_twice_has_two_sets_of_tabs(assessment: Assessment) -> None:
    names = {t["name"] for c in range(2) for tag, t in Page(display.card(assessment)).tags if t.get("name")}
    assert len(names) == 2


CARD = {
    "title": "My own <i>",
    "question": "How many?",
    "formula": "a / b",
    "source": "Me & (2026)",
    "limits": "None <script>",
    "coverage": "95.1%",
}


def test_an_assessment_of_the_user_is_shown_like_ours() -> None:
    values = (
        Value(measure="errors", value=0.2, lower=0.1, upper=0.3, confidence=0.95, n=50, method="exact"),
        Value(measure="errors", kind="class", label="<b>", value=0.3, n=50),
        Value(measure="errors", kind="group", attribute="=a", group="g", value=0.3, lower=0.2, upper=0.4, n=50),
        Value(measure="errors", kind="difference", attribute="=a", reference="overall", value=0.1, n=50),
        Value(measure="errors", kind="p_value", attribute="=a", reference="overall", value=1e-5, n=50),
        Value(measure="errors", kind="bin", group="0–1", value=None, n=0),
        Value(measure="reliance", kind="importance", attribute="x", value=0.1),
    )
    curves = {"learning": {"x": [1, 2, 3], "y": [0.5, 10.0, 20.0]}, "bad": {"x": "no"}, "worse": 3}
    mine = AssessmentResult(
        name="mine", act="a", values=values, curves=curves, card=CARD, notes=("A note.",), parameters={"task": "binary"}
    )
    assessment = Assessment(model="m", rows=50, results=(mine,))
    page = Page(display.card(assessment))
    assert page.inert()
    for told in ("My own <i>", "Errors 0.200 [0.100, 0.300].", "A note.", "How many?", "a / b", "Me & (2026)", "95.1%"):
        assert told in page.text
    for shown in ("<b>", "=a", "0–1", "not estimable", "all rows", "<0.001", "Reliance"):
        assert shown in page.text
    assert sum(tag == "svg" for tag, _ in page.tags) >= 3
    assert "My own <i>: Errors 0.200" in display.text(assessment)


def test_what_was_left_out_is_a_tab_and_what_failed_stands_outside_too() -> None:
    results = (
        AssessmentResult(name="performance", act="a", values=(Value(measure="accuracy", value=0.5),)),
        AssessmentResult(name="costs", act="a", status="skipped", reason="No costs are given."),
        AssessmentResult(name="fairness", act="a", status="failed", reason="No room."),
    )
    page = Page(display.card(Assessment(model="m", rows=1, results=results)))
    assert "Left out (1)" in page.text
    assert page.text.count("Costs: not done. No costs are given.") == 1
    assert page.text.count("Fairness failed. No room.") == 1
    assert page.text.index("Fairness failed") < page.text.index("Performance") < page.text.index("Left out")


def test_shows_small_and_unknown_groups_and_what_cannot_be_estimated(page: Page) -> None:
    flags = [attrs for tag, attrs in page.tags if attrs.get("class") == "jg-flag"]
    assert len(flags) == 3  # m is small, and an intersection with unknown both; unknown itself says so
    assert page.text.count("not estimable") >= 3


def test_charts_have_descriptions_and_are_hidden_without_the_style(page: Page) -> None:
    charts = [attrs for tag, attrs in page.tags if tag == "svg"]
    assert len(charts) == 3
    assert all(c["role"] == "img" and c["aria-label"] for c in charts)
    # JupyterLab takes style and SVG out of an untrusted notebook and leaves the words; `hidden` then hides them.
    figures = [attrs for tag, attrs in page.tags if tag == "figure"]
    assert all(f["hidden"] for f in figures)
    assert ".jg-figure[hidden] { display: block" in display.html.stylesheet("card")


def test_tables_have_captions_or_headings_with_scope(page: Page) -> None:
    cells = [attrs for tag, attrs in page.tags if tag == "th"]
    assert cells
    assert all(c.get("scope") in {"row", "col", "colgroup"} or c.get("colspan") == "1" for c in cells)


@pytest.mark.parametrize("sheet", ["tokens", "base", "card", "tabs", "box", "explorer"])
def test_style_does_not_leak_into_the_notebook(sheet: str) -> None:
    css = re.sub(r"@(media|supports)[^{]*\{", "", display.html.stylesheet(sheet))
    selectors = [s.strip() for s in re.findall(r"([^{}]+)\{", css)]
    assert selectors
    for selector in selectors:
        for part in re.split(r",(?![^(]*\))", selector):
            assert ".jg-root" in part, selector
    assert "url(" not in css
    assert "@import" not in css


def test_has_no_network_and_no_inline_style(assessment: Assessment) -> None:
    card = display.card(assessment)
    assert "http" not in card
    assert " style=" not in card


def test_dark_themes_are_followed() -> None:
    css = display.html.stylesheet("tokens")
    for theme in ('[data-jp-theme-light="false"]', "body.vscode-dark", "prefers-color-scheme: dark"):
        assert theme in css
    assert "--jp-layout-color1" in css
    assert "--vscode-editor-background" in css


HOSTILE = [
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "</style></svg></section><b onclick='x'>",
    "]]><!--",
    "\u202eevil\u2066",
    "javascript:alert(1)",
    "{{7*7}} ${x} datum.value",
    "\x00\x1b[31m\x07",
    "\ud800",
    "x" * 10_000,
    "",
    "&lt;b&gt;",
]


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_names_stay_text(named: Callable[..., Assessment], name: str) -> None:
    assessment = named(attribute=name, groups=(name, name + "2"), model=name, column=name)
    card = display.card(assessment)
    page = Page(card)
    assert page.inert()
    assert len(card) < 150_000
    card.encode()
    assert max(map(len, display.text(assessment).splitlines())) <= 100
    assert display.text(assessment).replace("\n", "").isprintable()


@pytest.fixture
def undrawn(monkeypatch: pytest.MonkeyPatch) -> None:
    """Leave the charts out, which take most of the time and are tested by themselves."""
    monkeypatch.setattr("jupyter_gov.display._parts.svg", lambda spec: "<svg></svg>")


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(name=st.text(min_size=1, max_size=60))
def test_any_name_stays_text(undrawn: None, named: Callable[..., Assessment], name: str) -> None:
    reference = Page(display.card(named()))
    page = Page(display.card(named(attribute=name, groups=(name, name + "2"), model=name, column=name)))
    assert page.inert()
    if name != "unknown" and " × " not in name and name != "age":
        tables = {"table", "tr", "th", "td", "details", "section", "h3", "h4", "figure", "svg"}
        assert [t for t, _ in page.tags if t in tables] == [t for t, _ in reference.tags if t in tables]


def test_names_are_isolated_and_long_ones_cut(named: Callable[..., Assessment]) -> None:
    page = Page(display.card(named(attribute="\u202eabc", model="y" * 10_000)))
    assert "\ufffdabc" in page.text
    assert any(tag == "bdi" and (attrs.get("title") or "").startswith("yyy") for tag, attrs in page.tags)
    assert "y" * 100 not in page.text


def test_skipped_and_failed_assessments_say_why() -> None:
    results = (
        AssessmentResult(name="fairness", act="a", status="skipped", reason="No sensitive column is named."),
        AssessmentResult(name="explanation", act="a", status="failed", reason="KeyError: <x>"),
        AssessmentResult(name="robustness", act="a", status="skipped", reason="Not asked for."),
    )
    assessment = Assessment(model="m", rows=1, results=results)
    page = Page(display.card(assessment))
    # Performance was not asked for, so that it was not measured is no failure.
    assert "m was assessed. Groups of people were not compared. No sensitive column is named." in page.text
    failed = AssessmentResult(name="performance", act="a", status="failed", reason="KeyError: x")
    assert "m could not be scored" in display.summary(Assessment(model="m", rows=1, results=(failed,)))
    assert "Explanation failed. KeyError: <x>" in page.text
    assert "Robustness: not done. Not asked for." in page.text
    assert "Explanation failed. KeyError: <x>" in display.text(assessment)


def test_what_failed_for_one_reason_is_told_once_with_it() -> None:
    why = "The model cannot predict on X. There is no column b."
    names = ("performance", "fairness", "calibration", "explanation")
    failed = [AssessmentResult(name=n, act="a", status="failed", reason=why) for n in names]
    quality = AssessmentResult(name="data_quality", act="a", parameters={"issues": []})
    assessment = Assessment(model="m", rows=60, results=(*failed, quality))
    assert display.summary(assessment) == f"On 60 rows, m could not be scored. {why}"
    page = Page(display.card(assessment))
    assert page.text.count(why) == 2  # in the first sentence and in one box
    assert f"Performance, Fairness, Calibration, Explanation failed. {why}" in page.text
    assert " ".join(display.text(assessment).split()).count(why) == 2


def test_two_sets_are_named_in_place_of_a_model() -> None:
    told = {"reference_rows": 700, "current_rows": 1, "reference_name": "X_<train>"}
    drift = AssessmentResult(name="drift", act="a", parameters=told)
    page = Page(display.card(Assessment(rows=1, results=(drift,))))
    assert "X_<train> 700 rows → current 1 row" in " ".join(page.text.split())


def test_no_clear_difference_is_neither_shown_nor_ruled_out(assessment: Assessment) -> None:
    fairness = assessment["fairness"]
    values = tuple(v for v in fairness.values if v.kind == "group" or (v.lower == 0.0 and v.kind == "difference"))
    changed = Assessment(model="m", rows=9, results=(fairness.replace(values=values),))
    assert "neither show a difference nor rule one out" in display.summary(changed)


def test_empty_assessment_is_a_card_too() -> None:
    assessment = Assessment(model="", rows=0)
    assert "the model was assessed" in Page(display.card(assessment)).text
    assert display.text(assessment)


def test_many_groups_are_bounded(named: Callable[..., Assessment]) -> None:
    base = named()["fairness"]
    groups = [v for v in base.values if v.kind == "group" and v.attribute == "sex" and v.group == "f"]
    many = tuple(
        type(v)(**{f: getattr(v, f) for f in v.__slots__} | {"group": f"g{i}"}) for i in range(1_000) for v in groups
    )
    card = display.card(Assessment(model="m", rows=5, results=(base.replace(values=many),)))
    assert "and 950 more groups on record" in card
    assert len(card) < 150_000


def test_a_chart_that_cannot_be_drawn_costs_no_number(assessment: Assessment, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(spec: object) -> str:
        raise ValueError("no")

    monkeypatch.setattr("jupyter_gov.display._parts.svg", fail)
    page = Page(display.card(assessment))
    assert page.text.count("A chart could not be drawn here; the tables say the same.") == 3
    assert "0.812" in page.text


def test_worst_is_the_largest_difference(assessment: Assessment) -> None:
    worst = display.worst(assessment)
    assert worst is not None
    assert (worst.value, worst.attribute, worst.measure) == (0.4, "sex × age", "equalized_odds")
    assert display.worst(Assessment(model="m", rows=0)) is None
