"""Every error of the API as application/problem+json (RFC 9457), and the list of its codes."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from pydantic import BaseModel, Field

CONTENT_TYPE = "application/problem+json"
COMPLETIONS_PATH = "/chat/completions"
_OPENAI_TYPES = {
    401: "authentication_error",
    403: "permission_error",
    429: "rate_limit_error",
}


@dataclass(frozen=True)
class Kind:
    """One sort of error: its HTTP status, its title and what a client can do about it."""

    status: int
    title: str
    remedy: str


KINDS: Mapping[str, Kind] = {
    "bad-request": Kind(400, "Bad request", "Send a request that follows HTTP and this page."),
    "invalid-parameter": Kind(
        400, "Invalid parameter", "Mend the query parameter or header that `errors` names."
    ),
    "invalid-cursor": Kind(
        400, "Invalid cursor", "Send `next` of the page before unchanged, or no cursor at all."
    ),
    "malformed-json": Kind(400, "Malformed JSON", "Send one JSON object as the body."),
    "unauthenticated": Kind(
        401, "Key needed", "Send `Authorization: Bearer ak_...` with a key of this arena."
    ),
    "insufficient-scope": Kind(
        403, "Scope missing", "Use a key with the scope that `detail` names."
    ),
    "forbidden": Kind(403, "Forbidden", "Use a key or an account that may do this."),
    "device-code-refused": Kind(
        403, "Sign-in refused", "Begin it anew, and confirm it in the browser."
    ),
    "foreign-runner": Kind(403, "Somebody else's runner", "Use a key of the runner's owner."),
    "not-approved": Kind(
        403, "Runner may not work", "`detail` says why; the arena's administrators decide."
    ),
    "key-revoked": Kind(403, "Signing key revoked", "Register the machine anew, with another key."),
    "not-found": Kind(404, "Not found", "Check the address; lists name what exists."),
    "unknown-profile": Kind(404, "No such profile", "`GET profiles` lists them."),
    "method-not-allowed": Kind(405, "Method not allowed", "Use a method of the `Allow` header."),
    "conflict": Kind(409, "Conflict", "Read the present state, decide anew and send again."),
    "still-answering": Kind(
        409, "Answers not complete", "Wait for `complete` on the battle's stream."
    ),
    "not-answering": Kind(409, "No longer being answered", "Read the battle's present state."),
    "already-voted": Kind(409, "Voted already", "A battle takes one vote, and it is final."),
    "battle-void": Kind(409, "Battle is void", "Start another one; `void` says why."),
    "battle-closed": Kind(409, "Battle is closed", "Start another one."),
    "too-many-turns": Kind(409, "No more turns", "Vote, or start another battle."),
    "wrong-turn": Kind(409, "Not the next turn", "Send the battle's `turn` plus one."),
    "no-vote-yet": Kind(409, "No vote yet", "Vote first."),
    "no-vote-here": Kind(409, "Nothing to vote on", "Start a battle between two models."),
    "runner-retired": Kind(
        409, "Runner is retired", "Register the machine anew, with another key."
    ),
    "device-code-expired": Kind(
        410, "Device code expired", "Begin the sign-in anew; codes last 15 minutes and work once."
    ),
    "stale-lease": Kind(409, "Lease is another's", "Stop; ask for the run again to go on."),
    "lease-expired": Kind(409, "Lease has run out", "Ask for the run again; its points are kept."),
    "run-over": Kind(409, "Run is over", "Read the run's present state."),
    "not-publishable": Kind(409, "Not possible now", "`detail` says what stands in the way."),
    "payload-changed": Kind(
        409, "What would be public has changed", "Read `payload` again and send its digest."
    ),
    "run-cancelled": Kind(410, "Run was cancelled", "Stop measuring."),
    "length-required": Kind(411, "Length required", "Send a `Content-Length` header."),
    "precondition-failed": Kind(412, "Precondition failed", "Read the resource again."),
    "too-large": Kind(413, "Body too large", "Send a body of at most 1 MB (1,048,576 bytes)."),
    "report-too-large": Kind(413, "Report too large", "Leave out what the samples hold already."),
    "unsupported-media-type": Kind(
        415, "Unsupported media type", "Send `Content-Type: application/json`."
    ),
    "number-not-finite": Kind(
        422, "Number out of range", "Send finite numbers; leave out what was not measured."
    ),
    "invalid-body": Kind(422, "Invalid body", "Mend the fields that `errors` points to."),
    "digest-mismatch": Kind(422, "Digest of other bytes", "Send the bytes again, whole."),
    "artifact-missing": Kind(422, "File is not stored", "Upload it first: `PUT artifacts`."),
    "bad-samples": Kind(422, "Samples cannot be read", "Mend what `detail` names."),
    "invalid-report": Kind(422, "Report cannot be taken", "Mend what `errors` points to."),
    "invalid-manifest": Kind(422, "Manifest cannot be run", "Mend what `errors` points to."),
    "identity-conflict": Kind(
        422, "Not what was agreed", "Measure what was asked for, or ask for another run."
    ),
    "unknown-point": Kind(422, "No such point", "Send a point of the run's profile."),
    "rule-refused": Kind(422, "Refused by a rule", "`detail` says which rule and how to mend."),
    "bad-signature": Kind(
        422, "Bad signature", "Sign the canonical JSON of the payload with the runner's key."
    ),
    "idempotency-conflict": Kind(
        422, "Idempotency key used before", "Use a new `Idempotency-Key` for another body."
    ),
    "consent-needed": Kind(
        422, "Consent needed", "Show `battles/terms` to the voter; send its `consent_version`."
    ),
    "rate-limited": Kind(
        429, "Too many requests", "Wait the seconds of `Retry-After`; a key allows more."
    ),
    "slow-down": Kind(429, "Asked too often", "Wait the seconds of `Retry-After`."),
    "internal-error": Kind(500, "Internal error", "Try again; tell the operator when it stays."),
    "answer-failed": Kind(502, "A model failed", "Start another battle; this one is void."),
    "past-busy": Kind(503, "Busy with the past", "Send it again after `Retry-After` seconds."),
    "busy": Kind(503, "Too many battles at once", "Send it again after `Retry-After` seconds."),
}
_BY_STATUS = {
    400: "bad-request",
    401: "unauthenticated",
    403: "forbidden",
    404: "not-found",
    405: "method-not-allowed",
    412: "precondition-failed",
}
NOTHING_HERE = "Nothing is at this address, or it is not yours to see."
_DETAILS = {
    401: "This needs an API key of this arena.",
    404: NOTHING_HERE,
    405: "This address does not know that method.",
    412: "The resource is not in the state that the request asked for.",
    500: "The server failed. Nothing was changed.",
}


class FieldError(BaseModel):
    """One thing wrong with a request, and where."""

    detail: str
    pointer: str | None = Field(None, description="JSON pointer into the body, such as `#/winner`.")
    parameter: str | None = Field(None, description="Name of the query or path parameter.")
    header: str | None = Field(None, description="Name of the header.")


class OpenAIError(BaseModel):
    """The same error as OpenAI's clients read it."""

    message: str
    type: str
    param: str | None
    code: str


class Problem(BaseModel):
    """An error as RFC 9457 describes it."""

    type: str = Field(description="Link to the explanation of this kind of error.")
    title: str
    status: int = Field(description="HTTP status.")
    detail: str = Field(description="What went wrong here and how to mend it.")
    instance: str = Field(description="Path of the request.")
    code: str = Field(description="Stable name of the kind of error, for programs.")
    errors: list[FieldError] = Field(description="Each single fault; empty when there is one only.")
    error: OpenAIError | None = Field(None, description="At `chat/completions` only.")


class ProblemError(Exception):
    """Ends a request with the problem of that code."""

    def __init__(
        self,
        code: str,
        detail: str,
        *,
        errors: Iterable[FieldError] = (),
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(detail)
        self.code, self.detail = code, detail
        self.errors, self.headers = list(errors), dict(headers or {})


def render(
    request: HttpRequest, code: str, detail: str, *, errors: Iterable[FieldError] = ()
) -> HttpResponse:
    """Return the response for one problem; raise KeyError for a code that is not in KINDS."""
    kind = KINDS[code]
    return HttpResponse(
        _body(request, code, kind.status, detail, errors),
        status=kind.status,
        content_type=CONTENT_TYPE,
    )


def render_error(request: HttpRequest, error: ProblemError) -> HttpResponse:
    """Return the response for a raised problem."""
    response = render(request, error.code, error.detail, errors=error.errors)
    for name, value in error.headers.items():
        response[name] = value
    return response


def convert(request: HttpRequest, response: HttpResponse) -> None:
    """Turn an error page that other code made (a 404 of the URL map, a crash) into a problem.

    Says no more than the status does, so a hidden arena looks like a missing address.
    """
    status = response.status_code
    code = _BY_STATUS.get(status, "bad-request" if status < 500 else "internal-error")
    detail = _DETAILS.get(status, f"The server answered {response.reason_phrase}.")
    response.content = _body(request, code, status, detail, ())
    response["Content-Type"] = CONTENT_TYPE
    response["Content-Length"] = str(len(response.content))


def openai_error(code: str, detail: str, *, errors: Iterable[FieldError] = ()) -> OpenAIError:
    """Return the error in OpenAI's form; raise KeyError for a code that is not in KINDS."""
    status = KINDS[code].status
    pointers = [error.pointer for error in errors if error.pointer]
    return OpenAIError(
        message=detail,
        type=_OPENAI_TYPES.get(status, "invalid_request_error" if status < 500 else "server_error"),
        param=pointers[0].removeprefix("#/").replace("/", ".") if pointers else None,
        code=code,
    )


def _body(
    request: HttpRequest, code: str, status: int, detail: str, errors: Iterable[FieldError]
) -> bytes:
    faults = list(errors)
    problem = Problem(
        type=f"/api/v1/docs#{code}",
        title=KINDS[code].title,
        status=status,
        detail=detail,
        instance=request.path,
        code=code,
        errors=faults,
    )
    data = problem.model_dump(exclude={"error"})
    data["errors"] = [error.model_dump(exclude_none=True) for error in faults]
    if request.path.endswith(COMPLETIONS_PATH):
        data["error"] = openai_error(code, detail, errors=faults).model_dump()
    return json.dumps(data, ensure_ascii=False).encode("utf-8", "replace")
