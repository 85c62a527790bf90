"""People, lanes and runs of the tests of lanes, badges and names."""

import shutil
import uuid
from datetime import date
from io import StringIO
from pathlib import Path
from typing import Final

import yaml
from django.core.management import call_command
from django.test import Client

from arena.accounts.commands import add_member, create_api_key
from arena.accounts.models import Role, Scope, User
from arena.tenancy.models import Tenant
from benchmarks import commands, seed_files
from benchmarks.events import LaneScored, LaneScoreKind, ModelFactsStated
from benchmarks.queries.runs import payload
from tests.benchmarks import runs
from tests.benchmarks.finished import KEY, finish, measured_run

DAY: Final = date(2026, 11, 1)
ARTICLE: Final = "an-article"


def signed_in(tenant: Tenant, role: Role) -> Client:
    """Return a browser in which somebody of a role is signed in."""
    person = User.objects.create_user(f"{role}-{uuid.uuid4().hex[:8]}@example.org")
    add_member(tenant=tenant, user=person, role=role, by=None)
    client = Client()
    client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    return client


def program(tenant: Tenant, *scopes: Scope) -> Client:
    """Return a client that sends a key of the arena."""
    owner = User.objects.create_user(f"key-{uuid.uuid4().hex[:8]}@example.org")
    add_member(tenant=tenant, user=owner, role=Role.OWNER, by=None)
    key = create_api_key(tenant=tenant, by=owner, name="key", scopes=[*scopes])
    return Client(headers={"Authorization": f"Bearer {key.raw}"})


def import_mirror(folder: Path) -> None:
    """Import the seed text that has lanes, without the others."""
    [text] = [text for text in seed_files.read_manifest(seed_files.FOLDER) if text.lanes]
    (folder / seed_files.MANIFEST).write_text(yaml.safe_dump([text.model_dump()]))
    for name in (text.file, text.lanes):
        shutil.copy(seed_files.FOLDER / str(name), folder)
    call_command("import_seeds", tenant="public", folder=folder, rejects=folder, stdout=StringIO())


def lane(
    tenant: Tenant,
    variant: str,
    *,
    bench_version: str = "curveball-v0.1",
    kind: LaneScoreKind = "measured",
    quality: float | None = None,
    unit: str = "points",
    stated_rank: int | None = None,
) -> str:
    """Register a lane and score it; return its identity."""
    identity = f"{variant}::{bench_version}::{ARTICLE}"
    commands.register_lane(tenant=tenant, lane=identity, title=variant, actor="test")
    score = LaneScored(
        lane=identity, kind=kind, stated_rank=stated_rank, quality=quality,
        quality_unit="" if quality is None else unit, runs=1, source_name="A bench",
        stated_on=DAY,
    )  # fmt: skip
    commands.score_lane(tenant=tenant, score=score, actor="test")
    return identity


def complete_run(tenant: Tenant, *, model: str) -> tuple[uuid.UUID, str]:
    """Return an accepted, private run of the headline, and the digest of what would be public."""
    claimed, report = measured_run(tenant, runs.manifest(model=model))
    finish(tenant, claimed, runs.signed(report, KEY))
    shown = payload(tenant=tenant, run_id=claimed.run_id, attribution="named")
    return claimed.run_id, shown.sha256


def furnish(tenant: Tenant, word: str, model: str) -> None:
    """State facts of a model, give it a badge, score a lane, and see a name nobody knows."""
    facts = ModelFactsStated(
        slug=model, total_parameters=8_000_000_000, base_model=f"{word} base",
        source_name=f"{word} card", stated_on=DAY,
    )  # fmt: skip
    commands.state_model_facts(tenant=tenant, facts=facts, actor="test")
    commands.award_badge(
        tenant=tenant, kind="model", subject=model, badge="flagship", reason="moderators_choice",
        stated_on=DAY, by="owner", actor="test",
    )  # fmt: skip
    lane = f"{word}-variant::{word}-bench-v0.1::{word}-article"
    commands.register_lane(tenant=tenant, lane=lane, title=f"{word} lane", actor="test")
    score = LaneScored(
        lane=lane, kind="measured", quality=1.0, quality_unit="points", runs=1,
        source_name=f"{word} bench", stated_on=DAY,
    )  # fmt: skip
    commands.score_lane(tenant=tenant, score=score, actor="test")
    commands.register_or_see(
        tenant=tenant, names=["discovered:8091"], origin="import", actor="test", dry_run=False
    )
