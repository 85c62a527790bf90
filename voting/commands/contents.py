"""Content rows: the texts and images that events commit to, never hold."""

from uuid import UUID, uuid4

from arena.tenancy.models import Tenant
from voting.commitments import commitment, new_salt
from voting.models import Content
from voting.queries.battles import Kind


def new_content(
    tenant: Tenant,
    battle_id: UUID,
    *,
    kind: Kind,
    turn: int = 1,
    text: str | None = None,
    image: bytes | None = None,
) -> Content:
    """Return a row with its own salt, not stored yet."""
    return Content(
        tenant=tenant,
        id=uuid4(),
        battle_id=battle_id,
        kind=kind,
        turn=turn,
        text=text,
        image=image,
        salt=new_salt(),
    )


def committed(row: Content) -> str:
    """Return the commitment to what a row holds; raise ValueError for an erased one."""
    content = row.text if row.image is None else bytes(row.image)
    if content is None or row.salt is None:
        raise ValueError(f"content {row.id} was erased")
    return commitment(salt=row.salt, content=content)
