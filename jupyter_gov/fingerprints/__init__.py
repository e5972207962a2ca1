"""Content identity: the same logical type and values give the same digest, whatever holds them in memory.

The byte format, so that somebody else can write it, is in ``docs/fingerprint.md``.
"""

from ._fingerprint import ColumnFingerprint, Fingerprint, fingerprint, fingerprint_bytes

__all__ = ["ColumnFingerprint", "Fingerprint", "fingerprint", "fingerprint_bytes"]
