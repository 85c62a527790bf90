"""An owner's run of a real llama.cpp: asked for in the browser, done by the agent, published."""

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any, Final

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.endtoend.furnish import LLAMA
from tests.endtoend.site import EMAIL, PASSWORD, Site
from tests.endtoend.work import Machine, registered
from tests.llama.fixtures import LlamaServer, running_llama

WITHIN_MS: Final = 90_000
NAME: Final = "desk"


@pytest.fixture(scope="module")
def paced() -> Iterator[LlamaServer]:
    """A llama.cpp whose model takes 3 ms a token.

    The tiny one takes 0.1 ms: on a machine that has other things to do its chunks come in bursts,
    and an answer in bursts has no speed to show.
    """
    with running_llama(layers=64) as server:
        yield server


@pytest.fixture(scope="module")
def machine(site: Site, paced: LlamaServer, tmp_path_factory: pytest.TempPathFactory) -> Machine:
    home = tmp_path_factory.mktemp("owner") / NAME
    return registered(site, home, tag="desk", endpoint=paced.base_url, quick=False)


@pytest.fixture
def _daemon(machine: Machine) -> Iterator[None]:
    with machine.agent.running("run"):
        yield


def sign_in(page: Page, site: Site) -> None:
    page.goto(site.url("/accounts/login/?next=/runs/new/"))
    page.get_by_label("Email").fill(EMAIL)
    page.get_by_label("Password", exact=False).first.fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.get_by_role("heading", name="Ask for a run").wait_for()


@pytest.mark.usefixtures("_daemon")
def test_an_owner_measures_a_real_llama_cpp_and_publishes_it(
    site: Site, machine: Machine, browser: Browser
) -> None:
    page = browser.new_page()
    sign_in(page, site)
    page.locator("#id_deployment").select_option(label=LLAMA)
    page.locator("#id_where").select_option(label=f"my machine {NAME}")
    page.get_by_role("button", name="Check and queue it").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("measured with quick-v1")
    run_id = page.url.rstrip("/").rpartition("/")[2]

    expect(page.locator("[data-cell=status]")).to_have_text("completed", timeout=WITHIN_MS)
    expect(page.locator(".verdict")).to_contain_text("accepted")
    expect(page.locator("#visibility")).to_contain_text("private")
    seen = site.read(f"runs/{run_id}")
    assert (seen["engine"], seen["runner_id"]) == ("llama.cpp", machine.runner_id)
    board = browser.new_page()
    board.goto(site.url("/boards/llama/"))
    expect(board.locator("tr[data-key]")).to_have_count(0)

    done = machine.agent.run("publish", run_id, "--yes", "--json")
    assert done.code == 0, done.err
    row = board.locator("tr", has=board.get_by_role("link", name=LLAMA, exact=True))
    speed = row.locator(".col-decode_tokens_per_second")
    expect(speed.locator(".value")).to_have_text(re.compile(r"^[\d,]+\.\d$"), timeout=30_000)
    assert "median of 1 run" in (speed.locator(".figure").get_attribute("title") or "")


def test_a_sweep_over_the_slots_of_llama_cpp_goes_through_agent_and_site(
    site: Site, machine: Machine
) -> None:
    # It has tested its load generator in the test above.
    done = replace(machine.agent, quick=True).run(
        "benchmark", "--endpoint", site.llama.base_url, "--model", site.llama.model,
        "-p", "np-sweep", "--json",
    )  # fmt: skip
    assert done.code == 0, done.err
    assert done.json["verdict"]["verdict"] == "accepted", done.json["verdict"]
    points = site.read(f"runs/{done.json['run_id']}/points")["items"]
    assert {point["point_key"] for point in points} == {"c1", "c2", "c4", "c8", "c16"}
    assert [point["voided"] for point in points] == [None] * len(points)
    ttft_ms = {point["point_key"]: _value(point, "ttft_ms_p50") for point in points}
    # Four slots: the other twelve of sixteen wait for a whole answer first.
    assert ttft_ms["c16"] > 2 * ttft_ms["c4"]


def _value(point: dict[str, Any], metric: str) -> float:
    [value] = [item["value"] for item in point["measurements"] if item["metric"] == metric]
    return float(value)
