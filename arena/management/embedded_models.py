"""Put the models of the embedded provider on a board of their own, at the address it has now."""

from urllib.parse import urlsplit

from arena.eventstore.domain import DomainError
from arena.tenancy.models import Tenant
from benchmarks.commands import model_slugs, register_deployment, register_model
from voting.commands import enter_contestant, is_open, open_board
from workers.commands import allow_target, register_endpoint, remove_target
from workers.ngram.catalogue import CATALOGUE, CONTEXT_TOKENS, DEVELOPER, LICENCE, Entry
from workers.queries import UnknownEndpoint, access, allowed_targets, endpoint
from workers.state import EndpointState

BOARD = "ngram"
_ENGINE = "arena n-gram"
_MAX_OUTPUT_TOKENS = 1_024
_MAX_CONCURRENT = 64


def provide(tenant: Tenant, *, url: str, actor: str) -> int:
    """Make every embedded model battle on the board; return how many are new or have moved.

    What the arena's owner has changed or retired since stays as it is; only the address of an
    endpoint follows the provider. Raises DomainError for an address without host and port.
    """
    _allow(tenant, url, actor)
    if not is_open(tenant=tenant, slug=BOARD):
        open_board(
            tenant=tenant,
            slug=BOARD,
            name="Embedded n-gram models",
            question=(
                "Which answer is less wrong? These models count words in a small text and run"
                " inside this site. They know nothing; they are here to try a battle."
            ),
            licence=LICENCE,
            attribution="Visitors of this arena",
            actor=actor,
        )
    return sum(_provide(tenant, entry, url=url, actor=actor) for entry in CATALOGUE)


def _provide(tenant: Tenant, entry: Entry, *, url: str, actor: str) -> bool:
    slug = _deployment_slug(tenant, entry, actor)
    try:
        state = endpoint(tenant=tenant, deployment_slug=slug)
    except UnknownEndpoint:
        _introduce(tenant, entry, actor)
        state = EndpointState(
            deployment_slug=slug,
            model_slug=slug,
            accepts_images=False,
            context_tokens=CONTEXT_TOKENS,
            max_output_tokens=_MAX_OUTPUT_TOKENS,
            max_concurrent=_MAX_CONCURRENT,
        )
    else:
        has_moved = access(tenant=tenant, deployment_slug=slug).base_url != url
        if state.retired_reason is not None or not has_moved:
            return False
    # The endpoint comes last: where there is one, all the rest was done.
    register_endpoint(
        tenant=tenant,
        deployment_slug=slug,
        base_url=url,
        upstream_model=entry.name,
        accepts_images=state.accepts_images,
        context_tokens=state.context_tokens,
        max_output_tokens=state.max_output_tokens,
        max_concurrent=state.max_concurrent,
        actor=actor,
    )
    return True


def _introduce(tenant: Tenant, entry: Entry, actor: str) -> None:
    register_model(
        tenant=tenant,
        name=entry.title,
        developer=DEVELOPER,
        licence=LICENCE,
        weights_open=True,
        family="ngram",
        aliases=[entry.name],
        actor=actor,
    )
    slug = _deployment_slug(tenant, entry, actor, dry_run=False)
    enter_contestant(tenant=tenant, board=BOARD, deployment_slug=slug, actor=actor)


def _deployment_slug(tenant: Tenant, entry: Entry, actor: str, *, dry_run: bool = True) -> str:
    """Return the slug that the deployment has, or (dry run) would get."""
    # No hardware: an identity that named this machine would change when the site moves.
    return register_deployment(
        tenant=tenant,
        model_slug=model_slugs(tenant=tenant, names=[entry.title])[entry.title],
        engine=_ENGINE,
        actor=actor,
        dry_run=dry_run,
    )


def _allow(tenant: Tenant, url: str, actor: str) -> None:
    """Let the arena reach the provider's host and port, and no longer an earlier port of it."""
    address = urlsplit(url)
    if address.hostname is None or address.port is None:
        raise DomainError(f"ARENA_PROVIDER_URL is {url!r}; want http://<host>:<port>/v1")
    host = allow_target(tenant=tenant, target=address.hostname, port=address.port, by=actor)
    for entry in allowed_targets(tenant=tenant):
        if entry.added_by == actor and (entry.target, entry.port) != (host, address.port):
            remove_target(tenant=tenant, target=entry.target, port=entry.port)
