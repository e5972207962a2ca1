"""What a check found, as the cell, ``%gov_status`` and the terminal show it."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jupyter_gov import display
from jupyter_gov.display._finding import counted
from jupyter_gov.records import Finding

LEAK = Finding(
    check="overlapping_rows",
    severity="error",
    message="Rows of <b>X_test</b>\u202e are rows that the model was fitted on.",
    remedy="Split the rows first.",
    count=462,
    of=498,
    expected=31.2,
    columns=("age", "<i>name</i>"),
)


@pytest.fixture
def published(monkeypatch: pytest.MonkeyPatch) -> list[dict[str, Any]]:
    import IPython.display
    from IPython.core.interactiveshell import InteractiveShell

    calls: list[dict[str, Any]] = []
    monkeypatch.setattr(InteractiveShell, "initialized", classmethod(lambda cls: True))
    monkeypatch.setattr(
        IPython.display, "publish_display_data", lambda data, **rest: calls.append({"data": data, **rest})
    )
    return calls


def test_a_finding_at_the_cell(published: list[dict[str, Any]]) -> None:
    display.show_findings([LEAK])
    [shown] = published
    html, text = shown["data"]["text/html"], shown["data"]["text/plain"]
    assert shown["metadata"] == {"jupyter_gov": {"kind": "findings"}}
    assert 'role="note" aria-label="Finding: Overlapping rows"' in html
    assert "jg-error" in html
    assert "462 of 498 rows; 31 expected by chance" in html
    assert "Rows of &lt;b&gt;X_test&lt;/b&gt;\ufffd are" in html
    assert "<bdi>&lt;i&gt;name&lt;/i&gt;</bdi>" in html
    assert text.splitlines() == [
        "Overlapping rows (error): Rows of <b>X_test</b>\\u202e are rows that the model was fitted on.",
        "462 of 498 rows; 31 expected by chance · columns age, <i>name</i>",
        "Split the rows first.",
    ]


def test_nothing_found_shows_nothing(published: list[dict[str, Any]]) -> None:
    display.show_findings([])
    assert published == []


def test_the_most_severe_come_first_and_the_rest_is_counted(published: list[dict[str, Any]]) -> None:
    warnings = [Finding(check=f"check_{i}", severity="warning", message="m") for i in range(5)]
    display.show_findings([*warnings, LEAK])
    text = published[0]["data"]["text/plain"]
    assert text.startswith("Overlapping rows (error)")
    assert "Check 2 (warning): m" in text
    assert "Check 3" not in text
    assert text.endswith("2 more findings: %gov_status lists all.")
    assert "2 more findings" in published[0]["data"]["text/html"]


def test_many_columns_and_long_texts_are_cut(published: list[dict[str, Any]]) -> None:
    long = Finding(
        check="target_in_features",
        severity="warning",
        message="m" * 5000,
        remedy="r" * 5000,
        columns=tuple(f"column {i} {'x' * 200}" for i in range(9)),
    )
    display.show_findings([long])
    for shown in published[0]["data"].values():
        assert len(shown) < 9000
        assert "and 3 more" in shown


@pytest.mark.parametrize(
    ("numbers", "told"),
    [
        ({}, ""),
        ({"count": 0, "of": 9}, ""),
        ({"count": 1}, "1 row"),
        ({"count": 1, "of": 1}, "1 of 1 row"),
        ({"count": 1200, "of": 250_000}, "1,200 of 250,000 rows"),
        ({"count": 3, "of": 9, "expected": 0.0}, "3 of 9 rows; none expected by chance"),
        ({"count": 3, "of": 9, "expected": 0.0004}, "3 of 9 rows; 0.00040 expected by chance"),
        ({"count": 3, "of": 9, "expected": 2.345}, "3 of 9 rows; 2.3 expected by chance"),
    ],
)
def test_counts(numbers: dict[str, Any], told: str) -> None:
    assert counted(numbers) == told


@given(
    severity=st.sampled_from(["info", "warning", "error"]),
    check=st.text(min_size=1),
    message=st.text(),
    remedy=st.text(),
    columns=st.lists(st.text()),
    expected=st.none() | st.floats(),
)
def test_any_finding_is_inert(severity, check, message, remedy, columns, expected) -> None:  # type: ignore[no-untyped-def]
    from jupyter_gov.display import _finding

    found = Finding(
        check=check,
        severity=severity,
        message=message,
        remedy=remedy,
        columns=tuple(columns),
        expected=expected,
        count=1,
    )
    html, text = _finding._drawn([found])
    body = html.partition("</style>")[2]
    assert body.count("<div") == 1
    assert "<script" not in body.lower()
    assert all(c.isprintable() or c == "\n" for c in text)


@pytest.mark.parametrize(
    ("message", "more", "told"),
    [
        ("462 of the 498 rows are in both.", {}, ""),
        ("All 498 rows are in both.", {"count": 498}, ""),
        ("1,462 of 14,980 rows are in both, 46.2%.", {}, "462 of 498 rows"),
        ("462 of the 498 rows are in both.", {"expected": 31.0}, "462 of 498 rows; 31 expected by chance"),
        ("462 of the 498 rows, by 'age'.", {"columns": ("age",)}, ""),
        ("462 of the 498 rows, by 'age'.", {"columns": ("age", "sex")}, "columns age, sex"),
        ("Rows by age.", {"count": 0, "of": 0, "columns": ("age",)}, "column age"),
    ],
)
def test_what_the_message_says_is_not_said_again(
    published: list[dict[str, Any]], message: str, more: dict[str, Any], told: str
) -> None:
    found = Finding(**{"check": "c", "severity": "error", "message": message, "count": 462, "of": 498, **more})
    display.show_findings([found])
    assert published[0]["data"]["text/plain"].splitlines()[1:] == ([told] if told else [])


def test_status_tells_counts_and_remedy() -> None:
    shown = {"id": "r", "name": "n", "status": "running", "findings": [LEAK.to_json()]}
    html, text = display.status(shown)
    told = " ".join(text.split())
    assert "(error; 462 of 498 rows; 31 expected by chance) Split the rows first." in told
    assert "Split the rows first." in html
    assert '<details class="jg-more" open="open"><summary><span>Findings: 1 thing to look at' in html
    quiet = shown | {"findings": [LEAK.replace(severity="info").to_json()]}
    assert '<details class="jg-more"><summary><span>Findings: 1 thing to look at' in display.status(quiet)[0]
