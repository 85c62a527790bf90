"""Engines name themselves; nothing is guessed, and a hostile answer is bounded."""

import asyncio
import socket
from typing import Any

import pytest

from arena_runner.engine import facts
from arena_runner.engine.endpoint import EndpointError, api_of
from arena_runner.engine.facts import EngineFacts
from tests.runner.engine.pages import Pages, listed, serving


def ask(pages: Pages) -> EngineFacts:
    with serving(pages):
        return asyncio.run(facts.ask(pages))


@pytest.mark.parametrize(
    ("pages", "engine", "version"),
    [
        (
            {"/v1/models": listed("vllm", "qwen"), "/version": (200, {"version": "0.19.1.dev3"})},
            "vllm",
            "0.19.1.dev3",
        ),
        (
            {
                "/v1/models": listed("llamacpp", "qwen"),
                "/props": (200, {"build_info": "b8076-0a1b2c3", "total_slots": 4}),
            },
            "llama.cpp",
            "b8076-0a1b2c3",
        ),
        (
            {
                "/v1/models": listed("sglang", "qwen"),
                "/get_server_info": (200, {"version": "0.5.6", "model_path": "x"}),
            },
            "sglang",
            "0.5.6",
        ),
        (
            {"/v1/models": listed("library", "qwen"), "/api/version": (200, {"version": "0.13.0"})},
            "ollama",
            "0.13.0",
        ),
        (
            {
                "/v1/models": listed("tensorrt_llm", "qwen"),
                "/version": (200, {"version": "1.2.0"}),
            },
            "trtllm",
            "1.2.0",
        ),
        ({"/v1/models": listed("arena", "qwen")}, None, None),
        ({"/v1/models": listed("someone", "qwen"), "/version": (200, [1])}, None, None),
        ({"/v1/models": listed("vllm", "qwen"), "/version": (200, {"version": 3})}, "vllm", None),
    ],
)
def test_an_engine_is_what_it_says(
    pages: dict[str, Any], engine: str | None, version: str | None
) -> None:
    found = ask(Pages(pages))
    assert (found.engine, found.engine_version) == (engine, version)
    assert found.served_model == "qwen"


def test_a_model_that_is_not_served_is_not_made_up() -> None:
    found = ask(Pages({"/v1/models": listed("vllm", "other")}))
    assert found.served_model is None
    assert found.served_models == ("other",)


def test_ollama_serves_a_name_without_its_tag() -> None:
    assert ask(Pages({"/v1/models": listed("library", "qwen:latest")})).served_model == (
        "qwen:latest"
    )


def test_a_gateway_that_refuses_what_it_does_not_know_is_no_obstacle() -> None:
    refused = (403, {"error": "forbidden"})
    pages = dict.fromkeys(("/props", "/get_server_info", "/api/version", "/version"), refused)
    found = ask(Pages({"/v1/models": listed("gateway", "qwen"), **pages}))
    assert found == EngineFacts(
        engine=None, engine_version=None, served_model="qwen", served_models=("qwen",)
    )


def test_the_key_goes_along() -> None:
    pages = Pages({"/v1/models": listed("vllm", "qwen")}, api_key="abc")
    ask(pages)
    assert {key for _, key in pages.asked} == {"Bearer abc"}


@pytest.mark.parametrize(
    ("pages", "message"),
    [
        ({}, "lists no models"),
        ({"/v1/models": (200, b"<html>")}, "lists no models"),
        ({"/v1/models": (200, b"[" * 100_000)}, "lists no models"),
        ({"/v1/models": (401, {})}, "ARENA_ENGINE_API_KEY"),
        ({"/v1/models": (200, b" " * 5_000_000)}, "more than"),
        ({"/v1/models": (302, {})}, "lists no models"),  # no redirection is followed
    ],
)
def test_what_is_no_such_server_says_what_to_do(pages: dict[str, Any], message: str) -> None:
    with pytest.raises(EndpointError, match=message):
        ask(Pages(pages))


def test_a_server_that_is_not_there_is_told_without_its_address() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    with pytest.raises(EndpointError, match="is the engine running") as raised:
        asyncio.run(facts.ask(Pages({}, base_url=f"http://127.0.0.1:{port}")))
    assert str(port) not in str(raised.value)


@pytest.mark.parametrize(
    ("base_url", "api"),
    [
        ("http://box:8000", "http://box:8000/v1"),
        ("http://box:8000/", "http://box:8000/v1"),
        ("http://box:8000/v1/", "http://box:8000/v1"),
        ("https://gateway/openai", "https://gateway/openai"),
    ],
)
def test_an_address_without_a_path_means_v1(base_url: str, api: str) -> None:
    assert api_of(base_url) == api
