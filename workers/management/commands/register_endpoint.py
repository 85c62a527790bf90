"""./manage.py register_endpoint: connect a model from the command line."""

import os
import sys
from argparse import ArgumentParser
from typing import Any

from django import forms
from django.core.management.base import BaseCommand, CommandError
from typing_extensions import override

from arena.eventstore.arguments import tenant_of
from arena.eventstore.domain import DomainError
from workers.commands import connect_model
from workers.forms import POWER_SCOPES, WEIGHTS, ConnectForm

ACTOR = "operator"
_CHOICES = {
    "weights": [value for value, _ in WEIGHTS if value],
    "power_scope": [value for value, _ in POWER_SCOPES],
}
_KEY_FIELDS = frozenset({"api_key"})


class Command(BaseCommand):
    """Takes the fields of the page, checked by the same form; the key never as an argument."""

    help = (
        "Connect a model: any OpenAI-compatible /v1/chat/completions. Run again with the same facts"
        " it changes nothing. The API key comes from an environment variable or standard input."
    )

    @override
    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--tenant", required=True, help="slug of the arena")
        key = parser.add_mutually_exclusive_group()
        key.add_argument("--key-env", metavar="NAME", help="environment variable with the API key")
        key.add_argument("--key-stdin", action="store_true", help="read the API key from stdin")
        for name, field in ConnectForm.base_fields.items():
            if name not in _KEY_FIELDS:
                _add_option(parser, name, field)

    @override
    def handle(self, *args: Any, **options: Any) -> None:
        tenant = tenant_of(options["tenant"])
        form = ConnectForm(_data(options) | {"api_key": self._key(options)})
        if not form.is_valid():
            raise CommandError("\n".join(_complaints(form)))
        try:
            slug = connect_model(
                tenant=tenant,
                model=form.model_facts(form.cleaned_data["model_name"]),
                deployment=form.deployment_facts(),
                access=form.access(),
                price=form.price(),
                power=form.power(),
                actor=ACTOR,
            )
        except DomainError as error:
            raise CommandError(str(error)) from error
        self.stdout.write(slug)

    def _key(self, options: dict[str, Any]) -> str:
        if options["key_stdin"]:
            return sys.stdin.readline().strip()
        name = options["key_env"]
        if name is None:
            return ""
        if not os.environ.get(name):
            raise CommandError(f"the environment variable {name} is not set or empty")
        return os.environ[name]


def _add_option(parser: ArgumentParser, name: str, field: forms.Field) -> None:
    option = "--" + name.replace("_", "-")
    text = f"{field.label}. {field.help_text}".strip().replace("%", "%%")
    if isinstance(field, forms.BooleanField):
        parser.add_argument(option, action="store_true", help=text)
    elif name == "aliases":
        parser.add_argument(option, action="append", metavar="NAME", help=f"{text} Repeatable.")
    elif name in _CHOICES:
        parser.add_argument(option, choices=_CHOICES[name], help=text)
    else:
        parser.add_argument(option, required=field.required and field.initial is None,
                            default=field.initial, help=text)  # fmt: skip


def _data(options: dict[str, Any]) -> dict[str, Any]:
    data = {name: options[name] for name in ConnectForm.base_fields if name not in _KEY_FIELDS}
    data["aliases"] = "\n".join(data["aliases"] or [])
    return data


def _complaints(form: ConnectForm) -> list[str]:
    return [
        f"--{name.replace('_', '-')}: {message}" if name in form.fields else message
        for name, found in form.errors.items()
        for message in map(str, found)
    ]
