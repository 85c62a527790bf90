"""The field's own tools against the same llama.cpp, and what is read from their results.

llama-benchy runs in an environment of its own, which the test builds. llama-bench comes with no
package: where it is on PATH it is run for real, and where not its recorded result is read alone.
"""

import http.server
import subprocess
from collections.abc import Iterator
from pathlib import Path
from shutil import which
from threading import Thread

import pytest
from typing_extensions import override

from arena_runner.contract import tools
from arena_runner.contract.tools import ToolOutput
from tests.bench import peers
from tests.llama.fixtures import LlamaServer, model_file
from tests.llama.write_tokenizer import write_tokenizer
from tests.processes import ROOT

RECORDED = ROOT / "tests" / "runner" / "tools" / "data"
BOOK = " ".join(f"Sentence {number} of a book that nobody wrote." for number in range(3_000))


@pytest.fixture
def book_url() -> Iterator[str]:
    """A text for llama-benchy, which would fetch one from outside."""

    class Book(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response_only(200)
            self.end_headers()
            self.wfile.write(BOOK.encode())

        @override
        def log_message(self, format: str, *args: object) -> None: ...

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Book) as server:
        thread = Thread(target=server.serve_forever, args=(0.02,))
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}/book.txt"
        server.shutdown()
        thread.join()


def metrics_of(output: ToolOutput) -> set[str]:
    return {row.metric for point in output.points for row in point.measurements}


def run(argv: list[str], folder: Path) -> str:
    done = subprocess.run(
        argv, cwd=folder, capture_output=True, text=True, timeout=150, check=False
    )
    assert done.returncode == 0, done.stderr[-2_000:]
    return done.stdout


@pytest.mark.timeout(400)  # The first time its environment is built.
def test_llama_benchy_on_this_server_is_imported(
    llama: LlamaServer, tmp_path: Path, book_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    try:
        benchy = peers.program("llama-benchy", "llama-benchy")
    except peers.PeerUnavailableError as error:
        pytest.skip(f"LLAMA-BENCHY IS NOT HERE: {error}")
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    monkeypatch.setenv("HOME", str(tmp_path))
    result = tmp_path / "result.json"
    wanted = ["--pp", "64", "--tg", "64", "--concurrency", "1", "2", "--runs", "2"]
    run(
        [
            *(str(benchy), "--base-url", llama.base_url, "--model", llama.model),
            *("--tokenizer", str(write_tokenizer(tmp_path)), "--book-url", book_url),
            *(*wanted, "--exact-tg", "--no-cache", "--skip-coherence"),
            *("--format", "json", "--save-result", str(result)),
        ],
        tmp_path,
    )
    output = tools.read(result.read_text())
    assert output.tool == "llama-benchy"
    assert len(output.points) == 2
    assert "decode_tokens_per_second" in metrics_of(output)


def test_llama_bench_on_this_model_is_imported(tmp_path: Path) -> None:
    if which("llama-bench") is None:
        pytest.skip("LLAMA-BENCH IS NOT ON PATH: its recorded result is read instead")
    printed = run(
        ["llama-bench", "-m", str(model_file()), "-p", "64", "-n", "32", "-r", "2", "-o", "json"],
        tmp_path,
    )
    output = tools.read(printed)
    assert output.tool == "llama-bench"
    assert len(output.points) == 2


@pytest.mark.parametrize(
    ("name", "tool"),
    [("llama_benchy_llamaserver.json", "llama-benchy"), ("llama_bench.json", "llama-bench")],
)
def test_the_recorded_result_for_llama_cpp_is_imported(name: str, tool: str) -> None:
    output = tools.read((RECORDED / name).read_text())
    assert output.tool == tool
    assert output.points
    assert all(row.value > 0 for point in output.points for row in point.measurements)
