"""The bytes of format ``jg1``: how numbers and texts are framed, and how hashes are nested.

Whatever changes a digest of existing data is a new format with a prefix of its own.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from typing import Any, Literal

from blake3 import blake3

Buffer = Any
"""Contiguous bytes; on Python 3.11 no NumPy array is typed as such."""

PREFIX = "jg1:"

_CONTEXTS = {
    "column": "jupyter-gov jg1 column",
    "table": "jupyter-gov jg1 table",
    "rows": "jupyter-gov jg1 rows",
    "model": "jupyter-gov jg1 model",
}

_PARALLEL_FROM = 1 << 22
"""Bytes from which several threads pay; below, starting them costs more than it saves."""

_threads = blake3.AUTO


def _use_one_thread() -> None:
    """Hash with one thread: a forked child inherits BLAKE3's pool without its threads and would wait forever."""
    global _threads
    _threads = 1


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_use_one_thread)


def spell(digest: bytes) -> str:
    """Return a digest as it is written: the format's prefix and 64 hexadecimal digits."""
    return PREFIX + digest.hex()


def u64(number: int) -> bytes:
    """Return a count as 8 bytes, little-endian."""
    return number.to_bytes(8, "little")


def text(value: str) -> bytes:
    """Return a text as the length of its UTF-8 form and that form."""
    data = value.encode()
    return u64(len(data)) + data


def payload(buffer: Buffer) -> bytes:
    """Return the plain BLAKE3 of a contiguous buffer of bytes, 32 bytes long."""
    threads = _threads if memoryview(buffer).nbytes >= _PARALLEL_FROM else 1
    return blake3(buffer, max_threads=threads).digest()


def payload_of(buffers: Iterable[Buffer]) -> bytes:
    """Return the plain BLAKE3 of buffers laid end to end."""
    hasher = blake3()
    for buffer in buffers:
        hasher.update(buffer)
    return hasher.digest()


def node(kind: Literal["column", "table", "rows", "model"], *parts: bytes) -> bytes:
    """Return BLAKE3 in key-derivation mode over `parts` laid end to end, so that no file can pass for a table."""
    return blake3(b"".join(parts), derive_key_context=_CONTEXTS[kind]).digest()
