"""Which variables of the agent's environment an engine gets: a list, never all of them."""

import os
from collections.abc import Iterable, Mapping
from typing import Final

_NAMES: Final = frozenset(
    {
        "PATH", "HOME", "USER", "LOGNAME", "SHELL", "LANG", "TZ", "TMPDIR", "LD_LIBRARY_PATH",
        "DYLD_LIBRARY_PATH", "VIRTUAL_ENV", "PYTHONPATH", "XDG_CACHE_HOME", "XDG_RUNTIME_DIR",
        "DOCKER_HOST", "HF_HOME", "HF_HUB_CACHE", "HF_HUB_OFFLINE", "TRANSFORMERS_OFFLINE",
        "OLLAMA_MODELS", "LLAMA_CACHE", "SSL_CERT_FILE",
    }
)  # fmt: skip
_PREFIXES: Final = ("LC_", "CUDA_", "NVIDIA_", "NCCL_", "OMP_", "ROCR_", "HIP_")
_NEVER: Final = "ARENA_"
"""The agent's own: its token, address and keys."""


def engine_environment(
    recipe: Mapping[str, str],
    *,
    passed: Iterable[str] = (),
    environ: Mapping[str, str] = os.environ,
) -> dict[str, str]:
    """Return what the engine's process gets: the listed, the owner's extra names, the recipe's.

    `passed` is what the owner lets through besides, such as HF_TOKEN for gated weights. Nothing
    of the agent's own goes through, whoever asks for it.
    """
    wanted = {*_NAMES, *passed}
    inherited = {
        name: value
        for name, value in environ.items()
        if name in wanted or name.startswith(_PREFIXES)
    }
    return {
        name: value
        for name, value in {**inherited, **recipe}.items()
        if not name.startswith(_NEVER)
    }
