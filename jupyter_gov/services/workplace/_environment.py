"""The interpreter, the machine, and what in them can change a result."""

from __future__ import annotations

import os
import platform
import sys
from pathlib import Path

import psutil

from jupyter_gov.records import Environment, Json

from ._container import container
from ._gpus import gpus
from ._packages import lock_files, packages
from ._place import working_folder

VARIABLES = (
    "BLIS_NUM_THREADS", "CUBLAS_WORKSPACE_CONFIG", "CUDA_DEVICE_ORDER", "CUDA_LAUNCH_BLOCKING", "CUDA_VISIBLE_DEVICES",
    "GOTO_NUM_THREADS", "HIP_VISIBLE_DEVICES", "JOBLIB_START_METHOD", "KMP_AFFINITY", "KMP_BLOCKTIME",
    "KMP_DETERMINISTIC_REDUCTION", "LANG", "LC_ALL", "LC_COLLATE", "LC_NUMERIC", "LC_TIME", "LD_LIBRARY_PATH",
    "LD_PRELOAD", "LOKY_MAX_CPU_COUNT", "MALLOC_ARENA_MAX", "MKL_CBWR", "MKL_DEBUG_CPU_TYPE", "MKL_DYNAMIC",
    "MKL_NUM_THREADS", "MKL_THREADING_LAYER", "NPY_DISABLE_CPU_FEATURES", "NPY_PROMOTION_STATE", "NUMBA_CPU_NAME",
    "NUMBA_DISABLE_JIT", "NUMBA_NUM_THREADS", "NUMBA_THREADING_LAYER", "NUMEXPR_MAX_THREADS", "NUMEXPR_NUM_THREADS",
    "NVIDIA_TF32_OVERRIDE", "OMP_DYNAMIC", "OMP_NUM_THREADS", "OMP_PROC_BIND", "OMP_SCHEDULE", "OPENBLAS_CORETYPE",
    "OPENBLAS_NUM_THREADS", "PANDAS_FUTURE_INFER_STRING", "POLARS_MAX_THREADS", "PYTHONDONTWRITEBYTECODE",
    "PYTHONHASHSEED", "PYTHONHOME", "PYTHONNOUSERSITE", "PYTHONOPTIMIZE", "PYTHONPATH", "PYTHONSTARTUP", "PYTHONUTF8",
    "PYTHONWARNINGS", "PYTORCH_CUDA_ALLOC_CONF", "PYTORCH_ENABLE_MPS_FALLBACK", "RAYON_NUM_THREADS",
    "ROCR_VISIBLE_DEVICES", "SCIPY_USE_PROPACK", "SKLEARN_ASSUME_FINITE", "SKLEARN_WORKING_MEMORY", "SOURCE_DATE_EPOCH",
    "TF_CUDNN_DETERMINISTIC", "TF_DETERMINISTIC_OPS", "TF_ENABLE_ONEDNN_OPTS", "TZ", "VECLIB_MAXIMUM_THREADS",
    "XLA_FLAGS",
)  # fmt: skip
"""Environment variables that can change a result: which of them are set is recorded, to what is not."""


def environment(folder: Path | None = None) -> Environment:
    """Return the interpreter, all installed distributions, and the machine. No environment variable's value is kept.

    Parameters
    ----------
    folder : path, optional
        The notebook's, where lock files are looked for; by default the working folder.
    """
    return Environment(
        python=platform.python_version(),
        implementation=platform.python_implementation(),
        packages=packages(),
        os=platform.platform(),
        machine=platform.machine(),
        cpu=_cpu(),
        cores=os.cpu_count(),
        memory_bytes=psutil.virtual_memory().total,
        gpus=gpus(),
        thread_pools=_thread_pools(),
        variables=tuple(name for name in VARIABLES if name in os.environ),
        container=container(),
        lock_files=lock_files(folder or working_folder()),
    )


def _cpu() -> str:
    """Return the processor's model name where the system tells it."""
    info = Path("/proc/cpuinfo")
    if info.exists():
        for line in info.read_text(errors="replace").splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    return platform.processor() or platform.machine()


def _thread_pools() -> tuple[dict[str, Json], ...]:
    """Return the linear-algebra and OpenMP libraries that this process has loaded; it loads none to find out."""
    # Without NumPy there is no such library, and nothing to look for.
    if "numpy" not in sys.modules:
        return ()
    untouched = "KMP_DUPLICATE_LIB_OK" not in os.environ
    from threadpoolctl import threadpool_info  # type: ignore[import-untyped]

    # It sets the variable when it is imported, as scikit-learn does; a notebook without that has not asked for it.
    if untouched and "sklearn" not in sys.modules:
        os.environ.pop("KMP_DUPLICATE_LIB_OK", None)
    return tuple(
        {
            "library": pool["internal_api"],
            "version": pool["version"],
            "architecture": pool.get("architecture"),
            "threads": pool["num_threads"],
            "file": Path(pool["filepath"]).name,
        }
        for pool in threadpool_info()
    )
