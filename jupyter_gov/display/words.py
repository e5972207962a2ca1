"""Numbers and names as people read them."""

from __future__ import annotations

import math
import unicodedata
from collections.abc import Mapping, Sequence

from jupyter_gov.records import Json, Value

from ._labels import LABELS

NOT_ESTIMABLE = "not estimable"
"""Shown where a value has no meaning, such as a rate without rows; never a zero."""

NOT_JUDGED = "not judged"
"""Shown where groups are too small to compare."""

_CHANGES = ("drop_in_", "rise_in_", "change_in_", "difference_in_")
_NAMES = ("Brier", "Cohen", "Fowlkes", "Jensen", "Kolmogorov", "Kullback", "Matthews", "Pearson", "Spearman", "Spiegel",
          "Theil")  # fmt: skip


def measure(name: str) -> str:
    """Return a measure's name as a label: ``selection_rate`` is “Selection rate”."""
    for prefix in _CHANGES:
        if name.startswith(prefix):
            return f"{prefix.replace('_', ' ').capitalize()}{lower_first(measure(name.removeprefix(prefix)))}"
    return LABELS.get(name) or name.replace("_", " ").strip().capitalize() or name


def short(name: str) -> str:
    """Return a measure's label without what explains it in brackets, for narrow places."""
    return measure(name).partition(" (")[0]


def lower_first(label: str) -> str:
    """Return a label for the middle of a sentence; abbreviations keep their capitals."""
    return (
        label
        if label[:2].isupper() or label[1:2] in tuple("0123456789²") or label.startswith(_NAMES)
        else label[:1].lower() + label[1:]
    )


def number(value: float | None, places: int | None = None) -> str:
    """Return a number with sensible rounding: three decimals around 1, fewer above 10, more for the very small.

    Parameters
    ----------
    value : float or None
        None and NaN read “not estimable”.
    places : int, optional
        Decimals, where a row of numbers must agree.
    """
    if value is None or math.isnan(value):
        return NOT_ESTIMABLE
    if math.isinf(value):
        return "∞" if value > 0 else "−∞"
    digits = decimals(value) if places is None else places
    if value == 0 and digits > 3:
        return "0"
    if digits > 6:
        return f"{value:.2e}".replace("-", "−").replace("−0", "−").replace("e+0", "e").replace("e+", "e")
    text = f"{value:,.{digits}f}"
    if text.startswith("-"):
        text = "−" + text[1:] if text.strip("-0.,") else text[1:]
    return text


def decimals(*values: float | None) -> int:
    """Return how many decimals show the largest of `values` to about three significant digits, small ones to two."""
    size = max((abs(v) for v in values if v is not None and math.isfinite(v)), default=1.0)
    if size >= 1000:
        return 0
    if size >= 10:
        return 1 if size >= 100 else 2
    return 3 if size >= 0.01 or size == 0 else 1 - math.floor(math.log10(size))


def interval(value: Value, places: int | None = None) -> str:
    """Return ``[0.781, 0.840]``, or an empty string where there is no interval."""
    if value.lower is None or value.upper is None or value.value is None:
        return ""
    digits = decimals(value.value, value.lower, value.upper) if places is None else places
    return f"[{number(value.lower, digits)}, {number(value.upper, digits)}]"


def with_interval(value: Value | None, places: int | None = None) -> str:
    """Return ``0.812 [0.781, 0.840]``."""
    if value is None or value.value is None:
        return NOT_ESTIMABLE
    digits = decimals(value.value, value.lower, value.upper) if places is None else places
    return f"{number(value.value, digits)} {interval(value, digits)}".rstrip()


def p_value(p: float | None) -> str:
    """Return a p-value as ``0.034``, or ``<0.001``."""
    return "<0.001" if p is not None and p < 0.001 else number(p, 3)


def count(n: float | None) -> str:
    """Return a whole number with thousands separated."""
    return "–" if n is None else f"{n:,.0f}"


def plural(n: int, one: str, many: str = "") -> str:
    """Return ``1 row`` or ``2 rows``."""
    return f"{count(n)} {one if n == 1 else many or one + 's'}"


def seconds(value: float | None) -> str:
    """Return a duration such as ``12 ms``, ``3.4 s`` or ``2 min 5 s``."""
    if value is None:
        return "–"
    if value < 0.0095:
        return "<10 ms"
    if value < 0.9995:
        return f"{value * 1000:.0f} ms"
    if value < 59.95:
        return f"{value:.1f} s"
    minutes, rest = divmod(round(value), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours} h {minutes} min" if hours else f"{minutes} min {rest} s"


def size(bytes_: int | None) -> str:
    """Return a size in memory such as ``7.8 GB``."""
    if bytes_ is None:
        return "–"
    amount = float(bytes_)
    for unit in ("B", "kB", "MB", "GB"):
        if amount < 1000:
            return f"{amount:.3g} {unit}"
        amount /= 1000
    return f"{amount:.3g} TB"


def moment(timestamp: str | None) -> str:
    """Return an RFC 3339 time as ``2026-11-21 09:30:00 UTC``."""
    if not timestamp:
        return "–"
    return f"{timestamp[:10]} {timestamp[11:19]} UTC" if timestamp.endswith("Z") and "T" in timestamp else timestamp


def confidence(values: Sequence[Value]) -> str:
    """Return the confidence of the intervals in `values` as ``95%``; several as ``90% and 95%``."""
    found = sorted({v.confidence for v in values if v.confidence is not None})
    return " and ".join(f"{c * 100:.6g}%" for c in found) or "95%"


def group(name: str | None, attribute: str | None) -> str:
    """Return a group's name, with its attribute where it says nothing by itself: “black = 1”, “age < 25”."""
    told = name or ""
    if not attribute or attribute == told or any(c.isalpha() for c in told):
        return told
    return f"{attribute} {told}" if told[:1] in "<≥" else f"{attribute} = {told}"


def shorten(text: str, limit: int) -> str:
    """Return `text` cut to `limit` characters, the last of them an ellipsis."""
    return text if len(text) <= limit else text[: limit - 1].rstrip() + "…"


def width(text: str) -> int:
    """Return how many columns of a terminal `text` takes: East Asian wide characters take two, marks none."""
    return sum(0 if unicodedata.combining(c) else 2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)


def fit(text: str, columns: int) -> str:
    """Return `text` cut so that it takes at most so many columns of a terminal."""
    text = shorten(text, 8 * columns)  # marks take no column; nobody needs more than seven on a letter
    while width(text) > columns:
        text = shorten(text, len(text) - 1)
    return text


def printable(text: str) -> str:
    """Return `text` with characters that steer a terminal or a renderer shown as escapes.

    These are control characters, bidirectional overrides, lone surrogates and their like.
    """
    if text.isprintable():
        return text
    return "".join(c if c.isprintable() or c == " " else _escaped(c) for c in text)


def _escaped(character: str) -> str:
    if character.isspace() and unicodedata.category(character) == "Zs":
        return " "
    return {"\n": "\\n", "\t": "\\t", "\r": "\\r"}.get(character) or (
        f"\\x{ord(character):02x}" if ord(character) < 256 else f"\\u{ord(character):04x}"
    )


def json_value(value: Json, limit: int = 200, *, exact: bool = False) -> str:
    """Return a JSON value on one line as Python would write it, cut to `limit` characters.

    Parameters
    ----------
    value : JSON value
    limit : int
    exact : bool
        Whether numbers keep all their digits, as settings must, rather than being rounded, as results are.
    """
    if isinstance(value, bool) or value is None:
        text = str(value)
    elif exact and isinstance(value, int | float):
        text = repr(value)
    elif isinstance(value, int):
        text = f"{value:,}" if abs(value) < 10**15 else str(value)
    elif isinstance(value, float):
        text = number(value) if math.isfinite(value) else str(value)
    elif isinstance(value, str):
        text = value
    elif isinstance(value, Sequence):
        text = "[" + ", ".join(json_value(v, limit, exact=exact) for v in value[: limit // 2]) + "]"
    elif isinstance(value, Mapping):
        pairs = (f"{k}: {json_value(v, limit, exact=exact)}" for k, v in list(value.items())[: limit // 2])
        text = str(value["type"]) if set(value) == {"type"} else "{" + ", ".join(pairs) + "}"
    else:
        text = str(value)
    return shorten(text, limit)


def title_of(section: str) -> str:
    """Return a section's name as a heading: ``ethical_considerations`` is “Ethical considerations”."""
    words = section.replace("_", " ").strip()
    return words[:1].upper() + words[1:] or section
