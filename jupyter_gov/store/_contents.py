"""Contents beside the records: compressed on the way in, checked against their digest on the way out."""

from __future__ import annotations

import zlib
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, select

from jupyter_gov.errors import StoreError
from jupyter_gov.fingerprints import fingerprint_bytes
from jupyter_gov.records import Artifact
from jupyter_gov.records._builtins import keep_builtins

from ._events import Entry
from ._schema import artifact

keep_builtins(globals())

_LEVEL = 1
"""Of zlib, from 1 to 9: numbers hardly become smaller by a higher one, and the first is the fastest."""


def check_contents(entries: Sequence[Entry]) -> dict[str, bytes]:
    """Return the contents of entries by their digest.

    Raises
    ------
    ValueError
        If a content is not the one that its record names.
    """
    found: dict[str, bytes] = {}
    for entry in entries:
        if entry.content is not None:
            digest = fingerprint_bytes(entry.content)
            if not isinstance(entry.record, Artifact) or entry.record.digest != digest:
                raise ValueError("the content is not the one that the record names")
            found[digest] = entry.content
    return found


def compress(contents: Mapping[str, bytes], c: Connection) -> list[dict[str, Any]]:
    """Return as rows of their table those contents that the store does not have yet."""
    known = set(c.execute(select(artifact.c.digest).where(artifact.c.digest.in_(contents))).scalars())
    return [
        {"digest": digest, "size": len(content), "content": zlib.compress(content, _LEVEL)}
        for digest, content in contents.items()
        if digest not in known
    ]


def read_content(digest: str, c: Connection) -> bytes | None:
    """Return the content of that digest, or None.

    Raises
    ------
    StoreError
        If it is not what the digest says.
    """
    packed = c.execute(select(artifact.c.content).where(artifact.c.digest == digest)).scalar()
    if packed is None:
        return None
    try:
        content = zlib.decompress(packed)
    except zlib.error:
        content = b""
    if fingerprint_bytes(content) != digest:
        raise StoreError(
            f"The content {digest} has changed since it was written.",
            hint="`jupyter gov doctor` says whether the store's file is damaged.",
        )
    return content
