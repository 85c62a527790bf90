"""What is sent for a run and must not be taken: each with the name of its problem, none scored."""

import gzip
import json
import resource
import uuid
import zlib
from collections.abc import Callable
from typing import Any, get_args

import pytest
from django.db import connection

from arena.api.problems import KINDS
from arena.eventstore import store
from arena.eventstore.verification import Verified, verify_chain
from arena.tenancy.models import Tenant
from arena_runner.contract import samples, signing
from benchmarks.commands import expire_leases
from benchmarks.events import run_stream
from benchmarks.models import RunPoint
from benchmarks.queries import runs
from benchmarks.state.refusals import Code
from tests.api.run_agent import Agent, Lease
from tests.benchmarks.runs import manifest
from workers.commands.runners import revoke_key

pytestmark = pytest.mark.django_db
MEGABYTE = 1_048_576
Send = Callable[[Lease], Any]


@pytest.fixture
def lease(tenant: Tenant) -> Lease:
    """Return a claimed run of two points, of which none is measured."""
    return Agent(tenant, "ada").lease(manifest("a", "b"))


def raw(what: str, put: str, **fields: Any) -> Send:
    """Send a body in which `"@"` is replaced by a text that may be no JSON at all."""

    def send(lease: Lease) -> Any:
        body = json.dumps(lease.body(**fields)).replace('"@"', put)
        return lease.agent.post(f"runs/{lease.run_id}/{what}", body)

    return send


def point(**changes: Any) -> Send:
    """Record the first point with changed fields."""

    def send(lease: Lease) -> Any:
        report = lease.report(lease.wanted.profile.points[0]).model_dump(mode="json")
        return lease.send("points", point=report | changes)

    return send


def rows(change: Callable[[dict[str, Any]], object]) -> Send:
    """Record the first point from samples that were changed one by one."""

    def send(lease: Lease) -> Any:
        report = lease.report(lease.wanted.profile.points[0])
        content = runs.artifact(tenant=lease.agent.tenant, sha256=report.samples_sha256).content
        lines = [json.loads(line) for line in gzip.decompress(content).splitlines()]
        for line in lines:
            change(line)
        text = "\n".join(json.dumps(line) for line in lines)
        return _packed(lease, gzip.compress(text.encode()))

    return send


def content(packed: Callable[[], bytes]) -> Send:
    """Record the first point from these bytes."""
    return lambda lease: _packed(lease, packed())


def _packed(lease: Lease, packed: bytes) -> Any:
    assert lease.agent.put(packed).status_code in (200, 201)
    report = lease.report(lease.wanted.profile.points[0])
    stated = report.model_copy(update={"samples_sha256": samples.content_id(packed)})
    return lease.record(stated)


def bomb() -> bytes:
    """Return more than may be unpacked, in a few hundred kilobytes."""
    packer = zlib.compressobj(wbits=zlib.MAX_WBITS | 16)
    parts = [
        packer.compress(b" " * MEGABYTE) for _ in range(samples.MAX_UNPACKED_BYTES // MEGABYTE + 1)
    ]
    return b"".join([*parts, packer.flush()])


def report(**changes: Any) -> Send:
    """Hand in a report that is signed by the runner after the change."""

    def send(lease: Lease) -> Any:
        payload = lease.envelope(lease.measure()).payload
        return lease.complete(signing.sign(payload | changes, lease.agent.private))

    return send


def by_stranger(lease: Lease) -> Any:
    payload = lease.envelope(lease.measure()).payload
    return lease.complete(signing.sign(payload, signing.new_private_key()))


def forged(lease: Lease) -> Any:
    envelope = lease.envelope(lease.measure())
    payload = envelope.payload | {"finished_at": "2026-11-26T12:00:01Z"}
    return lease.complete(envelope.model_copy(update={"payload": payload}))


def replayed(lease: Lease) -> Any:
    first = lease.agent.lease(manifest("a", "b"))
    first.finish()
    return lease.complete(first.envelope(lease.measure()))


def revoked(lease: Lease) -> Any:
    envelope = lease.envelope(lease.measure())
    agent = lease.agent
    revoke_key(
        tenant=agent.tenant, runner_id=agent.runner_id, key_id=envelope.key_id, reason="stolen",
        actor="test",
    )  # fmt: skip
    return lease.complete(envelope)


def late(lease: Lease) -> Any:
    envelope = lease.envelope(lease.measure())
    with connection.cursor() as cursor:
        cursor.execute("UPDATE benchmarks_runjob SET lease_until = clock_timestamp()")
    return lease.complete(envelope)


def overtaken(lease: Lease) -> Any:
    late(lease)
    expire_leases(tenant=lease.agent.tenant)
    again = lease.agent.claim(lease.wanted)
    assert again.fence == lease.fence + 1
    return lease.complete(lease.envelope(lease.measure_only()))


def other_runner(lease: Lease) -> Any:
    other = Agent(lease.agent.tenant, "bob")
    return other.post(f"runs/{lease.run_id}/heartbeat", lease.body(runner_id=str(other.runner_id)))


def stolen_lease(lease: Lease) -> Any:
    other = Agent(lease.agent.tenant, "bob")
    return other.post(f"runs/{lease.run_id}/heartbeat", lease.body())


def missing_samples(lease: Lease) -> Any:
    told = lease.report(lease.wanted.profile.points[0])
    return lease.record(told.model_copy(update={"samples_sha256": "a" * 64}))


def twice(lease: Lease) -> Any:
    first = lease.wanted.profile.points[0]
    assert lease.record(lease.report(first)).status_code == 201
    return lease.record(lease.report(first, tokens_per_second=60.0))


def ask(**changes: Any) -> Send:
    """Ask for a run of a changed manifest."""

    def send(lease: Lease) -> Any:
        body = {"manifest": lease.wanted.model_dump(mode="json") | changes}
        return lease.agent.post("runs", body, **{"Idempotency-Key": "k"})

    return send


def changed_profile() -> dict[str, Any]:
    """Return a shipped profile that measures something else under its name."""
    profile = manifest().profile.model_dump(mode="json")
    profile["points"][0]["prompt"]["output_tokens"] = 1
    return profile


def secret_recipe() -> dict[str, Any]:
    recipe = manifest("a").recipe.model_dump(mode="json")
    return recipe | {"env": {"HF_TOKEN": "x"}}


CASES: dict[str, tuple[int, str, Send]] = {
    "nan": (422, "number-not-finite", raw("heartbeat", "NaN", progress={"eta_s": "@"})),
    "infinity": (422, "number-not-finite", raw("heartbeat", "-Infinity", progress={"eta_s": "@"})),
    "1e309": (422, "number-not-finite", raw("heartbeat", "1e309", progress={"eta_s": "@"})),
    "negative": (422, "invalid-body", raw("heartbeat", "-1", progress={"eta_s": "@"})),
    "text-for-a-number": (422, "invalid-body", point(sample_count="twelve")),
    "depth": (400, "malformed-json", raw("complete", "[" * 100_000 + "]" * 100_000, report="@")),
    "a-megabyte": (413, "too-large", raw("complete", f'"{"x" * MEGABYTE}"', report="@")),
    "many-keys": (
        422, "bad-signature",
        raw("complete", json.dumps({str(n): n for n in range(60_000)}),
            report={"payload": {"runner_id": 1, "x": "@"}, "key_id": "0" * 64, "signature": ""}),
    ),
    "unknown-field": (422, "invalid-body", point(score=1)),
    "negative-sample-count": (422, "invalid-body", point(sample_count=-1)),
    "wrong-sample-count": (422, "bad-samples", point(sample_count=3)),
    "unknown-point": (422, "unknown-point", point(key="c")),
    "samples-not-stored": (422, "artifact-missing", missing_samples),
    "samples-not-gzip": (422, "bad-samples", content(lambda: b"not gzip")),
    "samples-cut-off": (422, "bad-samples", content(lambda: gzip.compress(b"{}")[:-9])),
    "samples-a-bomb": (422, "bad-samples", content(bomb)),
    "samples-nan": (422, "bad-samples", content(lambda: gzip.compress(b'{"run": NaN}'))),
    "samples-negative": (422, "bad-samples", rows(lambda row: row.update(sent_ns=-1))),
    "samples-infinite": (
        422, "bad-samples",
        rows(lambda row: row.update(server_timings={"x": float("inf")})),
    ),
    "samples-unknown-field": (422, "bad-samples", rows(lambda row: row.update(score=1))),
    "other-samples-for-a-point": (422, "identity-conflict", twice),
    "wrong-key": (422, "bad-signature", by_stranger),
    "changed-after-signing": (422, "bad-signature", forged),
    "replayed-from-another-run": (422, "invalid-report", replayed),
    "revoked-key": (403, "key-revoked", revoked),
    "report-infinite": (422, "invalid-report", report(fence="Infinity")),
    "report-without-points": (422, "invalid-report", report(points=[])),
    "report-of-another-manifest": (
        422, "identity-conflict",
        report(manifest=manifest("a", "c").model_dump(mode="json")),
    ),
    "late-after-lease": (409, "lease-expired", late),
    "overtaken": (409, "stale-lease", overtaken),
    "not-the-leases-runner": (403, "foreign-runner", other_runner),
    "somebody-elses-runner": (403, "foreign-runner", stolen_lease),
    "no-such-run": (
        404, "not-found",
        lambda lease: lease.agent.post(f"runs/{uuid.uuid4()}/heartbeat", lease.body()),
    ),
    "manifest-with-an-address": (
        422, "invalid-body",
        ask(recipe=manifest("a").recipe.model_dump(mode="json")
            | {"endpoint": {"base_url": "http://10.0.0.1/v1", "model": "m"}}),
    ),
    "manifest-with-a-secret": (422, "invalid-body", ask(recipe=secret_recipe())),
    "manifest-of-a-changed-profile": (422, "invalid-manifest", ask(profile=changed_profile())),
    "artifact-under-another-name": (
        422, "digest-mismatch", lambda lease: lease.agent.put(b"x", name="0" * 64),
    ),
    "artifact-of-another-kind": (
        400, "invalid-parameter", lambda lease: lease.agent.put(b"x", kind="report"),
    ),
    "artifact-too-large": (
        413, "too-large", lambda lease: lease.agent.put(b"x" * (7 * MEGABYTE + 1)),
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_it_is_refused_by_name_and_leaves_nothing_behind(lease: Lease, name: str) -> None:
    status, code, send = CASES[name]
    tenant = lease.agent.tenant
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    answer = send(lease)
    grown_kilobytes = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
    assert (answer.status_code, answer.json()["code"]) == (status, code), answer.content[:500]
    assert answer["Content-Type"] == "application/problem+json"
    assert answer.json()["detail"]
    assert grown_kilobytes < 100_000
    types = [item.type for item in store.read_stream(
        tenant=tenant, stream=run_stream(lease.run_id))]  # fmt: skip
    assert "RunCompleted" not in types
    assert "RunAssessed" not in types
    assert not RunPoint.objects.exists()
    assert isinstance(verify_chain(tenant_id=tenant.pk), Verified)


def test_every_refusal_of_a_command_is_a_problem_of_the_interface() -> None:
    assert set(get_args(Code)) <= KINDS.keys()


def test_a_refusal_points_at_the_field_in_the_body(lease: Lease) -> None:
    answer = point(sample_count=3)(lease)
    assert answer.json()["errors"][0]["pointer"] == "#/point/sample_count"
    answer = report(points=[])(lease)
    assert answer.json()["errors"][0]["pointer"] == "#/report/payload/points"
