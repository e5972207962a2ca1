"""URLs without what may be a credential in them."""

from __future__ import annotations

import re

_LINK = re.compile(r"::(?=[a-z0-9+._-]+(?::/|::|$))", re.IGNORECASE)
"""Between the parts of a chained URL, such as ``simplecache::https://host/x.csv``."""

_START = re.compile(r"\s*(?:[a-z0-9+._-]+::)*(?:[jo]dbc:|[a-z][a-z0-9+.-]+:/)", re.IGNORECASE)

_URL = re.compile(r"((?:[a-z][a-z0-9+.-]*:)*)([a-z][a-z0-9+.-]+):/{1,2}(.*)", re.IGNORECASE | re.DOTALL)
"""What comes before the scheme, as in ``jdbc:postgresql://host/db``; the scheme; the rest."""

_REMOTE = frozenset(
    {"abfs", "abfss", "az", "ftp", "gcs", "github", "gs", "hdfs", "http", "https", "s3", "s3a", "sftp", "smb", "ssh"}
)
"""Schemes that are believed behind ``::`` where there are credentials; any other may be part of a password."""

_PORT = re.compile(r"(?:\[[0-9a-f:.]*\]|[^:]*):\d{0,5}", re.IGNORECASE)

_REST = re.compile(r"[?#;]")
"""Where a query, a fragment or parameters begin."""


def is_url(text: str) -> bool:
    """Say whether a text is a URL, chained or not, or anything that is written like one."""
    return "://" in text or bool(_START.match(text))


def without_credentials(url: str) -> str:
    """Return a URL without user, password, query, fragment and parameters: any of these may hold a key.

    A password may hold any character, though it should not. Where an ``@`` leaves it open what is a password and
    what is a path, nothing but the scheme is kept: ``https://…``.
    """
    parts = _LINK.split(url.strip())
    kept = []
    for i, part in enumerate(parts):
        last = i == len(parts) - 1
        found = _URL.fullmatch(part)
        if i and found is not None and "@" in url and found[2].lower() not in _REMOTE:
            return _left_out(url)
        if found is None:
            if re.fullmatch(r"[a-z0-9+._-]+", part, re.IGNORECASE) and not last:
                kept.append(part)
                continue
            return _left_out(url)
        rest = _without_user(found[3], sure=last or "@" not in "::".join(parts[i:]))
        if rest is None:
            return _left_out(url)
        kept.append(f"{found[1]}{found[2]}://{_REST.split(rest, maxsplit=1)[0]}")
    return "::".join(kept)


def _without_user(rest: str, *, sure: bool) -> str | None:
    """Return what follows the scheme without user and password; None where they cannot be told from the rest."""
    head = re.split(r"[/?#]", rest, maxsplit=1)[0]
    if "@" in rest and not head:
        return None if ":" in rest else rest
    if "@" not in rest:
        return rest if sure or ":" not in head else None
    if not sure:
        return None
    if "@" in head:
        return rest[head.rindex("@") + 1 :] if rest.count("@") == head.count("@") else None
    if ":" not in head:
        return rest
    # "host:80/me@home" may be a user, a password with a slash and a host.
    return rest.partition("@")[2] if rest.count("@") == 1 and not _PORT.fullmatch(head) else None


def _left_out(url: str) -> str:
    found = re.search(r"([a-z][a-z0-9+.-]+):/", url, re.IGNORECASE)
    return f"{found[1]}://…" if found and "@" not in url[: found.start()] else "a connection string"
