"""Environment variables by which a kernel is told what it is part of."""

STORE_VARIABLE = "JUPYTER_GOV_STORE"
"""URL or path of the store; users set it too."""

RUN_VARIABLE = "JUPYTER_GOV_RUN"
"""Id of the run that tracking in the kernel joins."""

NOTEBOOK_VARIABLE = "JUPYTER_GOV_NOTEBOOK"
"""Path of the notebook, which a kernel cannot know by itself."""

AUTOTRACK_VARIABLE = "JUPYTER_GOV_AUTOTRACK"
"""Set to 1, loading the extension begins to track."""

REPRODUCING_VARIABLE = "JUPYTER_GOV_REPRODUCING"
"""Set to 1 in the kernel of a reproduction, which must not make another one."""
