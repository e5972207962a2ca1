"""What a piece of code does with the variables of the notebook."""

from __future__ import annotations

from dataclasses import dataclass, field


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
    dynamic : bool
        Whether names may be bound that do not stand in the code.
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
    dynamic: bool = False
    unseeded: list[str] = field(default_factory=list)
    magics: list[tuple[str, str, str | None]] = field(default_factory=list)


def seeds_by_name(name: str) -> bool:
    """Say whether a function of this name sets a random generator's state."""
    return "seed" in name.lower() or name in ("set_state", "setstate")
