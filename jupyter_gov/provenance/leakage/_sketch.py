"""How many different rows two very long tables share, by sketches of their hashes."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from ._case import Hashes

EXACT = 10_000_000
"""Rows up to which every row is compared."""

_SIZE = 16
"""Binary logarithm of the hashes that a sketch keeps: an error of about 1 / sqrt(2^16), which is 0.4%."""

_BLOCK = 1 << 20


class Estimate(NamedTuple):
    """A number of different rows, with the bounds of its 95% interval."""

    value: float
    lower: float
    upper: float


def estimate_shared(one: Hashes, other: Hashes) -> Estimate:
    """Estimate how many different values occur in both of two arrays, by theta sketches.

    Dasgupta, Lang, Rhodes and Thaler: A framework for estimating stream expression cardinalities (ICDT 2016), as the
    package ``datasketches`` has it.

    Parameters
    ----------
    one, other : array of uint64
        Row hashes.
    """
    import datasketches

    shared = datasketches.theta_intersection()
    for hashes in (one, other):
        sketch = datasketches.update_theta_sketch(_SIZE)
        for low in range(0, len(hashes), _BLOCK):
            # Lists of Python's own integers, signed, are what the package reads fastest.
            for value in hashes[low : low + _BLOCK].view("i8").tolist():
                sketch.update(value)
        shared.update(sketch)
    found = shared.get_result()
    return Estimate(found.get_estimate(), found.get_lower_bound(2), found.get_upper_bound(2))
