"""The pages on which a model is connected, tried, changed and retired."""

import re
from collections.abc import Callable
from html import unescape
from typing import Any

import pytest
from django.test import Client

from arena.accounts.models import Role
from arena.tenancy.models import Tenant
from tests.workers.conftest import Browse, ServeProvider, log
from tests.workers.provider import DONE, STREAM, event, http, says, usage
from workers.commands import allow_target
from workers.queries import allowed_targets, target

pytestmark = pytest.mark.django_db
SECRET = "sk-canary-0123456789"
STOP = event(choices=[{"index": 0, "delta": {}, "finish_reason": "stop"}])
FORM: dict[str, Any] = {
    "model_name": "Parrot 1B", "developer": "Aviary", "licence": "Apache-2.0", "weights": "open",
    "family": "Parrot", "aliases": "Polly\n\n Parrot One ", "quantization": "FP8",
    "engine": "vllm", "operator": "self-hosted", "base_url": "https://9.9.9.9/v1",
    "upstream_model": "parrot", "api_key": SECRET, "max_output_tokens": "1024",
    "max_concurrent": "3", "input_usd": "0.15", "output_usd": "0.6",
    "price_source": "Price list", "price_effective_on": "2026-11-01", "watts": "240",
    "power_scope": "wall", "power_source": "Plug meter", "power_stated_on": "2026-11-02",
}  # fmt: skip
SLUG = "parrot-1b--fp8--vllm--self-hosted"
CHANGE = {key: FORM[key] for key in FORM if key not in
          {"model_name", "quantization", "engine", "operator", "api_key"}}  # fmt: skip
AdvanceAll = Callable[[Tenant], None]


def page(client: Client, path: str = "/endpoints/", **data: str) -> str:
    answer = client.post(path, data, follow=True) if data else client.get(path)
    assert answer.status_code in {200, 400}
    return unescape(answer.content.decode())


@pytest.mark.parametrize("role", [None, Role.MEMBER, Role.RUNNER_OWNER, Role.MODERATOR])
def test_the_pages_are_for_those_who_manage(
    tenant: Tenant, browse: Browse, role: Role | None, deployment: str
) -> None:
    client = browse(role, tenant)
    for path in ("", "new/", "targets/", f"of/{deployment}/"):
        assert client.get(f"/endpoints/{path}").status_code == 403
    for path in (f"of/{deployment}/try/", f"of/{deployment}/retire/", "new/", "targets/"):
        assert client.post(f"/endpoints/{path}", FORM).status_code == 403
    assert Client().get("/endpoints/").headers["Location"] == "/accounts/login/?next=/endpoints/"
    assert [kind for kind, _ in log(tenant)] == ["ModelRegistered", "DeploymentRegistered"]


def test_a_model_is_connected_and_listed_with_its_facts(
    tenant: Tenant, browse: Browse, advance_all: AdvanceAll
) -> None:
    client = browse(Role.ADMIN, tenant)
    assert "/endpoints/" in page(client, "/account/")
    assert "None yet." in page(client)
    shown = page(client, "/endpoints/new/", **FORM)
    assert "Parrot 1B is connected." in shown
    # Read tables follow in a moment; until then the form would overwrite what it does not know.
    assert "Its facts are on their way." in shown
    advance_all(tenant)
    listed = page(client)
    for text in ("Parrot 1B", "FP8", "0.15", "0.6", "Price list, 2026-11-01", "240 W, wall",
                 "Plug meter, 2026-11-02", "answers up to 1024 tokens"):  # fmt: skip
        assert text in listed
    shown = page(client, f"/endpoints/of/{SLUG}/")
    for text in ("https://9.9.9.9/v1", 'value="Aviary"', "Polly\nParrot One", "set on 20"):
        assert text in shown
    data = dict(log(tenant))
    assert data["ModelRegistered"]["aliases"] == ["Polly", "Parrot One"]


def test_the_key_is_never_shown_again(
    tenant: Tenant, browse: Browse, advance_all: AdvanceAll
) -> None:
    client = browse(Role.OWNER, tenant)
    bad = page(client, "/endpoints/new/", **(FORM | {"base_url": "ftp://9.9.9.9"}))
    assert "http:// or https://" in bad
    shown = page(client, "/endpoints/new/", **FORM)
    advance_all(tenant)
    for text in (bad, shown, page(client), page(client, f"/endpoints/of/{SLUG}/")):
        assert SECRET not in text
    assert target(tenant=tenant, deployment_slug=SLUG).secret == SECRET


def test_a_change_keeps_the_key_unless_told_otherwise(
    tenant: Tenant, browse: Browse, advance_all: AdvanceAll
) -> None:
    client = browse(Role.ADMIN, tenant)
    page(client, "/endpoints/new/", **FORM)
    advance_all(tenant)
    before = len(log(tenant))
    path = f"/endpoints/of/{SLUG}/"
    assert "Saved." in page(client, path, **CHANGE)
    assert len(log(tenant)) == before
    assert "Saved." in page(client, path, **(CHANGE | {"max_concurrent": "9", "watts": "250"}))
    assert [kind for kind, _ in log(tenant)][before:] == [
        "DeploymentPowerDeclared", "EndpointChanged"
    ]  # fmt: skip
    opened = target(tenant=tenant, deployment_slug=SLUG)
    assert (opened.secret, opened.max_concurrent) == (SECRET, 9)
    moved = page(client, path, **(CHANGE | {"base_url": "https://1.1.1.1/v1"}))
    assert "enter the API key again" in moved
    both = page(client, path, **(CHANGE | {"remove_key": "on", "api_key": "sk-new"}))
    assert "Either a new key or none, not both." in both
    assert "Saved." in page(client, path, **(CHANGE | {"remove_key": "on"}))
    assert target(tenant=tenant, deployment_slug=SLUG).secret is None


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"model_name": ""}, "This field is required."),
        ({"base_url": "http://127.0.0.1:8001/v1"}, "allow_target"),
        ({"output_usd": ""}, "A price needs both figures and its source."),
        ({"price_source": ""}, "A price needs both figures and its source."),
        ({"input_usd": "-1"}, "greater than or equal to 0"),
        ({"power_source": ""}, "Say where the figure is from."),
        ({"price_source_url": "javascript:alert(1)"}, "Enter a valid URL."),
        ({"aliases": "x" * 201}, "alias: the name has 201 characters"),
        ({"max_concurrent": "many"}, "Enter a whole number."),
    ],
)
def test_a_wrong_form_says_what_to_mend_and_changes_nothing(
    tenant: Tenant, browse: Browse, wrong: dict[str, str], message: str
) -> None:
    client = browse(Role.ADMIN, tenant)
    answer = client.post("/endpoints/new/", FORM | wrong)
    assert answer.status_code == 400
    shown = unescape(answer.content.decode())
    assert message in shown
    assert log(tenant) == []
    for name in re.findall(r'aria-describedby="([^"]+)"', shown):
        assert all(f'id="{part}"' in shown for part in name.split())


def test_trying_shows_the_answer_and_its_pace(
    tenant: Tenant, browse: Browse, serve_provider: ServeProvider
) -> None:
    client = browse(Role.ADMIN, tenant)
    allow_target(tenant=tenant, target="127.0.0.1", port=None, by="test")
    script = [STREAM, says("<b>Blue</b> light "), says("scatters."), STOP, usage(12, 5), DONE]
    refusal = [http("401 Unauthorized", b'{"error": {"message": "Wrong key %s"}}'
                    % SECRET.encode())]  # fmt: skip
    with serve_provider(script, refusal) as running:
        page(client, "/endpoints/new/", **(FORM | {"base_url": running.url}))
        answer = client.post(f"/endpoints/of/{SLUG}/try/")
        text = answer.content.decode()
        assert "&lt;b&gt;Blue&lt;/b&gt; light scatters." in text
        assert re.search(r"\d+ ms, one question", text)
        assert re.search(r"\d+\.\d tok/s", text)
        assert "12 in, 5 out" in text
        assert f"Authorization: Bearer {SECRET}" in running.requests[0][0]
        failed = page(client, f"/endpoints/of/{SLUG}/try/", again="1")
    assert "It did not answer: provider_error." in failed
    assert "HTTP 401: Wrong key [removed]" in failed
    failed = page(client, f"/endpoints/of/{SLUG}/try/", again="1")
    assert "It did not answer: disconnected." in failed


def test_retiring_asks_for_a_reason(
    tenant: Tenant, browse: Browse, advance_all: AdvanceAll
) -> None:
    client = browse(Role.ADMIN, tenant)
    page(client, "/endpoints/new/", **FORM)
    advance_all(tenant)
    path = f"/endpoints/of/{SLUG}/retire/"
    assert "This field is required." in page(client, path, reason="")
    assert "is asked no more. Its key is forgotten." in page(client, path, reason="Sold")
    advance_all(tenant)
    assert "retired: Sold" in page(client)
    assert "Saving the form below brings it back." in page(client, f"/endpoints/of/{SLUG}/")
    assert "is retired" in page(client, f"/endpoints/of/{SLUG}/try/", again="1")


def test_administrators_see_the_private_targets_and_operators_change_them(
    tenant: Tenant, other_tenant: Tenant, browse: Browse
) -> None:
    allow_target(tenant=tenant, target="10.0.0.7", port=8001, by="test")
    path = "/endpoints/targets/"
    admin, operator = browse(Role.OWNER, tenant), browse(Role.OWNER, tenant, is_operator=True)
    shown = page(admin, path)
    assert "10.0.0.7/32" in shown
    assert "Allow it" not in shown
    (entry,) = allowed_targets(tenant=tenant)
    assert admin.post(path, {"target": "10.0.0.8"}).status_code == 403
    assert admin.post(f"{path}{entry.id}/remove/").status_code == 403
    assert "no server has" in page(operator, path, target="0.0.0.0/0")
    assert "The target is allowed." in page(operator, path, target="gpu.lan", port="80")
    assert "no longer allowed" in page(operator, f"{path}{entry.id}/remove/", yes="1")
    assert [(e.target, e.port) for e in allowed_targets(tenant=tenant)] == [("gpu.lan", 80)]
    assert allowed_targets(tenant=other_tenant) == []


def test_endpoints_of_another_arena_do_not_exist(
    tenant: Tenant, other_tenant: Tenant, browse: Browse
) -> None:
    page(browse(Role.OWNER, tenant), "/endpoints/new/", **FORM)
    stranger = browse(Role.ADMIN, other_tenant)
    for path in ("", "try/", "retire/"):
        answer = stranger.post(f"/t/demo-private/endpoints/of/{SLUG}/{path}", CHANGE)
        assert answer.status_code == 404
