"""Trying what could meet a control that is not met, and comparing it with the model as it is."""

from ._mitigate import mitigate
from ._mitigated import Mitigated, MitigationInterrupted

__all__ = ["Mitigated", "MitigationInterrupted", "mitigate"]
