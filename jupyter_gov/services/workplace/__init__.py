"""Where a run happens: interpreter, packages, machine; and where its code comes from."""

from ._environment import environment
from ._packages import packages
from ._paths import (
    OUTPUT_FOLDER,
    default_experiment,
    from_home,
    moved_notebook,
    notebook_path,
    recorded_notebook,
    relative_notebook,
    repository,
    short_path,
)
from ._place import Place, working_folder
from ._source import source

__all__ = [
    "OUTPUT_FOLDER",
    "Place",
    "default_experiment",
    "environment",
    "from_home",
    "moved_notebook",
    "notebook_path",
    "packages",
    "recorded_notebook",
    "relative_notebook",
    "repository",
    "short_path",
    "source",
    "working_folder",
]
