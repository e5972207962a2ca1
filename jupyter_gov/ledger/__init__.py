"""Canonical bytes of events and the commitment of an envelope to its body."""

from ._canonical import canonical_bytes, canonical_json, commit, parse, plain

__all__ = ["canonical_bytes", "canonical_json", "commit", "parse", "plain"]
