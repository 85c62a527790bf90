"""Fill an arena for a load test: `python -m tests.load.furnish <provider url> <voters>`.

Prints the voters' API keys as a JSON list. Each voter has its own, so that the limits of the site
can stay as they are.
"""

import json
import os
import sys

import django

from tests.load.plan import OUTPUT_TOKENS


def main(provider_url: str, voters: int) -> None:
    """Open the public arena with the embedded models on their board, and make the keys."""
    from arena.accounts.commands.api_keys import create_api_key
    from arena.eventstore.projection import advance, projections
    from arena.management.embedded_models import provide
    from arena.tenancy.commands import open_tenant
    from leaderboards.rebuild import rebuild
    from voting.queries import boards
    from workers.commands import register_endpoint
    from workers.queries import access, endpoints

    def catch_up() -> None:
        for name in projections():
            advance(tenant=tenant, name=name)

    tenant = open_tenant(slug="public", name="Public arena", is_public=True, is_default=True)
    provide(tenant, url=provider_url, actor="load")
    catch_up()
    for endpoint in endpoints(tenant=tenant):
        found = access(tenant=tenant, deployment_slug=endpoint.deployment_slug)
        register_endpoint(
            tenant=tenant,
            deployment_slug=endpoint.deployment_slug,
            base_url=found.base_url,
            upstream_model=found.upstream_model,
            max_output_tokens=OUTPUT_TOKENS,
            max_concurrent=voters,
            actor="load",
        )
    keys = [
        create_api_key(tenant=tenant, by=None, name=f"voter {number}", scopes=["read", "vote"]).raw
        for number in range(voters)
    ]
    catch_up()
    for board in boards(tenant=tenant):
        rebuild(tenant=tenant, board=board.slug)
    print(json.dumps(keys))


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "arena.settings")
    django.setup()
    main(sys.argv[1], int(sys.argv[2]))
