"""The machine that a figure was measured on: a figure without it says little."""

import importlib.metadata
import os
import platform
from pathlib import Path

VECTOR_FLAGS = ("avx2", "avx512f", "avx512_vnni", "avx512_bf16", "amx_int8", "amx_bf16", "asimd")
PACKAGES = ("comity", "openvino", "onnxruntime", "tokenizers", "numpy", "torch", "transformers")
BUSY_LOAD = 0.5


def facts() -> dict[str, str]:
    """Return what identifies machine and software, each as a line of the report."""
    versions = [f"{name} {version}" for name in PACKAGES if (version := _version(name))]
    return {
        "processor": _processor(),
        "cores": str(len(os.sched_getaffinity(0))),
        "load before": f"{os.getloadavg()[0]:.2f}",
        "system": f"{platform.system()} {platform.release()}, Python {platform.python_version()}",
        "packages": ", ".join(versions),
    }


def busy_warning() -> str | None:
    """Return a sentence where other work on the machine spoils the figures, else None."""
    load = os.getloadavg()[0]
    if load <= BUSY_LOAD:
        return None
    return f"The machine was busy when this began (load {load:.2f}): do not quote these figures."


def _processor(path: Path = Path("/proc/cpuinfo")) -> str:
    if not path.exists():
        return platform.processor() or platform.machine()
    pairs = (line.partition(":") for line in path.read_text().splitlines())
    fields = {name.strip(): value.strip() for name, _, value in pairs}
    flags = fields.get("flags", fields.get("Features", "")).split()
    known = [flag for flag in VECTOR_FLAGS if flag in flags]
    return f"{fields.get('model name', platform.machine())} ({', '.join(known) or 'no AVX'})"


def _version(package: str) -> str | None:
    try:
        return importlib.metadata.version(package)
    except importlib.metadata.PackageNotFoundError:
        return None
