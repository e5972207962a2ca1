"""Putting back the states of the global random generators that a run recorded."""

from __future__ import annotations

import base64
import json
import random
from collections.abc import Callable, Mapping

from jupyter_gov.records import Json


def restore(told: str) -> None:
    """Give generators the states that they are told.

    Parameters
    ----------
    told : str
        JSON: for each library the state as `GeneratorState` has it.
    """
    for library, state in json.loads(told).items():
        _SETS[library](state)


def _random(state: Mapping[str, Json]) -> None:
    words = base64.b64decode(state["words"])
    numbers = tuple(int.from_bytes(words[i : i + 4], "little") for i in range(0, len(words), 4))
    random.setstate((state["version"], numbers, state["gauss_next"]))


def _numpy(state: Mapping[str, Json]) -> None:
    import numpy as np

    inner, kind = dict(state["state"]), state["bit_generator"]
    if kind == "MT19937":
        inner["key"] = np.frombuffer(base64.b64decode(inner["key"]), dtype="<u4").astype(np.uint32)
    elif kind != type(np.random.mtrand._rand._bit_generator).__name__:
        # Somebody had exchanged the generator itself.
        vars(np.random.mtrand)["set_bit_generator"](getattr(np.random, kind)())
    np.random.set_state({**state, "state": inner})  # noqa: NPY002 - it is the global one's


_SETS: Mapping[str, Callable[[Mapping[str, Json]], None]] = {"random": _random, "numpy": _numpy}
