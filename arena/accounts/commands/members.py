"""Who belongs to an arena and in which role."""

from django.db import transaction

from arena.accounts.models import ApiKey, Membership, Role, User
from arena.accounts.queries import role_of
from arena.eventstore.domain import DomainError
from arena.tenancy.models import Tenant

_MANAGERS = (Role.OWNER, Role.ADMIN)


@transaction.atomic
def add_member(*, tenant: Tenant, user: User, role: Role, by: User | None) -> Membership:
    """Make the person a member of the arena.

    `by` is None for the operator at the command line, who is bound by no role. Adding a member
    again in the same role changes nothing. Raises DomainError when `by` may not give that role
    or the person already is a member in another one.
    """
    lock_members(tenant=tenant)
    require_may_give(tenant=tenant, by=by, role=role)
    membership, is_new = Membership.objects.get_or_create(
        tenant=tenant, user=user, defaults={"role": role}
    )
    if not is_new and membership.role != role:
        raise DomainError(
            f"This person already is {Role(membership.role).label.lower()} of {tenant.name}. "
            "Change the role instead."
        )
    return membership


@transaction.atomic
def join(*, tenant: Tenant, user: User) -> Membership:
    """Let somebody join a public arena as member; raise DomainError for a private one."""
    if not tenant.is_public:
        raise DomainError("A private arena can be joined by invitation only.")
    membership, _ = Membership.objects.get_or_create(
        tenant=tenant, user=user, defaults={"role": Role.MEMBER}
    )
    return membership


@transaction.atomic
def change_role(*, tenant: Tenant, user: User, role: Role, by: User | None) -> Membership:
    """Give a member another role; raise DomainError when the rules of the arena forbid it."""
    lock_members(tenant=tenant)
    membership = _membership(tenant=tenant, user=user)
    require_may_give(tenant=tenant, by=by, role=role)
    _require_may_touch(membership=membership, by=by)
    if role != Role.OWNER:
        _require_other_owner(membership=membership)
    membership.role = role
    membership.save(update_fields=["role"])
    return membership


@transaction.atomic
def remove_member(*, tenant: Tenant, user: User, by: User | None) -> None:
    """Take a member and the member's keys out of the arena. Everybody may remove themselves."""
    lock_members(tenant=tenant)
    membership = _membership(tenant=tenant, user=user)
    if by != user:
        require_manager(tenant=tenant, by=by)
        _require_may_touch(membership=membership, by=by)
    _require_other_owner(membership=membership)
    ApiKey.objects.filter(tenant=tenant, created_by=user).delete()
    membership.delete()


def lock_members(*, tenant: Tenant) -> None:
    """Let one change of the arena's people happen at a time, or two owners could both step down."""
    Tenant.objects.select_for_update(no_key=True).get(pk=tenant.pk)


def require_manager(*, tenant: Tenant, by: User | None) -> Role:
    """Return the role of somebody who manages members; raise DomainError for anybody else."""
    if by is None:
        return Role.OWNER
    role = role_of(tenant=tenant, user=by)
    if role not in _MANAGERS:
        raise DomainError("Only owners and administrators of the arena manage its members.")
    return role


def require_may_give(*, tenant: Tenant, by: User | None, role: Role) -> None:
    """Raise DomainError when `by` may not give that role."""
    own = require_manager(tenant=tenant, by=by)
    if role == Role.OWNER and own != Role.OWNER:
        raise DomainError("Only an owner can make somebody else an owner.")
    if role.outranks(own):
        raise DomainError(f"Nobody can give a role above their own, which is {own.label.lower()}.")


def _require_may_touch(*, membership: Membership, by: User | None) -> None:
    own = require_manager(tenant=membership.tenant, by=by)
    if Role(membership.role).outranks(own):
        raise DomainError("Only an owner can change or remove an owner.")


def _require_other_owner(*, membership: Membership) -> None:
    if membership.role != Role.OWNER:
        return
    others = Membership.objects.filter(tenant=membership.tenant, role=Role.OWNER)
    if not others.exclude(pk=membership.pk).exists():
        raise DomainError(
            f"This is the only owner of {membership.tenant.name}. Make somebody else owner first."
        )


def _membership(*, tenant: Tenant, user: User) -> Membership:
    try:
        return Membership.objects.select_related("tenant").get(tenant=tenant, user=user)
    except Membership.DoesNotExist:
        raise DomainError(f"This person is not a member of {tenant.name}.") from None
