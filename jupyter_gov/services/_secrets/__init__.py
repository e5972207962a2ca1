"""Finding secrets, and taking them out of everything that is written."""

from ._cleaning import UNCHECKED, Find, Secrets, process_secrets

__all__ = ["UNCHECKED", "Find", "Secrets", "process_secrets"]
