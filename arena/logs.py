"""Structured logs: one JSON object a line, with request ids and nothing personal."""

import logging.config
import re
import traceback
from typing import Any

import structlog
from django.db.utils import Error as DjangoDatabaseError
from psycopg import Error as PsycopgError
from structlog.typing import EventDict, ExcInfo, WrappedLogger

# SQLSTATE classes whose messages quote what somebody sent: data exceptions, broken constraints.
_QUOTING_CLASSES = ("22", "23")
_EMAIL = re.compile(r"[\w.+-]+@[\w-]+\.[\w.-]*\w")
_IPV4 = re.compile(r"(?<![\w.])(?:\d{1,3}\.){3}\d{1,3}(?![\w.])")
_IPV6 = re.compile(r"(?<![\w:])(?:[0-9a-fA-F]{0,4}:){3,7}[0-9a-fA-F]{0,4}(?![\w:])")


def logging_config(*, level: str) -> dict[str, Any]:
    """Configure structlog and the standard library to write the same JSON lines to stderr.

    Returns the dictionary handed to logging.config.dictConfig.
    """
    shared: list[structlog.typing.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.add_log_level,
        _describe_exception_field,
        structlog.processors.ExceptionRenderer(format_exception),
        scrub,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )
    config: dict[str, Any] = {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {
            "json": {
                "()": structlog.stdlib.ProcessorFormatter,
                "foreign_pre_chain": shared,
                "processors": [
                    structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                    structlog.processors.JSONRenderer(),
                ],
            }
        },
        "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "json"}},
        "root": {"handlers": ["stderr"], "level": level},
        "loggers": {
            # uvicorn brings handlers of its own; its lines shall have our form.
            "uvicorn": {"handlers": [], "propagate": True},
            # These repeat what arena.request_log says, with addresses and raw paths.
            "uvicorn.access": {"handlers": [], "level": "CRITICAL"},
            # It says of every socket that it opened and closed; the metrics count them.
            "uvicorn.error": {"level": "WARNING"},
            "django.server": {"handlers": [], "level": "CRITICAL"},
            "django.request": {"level": "CRITICAL"},
            # They tell of every glyph that a PDF keeps.
            "fontTools": {"level": "WARNING"},
            # These repeat what django_structlog says of tasks, with arguments and raw errors.
            "celery.app.trace": {"level": "CRITICAL"},
            "celery.worker.strategy": {"level": "WARNING"},
        },
    }
    logging.config.dictConfig(config)
    return config


def format_exception(exc_info: ExcInfo) -> str:
    """Return the traceback without the values that PostgreSQL quotes in its messages."""
    text = "".join(traceback.format_exception(*exc_info)).rstrip()
    for link in _chain(exc_info[1]):
        if (full := str(link)) and (safe := describe_error(link)) != full:
            text = text.replace(full, safe)
    return text


def describe_error(error: BaseException) -> str:
    """Return the message of an error; of a database error only what cannot hold a stored value.

    PostgreSQL's DETAIL quotes whole rows, and messages of SQLSTATE classes 22 and 23 the value
    at fault; those are replaced by the code and the names of table, column and constraint.
    """
    source = error.__cause__ if isinstance(error, DjangoDatabaseError) else error
    if not isinstance(source, PsycopgError):
        return str(error)
    state = source.sqlstate
    if state is None or not state.startswith(_QUOTING_CLASSES):
        return str(error).partition("\n")[0]
    names = {
        "table": source.diag.table_name,
        "column": source.diag.column_name,
        "constraint": source.diag.constraint_name,
    }
    return f"SQLSTATE {state}" + "".join(f", {k} {v}" for k, v in names.items() if v)


def scrub(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    """Replace e-mail and network addresses in every text of the line, whoever put them there."""
    for key, value in event.items():
        if isinstance(value, str):
            event[key] = _scrubbed(value)
    return event


def _scrubbed(text: str) -> str:
    if "@" in text:
        text = _EMAIL.sub("[e-mail]", text)
    return _IPV6.sub("[address]", _IPV4.sub("[address]", text))


def _describe_exception_field(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    """Celery's signals hand over the exception itself beside its text in `error`."""
    error = event.get("exception")
    if isinstance(error, BaseException):
        del event["exception"]
        event["error"] = describe_error(error)
    return event


def _chain(error: BaseException | None) -> list[BaseException]:
    links: list[BaseException] = []
    while error is not None and error not in links:
        links.append(error)
        error = error.__cause__ or error.__context__
    return links
