"""Fill an arena: `python -m tests.endtoend.furnish <provider url> <llama url>`.

Prints the API key of somebody with machines as JSON. The board `ngram` has the embedded models,
the board `llama` a model that a llama.cpp serves.
"""

import json
import os
import sys
from urllib.parse import urlsplit

import django

from tests.endtoend.site import EMAIL, PASSWORD
from tests.llama.server import MODEL_NAME

LLAMA: str = "Tiny Random 1M"
ACTOR = "furnish"


def main(provider_url: str, llama_url: str) -> None:
    """Open the public arena with two boards, and make its first member."""
    from allauth.account.models import EmailAddress

    from arena.accounts.commands import add_member, create_api_key
    from arena.accounts.models import Role, User
    from arena.eventstore.projection import advance, projections
    from arena.management.embedded_models import provide
    from arena.tenancy.commands import open_tenant
    from benchmarks.commands import register_deployment, register_model
    from leaderboards.rebuild import rebuild
    from voting.commands import enter_contestant, open_board
    from voting.queries import boards
    from workers.commands import allow_target, register_endpoint

    tenant = open_tenant(slug="public", name="Public arena", is_public=True, is_default=True)
    provide(tenant, url=provider_url, actor=ACTOR)
    port = urlsplit(llama_url).port
    assert port is not None
    allow_target(tenant=tenant, target="127.0.0.1", port=port, by=ACTOR)
    model = register_model(
        tenant=tenant, name=LLAMA, weights_open=True, aliases=[MODEL_NAME], actor=ACTOR
    )
    slug = register_deployment(
        tenant=tenant, model_slug=model, engine="llama.cpp", quantization="F16", actor=ACTOR
    )
    open_board(
        tenant=tenant, slug="llama", name="Served by llama.cpp", question="Which one?",
        licence="CC-BY-4.0", attribution="Members of this arena", actor=ACTOR,
    )  # fmt: skip
    enter_contestant(tenant=tenant, board="llama", deployment_slug=slug, actor=ACTOR)
    register_endpoint(
        tenant=tenant, deployment_slug=slug, base_url=llama_url, upstream_model=MODEL_NAME,
        actor=ACTOR,
    )  # fmt: skip
    owner = User.objects.create_user(EMAIL, PASSWORD)
    EmailAddress.objects.create(user=owner, email=EMAIL, verified=True, primary=True)
    add_member(tenant=tenant, user=owner, role=Role.RUNNER_OWNER, by=None)
    key = create_api_key(tenant=tenant, by=owner, name="agent", scopes=["read", "runner"])
    for name in projections():
        advance(tenant=tenant, name=name)
    for board in boards(tenant=tenant):
        rebuild(tenant=tenant, board=board.slug)
    print(json.dumps(key.raw))


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "arena.settings")
    django.setup()
    main(sys.argv[1], sys.argv[2])
