"""Real recipes of sparkrun become ours; what has no counterpart is said, never dropped silently."""

from pathlib import Path

import pytest

from arena_runner.contract.command import render, shell_line
from arena_runner.contract.problem import ProblemsError
from arena_runner.contract.sparkrun import Imported, load_sparkrun

DATA = Path(__file__).parent / "data"


def imported(name: str) -> Imported:
    return load_sparkrun((DATA / f"{name}.yaml").read_text(), name)


def test_an_official_vllm_recipe() -> None:
    found = imported("qwen3.6-35b-a3b-fp8-mtp-vllm")
    recipe = found.recipe
    assert (recipe.model, recipe.engine, recipe.nodes) == ("Qwen/Qwen3.6-35B-A3B-FP8", "vllm", 1)
    assert recipe.launch is not None
    assert recipe.launch.image == "registry.example/spark-arena/dgx-vllm-eugr-nightly:latest"
    assert recipe.description.startswith("Qwen3.6-35B-A3B-FP8 — native")
    assert recipe.env == {"VLLM_MARLIN_USE_ATOMIC_ADD": "1"}
    line = shell_line(render(recipe))
    assert line.startswith("vllm serve Qwen/Qwen3.6-35B-A3B-FP8 --host 0.0.0.0 --port 8000")
    assert """'{"method": "mtp", "num_speculative_tokens": 2}' --enable-prefix-caching""" in line
    assert line.endswith("-tp 1 -pp 1")
    [warning] = found.warnings
    assert warning == (
        "line 6: /mods: patches of the container are not applied; the engine runs unpatched"
    )


def test_an_experimental_recipe_on_four_nodes() -> None:
    found = imported("minimax-m3-nvfp4-4x-sglang")
    recipe = found.recipe
    assert (recipe.engine, recipe.nodes, recipe.quantization) == ("sglang", 4, "nvfp4")
    argv = render(recipe)
    sizes = argv.index("--cuda-graph-bs")
    assert argv[sizes + 1 : sizes + 8] == ("1", "2", "4", "8", "12", "16", "--host")
    assert argv[argv.index("--mem-fraction-static") + 1] == "0.8"
    assert [each.split(": ")[1] for each in found.warnings] == ["/executor_config"]


def test_a_gguf_model_is_split_and_its_command_stays_as_it_was() -> None:
    recipe = imported("qwen3-1.7b-gguf-llama-cpp").recipe
    assert (recipe.model, recipe.quantization) == ("Qwen/Qwen3-1.7B-GGUF", "Q8_0")
    assert recipe.engine == "llama.cpp"
    assert shell_line(render(recipe)) == (
        "llama-server -hf Qwen/Qwen3-1.7B-GGUF:Q8_0 --host 0.0.0.0 --port 8000"
        " --n-gpu-layers 99 --ctx-size 8192 --flash-attn on --jinja --no-webui"
    )


V1 = """\
recipe_version: "1"
name: Old one
model: org/m
container: image@sha256:{digest}
cluster_only: true
build_args: [--x]
defaults: {{tensor_parallel: 2, extra: {{a: 1}}, empty: null}}
env: {{HF_TOKEN: $HF_TOKEN, N: 1}}
command: vllm serve {{model}} -tp {{tensor_parallel}} --extra '{{extra}}'
metadata: {{model_params: 8B, quant_bits: 4, maintainer: somebody}}
pre_exec: ["pip install x"]
max_nodes: 4
colour: red
"""


def test_a_recipe_of_version_1_keeps_what_has_a_place_and_names_the_rest() -> None:
    found = load_sparkrun(V1.format(digest="a" * 64))
    recipe = found.recipe
    assert recipe.nodes == 2
    assert recipe.description == "Old one"
    assert recipe.parameters_total == 8_000_000_000
    assert recipe.weight_bits == 4
    assert recipe.env == {"N": "1"}
    assert recipe.launch is not None
    assert recipe.launch.image == "image"
    assert recipe.launch.image_digest == f"sha256:{'a' * 64}"
    assert render(recipe)[-1] == '{"a": 1}'
    named = " ".join(found.warnings)
    for key in ("cluster_only", "build_args", "extra", "empty", "HF_TOKEN", "maintainer"):
        assert key in named
    for key in ("pre_exec", "max_nodes", "colour", "tensor_parallel"):
        assert f"/{key}" in named


REFUSED = {
    "no command": ("model: m\nruntime: vllm\n", 1, "/command", "write it out"),
    "unknown runtime": ("model: m\nruntime: x\ncommand: e\n", 2, "/runtime", "atlas"),
    "literal secret": (
        "model: m\ncommand: e\nenv:\n  A: 1\n  HF_TOKEN: abc\n",
        5,
        "/env/HF_TOKEN",
        "secret",
    ),
    "bad digest": ("model: m\ncommand: e\ncontainer: a@x\n", 3, "/container", "pattern"),
    "shell": ("model: m\n\ncommand: a && b\n", 3, "/command", "no shell"),
    "unresolved": ("model: m\ncommand: e {port}\n", 2, "/command", "port"),
    "no model": ("runtime: vllm\n", 1, "", "no model"),
    "defaults": ("model: m\ncommand: e\ndefaults: [1]\n", 3, "/defaults", "map"),
}


@pytest.mark.parametrize(
    ("text", "line", "pointer", "message"), REFUSED.values(), ids=REFUSED.keys()
)
def test_errors_have_the_place_in_the_original(
    text: str, line: int, pointer: str, message: str
) -> None:
    with pytest.raises(ProblemsError) as caught:
        load_sparkrun(text)
    problem = caught.value.problems[0]
    assert (problem.line, problem.pointer) == (line, pointer)
    assert message in problem.message


@pytest.mark.parametrize(
    ("command", "engine"),
    [
        ("sglang serve {model}", "sglang"),
        ("python3 -m sglang.launch_server {model}", "sglang"),
        ("llama-server -hf {model}", "llama.cpp"),
        ("trtllm-serve {model}", "trtllm"),
        ("vllm serve {model}", "vllm"),
    ],
)
def test_the_engine_follows_from_the_command_when_no_runtime_is_stated(
    command: str, engine: str
) -> None:
    assert load_sparkrun(f"model: m\ncommand: '{command}'\n").recipe.engine == engine
