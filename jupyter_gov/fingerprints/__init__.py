"""Content identity: the same logical type and values give the same digest, whatever holds them in memory.

The byte format, so that somebody else can write it, is in ``docs/fingerprint.md``.
"""

from ._cache import ContentCache
from ._columns import column_cells, fold_cells
from ._fingerprint import ColumnFingerprint, Fingerprint, fingerprint, fingerprint_bytes
from ._mark import mark
from ._model import fingerprint_model, learned, read_model

__all__ = [
    "ColumnFingerprint",
    "ContentCache",
    "Fingerprint",
    "column_cells",
    "fingerprint",
    "fingerprint_bytes",
    "fingerprint_model",
    "fold_cells",
    "learned",
    "mark",
    "read_model",
]
