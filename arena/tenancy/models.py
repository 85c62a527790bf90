"""A tenant is one arena with its own log."""

from django.db import models
from typing_extensions import override


class Tenant(models.Model):
    """An arena: its own log, boards, people and runners. Nothing crosses between two tenants."""

    slug = models.SlugField(unique=True, max_length=50)
    name = models.CharField(max_length=100)
    host = models.CharField(
        max_length=253, unique=True, null=True, blank=True, help_text="Own host name, lower case."
    )
    is_public = models.BooleanField(default=False, help_text="Readable without an account.")
    is_default = models.BooleanField(
        default=False, help_text="Answers on hosts that no tenant claims."
    )
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["slug"]
        constraints = [
            models.UniqueConstraint(
                fields=["is_default"],
                condition=models.Q(is_default=True),
                name="tenancy_one_default_tenant",
            )
        ]

    @override
    def __str__(self) -> str:
        return self.slug
