"""A board of 1,000 deployments with every column, read by twenty at once and moved by votes."""

import contextlib
import gzip
import http.client
import json
import re
import statistics
import subprocess
import sys
import time
import urllib.parse
import uuid
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Final

from tests.bench import site
from tests.bench.peers import ROOT
from tests.bench.rows import Row
from tests.leaderboards.sockets import board_socket, receive, receive_until
from tests.live_server import LiveServer, live_server
from tests.load.plan import quantile

NAME: Final = "board"
DEPLOYMENTS: Final = 1_000
READERS: Final = 20
WEB_PROCESSES: Final = 2
SECONDS: Final = 5.0
_WARM_S: Final = 3.0
_VOTES: Final = 5
_PAUSE_S: Final = 1.5
_PATIENCE_S: Final = 60.0
_PAGE: Final = "/boards/text/"
_STATIC: Final = "/static/arena.css"
_ROWS: Final = "/api/v1/boards/text/rows"
_SAME_IN_FIVE: Final = 4
"""Pages of the mixed load that are the board as it opens; the fifth is another order or search."""
_COLUMNS: Final = "columns"
"""Parameter of the page that chooses columns."""
_LINKED: Final = re.compile(
    r'<link rel="(?:stylesheet|icon)" href="([^"]+)"|<script[^>]* src="([^"]+)"'
)
_IMPORTED: Final = re.compile(r'^(?:import|export)\b[^"]*"(\.{1,2}/[^"]+)"', re.MULTILINE)


def run() -> Iterable[Row]:
    """Yield the rows of this benchmark."""
    environment = site.fresh(NAME) | {
        # What is measured is not how soon twenty readers at one address are refused.
        "ARENA_RATE_ANONYMOUS": "1000000000",
        "ARENA_DB_POOL": "1",
    }
    printed = site.python(environment, ["-m", "tests.bench.board_fill", str(DEPLOYMENTS)])
    board: dict[str, Any] = json.loads(printed.splitlines()[-1])
    what = (
        f"{board['rows']} rows x {len(board['columns'])} columns, {board['filled_cells']} cells"
        f" filled; {WEB_PROCESSES} web processes, PostgreSQL, Redis and readers on this machine"
    )
    with contextlib.ExitStack() as stack:
        servers = [
            stack.enter_context(live_server(environment, worker=number == 0))
            for number in range(WEB_PROCESSES)
        ]
        yield from _read(servers, board, what)
        yield _weight(servers[0], board, what)
        yield _lag(servers, board, what)
    yield Row.measured(
        name=f"{NAME}.rebuild",
        ours=board["rebuild_s"],
        unit="s",
        against=f"the middle one of some, each after one vote; {what}",
        goal="ours < 1.5",
    )


def _read(servers: Sequence[LiveServer], board: Mapping[str, Any], what: str) -> Iterator[Row]:
    """Pages and answers of the API beside a static file, each by all readers at once."""
    page, others = _page(board), _others(board)
    mixed = []
    for other in others:
        mixed += [*[page] * _SAME_IN_FIVE, other]
    cases = {
        "static": [_STATIC],
        "html": [page],
        "html_pages": [_with(page, page=str(number)) for number in range(1, 11)],
        "html_mixed": mixed,
        "json": [_ROWS],
        "json_largest": [f"{_ROWS}?limit=200"],
        "json_whole": [_with("/boards/text.json", **_all_columns(board))],
    }
    found = _taken(servers, cases)
    static_ms = quantile(found["static"]["taken_ms"], 0.95)
    for name, words, goal in (
        ("html", "the first page, every column", "ours < 150"),
        ("html_pages", "its ten pages in turn", "ours < 150"),
        ("html_mixed", "of five pages one is another order or search", "ours < 150"),
        ("json", "50 rows, gzip", "ours < 60"),
        ("json_largest", "200 rows, gzip", "ours < 60"),
        ("json_whole", "the whole board as a file, gzip", "ours < 60"),
    ):
        taken_ms, size = found[name]["taken_ms"], found[name]["bytes"]
        yield Row.measured(
            name=f"{NAME}.{name}.p95",
            ours=quantile(taken_ms, 0.95),
            unit="ms",
            against=f"a static file of {found['static']['bytes']:,} bytes from the same servers;"
            f" {words}: {size:,} bytes, {len(taken_ms) / SECONDS:.0f} a second,"
            f" {READERS} readers without a pause; {what}",
            theirs=static_ms,
            goal=goal,
        )


def _page(board: Mapping[str, Any]) -> str:
    return _with(_PAGE, **_all_columns(board))


def _all_columns(board: Mapping[str, Any]) -> dict[str, str]:
    return {_COLUMNS: ",".join(board["columns"])}


def _others(board: Mapping[str, Any]) -> list[str]:
    """Pages in as many orders as there are columns, both ways, and searches."""
    page = _page(board)
    orders = [_with(page, sort=f"{sign}{key}") for key in board["columns"] for sign in ("", "-")]
    return [*orders, *(_with(page, q=str(number)) for number in range(10, 40))]


def _with(path: str, **parameters: str) -> str:
    joint = "&" if "?" in path else "?"
    return f"{path}{joint}{urllib.parse.urlencode(parameters)}"


def _taken(servers: Sequence[LiveServer], cases: Mapping[str, list[str]]) -> dict[str, Any]:
    """Run the readers in a process of their own; return by case the times and the bytes."""
    plan = {
        "ports": [server.port for server in servers],
        "readers": READERS,
        "seconds": SECONDS,
        "warm_s": _WARM_S,
        "cases": cases,
    }
    finished = subprocess.run(
        [sys.executable, "-m", "tests.bench.board_readers"],
        cwd=ROOT,
        input=json.dumps(plan),
        capture_output=True,
        text=True,
        check=False,
    )
    if finished.returncode:
        raise RuntimeError(f"the readers failed: {finished.stderr.strip()[-2000:]}")
    found: dict[str, Any] = json.loads(finished.stdout)
    return found


def _weight(server: LiveServer, board: Mapping[str, Any], what: str) -> Row:
    """The page and all that it links to, each packed by gzip as a proxy sends it."""
    path = _page(board)
    page = _body(server, path)
    text = page.decode()
    links = [one or other for one, other in _LINKED.findall(text)]
    files: dict[str, bytes] = {}
    while links:
        link = links.pop()
        if link not in files:
            files[link] = _body(server, link)
            if link.endswith(".js"):
                imports = _IMPORTED.findall(files[link].decode())
                links += [urllib.parse.urljoin(link, name) for name in imports]
    packed = [len(gzip.compress(body, 6)) for body in (page, *files.values())]
    return Row.measured(
        name=f"{NAME}.weight",
        ours=sum(packed) / 1000,
        unit="kB",
        against=f"gzip of the page ({packed[0] / 1000:.0f} kB of {len(page) / 1000:.0f}) and of"
        f" {len(files)} style sheets, scripts and icons; {what}",
        goal="ours < 300",
    )


def _body(server: LiveServer, path: str) -> bytes:
    connection = http.client.HTTPConnection(server.host, timeout=30)
    connection.request("GET", path)
    answer = connection.getresponse()
    body = answer.read()
    if answer.status != http.HTTPStatus.OK:
        raise RuntimeError(f"{path}: {answer.status}")
    return body


def _lag(servers: Sequence[LiveServer], board: Mapping[str, Any], what: str) -> Row:
    """The longest time from a vote's answer to a socket of another process with its position."""
    lags_s = []
    state = json.loads(_body(servers[-1], "/api/v1/boards/text"))["state"]
    # As an open page does: it has the rows and says up to where.
    path = f"/ws/boards/text/?position={state['position']}"
    with board_socket(servers[-1], path) as socket:
        receive(socket, within_s=_PATIENCE_S)
        for number in range(_VOTES):
            position = _vote(servers[0], board, number)
            answered = time.monotonic()
            receive_until(socket, position, within_s=_PATIENCE_S)
            lags_s.append(time.monotonic() - answered)
            time.sleep(_PAUSE_S)
    return Row.measured(
        name=f"{NAME}.lag",
        ours=max(lags_s),
        unit="s",
        against=f"the longest of {_VOTES} votes, from the answer 201 to the patch at an open page"
        f" of another process (the middle one: {statistics.median(lags_s):.2f} s); {what}",
        goal="ours < 2",
    )


def _vote(server: LiveServer, board: Mapping[str, Any], number: int) -> int:
    connection = http.client.HTTPConnection(server.host, timeout=30)
    model_a, model_b = board["models"]
    winner = ("model_a", "model_b")[number % 2]
    vote = {"board": "text", "model_a": model_a, "model_b": model_b, "winner": winner}
    headers = {
        "Authorization": f"Bearer {board['key']}",
        "Content-Type": "application/json",
        "Idempotency-Key": str(uuid.uuid4()),
    }
    connection.request("POST", "/api/v1/votes", json.dumps(vote), headers)
    answer = connection.getresponse()
    body = json.loads(answer.read())
    if answer.status != http.HTTPStatus.CREATED:
        raise RuntimeError(f"the vote was refused: {body}")
    return int(body["position"])
