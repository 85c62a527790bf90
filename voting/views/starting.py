"""Send a first prompt: a battle, two chosen models side by side, or a chat with one."""

from http import HTTPStatus
from typing import Any, Final, NamedTuple
from uuid import UUID, uuid4

from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

import benchmarks.queries
import voting.queries
import workers.queries
from arena.accounts.permissions import ArenaRequest
from arena.eventstore.domain import DomainError, IdempotencyConflict
from arena.parameters import one_of
from voting import commands, images, streaming
from voting.commands import Prompt, Terms
from voting.events import Mode
from voting.forms import PromptForm
from voting.queries import BoardInfo
from voting.state import Battle
from voting.text import languages
from voting.views import visitors
from voting.voters import CONSENT_VERSION

CHOSEN: Final[dict[Mode, int]] = {"battle": 0, "side_by_side": 2, "direct": 1}
NEEDED: Final[dict[Mode, int]] = {"battle": 2, "side_by_side": 2, "direct": 1}
PAGES: Final[dict[Mode, str]] = {
    "battle": "start_battle",
    "side_by_side": "compare",
    "direct": "chat",
}

_either = require_http_methods(["GET", "HEAD", "POST"])


class SeeOther(HttpResponseRedirect):
    """Sends a browser from a form to the page that shows what became of it."""

    status_code = HTTPStatus.SEE_OTHER


class _Refusal(NamedTuple):
    """Why nothing was sent; what was typed is shown again."""

    message: str
    status: int
    retry_after_s: int | None = None


@never_cache
@_either
def start_battle(request: ArenaRequest) -> HttpResponse:
    """Ask for a prompt and send it to two models that the arena draws."""
    return _start(request, mode="battle")


@never_cache
@_either
def compare(request: ArenaRequest) -> HttpResponse:
    """Ask for a prompt and send it to two chosen models. Votes are stored, never counted."""
    return _start(request, mode="side_by_side")


@never_cache
@_either
def chat(request: ArenaRequest) -> HttpResponse:
    """Ask for a prompt and send it to one chosen model."""
    return _start(request, mode="direct")


@never_cache
@require_POST
def again(request: ArenaRequest, battle_id: UUID) -> HttpResponse:
    """Send the first prompt of an own battle to two newly drawn models, on the same terms."""
    before = visitors.own_battle(request, battle_id)
    talk = voting.queries.conversation(tenant=request.tenant, battle_id=battle_id)
    text = talk.turns[0].prompt
    if text is None or before.mode != "battle":
        raise Http404("Its prompt was erased, so there is nothing to send again.")
    started = before.started
    data = {
        "board": started.board,
        "prompt": text,
        "system": talk.system or "",
        "do_not_publish": not started.publish_prompt,
        "hide_speed": started.speed_hidden,
    }
    form = _form(request, mode="battle", board=started.board, data=data)
    refusal = _one_too_many(request) if form.is_valid() else None
    if form.is_valid() and refusal is None:
        sent = _send(request, form, mode="battle", image=talk.image)
        if not isinstance(sent, _Refusal):
            return sent
        refusal = sent
    return _page(request, form, mode="battle", board=started.board, refusal=refusal)


def _start(request: ArenaRequest, *, mode: Mode) -> HttpResponse:
    known = [info.slug for info in voting.queries.boards(tenant=request.tenant)]
    # A board of the form is judged with the form; one that has lost its models gives way.
    wanted = request.POST.get("board") or one_of(request, "board", ["", *known], default="")
    boards = boards_with(request, at_least=NEEDED[mode])
    if not boards:
        return render(request, "voting/no_models.html", {"mode": mode})
    board = wanted if wanted in {info.slug for info in boards} else boards[0].slug
    if request.method != "POST":
        languages.get_ready()
        return _page(request, _form(request, mode=mode, board=board), mode=mode, board=board)
    form = _form(request, mode=mode, board=board, data=request.POST, files=request.FILES)
    # Counted before an image is unpacked, which costs more than all the rest.
    refusal = _one_too_many(request) if form.is_valid() else None
    if form.is_valid() and refusal is None:
        try:
            uploaded = form.cleaned_data["image"]
            image = images.clean(uploaded.read()) if uploaded else None
        except DomainError as error:
            form.add_error("image", str(error))
        else:
            sent = _send(request, form, mode=mode, image=image)
            if not isinstance(sent, _Refusal):
                return sent
            refusal = sent
    return _page(request, form, mode=mode, board=board, refusal=refusal)


def boards_with(request: ArenaRequest, *, at_least: int) -> list[BoardInfo]:
    """Return the boards on which so many models can be drawn, oldest first."""
    models = voting.queries.models_in_battle(tenant=request.tenant)
    return [
        info
        for info in voting.queries.boards(tenant=request.tenant)
        if info.part is None and models.get(info.slug, 0) >= at_least
    ]


def _one_too_many(request: ArenaRequest) -> _Refusal | None:
    """Count one prompt; return why it is refused when it is more than may be sent in a minute."""
    quota = visitors.exceeded(request, voter=visitors.visitor(request).voter)
    if quota is None:
        return None
    return _Refusal(
        f"{quota.limit} prompts a minute are allowed. Your prompt is kept below: send it "
        f"again in {quota.reset_seconds} s.",
        HTTPStatus.TOO_MANY_REQUESTS,
        quota.reset_seconds,
    )


def _send(
    request: ArenaRequest, form: PromptForm, *, mode: Mode, image: bytes | None
) -> HttpResponse | _Refusal:
    """Start the battle and return the way to its page, or why it was refused."""
    who = visitors.visitor(request)
    battle_id = form.id_of_battle
    try:
        streaming.check_capacity()
        try:
            battle = _begin(request, form, mode, battle_id, who.voter, image)
        except IdempotencyConflict:
            # The page came back from the browser's history and another prompt was typed in.
            battle_id = uuid4()
            battle = _begin(request, form, mode, battle_id, who.voter, image)
    except streaming.Busy as error:
        return _Refusal(str(error), HTTPStatus.SERVICE_UNAVAILABLE, error.retry_after_s)
    except DomainError as error:
        return _Refusal(str(error), HTTPStatus.UNPROCESSABLE_ENTITY)
    if battle.status == "answering":
        streaming.launch(tenant=request.tenant, battle_id=battle_id, turn=battle.turn)
    response = SeeOther(reverse("battle", args=[battle_id]))
    visitors.remember(request, response, who)
    return response


def _begin(
    request: ArenaRequest,
    form: PromptForm,
    mode: Mode,
    battle_id: UUID,
    voter: str,
    image: bytes | None,
) -> Battle:
    data = form.cleaned_data
    return commands.start_battle(
        tenant=request.tenant,
        battle_id=battle_id,
        board=data["board"],
        mode=mode,
        voter=voter,
        prompt=Prompt(text=data["prompt"], system=data["system"] or None, image=image),
        terms=Terms(
            consent_version=CONSENT_VERSION,
            publish_prompt=request.tenant.is_public and not data["do_not_publish"],
            speed_hidden=data.get("hide_speed", False),
            source="web",
        ),
        # The log must not tell which person a pseudonym stands for.
        actor=voter,
        deployments=form.deployments,
        can_see_images=seeing(request) if image else frozenset(),
    )


def seeing(request: ArenaRequest) -> frozenset[str]:
    """Return the deployments whose endpoints take an image."""
    return frozenset(
        endpoint.deployment_slug
        for endpoint in workers.queries.endpoints(tenant=request.tenant)
        if endpoint.accepts_images and endpoint.retired_reason is None
    )


def _form(
    request: ArenaRequest, *, mode: Mode, board: str, data: Any = None, files: Any = None
) -> PromptForm:
    models = _choices(request, board) if CHOSEN[mode] else []
    return PromptForm(
        data,
        files,
        initial={
            "battle_id": uuid4(),
            "board": board,
            "model_b": models[1][0] if len(models) > 1 else None,
        },
        boards=[(info.slug, info.name) for info in boards_with(request, at_least=NEEDED[mode])],
        models=models,
        chosen=CHOSEN[mode],
        has_consented=visitors.has_consented(request),
    )


def _choices(request: ArenaRequest, board: str) -> list[tuple[str, str]]:
    """Return the deployments that battle on a board, as people read them."""
    names = {info.slug: info.name for info in benchmarks.queries.models(tenant=request.tenant)}
    places = {info.slug: info for info in benchmarks.queries.deployments(tenant=request.tenant)}
    choices = []
    for contender in voting.queries.active_contenders(tenant=request.tenant, board=board):
        place = places[contender.deployment]
        facts = (names[contender.model], place.quantization, place.engine, place.operator)
        choices.append((contender.deployment, " · ".join(fact for fact in facts if fact)))
    return choices


def _page(
    request: ArenaRequest,
    form: PromptForm,
    *,
    mode: Mode,
    board: str,
    refusal: _Refusal | None = None,
) -> HttpResponse:
    context = {
        "form": form,
        "mode": mode,
        "board": voting.queries.board(tenant=request.tenant, slug=board),
        "boards": boards_with(request, at_least=NEEDED[mode]),
        "page": PAGES[mode],
        "problem": refusal.message if refusal else "",
        "consent_version": CONSENT_VERSION,
        "has_consented": visitors.has_consented(request),
    }
    status = refusal.status if refusal else HTTPStatus.OK
    if form.errors:
        status = HTTPStatus.UNPROCESSABLE_ENTITY
    response = render(request, "voting/start.html", context, status=status)
    if refusal is not None and refusal.retry_after_s is not None:
        response["Retry-After"] = str(refusal.retry_after_s)
    return response
