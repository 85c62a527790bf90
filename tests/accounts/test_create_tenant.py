"""Opening an arena at the command line."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from arena.accounts.models import Role
from arena.accounts.queries import role_of
from arena.tenancy.models import Tenant
from arena.tenancy.queries import by_slug
from tests.accounts.conftest import MakePerson

pytestmark = pytest.mark.django_db


def test_an_arena_is_opened_at_the_command_line(make_person: MakePerson) -> None:
    owner = make_person("owner")
    out = StringIO()
    call_command(
        "create_tenant", "--slug=lab", "--name=Lab", "--host=Lab.example.org",
        "--owner=Owner@example.org", stdout=out,
    )  # fmt: skip
    assert out.getvalue() == "Opened /t/lab/.\n"
    lab = by_slug("lab")
    assert (lab.name, lab.is_public, lab.is_default) == ("Lab", False, False)
    assert lab.host == "lab.example.org"
    assert role_of(tenant=lab, user=owner) == Role.OWNER


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        (["--slug=public"], "exists already"),
        (["--slug=a b"], "is no slug"),
        (["--slug=" + "a" * 51], "is no slug"),
        (["--slug=new", "--owner=nobody@example.org"], "No account has the address"),
        (["--slug=new", "--host=taken.example.org"], "belongs to another arena"),
    ],
)
def test_a_wrong_arena_is_refused_and_changes_nothing(
    tenant: Tenant, arguments: list[str], reason: str
) -> None:
    Tenant.objects.filter(pk=tenant.pk).update(host="taken.example.org")
    with pytest.raises(CommandError, match=reason):
        call_command("create_tenant", "--name=Other", *arguments)
    assert [(t.slug, t.name) for t in Tenant.objects.all()] == [("public", "Public arena")]
