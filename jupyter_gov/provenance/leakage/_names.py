"""What the name of a column says: that it identifies a row, tells groups of rows apart, or tells when."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache


def _set(words: str) -> frozenset[str]:
    return frozenset(words.split())


_PERSONS = _set(
    "account animal applicant athlete author borrower client consumer cow customer cust dog donor driver employee "
    "family guest household individual member mouse participant pat patient person player proband pupil rat respondent "
    "resident singer speaker student subj subject tenant twin user usr voter worker writer "
    "besucher familie fahrer haushalt konto kunde kunden mitarbeiter mitglied nutzer patienten patientin probanden "
    "schueler schuler sprecher tier versicherter versicherten "
    "abonne adherent client compte employe etudiant famille foyer joueur locuteur menage personne salarie sujet "
    "utilisateur "
    "alumno cliente cuenta empleado estudiante familia hogar jugador paciente persona sujeto usuario"
)
_PLACES = _set(
    "batch battery center centre clinic cluster conversation department device document engine experiment farm field "
    "group groups hospital image instrument laboratory lab location lot machine plant plot recording scan scanner "
    "school sensor session ship site slide station store thread turbine vehicle vessel video wafer ward well "
    "anlage charge fahrzeug filiale gerat geraet gruppe klinik krankenhaus maschine schule sitzung standort zentrum "
    "appareil capteur clinique ecole groupe hopital machine magasin navire seance site usine vehicule "
    "aparato barco centro clinica dispositivo escuela fabrica grupo maquina sesion sitio tienda vehiculo"
)
_SUFFIXES = _set(
    "id ids uid uuid guid idx key kennung nr no num number nummer numero code hash pseudonym name label "
    "identifier identifiant identificador unique anon anonymous"
)
_IDENTIFIERS = _set(
    "id ids uid uuid guid oid pid rowid recordid caseid kennung identifier identifiant identificador unnamed index idx "
    "rownum rownumber serial barcode mrn ptid hash aktenzeichen laufnummer matricule folio key"
)
_RECORDS = _set("case record row order loan invoice claim ticket transaction")
_NUMBERS = _set("nr no num number nummer numero code key id")
_TIMES = _set(
    "date datetime time timestamp ts t step tick trend year yr day month week period epoch "
    "datum zeit zeitpunkt zeitstempel jahr tag monat woche "
    "temps horodatage annee jour mois semaine "
    "fecha hora tiempo ano anio dia mes semana"
)
_YEARS = _set("year yr jahr annee ano anio")
_OTHER_TIMES = _set(
    "birth born birthday dob geburt geburts geburtsdatum geburtstag naissance nacimiento built build construction "
    "baujahr constructed remodel remod garage renovated expiry expiration valid until due maturity age duration "
    "elapsed since per average avg mean total count number num n of spent taken to response reaction waiting"
)
_CONDENSED = re.compile(r"(.{3,}?)(?:id|nr|nummer|number|num|code|key)")


@lru_cache(maxsize=4096)
def words_of(name: str) -> tuple[str, ...]:
    """Return the words of a name in snake, kebab or camel case, without accents, in lower case."""
    plain = unicodedata.normalize("NFKD", name.removeprefix("index:").replace("ß", "ss"))
    plain = "".join(c for c in plain if not unicodedata.combining(c))
    plain = re.sub(r"([a-z0-9])([A-Z])", r"\1 \2", re.sub(r"([A-Z]+)([A-Z][a-z])", r"\1 \2", plain))
    return tuple(re.findall(r"[a-z]+", plain.lower()))


def is_person(name: str) -> bool:
    """Return whether a name says that equal values are one person, household, customer or their like."""
    return _is_group(name, _PERSONS) or (bool(words := words_of(name)) and set(words) <= _IDENTIFIERS - {"index"})


def is_place(name: str) -> bool:
    """Return whether a name says that equal values are one site, device, session or their like."""
    return _is_group(name, _PLACES)


def is_identifier(name: str) -> bool:
    """Return whether a name says that a value stands for one row: ``id``, ``case_no``, ``Kundennummer``."""
    words = words_of(name)
    if not words:
        return False
    last = words[-1]
    if set(words) & _IDENTIFIERS or (len(words) > 1 and last in _NUMBERS and "of" not in words):
        return True
    return any(part in _PERSONS | _PLACES | _RECORDS for part in _parts(last))


def is_time(name: str) -> bool:
    """Return whether a name says when a row's values arose, and not how long something took or when one was born."""
    words = words_of(name)
    said = set(words)
    if said & _OTHER_TIMES:
        return False
    condensed = any(w.endswith(("date", "datum", "time", "jahr", "year", "timestamp")) for w in words)
    return bool(said & _TIMES) or condensed or (len(words) > 1 and words[-1] in ("at", "on"))


def is_year(name: str) -> bool:
    """Return whether a name says that values are calendar years."""
    return is_time(name) and any(w in _YEARS or w.endswith(("year", "jahr")) for w in words_of(name))


def tells_no_time(name: str) -> bool:
    """Return whether a time under this name would be about something else than when the row arose."""
    return bool(set(words_of(name)) & _OTHER_TIMES)


def _parts(word: str) -> list[str]:
    """Return what a word such as ``patientid`` begins with."""
    found = _CONDENSED.fullmatch(word)
    return [found[1]] if found else []


def _is_group(name: str, known: frozenset[str]) -> bool:
    words = set(words_of(name))
    plain = {next((k for k in _parts(w) if k in known), w) for w in words}
    return bool(plain & known) and plain <= known | _SUFFIXES
