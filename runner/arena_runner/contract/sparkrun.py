"""Imports recipes of sparkrun and spark-arena, versions 1 and 2.

What has no counterpart here is said in the warnings, each with what it means for the result;
nothing is dropped silently. Format: RECIPES.md of github.com/spark-arena/sparkrun, 0.2.40.
"""

import json
import re
from dataclasses import dataclass, field
from typing import Any, Final

from arena_runner.contract.marked_yaml import Marked, Path, parse
from arena_runner.contract.problem import Problem, ProblemsError, pointer
from arena_runner.contract.recipe import Recipe
from arena_runner.contract.recipe_yaml import validated
from arena_runner.contract.secret import name_is_secret

_ENGINES: Final = {
    "vllm": "vllm",
    "vllm-ray": "vllm",
    "vllm-distributed": "vllm",
    "eugr-vllm": "vllm",
    "sglang": "sglang",
    "llama-cpp": "llama.cpp",
    "trtllm": "trtllm",
    "atlas": "other",
}
_HINTS: Final = (
    (re.compile(r"(?:sglang\s+serve|python3?\s+-m\s+sglang\.launch_server)\b"), "sglang"),
    (re.compile(r"llama-server\b"), "llama-cpp"),
    (re.compile(r"(?:trtllm-serve|mpirun\b.*trtllm)"), "trtllm"),
)
_NO_COUNTERPART: Final = {
    "mods": "patches of the container are not applied; the engine runs unpatched",
    "build_args": "the image is taken as it is, not built",
    "builder": "the image is taken as it is, not built",
    "builder_config": "the image is taken as it is, not built",
    "pre_exec": "commands before the start are not run",
    "post_exec": "commands after the start are not run",
    "post_commands": "commands after the start are not run",
    "stop_after_post": "the agent stops the engine after the last point anyway",
    "executor_config": "options of the container are not passed on; the agent has its own",
    "runtime_config": "settings of sparkrun's runtime are not passed on",
    "distribution_config": "weights are not copied between machines",
    "benchmark": "the profile is chosen when the benchmark is started",
    "mode": "one machine or several follows from the number of nodes",
    "cluster_only": "one machine or several follows from the number of nodes",
    "solo_only": "one machine or several follows from the number of nodes",
}
_TAKEN: Final = frozenset(
    {"recipe_version", "sparkrun_version", "name", "description", "model", "model_revision"}
    | {"runtime", "runtime_version", "container", "min_nodes", "max_nodes", "defaults", "env"}
    | {"command", "metadata"}
)
_TAKEN_METADATA: Final = frozenset(
    {"description", "quantization", "quant_bits", "model_params", "interconnect"}
)
_MAX_WARNINGS: Final = 100
_GGUF: Final = re.compile(r"(?P<repository>[^:]+/[^:]+):(?P<quantization>[A-Za-z0-9_.-]{1,40})$")
_COUNT: Final = re.compile(r"([0-9]+(?:\.[0-9]+)?)\s*([KMBT]?)$", re.IGNORECASE)
_SCALE: Final = {"": 1, "K": 10**3, "M": 10**6, "B": 10**9, "T": 10**12}


@dataclass(frozen=True, slots=True)
class Imported:
    """A recipe, and what of the original it does not hold."""

    recipe: Recipe
    warnings: tuple[str, ...]


@dataclass(slots=True)
class _Import:
    """Collects the new recipe and, for each of its parts, where the original says it."""

    source: Marked
    data: dict[str, Any] = field(default_factory=dict)
    origin: dict[Path, Path] = field(default_factory=dict)
    warnings: list[str] = field(default_factory=list)

    def put(self, path: Path, value: Any, origin: Path) -> None:
        """Set a value of the new recipe, two levels at most."""
        self.origin[path] = origin
        outer, inner = (None, path[0]) if len(path) == 1 else path
        target = self.data if outer is None else self.data.setdefault(str(outer), {})
        target[str(inner)] = value

    def warn(self, origin: Path, message: str) -> None:
        """Say what is not kept; of a flood only the first and that there is more."""
        if len(self.warnings) == _MAX_WARNINGS:
            self.warnings[-1] = f"at least {_MAX_WARNINGS} parts are not kept; is it a recipe?"
            return
        self.warnings.append(f"line {self.source.line(origin)}: {pointer(origin)}: {message}")


def load_sparkrun(text: str, name: str = "recipe") -> Imported:
    """Return a sparkrun recipe as ours; raise RecipeError with the lines of the original."""
    source = parse(text, name)
    if not isinstance(source.data, dict) or "model" not in source.data:
        source.complain((), "not a sparkrun recipe: it has no model; add `model: owner/name`")
        raise ProblemsError(tuple(source.problems), name)
    work = _Import(source)
    for step in (_identity, _engine, _nodes, _defaults, _env, _command, _metadata, _rest):
        step(work, source.data)
    if source.problems:
        raise ProblemsError(tuple(source.problems), name)
    return Imported(_validated(work, name), tuple(work.warnings))


def _validated(work: _Import, name: str) -> Recipe:
    lines = {path: work.source.line(origin) for path, origin in work.origin.items()}
    try:
        return validated(Marked(data=work.data, lines={(): 1, **lines}), name)
    except ProblemsError as error:
        names = {pointer(path): pointer(origin) for path, origin in work.origin.items()}
        problems = (
            Problem(each.line, names.get(each.pointer, each.pointer), each.message)
            for each in error.problems
        )
        raise ProblemsError(tuple(problems), name) from None


def _identity(work: _Import, data: dict[str, Any]) -> None:
    model = data["model"]
    gguf = _GGUF.match(model) if isinstance(model, str) else None
    work.put(("model",), gguf["repository"] if gguf else model, ("model",))
    if gguf:
        work.put(("quantization",), gguf["quantization"], ("model",))
    if data.get("model_revision"):
        work.put(("revision",), data["model_revision"], ("model_revision",))
    if data.get("description"):
        work.put(("description",), data["description"], ("description",))


def _engine(work: _Import, data: dict[str, Any]) -> None:
    command = str(data.get("command") or "").strip()
    hinted = next((name for pattern, name in _HINTS if pattern.match(command)), "vllm")
    runtime = data.get("runtime") or hinted
    engine = _ENGINES.get(str(runtime))
    if engine is None:
        known = ", ".join(_ENGINES)
        work.source.complain(("runtime",), f"{runtime} is not known; use one of {known}")
        return
    work.put(("engine",), engine, ("runtime",))
    if runtime not in {engine, "llama-cpp"}:
        work.warn(("runtime",), f"{runtime} becomes {engine}; how nodes are joined is not kept")
    if data.get("runtime_version"):
        work.put(("engine_version",), str(data["runtime_version"]), ("runtime_version",))


def _nodes(work: _Import, data: dict[str, Any]) -> None:
    defaults = data.get("defaults")
    defaults = defaults if isinstance(defaults, dict) else {}
    sizes = [defaults.get(key, 1) for key in ("tensor_parallel", "pipeline_parallel")]
    if data.get("min_nodes"):
        work.put(("nodes",), data["min_nodes"], ("min_nodes",))
    elif data.get("max_nodes") != 1 and all(type(size) is int for size in sizes):
        nodes = sizes[0] * sizes[1]
        work.put(("nodes",), nodes, ("defaults", "tensor_parallel"))
        if nodes > 1:
            message = f"{nodes} nodes, since sparkrun counts one GPU a node; correct nodes if not"
            work.warn(("defaults", "tensor_parallel"), message)
    if data.get("max_nodes") not in (None, work.data.get("nodes", 1)):
        work.warn(("max_nodes",), "an upper limit is not kept; a recipe states how many there are")


def _defaults(work: _Import, data: dict[str, Any]) -> None:
    if data.get("defaults") is None:
        return
    if not isinstance(data["defaults"], dict):
        work.source.complain(("defaults",), "must be a map of keys and values")
        return
    for key, value in data["defaults"].items():
        origin: Path = ("defaults", key)
        if value is None:
            work.warn(origin, "has no value, and is left out")
        elif isinstance(value, dict | list):
            work.put(origin, json.dumps(value), origin)
            work.warn(origin, "a list or map becomes JSON text")
        else:
            work.put(origin, value, origin)


def _env(work: _Import, data: dict[str, Any]) -> None:
    if data.get("env") is None:
        return
    if not isinstance(data["env"], dict):
        work.source.complain(("env",), "must be a map of names and texts")
        return
    for key, value in data["env"].items():
        text = json.dumps(value) if isinstance(value, bool | int | float) else value
        if isinstance(text, str) and "$" in text:
            what = "a secret" if name_is_secret(key) else "a variable of the machine"
            work.warn(("env", key), f"{what} is not kept; set it in the agent's own environment")
        else:
            work.put(("env", key), text, ("env", key))


def _command(work: _Import, data: dict[str, Any]) -> None:
    command = data.get("command")
    if not command:
        work.source.complain(
            ("command",),
            "is missing: sparkrun makes one itself, another in each version; write it out, as"
            " `sparkrun run --dry-run` prints it",
        )
        return
    if isinstance(command, str) and work.origin.get(("quantization",)) == ("model",):
        command = command.replace("{model}", "{model}:{quantization}")
    work.put(("launch", "command"), command, ("command",))
    image, _, digest = str(data.get("container") or "").partition("@")
    if image:
        work.put(("launch", "image"), image, ("container",))
    if digest:
        work.put(("launch", "image_digest"), digest, ("container",))


def _metadata(work: _Import, data: dict[str, Any]) -> None:
    metadata = data.get("metadata")
    if not isinstance(metadata, dict):
        return
    names = {"description": "description", "quantization": "quantization"}
    names |= {"quant_bits": "weight_bits", "interconnect": "interconnect"}
    for key, ours in names.items():
        if metadata.get(key) is not None and ours not in work.data:
            work.put((ours,), metadata[key], ("metadata", key))
    count = _COUNT.match(str(metadata.get("model_params", "")).strip())
    if count:
        total = round(float(count[1]) * _SCALE[count[2].upper()])
        work.put(("parameters_total",), total, ("metadata", "model_params"))
    others = [str(key) for key in metadata if key not in _TAKEN_METADATA]
    if others:
        work.warn(("metadata",), f"not kept: {', '.join(others)}")


def _rest(work: _Import, data: dict[str, Any]) -> None:
    if data.get("name") and not work.data.get("description"):
        work.put(("description",), data["name"], ("name",))
    for key, value in data.items():
        if key in _NO_COUNTERPART and value not in (None, [], {}, "", False):
            work.warn((key,), _NO_COUNTERPART[key])
        elif key not in _NO_COUNTERPART and key not in _TAKEN:
            work.warn((key,), "is not known to this importer, and is left out")
