"""People, their roles in arenas, invitations and API keys: rows, not events, so they can go."""

import uuid
from typing import Any, ClassVar

from django.contrib.auth.models import AbstractUser, UserManager
from django.contrib.postgres.fields import ArrayField
from django.db import models
from typing_extensions import override

from arena.tenancy.models import Tenant


class EmailUserManager(UserManager["User"]):
    """Creates users by e-mail address, without a user name."""

    def _create_user(self, email: str, password: str | None, **extra: Any) -> "User":
        user = self.model(email=self.normalize_email(email).lower(), **extra)
        user.set_password(password)
        user.save(using=self._db)
        return user

    @override
    def create_user(  # type: ignore[override]
        self, email: str, password: str | None = None, **extra: Any
    ) -> "User":
        """Create an ordinary person."""
        return self._create_user(email, password, **extra)

    @override
    def create_superuser(  # type: ignore[override]
        self, email: str, password: str | None = None, **extra: Any
    ) -> "User":
        """Create an operator of the whole installation."""
        return self._create_user(email, password, is_staff=True, is_superuser=True, **extra)


class User(AbstractUser):
    """A person. `actor_id` is the only thing of a person that events may carry."""

    username = None  # type: ignore[assignment]  # people sign in by e-mail
    first_name = None  # type: ignore[assignment]
    last_name = None  # type: ignore[assignment]
    email = models.EmailField(unique=True)
    actor_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []
    objects: ClassVar[EmailUserManager] = EmailUserManager()

    @override
    def __str__(self) -> str:
        return str(self.actor_id)


class Role(models.TextChoices):
    """What a person may do in one arena. Listed from most to least."""

    OWNER = "owner", "Owner"
    ADMIN = "admin", "Administrator"
    MODERATOR = "moderator", "Moderator"
    RUNNER_OWNER = "runner_owner", "Runner owner"
    MEMBER = "member", "Member"

    def outranks(self, other: "Role") -> bool:
        """Tell whether this role stands above the other one."""
        ranks = list(Role)
        return ranks.index(self) < ranks.index(other)


class Scope(models.TextChoices):
    """What an API key may do."""

    READ = "read", "Read boards, models and events"
    VOTE = "vote", "Record votes"
    RUNNER = "runner", "Act as a runner"
    MODERATE = "moderate", "Exclude votes and runs"
    ADMIN = "admin", "Manage the arena"


_MEMBER_SCOPES = frozenset({Scope.READ, Scope.VOTE})
SCOPES_BY_ROLE: dict[Role, frozenset[Scope]] = {
    Role.OWNER: frozenset(Scope),
    Role.ADMIN: frozenset(Scope),
    Role.MODERATOR: _MEMBER_SCOPES | {Scope.MODERATE},
    Role.RUNNER_OWNER: _MEMBER_SCOPES | {Scope.RUNNER},
    Role.MEMBER: _MEMBER_SCOPES,
}


class Membership(models.Model):
    """A person's role in one arena."""

    tenant = models.ForeignKey(Tenant, on_delete=models.CASCADE)
    user = models.ForeignKey(User, on_delete=models.CASCADE)
    role = models.CharField(max_length=20, choices=Role.choices)
    joined_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["joined_at", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["tenant", "user"], name="accounts_one_membership")
        ]

    @override
    def __str__(self) -> str:
        return f"{self.role} {self.user_id} of tenant {self.tenant_id}"


class Invitation(models.Model):
    """An address asked to join an arena. Only the SHA-256 of the token in the mail is stored."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    tenant = models.ForeignKey(Tenant, on_delete=models.CASCADE)
    email = models.EmailField()
    role = models.CharField(max_length=20, choices=Role.choices)
    token_sha256 = models.BinaryField(max_length=32)
    invited_by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL)
    created_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField()

    class Meta:
        ordering = ["created_at", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["tenant", "email"], name="accounts_one_invitation"),
            models.UniqueConstraint(
                fields=["tenant", "token_sha256"], name="accounts_invitation_token"
            ),
        ]

    @override
    def __str__(self) -> str:
        return str(self.id)


class ApiKey(models.Model):
    """A secret for programs, good in one arena only. Only its SHA-256 and first letters are kept.

    A key without a maker was made by the operator at the command line.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    tenant = models.ForeignKey(Tenant, on_delete=models.CASCADE)
    created_by = models.ForeignKey(User, null=True, on_delete=models.CASCADE)
    name = models.CharField(max_length=100)
    prefix = models.CharField(max_length=20)
    sha256 = models.BinaryField(max_length=32)
    scopes = ArrayField(models.CharField(max_length=20, choices=Scope.choices))
    created_at = models.DateTimeField(auto_now_add=True)
    last_used_at = models.DateTimeField(null=True)
    expires_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-created_at", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["tenant", "sha256"], name="accounts_api_key_secret")
        ]

    @override
    def __str__(self) -> str:
        return self.prefix
