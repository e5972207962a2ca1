"""Columns that look like a personal or protected attribute: by their name in four languages, then by their content.

A guess on the safe side, and no more: a column that is flagged loses its summary; one that is not may be personal too.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from functools import lru_cache
from typing import Any

from ._columns import Plain
from ._identifiers import find_identifier, find_mention


def _set(words: str) -> frozenset[str]:
    return frozenset(words.split())


_PERSON = _set(
    "applicant borrower candidate client contact customer defendant driver employee guest holder member owner "
    "passenger patient person personal resp respondent student subject tenant user worker "
    "kunde kunden mitarbeiter patienten cliente empleado paciente"
)

_ABOUT = _set("avg average count cnt freq frequency has is len length mean rate ratio share valid verified")
"""With one of these a column tells something about an identifier, not the identifier."""

_WORDS: dict[str, str] = {
    "e-mail": "email emails emailaddr emailaddress mailadresse emailadresse courriel correo",
    "phone": "phone telephone telefon telefonnummer handynummer mobilnummer telefono tel fax phonenumber cellphone",
    "address": "address addr adresse anschrift direccion domicilio street strasse calle hausnummer wohnort",
    "postcode": "zip zipcode postcode postal postalcode plz postleitzahl codepostal codigopostal",
    "birth date": "birthdate birthday bday born yob geboren gebdat dob birthyear geburtsdatum geburtstag "
    "geburtsjahr naissance nacimiento",
    "birth place": "birthplace geburtsort",
    "name": "surname fname lname firstname lastname fullname forename middlename vorname nachname "
    "familienname prenom apellido apellidos",
    "user name": "username nickname login benutzername",
    "national number": "ssn nino dni nif nie nir cpf bsn aadhaar personnummer passport reisepass personalausweis "
    "passeport pasaporte steuernummer steueridnr sozialversicherungsnummer nationalid",
    "bank account": "iban cvv cvc kontonummer creditcard cardnumber",
    "IP address": "ipaddr ipaddress",
    "licence plate": "kennzeichen matricula",
    "sex": "sex gender geschlecht sexe sexo genero anrede civilite salutation transgender",
    "sexual orientation": "sexualorientation gay lesbian homosexual lgbt lgbtq",
    "race": "race ethnicity caste ethnic ethnie rasse raza etnia hispanic hispan latino latina",
    "religion": "religion religious konfession religiosite",
    "nationality": "nationality citizenship citizen staatsangehoerigkeit staatsangehorigkeit nationalitat "
    "nationalitaet nationalite nacionalidad ciudadania",
    "disability": "disability disabled behinderung handicap handicapped discapacidad",
    "marital status": "marital married maritalstatus familienstand",
    "age": "alter edad",
}
"""Single words, each by itself enough."""

_PHRASES: dict[str, tuple[str, ...]] = {
    "e-mail": ("e mail",),
    "phone": ("mobile number", "mobile no", "mobile nr", "cell number", "numero telephone", "contact number"),
    "address": ("house number", "home address"),
    "postcode": ("zip code", "post code", "code postal", "codigo postal"),
    "birth date": (
        "birth date", "date birth", "date of birth", "birth day", "birth year", "year birth", "year of birth",
        "birth month", "month of birth", "geb datum",
    ),
    "birth place": ("birth place", "place birth", "place of birth", "country of birth", "native country"),
    "name": (
        "first name", "last name", "full name", "given name", "given names", "name first", "name last",
        "family name", "middle name", "maiden name", "nom famille", "nom de famille", "nombre completo", "legal name",
    ),
    "user name": ("user name", "screen name"),
    "national number": (
        "social security", "national id", "national number", "national insurance", "steuer id", "securite sociale",
        "seguridad social", "driver license", "driver licence", "drivers license", "license number", "tax id",
        "id card", "identity card",
    ),
    "bank account": (
        "credit card number", "card number", "card no", "account number", "account no", "acct num", "acct no",
        "bank account", "cc num", "cc number", "cc no",
    ),
    "licence plate": ("license plate", "licence plate", "number plate"),
    "IP address": (
        "ip address", "ip adresse", "ip addr", "client ip", "remote ip", "user ip", "source ip", "src ip", "dst ip",
    ),
    "race": ("skin color", "skin colour"),
    "nationality": ("foreign worker",),
    "sexual orientation": ("sexual orientation",),
    "marital status": ("civil status", "etat civil", "estado civil", "situation familiale"),
    "political opinion": ("political party", "party affiliation", "political affiliation", "political opinion"),
}  # fmt: skip

_WHOLE: dict[str, str] = {
    "name": "name", "names": "name", "nom": "name", "nombre": "name", "mail": "e-mail", "ip": "IP address",
    "mobile": "phone", "male": "sex", "female": "sex", "is male": "sex", "is female": "sex", "black": "race",
    "white": "race", "asian": "race", "is black": "race", "is white": "race", "is asian": "race", "m f": "sex",
    "mr mrs": "sex", "geb": "birth date",
    "personal status": "marital status", "personal status sex": "sex", "marital": "marital status",
    "age": "age", "ages": "age", "years old": "age", "etnico": "race",
}  # fmt: skip
"""Names that mean it only where nothing else is said."""

_OTHERWISE: dict[str, frozenset[str]] = {
    "race": _set("course date distance horse id name number result round speed time track"),
    "sex": _set("ratio"),
    "age": _set("casa edificio gebaeude haus vivienda"),
    "national number": _set("needed required"),
    "phone": _set("aviv brand model os plan price service lines type usage"),
    "postcode": _set("file"),
    "address": _set("ip light lights mac memory surface url web width"),
    "e-mail": _set("campaign clicks domain opens subject"),
    "name": _set("company file product"),
    "user name": _set("attempts failures time type"),
}
"""Words with which a name means something else."""

_AGE = _set("age ages at band bin bracket cat category class group in of range squared sq yrs years") | _PERSON
"""All words that may stand beside a person's age; a house has one too."""

_LABELS = {word: label for label, words in _WORDS.items() for word in words.split()}
_IDENTIFIES = frozenset(
    {"e-mail", "phone", "address", "postcode", "name", "user name", "national number", "bank account", "IP address"}
)


def find_personal(name: str, sample: Plain) -> str:
    """Return what personal or protected attribute a column looks like, or an empty string.

    Parameters
    ----------
    name : str
    sample : array of shape (n,), Counter or None
        Some or all of its values.
    """
    return _said_by(name) or find_identifier(sample)


@lru_cache(maxsize=4096)
def _said_by(name: str) -> str:
    """Return what a name says of a column: the same columns are seen again and again, as in the parts of a split."""
    return _by_name(_words(name))


def safe_columns(data: Any) -> tuple[str, ...]:
    """Return the names of a frame's columns as `safe_names` gives them; nothing for data without columns."""
    return safe_names(tuple(str(c) for c in data.columns)) if hasattr(type(data), "columns") else ()


@lru_cache(maxsize=256)
def safe_names(names: tuple[str, ...]) -> tuple[str, ...]:
    """Return names of columns; those made of what identifies a person, as a pivot makes them, by their position."""
    digits = [max(re.findall(r"[0-9]{8,}", name), key=len, default="") for name in names]
    by_length: dict[int, Counter[str]] = {}
    for number in filter(None, digits):
        by_length.setdefault(len(number), Counter())[number] += 1
    numbers = {length: find_identifier(found) for length, found in by_length.items()}
    said = [find_mention(name) or numbers.get(len(number), "") for name, number in zip(names, digits, strict=True)]
    return tuple(
        f"column {position} (its name looks like: {label})" if label else name
        for position, (name, label) in enumerate(zip(names, said, strict=True))
    )


def _words(name: str) -> list[str]:
    """Return the words of a name in snake, kebab or camel case, without accents."""
    plain = unicodedata.normalize("NFKD", name.removeprefix("index:").replace("ß", "ss"))
    plain = "".join(c for c in plain if not unicodedata.combining(c))
    plain = re.sub(r"([a-z0-9])([A-Z])", r"\1 \2", re.sub(r"([A-Z]+)([A-Z][a-z])", r"\1 \2", plain))
    return re.findall(r"[a-z]+", plain.lower())


def _by_name(words: list[str]) -> str:
    said = set(words)
    text = f" {' '.join(words)} "
    found = _WHOLE.get(text.strip(), "")
    if not found:
        found = next((label for label, known in _PHRASES.items() if any(f" {p} " in text for p in known)), "")
    if not found and "birth" in said and not said & {"weight", "rate", "order", "control", "length"}:
        found = "birth date"
    if not found:
        found = next((_LABELS[w] for w in words if w in _LABELS), "")
    if not found and said & {"name", "names"} and said - {"name", "names", "of", "the"} <= _PERSON:
        found = "name"
    if not found and said & {"age", "ages"} and said <= _AGE:
        found = "age"
    about = said & _ABOUT or words[:1] in (["n"], ["nb"], ["num"]) or " number of " in text
    if said & _OTHERWISE.get(found, frozenset()) or (found in _IDENTIFIES and about):
        return ""
    return found
