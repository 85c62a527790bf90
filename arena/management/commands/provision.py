"""Create what a fresh installation needs: two arenas, their administrator and the demo data."""

import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from allauth.account.models import EmailAddress
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction
from typing_extensions import override

from arena.accounts.commands import add_member
from arena.accounts.models import Role, User
from arena.accounts.queries import role_of
from arena.environment import text
from arena.eventstore.projection import ProjectionStopped, advance, projections
from arena.imports.batch import Handler, Report, run
from arena.imports.progress import Progress
from arena.imports.rejects import Rejects
from arena.imports.rows import Source
from arena.management.embedded_models import provide
from arena.tenancy.commands import open_tenant
from arena.tenancy.models import Tenant
from benchmarks.importing import ExternalImport
from benchmarks.model_importing import ModelFactsImport
from leaderboards.rebuild import rebuild
from voting.commands import is_open, open_board
from voting.importing import VoteImport
from voting.queries import boards

ACTOR = "provision"
VOTES = settings.BASE_DIR / "voting" / "demo" / "llmfao.csv.gz"
CLAIMS = settings.BASE_DIR / "benchmarks" / "demo" / "three_columns.csv"
MODEL_FACTS = settings.BASE_DIR / "benchmarks" / "demo" / "model_facts.csv"
LICENCE = "CC-BY-4.0"
ATTRIBUTION = (
    "LLMFAO by Dmitry Ustalov, after the Crowdsourced LLM Benchmark of llmonitor.com; CC BY 4.0"
)
PRIVATE_VOTES = 2_000


class Command(BaseCommand):
    """Bring the installation to its first state; does nothing to what is there already."""

    help = (
        "Create the arenas public and demo-private, the administrator of ARENA_ADMIN_EMAIL and"
        " ARENA_ADMIN_PASSWORD as owner of both, and the demo data. Safe to run at every start."
    )

    @override
    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--no-demo", action="store_true", help="load no demo data")

    @override
    def handle(self, *args: Any, **options: Any) -> None:
        started = time.monotonic()
        public = _tenant(slug="public", name="Public arena", is_public=True)
        private = _tenant(slug="demo-private", name="Private demo arena", is_public=False)
        self._administrator([public, private])
        if not options["no_demo"]:
            self._demo_board(
                public, slug="text", name="Text", question="Which answer is better?", limit=None
            )
            self._import(public, CLAIMS, ExternalImport(tenant=public, actor=ACTOR, dry_run=False))
            facts = ModelFactsImport(tenant=public, actor=ACTOR, dry_run=False)
            self._import(public, MODEL_FACTS, facts)
            self._demo_board(
                private,
                slug="internal",
                name="Internal evaluation",
                question="Which answer would we send to a customer?",
                limit=PRIVATE_VOTES,
            )
            self._embedded_models([public, private])
        for tenant in (public, private):
            self._catch_up(tenant)
        self.stdout.write(f"provisioned in {time.monotonic() - started:.1f} s")

    def _administrator(self, tenants: list[Tenant]) -> None:
        """Create the owner of both arenas; an existing person keeps password and roles."""
        email, password = text("ARENA_ADMIN_EMAIL", ""), text("ARENA_ADMIN_PASSWORD", "")
        if not email or not password:
            self.stdout.write("no ARENA_ADMIN_EMAIL and ARENA_ADMIN_PASSWORD: no administrator")
            return
        with transaction.atomic():
            user = User.objects.filter(email=email.lower()).first()
            if user is None:
                user = User.objects.create_superuser(email, password)
                # The operator's own word: no mail can be sent before the first sign-in.
                EmailAddress.objects.create(
                    user=user, email=user.email, verified=True, primary=True
                )
                self.stdout.write("administrator created")
            for tenant in tenants:
                if role_of(tenant=tenant, user=user) is None:
                    add_member(tenant=tenant, user=user, role=Role.OWNER, by=None)

    def _embedded_models(self, tenants: list[Tenant]) -> None:
        """Let the models battle that run beside this site; none do where no address is named."""
        url = text("ARENA_PROVIDER_URL", "")
        for tenant in tenants if url else []:
            if count := provide(tenant, url=url, actor=ACTOR):
                self.stdout.write(f"{tenant.slug}: {count} embedded models at {url}")

    def _demo_board(
        self, tenant: Tenant, *, slug: str, name: str, question: str, limit: int | None
    ) -> None:
        if not is_open(tenant=tenant, slug=slug):
            open_board(
                tenant=tenant,
                slug=slug,
                name=name,
                question=question,
                licence=LICENCE,
                attribution=ATTRIBUTION,
                actor=ACTOR,
            )
        handler = VoteImport(
            tenant=tenant,
            board=slug,
            file_sha256=Source(VOTES).sha256(),
            actor=ACTOR,
            dry_run=False,
        )
        self._import(tenant, VOTES, handler, limit=limit)

    def _import(
        self, tenant: Tenant, path: Path, handler: Handler[Any], *, limit: int | None = None
    ) -> None:
        source = Source(path)
        with tempfile.TemporaryDirectory() as folder:
            refused = Path(folder) / "rejects.csv"
            progress = Progress(
                size_bytes=source.size_bytes, stream=sys.stderr, what=f"demo data {path.name}"
            )
            with Rejects(refused) as rejects, progress:
                report = run(
                    source=source,
                    handler=handler,
                    rejects=rejects,
                    progress=progress,
                    limit=limit,
                )
            if report.rejected:
                raise CommandError(f"{path.name}: {refused.read_text(encoding='utf-8')}")
        self._say(tenant, path, report)

    def _say(self, tenant: Tenant, path: Path, report: Report) -> None:
        if report.appended:
            self.stdout.write(
                f"{tenant.slug}: {report.appended:,} events of {path.name}"
                f" in {report.seconds:.1f} s"
            )

    def _catch_up(self, tenant: Tenant) -> None:
        """Do at once what the worker would do, so that the first page is complete."""
        for name in projections():
            try:
                advance(tenant=tenant, name=name)
            except ProjectionStopped as error:
                # The site must start all the same: that is where an operator sees and mends it.
                self.stderr.write(f"{tenant.slug}: {error}; see ./manage.py projection_status")
        for board in boards(tenant=tenant):
            change = rebuild(tenant=tenant, board=board.slug)
            if change is not None:
                self.stdout.write(f"{tenant.slug}: board {board.slug}, {len(change.rows)} rows")


def _tenant(*, slug: str, name: str, is_public: bool) -> Tenant:
    """Open an arena that is not there; one that is may have been changed by its owner."""
    found = Tenant.objects.filter(slug=slug).first()
    if found is not None:
        return found
    is_default = is_public and not Tenant.objects.filter(is_default=True).exists()
    return open_tenant(slug=slug, name=name, is_public=is_public, is_default=is_default)
