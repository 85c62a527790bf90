"""Settings, what the owner allows, and which commands he has seen."""

from datetime import UTC, datetime, timedelta

import pytest

from arena_runner.agent import approvals, configuration
from arena_runner.agent.approvals import Approval
from arena_runner.agent.configuration import Configuration, Limits
from arena_runner.agent.errors import AgentError, InvalidInput
from arena_runner.agent.instruments import Others
from arena_runner.agent.limits import exceeded, in_hours, in_use, opens_in
from arena_runner.agent.paths import Paths
from arena_runner.contract.telemetry import TelemetryRow


@pytest.mark.parametrize(
    ("name", "text", "found"),
    [
        ("url", "https://arena.example", "https://arena.example"),
        ("tags", "gpu,arm64", ("gpu", "arm64")),
        ("limits.hours_utc", "22:00-06:00", ("22:00-06:00",)),
        ("limits.max_power_watts", "200", 200),
        ("limits.only_when_idle", "true", True),
        ("endpoints.default", "http://127.0.0.1:8000", "http://127.0.0.1:8000"),
        ("endpoints.org/model.gguf", "http://127.0.0.1:1", "http://127.0.0.1:1"),
    ],
)
def test_a_setting_is_set_and_unset(paths: Paths, name: str, text: str, found: object) -> None:
    configuration.store(paths, configuration.changed(Configuration(), name, text))
    known = configuration.load(paths)
    group, _, field = name.partition(".")
    owner = getattr(known, group)
    value = owner if not field else owner[field] if group == "endpoints" else getattr(owner, field)
    assert value == found
    assert configuration.changed(known, name, None) == Configuration()


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("nothing", "1"),
        ("limits", "1"),
        ("limits.nothing", "1"),
        ("url", "ftp://x"),
        ("url", "https://user@host"),
        ("limits.max_power_watts", "-1"),
        ("limits.hours_utc", "25:00-26:00"),
        ("tags", "No Tag"),
        ("tenant", "../x"),
        ("models_folder", "relative"),
    ],
)
def test_what_is_no_setting_is_refused(name: str, text: str) -> None:
    with pytest.raises(InvalidInput):
        configuration.changed(Configuration(), name, text)


def test_the_address_has_the_prefix_of_the_arena(monkeypatch: pytest.MonkeyPatch) -> None:
    known = Configuration(url="https://arena.example/", tenant="team")
    monkeypatch.delenv("ARENA_URL", raising=False)
    assert known.arena_url == "https://arena.example/t/team"
    monkeypatch.setenv("ARENA_URL", "https://other.example")
    assert known.arena_url == "https://other.example"


def at(text: str) -> datetime:
    return datetime.fromisoformat(f"2026-11-26T{text}:00").replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("spans", "now", "open_", "wait"),
    [
        ((), "12:00", True, 0),
        (("22:00-06:00",), "23:00", True, 0),
        (("22:00-06:00",), "05:59", True, 0),
        (("22:00-06:00",), "06:00", False, 16 * 60),
        (("08:00-09:00", "12:00-13:00"), "10:00", False, 120),
        (("08:00-09:00",), "09:30", False, 22 * 60 + 30),
    ],
)
def test_the_owners_hours(spans: tuple[str, ...], now: str, open_: bool, wait: int) -> None:
    limits = Limits(hours_utc=spans)
    assert in_hours(limits, at(now)) is open_
    assert opens_in(limits, at(now)) == timedelta(minutes=wait)


def test_watts_and_temperature_have_a_limit() -> None:
    row = TelemetryRow(at_ms=0, power_watts=150.0, temperature_celsius=80.0)
    assert exceeded(Limits(), row) is None
    assert exceeded(Limits(max_power_watts=149), row) == "owner-limit-power"
    assert exceeded(Limits(max_temperature_celsius=79), row) == "owner-limit-temperature"
    assert exceeded(Limits(max_temperature_celsius=79), TelemetryRow(at_ms=0)) is None


def test_a_machine_in_use_is_left_alone_where_its_owner_wants_that() -> None:
    games = Others(gpu_share=0.9, cpu_share=0.1)
    assert in_use(Limits(only_when_idle=True), games)
    assert not in_use(Limits(), games)
    assert not in_use(Limits(only_when_idle=True), Others(None, 0.05))


def test_only_exactly_what_was_seen_is_approved(paths: Paths) -> None:
    seen = Approval(argv=("vllm", "serve", "m"), env={"A": "1"}, image="ghcr.io/a/b:1")
    approvals.approve(paths, seen)
    assert approvals.is_approved(paths, seen)
    for change in (
        {"argv": ("vllm", "serve", "m", "--trust")},
        {"env": {"A": "2"}},
        {"image": "ghcr.io/a/b:2"},
        {"image_digest": "sha256:" + "0" * 64},
    ):
        assert not approvals.is_approved(paths, seen.model_copy(update=change))


def test_commands_that_wait_are_bounded(paths: Paths, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(approvals, "_MAX_WAITING", 3)
    for number in range(5):
        approvals.wait_for_owner(paths, Approval(argv=("x", str(number))))
    assert [item.argv[1] for item in approvals.waiting(paths)] == ["2", "3", "4"]


@pytest.mark.parametrize(
    ("prefix", "allowed"),
    [
        ("ghcr.io/a/", True),
        ("ghcr.io/a/vllm", True),
        ("ghcr.io/a/vl", False),
        ("ghcr.io/b", False),
    ],
)
def test_only_images_of_the_owners_list_start(prefix: str, allowed: bool) -> None:
    command = Approval(argv=("x",), image="ghcr.io/a/vllm:1")
    if allowed:
        approvals.check_image(command, Limits(allowed_images=(prefix,)))
    else:
        with pytest.raises(AgentError) as refused:
            approvals.check_image(command, Limits(allowed_images=(prefix,)))
        assert refused.value.code == "image-not-allowed"
