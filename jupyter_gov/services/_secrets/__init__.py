"""Finding secrets, and taking them out of everything that is written."""

from ._cleaning import UNCHECKED, Secrets, process_secrets
from ._finds import Find

__all__ = ["UNCHECKED", "Find", "Secrets", "process_secrets"]
