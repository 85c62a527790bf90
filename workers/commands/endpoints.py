"""Register, change and retire endpoints."""

from django.db import transaction
from django.utils import timezone
from yarl import URL

from arena.eventstore import store
from arena.eventstore.domain import DomainError, DomainEvent
from arena.eventstore.reader import fact_of
from arena.tenancy.models import Tenant
from benchmarks.events import DeploymentRegistered, deployment_stream
from workers import addresses, secret_box
from workers.events import EndpointChanged, EndpointRegistered, EndpointRetired, endpoint_stream
from workers.models import EndpointAccess
from workers.queries import allow_list
from workers.state import EndpointState, current

_MAX_TOKENS = 100_000_000
_MAX_CONCURRENT = 10_000
_MAX_TEXT = 500


def register_endpoint(
    *,
    tenant: Tenant,
    deployment_slug: str,
    base_url: str,
    upstream_model: str,
    actor: str,
    secret: str | None = None,
    accepts_images: bool = False,
    context_tokens: int | None = None,
    max_output_tokens: int = 2048,
    max_concurrent: int = 8,
) -> None:
    """Make a deployment reachable, or bring its endpoint to these facts; retired ones come back.

    `secret` None keeps the API key that is stored, an empty one removes it. Address, upstream name
    and key are private rows written in the same transaction; the log gets an event only when
    something else changed. Raises DomainError for an unknown deployment, a number out of range, an
    address that is none or leads where this arena may not go, and a stored key that would follow
    the address to another host.
    """
    url = _url(tenant, base_url)
    wanted = _checked(
        EndpointState(
            deployment_slug=deployment_slug,
            model_slug=_model_slug(tenant, deployment_slug),
            accepts_images=accepts_images,
            context_tokens=context_tokens,
            max_output_tokens=max_output_tokens,
            max_concurrent=max_concurrent,
        )
    )
    name = _text(upstream_model, what="the name of the model at the endpoint")
    with transaction.atomic():
        _append(tenant, wanted, actor)
        _keep_access(tenant, deployment_slug, url=url, upstream_model=name, secret=secret)


def retire_endpoint(*, tenant: Tenant, deployment_slug: str, reason: str, actor: str) -> None:
    """Ask the deployment no more, and forget its key; nothing happens when it is retired already.

    Raises DomainError when there is no such endpoint or the reason is empty.
    """
    clean = _text(reason, what="the reason")
    stream = store.read_stream(tenant=tenant, stream=endpoint_stream(deployment_slug))
    state = current(stream)
    if state is None:
        raise DomainError(f"no endpoint is registered for the deployment {deployment_slug!r}")
    if state.retired_reason is not None:
        return
    with transaction.atomic():
        store.append(
            tenant=tenant,
            stream=endpoint_stream(deployment_slug),
            events=[EndpointRetired(deployment_slug=deployment_slug, reason=clean)],
            expected_version=stream[-1].version,
            actor=actor,
        )
        EndpointAccess.objects.filter(tenant=tenant, deployment_slug=deployment_slug).update(
            encrypted_secret="", secret_set_at=None, updated_at=timezone.now()
        )


@transaction.atomic
def rotate_secrets(*, tenant: Tenant) -> int:
    """Encrypt every stored key anew under the first key of ARENA_SECRETS_KEYS; return how many.

    Raises SealedSecret when one cannot be opened; then none is changed.
    """
    rows = list(
        EndpointAccess.objects.select_for_update()
        .filter(tenant=tenant)
        .exclude(encrypted_secret="")
    )
    for row in rows:
        row.encrypted_secret = secret_box.resealed(row.encrypted_secret)
        row.save(update_fields=["encrypted_secret"])
    return len(rows)


def _append(tenant: Tenant, wanted: EndpointState, actor: str) -> None:
    """Append what is new about the endpoint, if anything is."""
    slug = wanted.deployment_slug
    stream = store.read_stream(tenant=tenant, stream=endpoint_stream(slug))
    state = current(stream)
    facts = {
        "deployment_slug": slug,
        "accepts_images": wanted.accepts_images,
        "context_tokens": wanted.context_tokens,
        "max_output_tokens": wanted.max_output_tokens,
        "max_concurrent": wanted.max_concurrent,
    }
    if state == wanted:
        return
    event: DomainEvent
    if state is None or state.retired_reason is not None:
        event = EndpointRegistered(model_slug=wanted.model_slug, **facts)  # type: ignore[arg-type]
    else:
        event = EndpointChanged(**facts)  # type: ignore[arg-type]
    store.append(
        tenant=tenant,
        stream=endpoint_stream(slug),
        events=[event],
        expected_version=stream[-1].version if stream else 0,
        actor=actor,
    )


def _keep_access(
    tenant: Tenant, slug: str, *, url: URL, upstream_model: str, secret: str | None
) -> None:
    rows = EndpointAccess.objects.select_for_update()
    row = rows.filter(tenant=tenant, deployment_slug=slug).first() or EndpointAccess(
        tenant=tenant, deployment_slug=slug
    )
    keeps_key = secret is None and row.encrypted_secret
    if keeps_key and not addresses.same_origin(URL(row.base_url), url):
        raise DomainError(
            "The new address is another host, port or scheme: enter the API key again, so that the"
            " stored one goes nowhere it was not meant for."
        )
    row.base_url = str(url)
    row.upstream_model = upstream_model
    if secret is not None:
        row.encrypted_secret = secret_box.seal(_key(secret)) if secret.strip() else ""
        row.secret_set_at = timezone.now() if row.encrypted_secret else None
    row.save()


def _url(tenant: Tenant, text: str) -> URL:
    try:
        url = addresses.parsed(text)
        addresses.refuse_private(url, allow_list(tenant=tenant))
    except ValueError as error:
        raise DomainError(f"Address of the endpoint: {error}.") from None
    return url


def _model_slug(tenant: Tenant, deployment_slug: str) -> str:
    stream = store.read_stream(tenant=tenant, stream=deployment_stream(deployment_slug))
    if not stream:
        raise DomainError(f"no deployment {deployment_slug!r} is registered; register it first")
    return fact_of(stream[0], DeploymentRegistered).model_slug


def _checked(state: EndpointState) -> EndpointState:
    limits = {
        "max_output_tokens": (state.max_output_tokens, _MAX_TOKENS),
        "max_concurrent": (state.max_concurrent, _MAX_CONCURRENT),
        "context_tokens": (state.context_tokens, _MAX_TOKENS),
    }
    for name, (value, most) in limits.items():
        if value is not None and not 1 <= value <= most:
            raise DomainError(f"{name} is {value}, want 1 to {most}")
    return state


def _text(text: str, *, what: str) -> str:
    clean = text.strip()
    if not clean or len(clean) > _MAX_TEXT or not clean.isprintable():
        raise DomainError(f"{what}: want 1 to {_MAX_TEXT} printable characters")
    return clean


def _key(secret: str) -> str:
    clean = secret.strip()
    # It becomes a header: anything else could start a second one.
    if not clean.isascii() or not clean.isprintable() or len(clean) > _MAX_TEXT * 8:
        raise DomainError("The API key holds characters that cannot stand in a header.")
    return clean
