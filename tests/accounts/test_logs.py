"""What a sign-in leaves in the logs: nothing that names the person."""

import io
import json
import logging
from collections.abc import Iterator

import pytest
import structlog
from django.conf import settings
from django.core.mail import EmailMessage
from django.test import Client

from arena.accounts.models import User
from arena.tenancy.models import Tenant
from tests.accounts.test_sign_in import EMAIL, PASSWORD, SIGN_IN, SIGN_UP, _link

pytestmark = pytest.mark.django_db(transaction=True)
ADDRESS = "203.0.113.77"
BROWSER = "Sentinel browser 7.31"


@pytest.fixture
def lines() -> Iterator[io.StringIO]:
    """Return where the site's own handler writes, in the form it writes in production."""
    stream = io.StringIO()
    formatter = structlog.stdlib.ProcessorFormatter(
        **{k: v for k, v in settings.LOGGING["formatters"]["json"].items() if k != "()"}
    )
    handler = logging.StreamHandler(stream)
    handler.setFormatter(formatter)
    logging.getLogger().addHandler(handler)
    try:
        yield stream
    finally:
        logging.getLogger().removeHandler(handler)


def test_sign_up_sign_in_and_failures_leave_nothing_personal(
    tenant: Tenant, mailoutbox: list[EmailMessage], lines: io.StringIO
) -> None:
    client = Client(REMOTE_ADDR=ADDRESS, headers={"User-Agent": BROWSER})
    client.post("/accounts/signup/", SIGN_UP)
    confirm = _link(mailoutbox[0], "/accounts/confirm-email/")
    client.get(confirm)
    client.post(confirm)
    client.post("/accounts/login/?next=/?mail=" + EMAIL, SIGN_IN | {"password": "wrong"})
    client.post("/accounts/login/", SIGN_IN)
    client.post("/accounts/password/reset/", {"email": EMAIL})
    reset = _link(mailoutbox[-1], "/accounts/password/reset/key/")
    client.get(reset)
    client.get(f"/no-such-page/{EMAIL}/")
    client.post("/account/leave/")
    user = User.objects.get(email=EMAIL)
    text = lines.getvalue()
    records = [json.loads(line) for line in text.splitlines()]
    assert sum(record.get("event") == "request_finished" for record in records) >= 9
    secrets = [
        EMAIL, PASSWORD, ADDRESS, BROWSER, str(user.actor_id), str(client.session.session_key),
        confirm.rstrip("/").rpartition("/")[2], reset.rstrip("/").rpartition("/")[2],
    ]  # fmt: skip
    for secret in secrets:
        assert secret not in text
    for record in records:
        assert not {"user_id", "user", "ip", "email"} & record.keys()
