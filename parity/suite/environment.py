"""Where a run took place: versions, BLAS, threads, flags."""

import os
import platform
from importlib import metadata

from parity.frameworks import scratch

VARIABLES = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "TF_ENABLE_ONEDNN_OPTS")


def describe_environment(frameworks: dict[str, dict[str, str]]) -> dict[str, str]:
    """Return names and values for the report.

    Args:
        frameworks: what each framework says about itself.
    """
    described = {
        "parity": metadata.version("backprop-parity"),
        "python": platform.python_version(),
        "platform": f"{platform.system()} {platform.machine()}",
        "processors": str(os.cpu_count()),
        **scratch.about(),
    }
    for about in frameworks.values():
        described |= about
    described |= {name: os.environ[name] for name in VARIABLES if name in os.environ}
    return described
