"""Read JSON bodies: one object, of the right media type, in plain JSON."""

import json
from typing import NoReturn

from django.http import HttpRequest
from ninja.parser import Parser
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
            body = json.loads(request.body, parse_constant=_refuse_constant)
        except RecursionError:
            raise ProblemError("malformed-json", "The body is nested too deeply.") from None
        except ValueError as error:
            raise ProblemError("malformed-json", f"The body is not JSON: {error}.") from None
        if not isinstance(body, dict):
            raise ProblemError("malformed-json", "The body is not a JSON object.")
        return body


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not JSON")
