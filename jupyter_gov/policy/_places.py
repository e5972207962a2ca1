"""Where a model is used: codes of countries and of their parts, and which of them meet."""

from __future__ import annotations

import re

from ..errors import InputError

EU = "EU"

MEMBERS = {
    "AT": "Austria",
    "BE": "Belgium",
    "BG": "Bulgaria",
    "HR": "Croatia",
    "CY": "Cyprus",
    "CZ": "Czechia",
    "DK": "Denmark",
    "EE": "Estonia",
    "FI": "Finland",
    "FR": "France",
    "DE": "Germany",
    "GR": "Greece",
    "HU": "Hungary",
    "IE": "Ireland",
    "IT": "Italy",
    "LV": "Latvia",
    "LT": "Lithuania",
    "LU": "Luxembourg",
    "MT": "Malta",
    "NL": "Netherlands",
    "PL": "Poland",
    "PT": "Portugal",
    "RO": "Romania",
    "SK": "Slovakia",
    "SI": "Slovenia",
    "ES": "Spain",
    "SE": "Sweden",
}
"""Members of the European Union by their ISO 3166 codes (https://european-union.europa.eu, seen 2026-11-22)."""

_NAMES = {name.lower(): code for code, name in MEMBERS.items()} | {
    "eea": EU,
    "europe": EU,
    "european union": EU,
    "czech republic": "CZ",
    "great britain": "GB",
    "uk": "GB",
    "united kingdom": "GB",
    "america": "US",
    "united states": "US",
    "united states of america": "US",
    "usa": "US",
    "u.s.": "US",
    "new york": "US-NY",
    "new york city": "US-NY-NYC",
    "nyc": "US-NY-NYC",
    "us-nyc": "US-NY-NYC",
}
"""What people write instead of a code."""

_CODE = re.compile(r"[A-Z]{2}(-[A-Z0-9]{1,3}){0,2}")


def read_places(text: str) -> tuple[str, ...]:
    """Read the codes of jurisdictions, such as ``EU, US-NY``.

    Parameters
    ----------
    text : str
        ``EU``, or codes of ISO 3166: a country (``US``), and after hyphens a part of it (``US-NY``) and a part of that
        (``US-NY-NYC``); several are separated by commas, and case does not matter.

    Returns
    -------
    tuple of str
        In capital letters, each once, in the order of the text; none for an empty text.

    Raises
    ------
    InputError
        For what is no code. That a code has the right form does not mean that there is such a country.
    """
    return tuple(dict.fromkeys(_read(part.strip()) for part in text.split(",") if part.strip()))


def _read(text: str) -> str:
    code = text.upper()
    inside = code.removeprefix(f"{EU}-")
    meant = inside if inside in MEMBERS and inside != code else _NAMES.get(" ".join(text.lower().split()))
    if meant is None and _CODE.fullmatch(code):
        return code
    codes = "Write EU or a code of ISO 3166, such as DE, US, US-NY or US-NY-NYC; several with commas."
    raise InputError(f"{text!r} is no code of a jurisdiction.", hint=f"Did you mean {meant!r}?" if meant else codes)


def known_places(text: str) -> tuple[str, ...]:
    """Return the codes of jurisdictions that were kept earlier; none where one of them is no code.

    Then it is not known where the model is used, and nothing is left out for it.
    """
    try:
        return read_places(text)
    except InputError:
        return ()


def meets(a: str, b: str) -> bool:
    """Say whether two jurisdictions can meet: one is a part of the other, or both are the same.

    ``US`` and ``US-NY`` meet, whichever of them is the policy's; a member of the European Union, and each part of it,
    meets ``EU``.
    """
    one, other = a.upper().split("-"), b.upper().split("-")
    if all(x == y for x, y in zip(one, other, strict=False)):
        return True
    return (one == [EU] and other[0] in MEMBERS) or (other == [EU] and one[0] in MEMBERS)
