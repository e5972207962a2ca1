"""Where a CSV's quotes do not match: Arrow would take all that follows for one value, without a word."""

from __future__ import annotations

import re


def unmatched_quote(data: bytes, delimiter: str) -> int | None:
    """Return where a quote opens that does not close at the end of its value; None where all do.

    As in RFC 4180, a quote opens at the beginning of a value only, and within quotes a doubled one is a character. A
    quote within a value that does not begin with one is a character as well.

    Parameters
    ----------
    data : bytes
        A CSV in UTF-8, with or without a byte order mark.
    delimiter : str
        One character of ASCII.
    """
    if b'"' not in data:
        return None
    between = re.escape(delimiter).encode() + rb"\r\n"
    # Values as far as they are well-formed. Nothing is tried twice, so the time grows with the length alone.
    values = rb'(?:\xef\xbb\xbf)?+(?:[%b]++|[^"%b][^%b]*+|"(?:[^"]++|"")*+"(?![^%b]))*+' % ((between,) * 4)
    found = re.compile(values).match(data)
    end = found.end() if found else 0
    return None if end == len(data) else end
