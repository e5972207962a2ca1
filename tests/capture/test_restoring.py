"""States of the global random generators, put back as they were recorded."""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Iterator

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from jupyter_gov.capture.cells._generators import NumPyGenerator, PythonGenerator
from jupyter_gov.capture.cells._restoring import restore

DRAWS: dict[str, Callable[[int], object]] = {
    "python": lambda n: [random.gauss(0, 1) for _ in range(n)],
    "numpy": lambda n: np.random.normal(size=n).tolist(),  # noqa: NPY002 - it is about the global one
}


@pytest.fixture(autouse=True)
def states() -> Iterator[None]:
    before = random.getstate(), np.random.get_state()  # noqa: NPY002
    yield
    random.setstate(before[0])
    np.random.set_state(before[1])  # noqa: NPY002


def recorded() -> str:
    """Return the states as records have them."""
    found = {}
    for generator in (PythonGenerator(), NumPyGenerator()):
        glance = generator.glance()
        assert glance is not None
        found[generator.library] = generator.describe(generator.state(glance, None))
    return json.dumps(found)


@given(st.integers(0, 2**32 - 1), st.integers(0, 700))
def test_what_is_drawn_after_a_state_was_put_back_is_drawn_again(seed: int, drawn: int) -> None:
    random.seed(seed)
    np.random.seed(seed)  # noqa: NPY002
    for draw in DRAWS.values():
        draw(drawn)
    told = recorded()
    first = [draw(3) for draw in DRAWS.values()]
    restore(told)
    assert recorded() == told
    assert [draw(3) for draw in DRAWS.values()] == first
