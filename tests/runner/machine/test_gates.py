"""Whether a machine is fit to be measured."""

import asyncio

import pytest

from arena_runner.machine import gates
from arena_runner.machine.gates import Limits, State
from arena_runner.machine.sensors import Reading


def state(**reading: object) -> State:
    values: dict[str, object] = {"other_load": 0.01, "temperature_celsius": 45.0, **reading}
    return State(reading=Reading(**values), memory_free_share=0.5)  # type: ignore[arg-type]


def test_a_cool_and_quiet_machine_passes_without_a_word() -> None:
    gate = gates.judge(state(), Limits())
    assert gate.passed
    assert gate.warnings == ()


@pytest.mark.parametrize(
    ("seen", "reason"),
    [
        (state(temperature_celsius=91.0), "too hot: 91 °C, at most 85 °C"),
        (state(throttle_reasons=("hw_thermal",)), "held down by heat: hw_thermal"),
        (state(throttle_reasons=("hw_power_brake",)), "held down by the power supply"),
        (state(other_load=0.7), "other programs use 70% of the processor"),
        (State(reading=Reading(), memory_free_share=0.01), "only 1.0% of the memory"),
    ],
)
def test_what_spoils_a_measurement_fails(seen: State, reason: str) -> None:
    gate = gates.judge(seen, Limits())
    assert not gate.passed
    assert reason in gate.warnings[0]


@pytest.mark.parametrize(
    ("seen", "warning"),
    [
        (state(other_load=0.2), "other programs use 20% of the processor"),
        (state(other_load=None), "the load of other programs is too"),
        (state(throttle_reasons=("sw_power_cap",)), "held down: sw_power_cap"),
        (
            State(reading=Reading(other_load=0.0), memory_free_share=0.5, on_battery=True),
            "runs on battery",
        ),
        (
            State(
                reading=Reading(other_load=0.0),
                memory_free_share=0.5,
                lowered_power_limits=((90.0, 140.0),),
            ),
            "power limit lowered to 90 W from 140 W",
        ),
    ],
)
def test_what_colours_a_measurement_is_a_warning(seen: State, warning: str) -> None:
    gate = gates.judge(seen, Limits())
    assert gate.passed
    assert any(warning in line for line in gate.warnings)


def test_an_owner_may_be_stricter() -> None:
    assert not gates.judge(state(), Limits(temperature_celsius=40.0)).passed


def test_this_machine_is_looked_at() -> None:
    seen = asyncio.run(gates.look(own_pids=()))
    assert seen.reading.other_load is not None
    assert 0.0 < seen.memory_free_share <= 1.0
    assert gates.judge(seen, Limits(other_load=1.0, memory_free_share=0.0)).warnings is not None
