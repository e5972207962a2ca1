"""What a piece of code does with the variables of the notebook."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from jupyter_gov.records._builtins import keep_builtins

keep_builtins(globals())

_WORD = re.compile(r"@?[A-Za-z_]\w*")

_LONGEST = 20_000
"""Characters of a text that are looked at for names."""


@dataclass
class Names:
    """What a cell, or the body of a function, does with the variables of the notebook.

    Attributes
    ----------
    loads : dict
        Names that are used, with the place of the first use in the order of execution.
    reads : set of str
        Those among them that may be used before the code itself has bound them.
    binds : dict
        Names that are bound; true where that is certain once the code has run.
    bound : dict
        Names that are certainly bound, with the place.
    deletes : set of str
        Names that are deleted.
    targets : dict
        Names of objects in which something is assigned or deleted; true where that is deeper than the object itself.
    receivers : dict
        Names of objects of which a method is called for its effect; true where the method is known to change an array.
    functions : dict
        Functions and classes that the code defines, with what their bodies do.
    calls : set of (str, str)
        Functions that are called as a part of something else, such as a module: its name and theirs.
    changes : bool
        Whether something is called that could change an object.
    seeds : bool
        Whether something is called that seeds by its name.
    seeders : list of tuple of str
        Functions that certainly seed, by their paths, before anything that could draw random numbers.
    seeds_first : bool or None
        Whether something that seeds stands before all that could draw; None where nothing does either.
    before : set of tuple of str
        Functions that are called before those, by their paths, and draw nothing if they are a library's.
    dynamic : bool
        Whether names may be bound that do not stand in the code.
    untold : bool
        Whether names may be used that do not stand in the code.
    passed : dict
        Names of objects that are given to functions: paths of the functions, empty where there is none.
    asks : bool
        Whether something is called that finds variables by the words of a text.
    words : set of str
        Those words; with ``@`` in front as pandas takes them.
    unseeded : list of str
        Generators that are made without a seed, by the name of what makes them.
    magics : list
        IPython's magics: name, text behind it, body.
    """

    loads: dict[str, int] = field(default_factory=dict)
    reads: set[str] = field(default_factory=set)
    binds: dict[str, bool] = field(default_factory=dict)
    bound: dict[str, int] = field(default_factory=dict)
    deletes: set[str] = field(default_factory=set)
    targets: dict[str, bool] = field(default_factory=dict)
    receivers: dict[str, bool] = field(default_factory=dict)
    functions: dict[str, Names] = field(default_factory=dict)
    calls: set[tuple[str, str]] = field(default_factory=set)
    changes: bool = False
    seeds: bool = False
    seeders: list[tuple[str, ...]] = field(default_factory=list)
    seeds_first: bool | None = None
    before: set[tuple[str, ...]] = field(default_factory=set)
    dynamic: bool = False
    untold: bool = False
    passed: dict[str, set[tuple[str, ...]]] = field(default_factory=dict)
    asks: bool = False
    words: set[str] = field(default_factory=set)
    unseeded: list[str] = field(default_factory=list)
    magics: list[tuple[str, str, str | None]] = field(default_factory=list)


def words_of(text: str) -> Iterator[str]:
    """Yield the words of a text that could be variables; with ``@`` in front as pandas takes them."""
    yield from _WORD.findall(text[:_LONGEST])


def seeds_by_name(name: str) -> bool:
    """Say whether a function of this name sets a random generator's state."""
    return "seed" in name.lower() or name in ("set_state", "setstate")
