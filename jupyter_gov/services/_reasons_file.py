"""A mapping of columns to reasons, read from a YAML file with the place of each of its keys."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jupyter_gov.errors import InputError, NotFoundError, a_type

if TYPE_CHECKING:
    import yaml

_LARGEST = 1_000_000


def load_reasons(reasons: Mapping[str, Any] | str | Path | None) -> Mapping[str, Any] | None:
    """Return reasons as a mapping, read from a file where they are a path.

    Parameters
    ----------
    reasons : mapping or path of a YAML file, optional

    Raises
    ------
    NotFoundError
        If there is no such file.
    InputError
        If it cannot be read, is no YAML, or has a key twice; with file and line.
    """
    if reasons is None or isinstance(reasons, Mapping):
        return reasons
    if not isinstance(reasons, str | Path):
        raise InputError(f"reasons is {a_type(reasons)}.", hint="Pass a mapping, or the path of a YAML file.")
    path = Path(reasons).expanduser()
    if not path.is_file():
        raise NotFoundError(f"There is no file {str(reasons)!r} with reasons.", hint="Pass the path of a YAML file.")
    if path.stat().st_size > _LARGEST:
        raise InputError(f"{path.name} is too large for a mapping of reasons.", hint="Pass a YAML file of text.")
    import yaml

    try:
        text = path.read_text(encoding="utf-8")
        root = yaml.compose(text, Loader=yaml.SafeLoader)
    except UnicodeDecodeError as error:
        raise InputError(f"{path.name} is not text in UTF-8.", hint="Save it as UTF-8.") from error
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        where = "" if mark is None else f", line {mark.line + 1}"
        told = str(getattr(error, "problem", None) or "it is no YAML")
        raise InputError(f"{path.name}{where} cannot be read: {told}.", hint="Mend the YAML there.") from error
    made = None if root is None else _made(root, path.name, yaml.SafeLoader(text), 0)
    if not isinstance(made, Mapping):
        raise InputError(
            f"{path.name} holds no mapping of reasons.", hint="Write features: and, below it, a line for each column."
        )
    return made


_DEEPEST = 20


def _made(node: yaml.Node, file: str, loader: yaml.SafeLoader, depth: int) -> Any:
    """Return what a node stands for; mappings know where their keys are, which are text as it is written."""
    import yaml

    from jupyter_gov.assessment import Located

    if depth > _DEEPEST:
        raise InputError(f"{file}, line {node.start_mark.line + 1} is nested too deeply.", hint="Mend the YAML there.")
    if isinstance(node, yaml.SequenceNode):
        return [_made(held, file, loader, depth + 1) for held in node.value]
    if not isinstance(node, yaml.MappingNode):
        return loader.construct_object(node)
    made = Located()
    places: dict[str, str] = {}
    for key, held in node.value:
        place = f"{file}, line {key.start_mark.line + 1}"
        name = str(key.value)
        if not isinstance(key, yaml.ScalarNode):
            raise InputError(f"{place} has a key that is no name.", hint="Write the name of a column.")
        if name in made:
            raise InputError(f"{place} has {name!r} a second time.", hint=f"The first is in {places[name]}.")
        places[name] = place
        made[name] = _made(held, file, loader, depth + 1)
    made.places = places
    return made
