"""What a request and a task leave in the log: one line each, and nothing of the person."""

import io
import json
import logging
import sys
import time
import uuid
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import structlog
from celery.contrib.testing.worker import start_worker
from django.core.mail import get_connection, send_mail
from django.db import IntegrityError, connection, transaction
from django.test import Client

from arena import broker
from arena.accounts.models import User
from arena.celery import app
from arena.logs import describe_error

EMAIL, PASSWORD, ADDRESS = "person@example.org", "correct horse battery", "198.51.100.7"
NOBODY_LISTENS = 1


class Lines:
    """What the site's log handler wrote."""

    def __init__(self) -> None:
        self.stream = io.StringIO()

    def parsed(self) -> list[dict[str, Any]]:
        """Return every line as JSON; a line that is none is an error."""
        return [json.loads(line) for line in self.stream.getvalue().splitlines()]


@pytest.fixture
def lines() -> Iterator[Lines]:
    """Return the lines that the site's own handler writes from now on."""
    found = Lines()
    [handler] = [
        handler
        for handler in logging.getLogger().handlers
        if isinstance(handler, logging.StreamHandler)
        and isinstance(handler.formatter, structlog.stdlib.ProcessorFormatter)
    ]
    before = handler.setStream(found.stream)
    yield found
    handler.setStream(before or sys.stderr)


@pytest.mark.django_db
def test_request_leaves_one_line_with_its_id_and_nothing_of_the_visitor(
    client: Client, lines: Lines
) -> None:
    user = User.objects.create_user(email=EMAIL, password=PASSWORD)
    client.force_login(user)
    client.get(
        "/readyz?email=person@example.org&token=s3cret",
        REMOTE_ADDR=ADDRESS,
        headers={"User-Agent": "Curious/1.0"},
    )
    [line] = lines.parsed()
    assert str(uuid.UUID(line["request_id"])) == line["request_id"]
    assert line["event"] == "request_finished"
    assert (line["method"], line["route"], line["status"]) == ("GET", "/readyz", 200)
    assert line["duration_ms"] >= 0
    text = json.dumps(line)
    for secret in (EMAIL, ADDRESS, "Curious", "s3cret", str(user.actor_id), "user_id"):
        assert secret not in text
    assert set(line) == {
        "event", "level", "logger", "timestamp", "request_id",
        "method", "route", "tenant", "duration_ms", "status",
    }  # fmt: skip


@pytest.mark.django_db
def test_requests_have_different_ids(client: Client, lines: Lines) -> None:
    client.get("/healthz")
    client.get("/healthz")
    first, second = lines.parsed()
    assert first["request_id"] != second["request_id"]


@pytest.mark.django_db
def test_unknown_path_is_one_line_without_the_path(
    client: Client, lines: Lines, tenant: object
) -> None:
    client.get("/nowhere/person@example.org/")
    [line] = lines.parsed()
    assert (line["route"], line["status"], line["tenant"]) == ("unmatched", 404, "public")


@pytest.mark.django_db
def test_message_of_a_broken_constraint_does_not_quote_the_row(lines: Lines) -> None:
    User.objects.create_user(email=EMAIL, password=PASSWORD)
    with pytest.raises(IntegrityError) as caught, transaction.atomic():
        User.objects.create_user(email=EMAIL, password=PASSWORD)
    assert EMAIL in str(caught.value)
    logging.getLogger("somewhere").error("it broke", exc_info=caught.value)
    [line] = lines.parsed()
    assert EMAIL not in json.dumps(line)
    assert "already exists" not in line["exception"]
    assert "SQLSTATE 23505, table accounts_user, constraint" in line["exception"]
    assert "Traceback" in line["exception"]


@pytest.mark.django_db
def test_other_database_errors_keep_their_first_line() -> None:
    with pytest.raises(Exception, match="does not exist") as caught, transaction.atomic():
        connection.cursor().execute("SELECT no_such_column FROM accounts_user")
    assert describe_error(caught.value) == 'column "no_such_column" does not exist'


def test_addresses_in_any_message_are_replaced(lines: Lines) -> None:
    log = structlog.get_logger("somewhere")
    log.warning("no mail to person@example.org", peer=f"{ADDRESS}:443", other="2001:db8:0:1::7")
    [line] = lines.parsed()
    assert line["event"] == "no mail to [e-mail]"
    assert (line["peer"], line["other"]) == ("[address]:443", "[address]")


@pytest.mark.django_db
def test_undeliverable_mail_leaves_no_recipient(lines: Lines) -> None:
    smtp = get_connection(
        "django.core.mail.backends.smtp.EmailBackend", host="127.0.0.1", port=NOBODY_LISTENS
    )
    try:
        send_mail("s", "b", None, [EMAIL], connection=smtp)
    except OSError:
        logging.getLogger("somewhere").exception("mail to %s failed", EMAIL)
    [line] = lines.parsed()
    assert EMAIL not in json.dumps(line)
    assert line["event"] == "mail to [e-mail] failed"


@pytest.mark.django_db(transaction=True)
def test_task_logs_with_the_request_id_of_whoever_asked(lines: Lines) -> None:
    with structlog.contextvars.bound_contextvars(request_id="asked-by-this-request"):
        app.tasks["arena.heartbeat"].delay()
    with start_worker(app, perform_ping_check=False, pool="solo", loglevel="INFO"):
        _until(lambda: any(line["event"] == "task_succeeded" for line in lines.parsed()))
    [line] = [line for line in lines.parsed() if line["event"] == "task_succeeded"]
    assert line["request_id"] == "asked-by-this-request"
    assert (line["task"], bool(line["task_id"])) == ("arena.heartbeat", True)
    assert broker.heartbeat_age_s() is not None


def _until(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 30
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.05)
