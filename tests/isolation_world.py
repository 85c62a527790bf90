"""Arenas filled alike, each with its own word in every text, and every route of the site."""

import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from itertools import permutations

from django.test import Client

import benchmarks.queries.runs
from arena.accounts.commands import add_member, create_api_key, invite
from arena.accounts.models import Invitation, Role, Scope, User
from arena.eventstore.queries import log_head
from arena.tenancy.commands import open_tenant
from arena.tenancy.models import Tenant
from benchmarks.commands import (
    Statement,
    register_deployment,
    register_models,
    review_fact,
    start_run,
    state_external_value,
    state_reply,
    state_scores,
    state_seed_claims,
    submit_fact,
)
from benchmarks.events import ExternalValueStated, SeedClaimStated
from leaderboards.commands import dispute_cell
from leaderboards.disputes import CellKey
from leaderboards.permalinks import code_of
from leaderboards.procurement import freezing, making
from tests.benchmarks import runs
from tests.benchmarks.scores import score
from tests.lanes import scenes as lanes
from tests.notices.subscribed import subscribed
from tests.workers import fleet
from voting.commands import (
    Answer,
    Prompt,
    Terms,
    enter_contestant,
    open_board,
    record_answers,
    record_vote,
    start_battle,
)
from voting.events import Winner
from voting.voters import CONSENT_VERSION, voter_of
from workers.commands import allow_target, register_endpoint
from workers.commands.runners import note_presence
from workers.queries import allowed_targets
from workers.state.runners import RunnerInfo

MODELS = ["Model One", "Model Two", "Model Three"]
WINNERS: tuple[Winner, ...] = ("model_a", "model_b", "tie", "both_bad", "model_a")


@dataclass(frozen=True, kw_only=True)
class Arena:
    """One filled arena. `word` occurs in its texts and nowhere else."""

    tenant: Tenant
    word: str
    owner: User
    member: User
    key: str
    key_id: uuid.UUID
    battle_id: uuid.UUID
    """Of the owner, and of the key: each sees it in its own way."""
    invitation_id: uuid.UUID
    target_id: uuid.UUID
    runner_id: uuid.UUID
    """Of the owner, approved."""
    runner_key: str
    run_id: uuid.UUID
    """Of the owner, private, on that runner."""
    fact_id: uuid.UUID
    """Waiting for a review."""
    dispute_id: uuid.UUID
    """Open, of a cell of the owner's board."""
    sha256: str
    """Of the run's manifest."""
    pack_id: str
    """Of a frozen procurement pack."""
    subscriptions: dict[str, str]
    """Ids of the owner's webhook, of a delivery to it and of a digest, by parameter."""
    last_position: int

    @property
    def prefix(self) -> str:
        """Return where its pages begin."""
        return f"/t/{self.tenant.slug}"

    def browser(self) -> Client:
        """Return a browser in which the owner is signed in."""
        client = Client(raise_request_exception=False)
        client.force_login(self.owner, backend="django.contrib.auth.backends.ModelBackend")
        return client

    def program(self) -> Client:
        """Return a client that sends the arena's key, which has every scope."""
        headers = {"Authorization": f"Bearer {self.key}"}
        return Client(raise_request_exception=False, headers=headers)

    def parameters(self, route: str) -> dict[str, str]:
        """Return a value for each parameter name that routes use, ours where it names a thing."""
        return {
            "slug": f"{self.word}-model" if "models/" in route else f"{self.word}-board",
            "row": f"deployment:{self.word}-model--{self.word}-hardware",
            "column": "votes",
            "position": str(self.last_position),
            "battle_id": str(self.battle_id),
            "actor_id": str(self.member.actor_id),
            "invitation_id": str(self.invitation_id),
            "key_id": self.runner_key if "runners/" in route else str(self.key_id),
            "runner_id": str(self.runner_id),
            "runner_key": self.runner_key,
            "run_id": str(self.run_id),
            "sha256": self.sha256,
            "pack_id": self.pack_id,
            "profile_id": "quick-v1",
            "deployment": f"{self.word}-model--{self.word}-hardware",
            "fact_id": str(self.fact_id),
            "dispute_id": str(self.dispute_id),
            **self.subscriptions,
            "bench": f"{self.word}-bench",
            "version": "v0.1",
            "name": "discovered-8091",
            "endpoint": f"{self.word}-model--{self.word}-hardware",
            "target_id": str(self.target_id),
            "arena": self.tenant.slug,
            "code": code_of(f"{self.word}-board", ""),
            "token": "0" * 43,
            "rest": "no/such/endpoint",
            # Links of mails and numbers of authenticators belong to people, not to arenas.
            "key": "0-0",
            "uidb36": "0",
            "pk": "1",
        }


def fill(*, slug: str, word: str, votes: int, advance_all: Callable[[Tenant], None]) -> Arena:
    """Open a private arena with boards, models, a claim, votes, people, a key, a battle."""
    tenant = open_tenant(slug=slug, name=f"{word} arena", is_public=False)
    for board in ("text", f"{word}-board"):
        open_board(
            tenant=tenant, slug=board, name=f"{word} board", question=f"{word} question?",
            licence=f"{word} licence", attribution=f"{word} attribution", actor=f"{word} actor",
        )  # fmt: skip
    slugs = list(
        register_models(
            tenant=tenant, names=[*MODELS, f"{word} model"], actor=f"{word} actor"
        ).values()
    )
    fact_ids = []
    for model in slugs:
        deployment = register_deployment(
            tenant=tenant, model_slug=model, hardware=f"{word} hardware", actor="test"
        )
        claim = ExternalValueStated(
            deployment_slug=deployment, metric="elo", value=1200.0, unit="Elo",
            note=f"{word} note", source_name=f"{word} source",
            source_url=f"https://{word}.example.org/", stated_on=date(2026, 11, 1),
        )  # fmt: skip
        state_external_value(tenant=tenant, value=claim, actor="test")
        seed = SeedClaimStated(
            seed=word, section=f"{word} section", deployment_slug=deployment, metric="runs",
            value=1.0, unit="runs", note=f"{word} note", source_name=f"{word} text",
            stated_on=date(2026, 11, 1),
        )  # fmt: skip
        state_seed_claims(tenant=tenant, claims=[seed], actor="test")
        told = score(
            deployment, setting=f"{word} setting", harness=f"{word} harness",
            source_name=f"{word} laboratory", source_url=f"https://{word}.example.org/scores",
        )  # fmt: skip
        state_scores(tenant=tenant, scores=[told], actor="test")
        # Nobody answers there: the page that tries it shows the failure at once.
        register_endpoint(
            tenant=tenant, deployment_slug=deployment, base_url=f"https://{word}.invalid/v1",
            upstream_model=f"{word} upstream", secret=f"{word}-secret", actor="test",
        )  # fmt: skip
        fact_ids.append(_facts(tenant, deployment, word))
        enter_contestant(
            tenant=tenant, board=f"{word}-board", deployment_slug=deployment, actor="test"
        )
    lanes.furnish(tenant, word, slugs[-1])
    allow_target(tenant=tenant, target=f"{word}.lan", port=None, by="test")
    people = []
    for role in (Role.OWNER, Role.MEMBER):
        person = User.objects.create_user(f"{word}-{role}@example.org")
        add_member(tenant=tenant, user=person, role=role, by=None)
        people.append(person)
    invitation: Invitation = invite(
        tenant=tenant, email=f"{word}-guest@example.org", role=Role.MEMBER, by=people[0]
    )
    key = create_api_key(tenant=tenant, by=people[0], name=f"{word} key", scopes=list(Scope))
    advance_all(tenant)
    battle_id = _battle(tenant, word, owner=people[0], key_id=key.id)
    dispute_id = dispute_cell(
        tenant=tenant, board=f"{word}-board", reason="other", text=f"{word} doubt",
        cell=CellKey(f"deployment:{word}-model--{word}-hardware", "votes"), seen_position=1,
        event_position=None, reader=f"{word} reader",
    )  # fmt: skip
    runner, run_id = _run(tenant, word, owner=str(people[0].actor_id))
    pairs = list(permutations(slugs, 2))
    for number in range(votes):
        model_a, model_b = pairs[number % len(pairs)]
        record_vote(
            tenant=tenant, board="text" if number % 2 else f"{word}-board", model_a=model_a,
            model_b=model_b, winner=WINNERS[number % 5], voter=f"{word}-voter", language="en",
            event_id=uuid.uuid4(), actor=f"{word} actor",
        )  # fmt: skip
    advance_all(tenant)
    return Arena(
        tenant=tenant, word=word, owner=people[0], member=people[1], key=key.raw, key_id=key.id,
        battle_id=battle_id, invitation_id=invitation.pk,
        target_id=allowed_targets(tenant=tenant)[0].id,
        runner_id=runner.runner_id, runner_key=runner.keys[0].key_id, run_id=run_id,
        sha256=benchmarks.queries.runs.run(tenant=tenant, run_id=run_id).manifest_sha256,
        fact_id=fact_ids[-1], dispute_id=dispute_id,
        subscriptions=subscribed(tenant, word, people[0]),
        pack_id=_pack(tenant, word),
        last_position=log_head(tenant=tenant).position,
    )  # fmt: skip


def _pack(tenant: Tenant, word: str) -> str:
    """Freeze a procurement pack of everything and return its id."""
    pack = making.make(tenant=tenant, query={}, site=f"https://{word}.example.org")
    return freezing.freeze(tenant=tenant, pack=pack)[0].pack_id


def _facts(tenant: Tenant, deployment: str, word: str) -> uuid.UUID:
    """Accept one fact about a deployment, and return another that waits; its operator replies."""
    fact_ids = [
        submit_fact(
            tenant=tenant, deployment_slug=deployment, actor="one",
            statement=Statement(
                criterion=criterion, value="none", evidence="E1", note=f"{word} note",
                source_url=f"https://{word}.example.org/", stated_on=date(2026, 11, 1),
                interest=f"{word} interest",
            ),
        )
        for criterion in ("A2", "E4")
    ]  # fmt: skip
    review_fact(
        tenant=tenant, deployment_slug=deployment, fact_id=fact_ids[0], verdict="accepted",
        reason=f"{word} reason", actor="two",
    )  # fmt: skip
    state_reply(
        tenant=tenant, operator=f"{word} operator", text=f"{word} reply",
        stated_on=date(2026, 11, 1), actor="test",
    )  # fmt: skip
    return fact_ids[1]


def _battle(tenant: Tenant, word: str, *, owner: User, key_id: uuid.UUID) -> uuid.UUID:
    """Start a battle of the owner by way of the key, with both answers complete."""
    battle_id = uuid.uuid4()
    voter = voter_of(tenant=tenant, user=owner, cookies={})
    assert voter is not None
    start_battle(
        tenant=tenant, battle_id=battle_id, board=f"{word}-board", mode="battle", voter=voter,
        prompt=Prompt(text=f"{word} prompt"), actor=str(key_id),
        terms=Terms(
            consent_version=CONSENT_VERSION, publish_prompt=False, speed_hidden=True, source="api"
        ),
    )  # fmt: skip
    answers = [
        Answer(
            text=f"{word} answer {side}", prompt_tokens=1, output_tokens=3,
            time_to_first_token_ms=1, generation_ms=1, finish_reason="stop",
        )
        for side in "ab"
    ]  # fmt: skip
    record_answers(
        tenant=tenant, battle_id=battle_id, turn=1, a=answers[0], b=answers[1], actor="test"
    )
    return battle_id


def _run(tenant: Tenant, word: str, *, owner: str) -> tuple[RunnerInfo, uuid.UUID]:
    """Return a runner of the owner, and a private run that it has begun."""
    runner = fleet.runner(tenant, owner=owner, name=f"{word} runner", tags=[word], approved=True)
    run_id = fleet.queue(tenant, owner=owner, manifest=fleet.manifest(model=f"{word} weights"))
    claimed = runs.claim(tenant, run_id, runner.runner_id)
    start_run(
        tenant=tenant, run_id=run_id, runner_id=runner.runner_id, fence=claimed.fence,
        environment=runs.environment(), actor="test",
    )  # fmt: skip
    note_presence(tenant=tenant, runner_id=runner.runner_id, telemetry={"note": f"{word} beat"})
    return runner, run_id
