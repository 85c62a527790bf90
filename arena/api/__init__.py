"""The public interface below api/v1/: typed, cursor-paged, with problems for errors."""

from arena.api import (
    badges,
    battle_stream,
    battles,
    boards,
    calculator,
    catalogue,
    changes,
    claims,
    compare,
    completions,
    deployments,
    devices,
    elsewhere,
    fits,
    handlers,
    lanes,
    log,
    model_names,
    planes,
    procurement,
    run_routes,
    runners,
    seed_claims,
    sovereignty,
    votes,
    webhooks,
)
from arena.api.access import ApiKey
from arena.api.bodies import JsonParser, JsonRenderer
from arena.api.docs import DocsPage
from arena.api.openapi import ArenaAPI

DESCRIPTION = """\
Boards, models, battles, votes, runs and the public part of the event log of one arena.

Lists are cursor pages: send `next` back as `cursor` until `has_more` is false. Errors are
`application/problem+json` (RFC 9457). Reading a public arena needs no key; a key allows more
requests a minute. Times are UTC."""

api = ArenaAPI(
    title="Arena API",
    version="1",
    description=DESCRIPTION,
    docs=DocsPage(),
    auth=ApiKey(),
    parser=JsonParser(),
    renderer=JsonRenderer(),
)
for _module in (
    boards,
    fits,
    planes,
    changes,
    calculator,
    procurement,
    catalogue,
    deployments,
    compare,
    sovereignty,
    log,
    votes,
    battles,
    battle_stream,
    completions,
    devices,
    runners,
    claims,
    run_routes,
    seed_claims,
    lanes,
    badges,
    model_names,
    webhooks,
    elsewhere,
):
    api.add_router("", _module.router)
handlers.install(api)

__all__ = ["api"]
