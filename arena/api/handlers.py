"""Which exception becomes which problem."""

from collections.abc import Callable, Sequence
from typing import Any, NoReturn

from django.http import Http404, HttpRequest, HttpResponse
from ninja import NinjaAPI
from ninja.errors import AuthenticationError, HttpError, ValidationError

from arena.api import problems
from arena.api.problems import FieldError, ProblemError
from arena.eventstore.chain import NotCanonical
from arena.eventstore.domain import ConcurrencyError, DomainError, IdempotencyConflict
from arena.notices.queries import UnknownWebhook
from arena.parameters import BadChoice
from benchmarks.commands import UnknownName, UnknownSubject
from benchmarks.queries import UnknownDeployment, UnknownModel
from benchmarks.queries.lanes import UnknownBench
from benchmarks.queries.runs import UnknownArtifact, UnknownRun
from benchmarks.state.refusals import RunRefused
from leaderboards.cost.reading import BadParameter
from leaderboards.past import WAIT_S, PastIsBusy
from leaderboards.procurement.freezing import UnknownPack
from voting.queries import UnknownBoard
from voting.state import BattleRefused, UnknownBattle
from voting.streaming import Busy
from workers.state.devices import POLL_INTERVAL, DeviceRefused
from workers.state.runners import RunnerRefused, UnknownRunner


def install(api: NinjaAPI) -> None:
    """Register every handler; an exception that none knows goes on to Django, which logs it."""
    for kind, handler in _HANDLERS.items():
        api.add_exception_handler(kind, handler)


def _invalid(request: HttpRequest, error: ValidationError) -> HttpResponse:
    """A path that cannot be one is 404, a fault of query or headers 400, of the body alone 422."""
    sources = {fault["loc"][0] for fault in error.errors}
    if "path" in sources:
        code = "not-found"
    else:
        code = "invalid-body" if sources == {"body"} else "invalid-parameter"
    errors = [_field_error(fault) for fault in error.errors]
    detail = " ".join(fault.detail for fault in errors)
    return problems.render(request, code, detail, errors=errors)


def _field_error(fault: dict[str, Any]) -> FieldError:
    """Translate one fault of pydantic; `loc` is (source, name, ...) or (body, argument, ...)."""
    source, *rest = fault["loc"]
    message = f"{fault['msg']}."
    if source == "body":
        pointer = _pointer(rest[1:])
        return FieldError(detail=f"{pointer}: {message}", pointer=pointer)
    name = str(rest[0])
    if source == "header":
        return FieldError(detail=f"{name}: {message}", header=name)
    return FieldError(detail=f"{name}: {message}", parameter=name)


def _pointer(path: Sequence[str | int]) -> str:
    """Return a JSON pointer (RFC 6901) as a URI fragment."""
    return "#" + "".join("/" + str(part).replace("~", "~0").replace("/", "~1") for part in path)


def _unauthenticated(request: HttpRequest, error: AuthenticationError) -> HttpResponse:
    response = problems.render(
        request, "unauthenticated", "This needs an API key of this arena that is still valid."
    )
    response["WWW-Authenticate"] = 'Bearer realm="arena"'
    return response


def _http_error(request: HttpRequest, error: HttpError) -> HttpResponse:
    # Ninja wraps whatever its body parser raises; ours raises problems.
    if isinstance(error.__cause__, ProblemError):
        return problems.render_error(request, error.__cause__)
    response = HttpResponse(status=error.status_code)
    problems.convert(request, response)
    return response


def _unknown(request: HttpRequest, error: Exception) -> HttpResponse:
    return problems.render(request, "not-found", str(error) or problems.NOTHING_HERE)


def _idempotency_conflict(request: HttpRequest, error: Exception) -> HttpResponse:
    return problems.render(
        request,
        "idempotency-conflict",
        "This Idempotency-Key was used with another body. Use a new key for a new request.",
    )


def _conflict(request: HttpRequest, error: Exception) -> HttpResponse:
    return problems.render(request, "conflict", str(error))


def _battle_refused(request: HttpRequest, error: BattleRefused) -> HttpResponse:
    return problems.render(request, error.code, str(error))


def _runner_refused(request: HttpRequest, error: RunnerRefused | DeviceRefused) -> HttpResponse:
    response = problems.render(request, error.code, str(error))
    if error.code == "slow-down":
        response["Retry-After"] = str(round(POLL_INTERVAL.total_seconds()))
    return response


def _run_refused(request: HttpRequest, error: RunRefused) -> HttpResponse:
    errors = [
        FieldError(detail=f"#{fault.pointer}: {fault.message}", pointer=f"#{fault.pointer}")
        for fault in error.faults
    ]
    return problems.render(request, error.code, str(error), errors=errors)


def _busy(request: HttpRequest, error: Busy) -> HttpResponse:
    response = problems.render(request, "busy", str(error))
    response["Retry-After"] = str(error.retry_after_s)
    return response


def _past_busy(request: HttpRequest, error: PastIsBusy) -> HttpResponse:
    response = problems.render(request, "past-busy", str(error))
    response["Retry-After"] = str(WAIT_S)
    return response


def _refused(request: HttpRequest, error: Exception) -> HttpResponse:
    return problems.render(request, "rule-refused", str(error))


def _not_canonical(request: HttpRequest, error: Exception) -> HttpResponse:
    return problems.render(request, "invalid-body", str(error))


def _bad_parameter(request: HttpRequest, error: BadChoice | BadParameter) -> HttpResponse:
    """Answer a parameter that pages refuse in the same words."""
    detail = str(error)
    errors = [FieldError(detail=detail, parameter=error.name)]
    return problems.render(request, "invalid-parameter", detail, errors=errors)


def _reraise(request: HttpRequest, error: Exception) -> NoReturn:
    raise error


_HANDLERS: dict[type[Exception], Callable[[HttpRequest, Any], HttpResponse]] = {
    ProblemError: problems.render_error,
    ValidationError: _invalid,
    AuthenticationError: _unauthenticated,
    HttpError: _http_error,
    Http404: _unknown,
    BadChoice: _bad_parameter,
    BadParameter: _bad_parameter,
    UnknownBattle: _unknown,
    UnknownBoard: _unknown,
    UnknownModel: _unknown,
    UnknownName: _unknown,
    UnknownBench: _unknown,
    UnknownSubject: _unknown,
    UnknownDeployment: _unknown,
    IdempotencyConflict: _idempotency_conflict,
    ConcurrencyError: _conflict,
    UnknownRunner: _unknown,
    UnknownRun: _unknown,
    UnknownPack: _unknown,
    UnknownWebhook: _unknown,
    UnknownArtifact: _unknown,
    RunRefused: _run_refused,
    RunnerRefused: _runner_refused,
    DeviceRefused: _runner_refused,
    BattleRefused: _battle_refused,
    Busy: _busy,
    PastIsBusy: _past_busy,
    DomainError: _refused,
    NotCanonical: _not_canonical,
    Exception: _reraise,
}
