"""Endpoints are facts in the log; addresses and keys are private rows beside it."""

import json
from typing import Any

import pytest

from arena.eventstore.domain import DomainError
from arena.eventstore.projection import advance
from arena.tenancy.models import Tenant
from tests.workers.conftest import log
from workers.commands import allow_target, register_endpoint, remove_target, retire_endpoint
from workers.models import EndpointAccess
from workers.queries import (
    UnknownEndpoint,
    access,
    allow_list,
    allowed_targets,
    endpoint,
    endpoints,
    target,
)

pytestmark = pytest.mark.django_db
SECRET = "sk-canary-0123456789"
URL = "https://9.9.9.9/v1"


def connect(tenant: Tenant, slug: str, **more: Any) -> None:
    facts = {"base_url": URL, "upstream_model": "parrot", "secret": None} | more
    register_endpoint(tenant=tenant, deployment_slug=slug, actor="test", **facts)


def kinds(tenant: Tenant) -> list[str]:
    return [kind for kind, _ in log(tenant) if kind.startswith("Endpoint")]


def test_an_endpoint_is_registered_once(tenant: Tenant, deployment: str) -> None:
    for _ in range(2):
        connect(tenant, deployment, secret=SECRET, context_tokens=4096, accepts_images=True)
    assert kinds(tenant) == ["EndpointRegistered"]
    state = endpoint(tenant=tenant, deployment_slug=deployment)
    assert (state.model_slug, state.context_tokens, state.accepts_images) == (
        "parrot-1b",
        4096,
        True,
    )
    assert endpoints(tenant=tenant) == []
    advance(tenant=tenant, name="endpoints")
    assert endpoints(tenant=tenant) == [state]


def test_neither_address_nor_key_is_in_the_log_or_readable_in_the_table(
    tenant: Tenant, deployment: str
) -> None:
    connect(tenant, deployment, secret=SECRET)
    stored = json.dumps(log(tenant))
    row = EndpointAccess.objects.get()
    for hidden in (SECRET, "9.9.9.9", row.encrypted_secret):
        assert hidden not in stored
    assert SECRET not in row.encrypted_secret
    opened = target(tenant=tenant, deployment_slug=deployment)
    assert (opened.secret, opened.base_url) == (SECRET, URL)
    for text in (
        repr(opened),
        str(opened),
        repr(access(tenant=tenant, deployment_slug=deployment)),
    ):
        assert SECRET not in text
    assert "9.9.9.9" not in repr(opened)


def test_changes_of_limits_are_events_and_changes_of_access_are_not(
    tenant: Tenant, deployment: str
) -> None:
    connect(tenant, deployment, secret=SECRET)
    connect(tenant, deployment, base_url="https://9.9.9.9/other/v1/", upstream_model="new")
    assert kinds(tenant) == ["EndpointRegistered"]
    opened = target(tenant=tenant, deployment_slug=deployment)
    assert (opened.base_url, opened.upstream_model, opened.secret) == (
        "https://9.9.9.9/other/v1", "new", SECRET
    )  # fmt: skip
    connect(tenant, deployment, max_concurrent=2)
    assert kinds(tenant) == ["EndpointRegistered", "EndpointChanged"]
    assert target(tenant=tenant, deployment_slug=deployment).max_concurrent == 2


@pytest.mark.parametrize(
    "url", ["https://1.1.1.1/v1", "https://9.9.9.9:8443/v1", "http://9.9.9.9/v1"]
)
def test_the_stored_key_never_follows_to_another_origin(
    tenant: Tenant, deployment: str, url: str
) -> None:
    connect(tenant, deployment, secret=SECRET)
    with pytest.raises(DomainError, match="enter the API key again"):
        connect(tenant, deployment, base_url=url, max_concurrent=2)
    assert kinds(tenant) == ["EndpointRegistered"]
    assert target(tenant=tenant, deployment_slug=deployment).base_url == URL
    connect(tenant, deployment, base_url=url, secret="")
    assert target(tenant=tenant, deployment_slug=deployment).secret is None
    connect(tenant, deployment, base_url=URL)


def test_retiring_forgets_the_key_and_registering_brings_it_back(
    tenant: Tenant, deployment: str
) -> None:
    connect(tenant, deployment, secret=SECRET)
    for _ in range(2):
        retire_endpoint(tenant=tenant, deployment_slug=deployment, reason=" Sold. ", actor="test")
    assert kinds(tenant) == ["EndpointRegistered", "EndpointRetired"]
    assert EndpointAccess.objects.get().encrypted_secret == ""
    assert endpoint(tenant=tenant, deployment_slug=deployment).retired_reason == "Sold."
    with pytest.raises(UnknownEndpoint, match="is retired"):
        target(tenant=tenant, deployment_slug=deployment)
    connect(tenant, deployment)
    assert kinds(tenant)[2:] == ["EndpointRegistered"]
    advance(tenant=tenant, name="endpoints")
    assert [state.retired_reason for state in endpoints(tenant=tenant)] == [None]


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"base_url": "ftp://9.9.9.9/v1"}, "http:// or https://"),
        ({"base_url": "9.9.9.9/v1"}, "http:// or https://"),
        ({"base_url": "https:///v1"}, "host is missing"),
        ({"base_url": "https://u:p@9.9.9.9/v1"}, "no user and password"),
        ({"base_url": "https://9.9.9.9/v1?key=1"}, "without"),
        ({"base_url": "https://9.9.9.9:99999/v1"}, "no web address"),
        ({"base_url": "https://9.9.9.9/a b"}, "without blanks"),
        ({"base_url": "https://9.9.9.9\\@127.0.0.1/"}, "without blanks"),
        ({"base_url": "http://127.0.0.1:8001/v1"}, "allow_target"),
        ({"base_url": "http://[::1]/v1"}, "private"),
        ({"base_url": "http://0x7f000001/v1"}, "private"),
        ({"base_url": "http://2130706433/v1"}, "private"),
        ({"base_url": "http://localhost/v1"}, "private"),
        ({"base_url": "http://169.254.169.254/latest"}, "private"),
        ({"upstream_model": " "}, "name of the model"),
        ({"upstream_model": "a\nb"}, "name of the model"),
        ({"secret": "two\r\nheaders"}, "header"),
        ({"secret": "ключ"}, "header"),
        ({"max_concurrent": 0}, "max_concurrent is 0"),
        ({"context_tokens": -1}, "context_tokens is -1"),
        ({"max_output_tokens": 10**9}, "max_output_tokens"),
        ({"deployment_slug": "nobody"}, "register it first"),
    ],
)
def test_what_is_refused_leaves_nothing_behind(
    tenant: Tenant, deployment: str, wrong: dict[str, Any], message: str
) -> None:
    with pytest.raises(DomainError, match=message):
        connect(tenant, wrong.pop("deployment_slug", deployment), **wrong)
    assert kinds(tenant) == []
    assert not EndpointAccess.objects.exists()


def test_the_whole_address_of_the_api_is_understood(tenant: Tenant, deployment: str) -> None:
    connect(tenant, deployment, base_url=" https://API.Example.org/v1/chat/completions ")
    stored = access(tenant=tenant, deployment_slug=deployment)
    assert stored.base_url == "https://api.example.org/v1"


def test_arenas_have_their_own_endpoints_and_lists(
    tenant: Tenant, other_tenant: Tenant, deployment: str
) -> None:
    assert allow_target(tenant=tenant, target=" 10.1.2.3/8 ", port=80, by="test") == "10.0.0.0/8"
    allow_target(tenant=tenant, target="10.0.0.0/8", port=80, by="test")
    connect(tenant, deployment, base_url="http://10.0.0.7:80/v1")
    assert [(e.target, e.port) for e in allowed_targets(tenant=tenant)] == [("10.0.0.0/8", 80)]
    assert allow_list(tenant=other_tenant).networks == frozenset()
    for read in (endpoint, access, target):
        with pytest.raises(UnknownEndpoint):
            read(tenant=other_tenant, deployment_slug=deployment)
    with pytest.raises(DomainError, match="not on the list of demo-private"):
        remove_target(tenant=other_tenant, target="10.0.0.0/8", port=80)
    remove_target(tenant=tenant, target="10.0.0.0/8", port=80)
    with pytest.raises(DomainError, match="private"):
        connect(tenant, deployment, base_url="http://10.0.0.7:80/v1")
