"""The values of a result as CSV, within the page."""

from __future__ import annotations

import base64
import csv
import io
import zipfile
from urllib.parse import quote

from jupyter_gov.records import AssessmentResult, Value
from jupyter_gov.records._csv import inert

from .html import Html, clean, el

LARGEST = 150_000
"""Bytes of a link; a longer table would make the notebook heavy."""

_ZIPPED = 8_000
"""Bytes from which a table is zipped, which takes a sixth of the room."""

_FIELDS = tuple(Value.__slots__)
_PLAIN = ",.-_~!$()*+/:;=?@[]|"


def to_csv(found: AssessmentResult) -> str:
    """Return the values of a result as CSV, one row for each; text that a spreadsheet would run as a formula is quoted.

    Columns without any value are left out; numbers have 12 significant digits.
    """
    fields = [f for f in _FIELDS if any(getattr(v, f) not in {None, ""} for v in found.values)]
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(fields)
    for value in found.values:
        writer.writerow([_cell(getattr(value, field)) for field in fields])
    return out.getvalue()


def download(found: AssessmentResult) -> Html:
    """Return a link that saves the values of a result, or how to get them where they are too many for a page.

    It is `hidden` until this package's style shows it: where a front end takes the address away, a word that leads
    nowhere would be left.
    """
    if not found.values:
        return Html("")
    table = to_csv(found).encode("utf-8", "replace")
    file, label = f"{found.name}.csv", "Download CSV"
    if len(table) < _ZIPPED:
        address = f"data:text/csv;charset=utf-8,{quote(table, safe=_PLAIN)}"
    else:
        address = "data:application/zip;base64," + base64.b64encode(_zipped(file, table)).decode("ascii")
        label += " (zipped)"
    if len(address) > LARGEST:
        told = ["CSV, after %gov_assess: ", el("code", f'_assessment["{found.name}"].to_csv("{file}")')]
        return el("p", *told, class_="jg-get", hidden=True)
    link = el("a", label, href=address, download=file if len(table) < _ZIPPED else f"{file}.zip")
    return el("p", link, class_="jg-get", hidden=True)


def _zipped(name: str, content: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        # Without the time of writing: the same values give the same bytes.
        archive.writestr(zipfile.ZipInfo(name), content, zipfile.ZIP_DEFLATED, 9)
    return out.getvalue()


def _cell(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, float):
        return format(value, ".12g")
    return clean(str(inert(value)))
