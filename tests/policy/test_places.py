"""Codes of jurisdictions, and which of them meet."""

from __future__ import annotations

import pytest

from jupyter_gov.errors import InputError
from jupyter_gov.policy._places import known_places, meets, read_places


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("", ()),
        ("eu", ("EU",)),
        ("EU, us-ny,EU", ("EU", "US-NY")),
        ("us-ny-nyc", ("US-NY-NYC",)),
        (" de ,", ("DE",)),
    ],
)
def test_codes_are_read(text: str, codes: tuple[str, ...]) -> None:
    assert read_places(text) == codes


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ("USA", "Did you mean 'US'?"),
        ("Germany", "Did you mean 'DE'?"),
        ("EU-DE", "Did you mean 'DE'?"),
        ("uk", "Did you mean 'GB'?"),
        ("EU, New  York City", "Did you mean 'US-NY-NYC'?"),
        ("Atlantis", "Write EU or a code of ISO 3166"),
        ("U", "Write EU or a code of ISO 3166"),
    ],
)
def test_what_is_no_code_is_refused_with_the_code(text: str, hint: str) -> None:
    with pytest.raises(InputError, match="is no code of a jurisdiction") as caught:
        read_places(text)
    assert caught.value.hint.startswith(hint)
    assert known_places(text) == ()


@pytest.mark.parametrize(
    ("a", "b", "meet"),
    [
        ("US", "us-ny", True),
        ("US-NY-NYC", "US-NY", True),
        ("US-NY", "US-CA", False),
        ("EU", "DE", True),
        ("EU", "de-by", True),
        ("EU", "GB", False),
        ("EU", "US", False),
        ("EU", "EU", True),
    ],
)
def test_places_meet_from_either_side(a: str, b: str, meet: bool) -> None:
    assert meets(a, b) is meet
    assert meets(b, a) is meet
