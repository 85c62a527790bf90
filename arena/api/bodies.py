"""JSON in and out: one plain object in, times to the microsecond out."""

import json
import math
from datetime import UTC, datetime
from typing import Any, NoReturn

from django.http import HttpRequest
from ninja.parser import Parser
from ninja.renderers import JSONRenderer
from ninja.responses import NinjaJSONEncoder
from ninja.types import DictStrAny
from typing_extensions import override

from arena.api.problems import ProblemError


class JsonParser(Parser):
    """Ninja's parser, with errors that say what was wrong."""

    @override
    def parse_body(self, request: HttpRequest) -> DictStrAny:
        """Return the object in the body; raise ProblemError."""
        if request.content_type != "application/json":
            raise ProblemError(
                "unsupported-media-type",
                f"The body is {request.content_type or 'of no type'}; want application/json.",
            )
        try:
            body = json.loads(request.body, parse_constant=_refuse_constant, parse_float=_finite)
        except RecursionError:
            raise ProblemError("malformed-json", "The body is nested too deeply.") from None
        except ValueError as error:
            raise ProblemError("malformed-json", f"The body is not JSON: {error}.") from None
        if not isinstance(body, dict):
            raise ProblemError("malformed-json", "The body is not a JSON object.")
        return body


def _refuse_constant(name: str) -> NoReturn:
    raise ProblemError("number-not-finite", f"The body holds {name}, which is not JSON.")


def _finite(text: str) -> float:
    number = float(text)
    if math.isinf(number):
        raise ProblemError("number-not-finite", f"The body holds {text[:40]}, which is too large.")
    return number


class _Encoder(NinjaJSONEncoder):
    """Django's encoder cuts times to milliseconds, and then nobody could check the chain."""

    @override
    def default(self, o: Any) -> Any:
        if isinstance(o, datetime):
            return o.astimezone(UTC).isoformat().replace("+00:00", "Z")
        return super().default(o)


class JsonRenderer(JSONRenderer):
    """Ninja's renderer, with exact times and without escapes for what UTF-8 can say."""

    encoder_class = _Encoder
    json_dumps_params = {"ensure_ascii": False}
