"""Plain text, numbers and words."""

from __future__ import annotations

import math

import pytest

from jupyter_gov import display
from jupyter_gov.display import words
from jupyter_gov.records import Assessment, Value


def test_text_is_aligned_and_narrow(assessment: Assessment) -> None:
    text = display.text(assessment)
    assert max(map(len, text.splitlines())) <= 100
    assert "ROC AUC" in text
    assert "0.812  [0.782, 0.842]  498" in text
    assert "m (small)" in text
    assert "not estimable" in text


def test_text_pads_wide_characters_by_their_width() -> None:
    from jupyter_gov.display._text import columns

    assert columns([["日本", "1"], ["ab", "22"]]) == "日本   1\nab    22"


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (0.8123, "0.812"),
        (1.0, "1.000"),
        (0.0, "0.000"),
        (-0.00001, "−1.00e−5"),
        (-0.25, "−0.250"),
        (12.345, "12.35"),
        (123.45, "123.5"),
        (1234567.8, "1,234,568"),
        (0.000123, "0.000123"),
        (1.5e-12, "1.50e−12"),
        (math.inf, "∞"),
        (math.nan, "not estimable"),
        (None, "not estimable"),
    ],
)
def test_numbers_are_rounded_sensibly(value: float | None, shown: str) -> None:
    assert words.number(value) == shown


def test_a_rounded_zero_has_no_sign() -> None:
    assert words.number(-0.0001, 3) == "0.000"


def test_value_and_interval_share_their_decimals() -> None:
    value = Value(measure="x", value=0.8, lower=0.1234567, upper=1.0, confidence=0.95)
    assert words.with_interval(value) == "0.800 [0.123, 1.000]"
    assert words.with_interval(Value(measure="x", value=0.8)) == "0.800"
    assert words.with_interval(None) == "not estimable"


@pytest.mark.parametrize(
    ("seconds", "shown"),
    [
        (0.001, "<10 ms"),
        (0.25, "250 ms"),
        (3.44, "3.4 s"),
        (59.99, "1 min 0 s"),
        (125, "2 min 5 s"),
        (7260, "2 h 1 min"),
    ],
)
def test_durations(seconds: float, shown: str) -> None:
    assert words.seconds(seconds) == shown


def test_terminal_controls_are_shown_as_escapes() -> None:
    assert words.printable("a\x1b[31m\u202eb\nc") == "a\\x1b[31m\\u202eb\\nc"
    assert words.printable("Größe 日本 ×") == "Größe 日本 ×"


def test_parameters_keep_their_digits() -> None:
    assert words.json_value(0.0001234567, exact=True) == "0.0001234567"
    assert words.json_value([1, 0.5, None, "a", {"b": True}]) == "[1, 0.500, None, a, {b: True}]"
    assert words.json_value({"type": "sklearn.svm.SVC"}) == "sklearn.svm.SVC"


def test_labels() -> None:
    assert words.measure("roc_auc") == "ROC AUC"
    assert words.measure("selection_rate") == "Selection rate"
    assert words.lower_first("ROC AUC") == "ROC AUC"
    assert words.lower_first("F1") == "F1"
    assert words.lower_first("Balanced accuracy") == "balanced accuracy"
