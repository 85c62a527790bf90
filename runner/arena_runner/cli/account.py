"""Signing in and out."""

import platform
import sys
from collections.abc import Mapping
from typing import Annotated, Any

import typer

from arena_runner.agent import credentials
from arena_runner.agent.configuration import checked
from arena_runner.agent.credentials import Credentials
from arena_runner.agent.errors import AgentError, InvalidInput
from arena_runner.agent.session import Session
from arena_runner.agent.sign_in import sign_in
from arena_runner.cli.console import Out
from arena_runner.cli.context import session
from arena_runner.cli.options import Json
from arena_runner.site.answers import DeviceCode
from arena_runner.site.client import ArenaClient
from arena_runner.site.transport import Transport

Url = Annotated[
    str | None, typer.Option("--url", help="Address of the arena; kept for the next time.")
]
Tenant = Annotated[
    str | None,
    typer.Option("--tenant", help="Name of an arena below that address, as in /t/NAME/."),
]
Token = Annotated[
    str | None,
    typer.Option(
        "--token",
        help="A key made on the account page; `-` reads it from stdin, so that no list of"
        " processes shows it. Without it a code is shown that you confirm in any browser.",
    ),
]


def login(url: Url = None, tenant: Tenant = None, token: Token = None, json: Json = False) -> None:
    """Sign this machine in to an arena."""
    out, agent = Out(json=json), session()
    who = admitted(out, agent, remember_url(agent, url, tenant), token)
    out.result(who, text=welcome(who))


def admitted(out: Out, agent: Session, address: str, token: str | None) -> dict[str, Any]:
    """Keep the key given, or the one that the owner confirms; return the address and whose it is.

    Raises AgentError and ArenaError, and then keeps nothing.
    """
    known = _given(token, address) if token else _by_code(out, agent, address)
    who = ArenaClient(Transport(address, token=known.api_key)).whoami()
    credentials.store(agent.paths, known)
    return {"url": address, **who}


def welcome(who: Mapping[str, Any]) -> str:
    """Return what a person reads who has just signed in."""
    return f"Signed in to {who.get('tenant_name') or who.get('tenant')} at {who['url']}"


def logout(json: Json = False) -> None:
    """Delete the key of the arena from this machine."""
    out = Out(json=json)
    had_one = credentials.forget(session().paths)
    text = "The key is deleted here. The account page revokes it." if had_one else "No key here."
    out.result({"deleted": had_one}, text=text)


def whoami(json: Json = False) -> None:
    """Show which arena, owner and rights the key stands for."""
    out, agent = Out(json=json), session()
    who = agent.client().whoami()
    runner = agent.configuration.runner_id
    value = {"url": agent.url, **who, "runner_id": str(runner) if runner else None}
    out.result(
        value,
        text=f"{who.get('owner')} in {who.get('tenant_name') or who.get('tenant')} at {agent.url};"
        f" rights: {', '.join(who.get('scopes') or ())}; runner: {runner or 'not registered'}",
    )


def remember_url(agent: Session, url: str | None, tenant: str | None) -> str:
    """Keep the address given and return the arena's; raise AgentError when there is none."""
    changes = {name: value for name, value in (("url", url), ("tenant", tenant)) if value}
    if url and not tenant:
        changes["tenant"] = ""
    if changes:
        whole = agent.configuration.model_dump(mode="json") | changes
        whole["tenant"] = whole["tenant"] or None
        agent.change(checked(whole, "--url"))
    address = agent.configuration.arena_url
    if address is None:
        raise AgentError("no-url", "nobody has said where the arena is", remedy="--url https://...")
    return address


def _given(token: str, address: str) -> Credentials:
    raw = sys.stdin.readline().strip() if token == "-" else token  # noqa: S105 - means stdin
    if not 8 <= len(raw) <= 400 or not raw.isascii() or not raw.isprintable():
        raise InvalidInput("bad-token", "that is no key; make one on the account page")
    return Credentials(api_key=raw, url=address)


def _by_code(out: Out, agent: Session, address: str) -> Credentials:
    def show(code: DeviceCode) -> None:
        # Also with --json: without the code nobody can confirm anything.
        out.err.print(f"Open {code.verification_url} and type  [bold]{code.user_code}[/bold]")

    name = agent.configuration.name or f"arena-runner, {platform.system()} {platform.machine()}"
    return sign_in(agent.stranger(address), client_name=name, show=show)
