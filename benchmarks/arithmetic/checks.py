"""What the seed texts compute, and what their own inputs give."""

from dataclasses import dataclass
from typing import Final, Literal

from benchmarks.arithmetic import formulas

Verdict = Literal["holds", "rounded", "does not hold"]

HOLDS_PERCENT: Final = 0.5
ROUNDED_PERCENT: Final = 2.5
"""Off by more than this, a figure is not explained by rounding to one or two digits."""
_TOKENS: Final = 500_000
_PRICE: Final = 75.0
_CORRECTED_PRICE: Final = 25.0
_SPEED: Final = 41.0
_WATTS: Final = 140.0
_TARIFF: Final = 0.30
_LAUNCH_PRICE: Final = 3_999.0
_PRICE_2026: Final = 4_700.0


@dataclass(frozen=True, kw_only=True, slots=True)
class Input:
    """One figure that goes into a check, with its unit and where it comes from."""

    name: str
    value: float
    unit: str
    source: str = "the text"


@dataclass(frozen=True, kw_only=True, slots=True)
class Check:
    """A figure of a text beside the same figure computed again."""

    key: str
    seed: str
    claim: str
    stated: float
    recomputed: float
    unit: str
    digits: int
    formula: str
    inputs: tuple[Input, ...]
    note: str = ""

    @property
    def off_percent(self) -> float:
        """Return by how many percent the computed figure differs from the stated one."""
        return formulas.change_percent(self.recomputed, self.stated)

    @property
    def verdict(self) -> Verdict:
        """Return whether the figure follows from the inputs, exactly or as rounded."""
        off = abs(self.off_percent)
        if off <= HOLDS_PERCENT:
            return "holds"
        return "rounded" if off <= ROUNDED_PERCENT else "does not hold"


_HOURS: Final = formulas.generation_hours(_TOKENS, _SPEED)
_ENERGY_WH: Final = formulas.energy_wh(_HOURS, _WATTS)
_LOCAL_DAY: Final = formulas.electricity_cost(_ENERGY_WH, _TARIFF)
_CLOUD_DAY: Final = formulas.cloud_cost(_TOKENS, _PRICE)
_CLOUD_MONTH: Final = _CLOUD_DAY * formulas.DAYS_A_MONTH
_CORRECTED_MONTH: Final = formulas.cloud_cost(_TOKENS, _CORRECTED_PRICE) * formulas.DAYS_A_MONTH
_LOCAL_MONTH: Final = _LOCAL_DAY * formulas.DAYS_A_MONTH
_IN_TOKENS: Final = Input(name="output tokens a day", value=_TOKENS, unit="tokens")
_IN_PRICE: Final = Input(name="price", value=_PRICE, unit="USD/M tokens")
_IN_SPEED: Final = Input(name="speed", value=_SPEED, unit="tok/s")
_IN_WATTS: Final = Input(name="draw", value=_WATTS, unit="W a node")
_IN_TARIFF: Final = Input(name="tariff", value=_TARIFF, unit="EUR/kWh")
_IN_MONTH: Final = Input(name="cloud", value=_CLOUD_MONTH, unit="USD/month", source="computed")
_IN_LOCAL: Final = Input(
    name="electricity", value=_LOCAL_MONTH, unit="EUR/month", source="computed"
)
_EURO: Final = "EUR = USD, as the text has it."


def checks() -> tuple[Check, ...]:
    """Return every check, those of the article's cost first."""
    return (*_workload(), *_ratios(), *_local_prices(), *_paybacks(), *_others())


def _workload() -> tuple[Check, ...]:
    return (
        Check(
            key="cloud-day", seed="002", claim="Cloud cost of the workload, a day",
            stated=37.5, recomputed=_CLOUD_DAY, unit="USD", digits=2,
            formula="tokens x price / 10^6", inputs=(_IN_TOKENS, _IN_PRICE),
            note="The author corrected the price to 25 on 2026-05-13: 12.50 a day, 375 a month.",
        ),
        Check(
            key="cloud-month", seed="002", claim="Cloud cost of the workload, a month",
            stated=1_125, recomputed=_CLOUD_MONTH, unit="USD", digits=0,
            formula="cost a day x 30", inputs=(_IN_TOKENS, _IN_PRICE),
        ),
        Check(
            key="hours", seed="002", claim="Time of the workload on the local machine, a day",
            stated=3.4, recomputed=_HOURS, unit="h", digits=3,
            formula="tokens / speed / 3600", inputs=(_IN_TOKENS, _IN_SPEED),
            note="One stream, prompts left out.",
        ),
        Check(
            key="energy", seed="002", claim="Energy of the workload, a day",
            stated=480, recomputed=_ENERGY_WH, unit="Wh", digits=0,
            formula="tokens / speed / 3600 x draw", inputs=(_IN_TOKENS, _IN_SPEED, _IN_WATTS),
        ),
        Check(
            key="electricity", seed="002", claim="Electricity of the workload, a day: 10 cents",
            stated=10, recomputed=100 * _LOCAL_DAY, unit="cents", digits=1,
            formula="tokens / speed / 3600 x draw / 1000 x tariff x 100",
            inputs=(_IN_TOKENS, _IN_SPEED, _IN_WATTS, _IN_TARIFF),
            note="10 cents would need a tariff of 0.21 EUR/kWh.",
        ),
    )  # fmt: skip


def _ratios() -> tuple[Check, ...]:
    local = Input(name="electricity", value=_LOCAL_DAY, unit="EUR/day", source="computed")
    cloud = Input(name="cloud", value=_CLOUD_DAY, unit="USD/day", source="computed")
    return (
        Check(
            key="ratio", seed="002", claim="Cloud to local, cost per token: 11,000 to 1",
            stated=11_000, recomputed=_CLOUD_DAY / _LOCAL_DAY, unit="to 1", digits=0,
            formula="cloud a day / electricity a day", inputs=(cloud, local),
            note="A month divided by a day: 1,125 / 0.10 = 11,250. At the corrected price it is"
            f" {formulas.cloud_cost(_TOKENS, _CORRECTED_PRICE) / _LOCAL_DAY:.0f}. {_EURO}",
        ),
        Check(
            key="table-ratio", seed="002", claim="Closed to open rows, cost per token: 1,500 times",
            stated=1_500, recomputed=_PRICE / (_LOCAL_DAY / _TOKENS * 1e6), unit="times", digits=0,
            formula="price / (electricity a day / tokens x 10^6)",
            inputs=(_IN_PRICE, local, _IN_TOKENS),
            note=f"75 / 0.05 of the table; contradicts the 11,000 of the same text. {_EURO}",
        ),
    )  # fmt: skip


_LOCAL_ROWS: Final = (
    ("Qwen3.5-0.8B", 0.01, 106.69, 1), ("Qwen3.6-35B-A3B", 0.04, 95.11, 1),
    ("gpt-oss-120b", 0.06, 75.96, 2), ("Qwen3-Coder-Next", 0.05, 73.33, 1),
    ("gemma-4-26B-A4B", 0.04, 67.63, 4), ("Mistral Small 4 119B", 0.05, _SPEED, 1),
)  # fmt: skip
"""Model, stated price, tok/s and nodes of the local rows of the table."""


def _local_prices() -> tuple[Check, ...]:
    return tuple(
        Check(
            key=f"local-{speed:g}", seed="002", unit="USD/M tokens", digits=3,
            claim=f"Local price of {model}: about {stated:g} a million output tokens",
            stated=stated,
            recomputed=formulas.electricity_per_million(speed, _WATTS, nodes, _TARIFF),
            formula="10^6 / speed / 3600 x draw x nodes / 1000 x tariff",
            inputs=(
                Input(name="speed", value=speed, unit="tok/s"),
                Input(name="nodes", value=nodes, unit="nodes"), _IN_WATTS, _IN_TARIFF,
            ),
            note=f"Electricity alone. {_EURO}",
        )
        for model, stated, speed, nodes in _LOCAL_ROWS
    )  # fmt: skip


def _paybacks() -> tuple[Check, ...]:
    corrected = Input(
        name="cloud", value=_CORRECTED_MONTH, unit="USD/month", source="corrected price of 25"
    )
    cases = (
        ("payback", "at the text's price", _LAUNCH_PRICE, "launch price", _IN_MONTH),
        ("payback-2026", "at the text's price, machine of 2026", _PRICE_2026, "price in 2026",
         _IN_MONTH),
        ("payback-corrected", "at the corrected price", _LAUNCH_PRICE, "launch price", corrected),
        ("payback-corrected-2026", "at the corrected price, machine of 2026", _PRICE_2026,
         "price in 2026", corrected),
    )  # fmt: skip
    return tuple(
        Check(
            key=key, seed="002", claim=f"The machine is paid in three months, {when}",
            stated=3, recomputed=formulas.payback_months(price, cloud.value, _LOCAL_MONTH),
            unit="months", digits=1,
            formula="machine / (cloud a month - electricity a month)",
            inputs=(
                Input(name="machine", value=price, unit="USD", source=source), cloud, _IN_LOCAL
            ),
            note=_EURO,
        )
        for key, when, price, source, cloud in cases
    )  # fmt: skip


def _others() -> tuple[Check, ...]:
    values, weights = (99.0, 48.0, 22.0), (70.0, 20.0, 10.0)
    return (
        Check(
            key="score", seed="001", claim="Worked example of the score",
            stated=81.1, recomputed=formulas.weighted_score(values, weights), unit="points",
            digits=1, formula="0.70 Q + 0.20 G + 0.10 E",
            inputs=tuple(
                Input(name=name, value=value, unit="points")
                for name, value in zip("QGE", values, strict=True)
            ),
        ),
        Check(
            key="poisson", seed="003", claim="Office baseline: arrivals are Poisson",
            stated=1, recomputed=formulas.arrival_variation(0.7), unit="sd / mean", digits=3,
            formula="1 / sqrt(burstiness)",
            inputs=(Input(name="burstiness", value=0.7, unit="shape"),),
            note="Only a burstiness of 1.0 is Poisson; these waits are Gamma, and come in bursts.",
        ),
        Check(
            key="slots", seed="004", claim="Two slots instead of one: at most twice the tokens",
            stated=2.2174, recomputed=2.0, unit="times", digits=2,
            formula="slots after / slots before",
            inputs=(
                Input(name="before", value=1, unit="slots"),
                Input(name="after", value=2, unit="slots"),
            ),
            note="+121.74 % is stated, more than two slots can give: a run needs repeating.",
        ),
        Check(
            key="hot-memory", seed="004", claim="Models always in memory: about 45 GB",
            stated=45, recomputed=20 + 18.5 + 4.4 + 4, unit="GB", digits=1,
            formula="sum of the four models",
            inputs=tuple(
                Input(name=name, value=size, unit="GB")
                for name, size in (
                    ("frontdoor", 20.0), ("coder", 18.5), ("worker", 4.4), ("voice", 4.0)
                )
            ),
        ),
    )  # fmt: skip
