"""What a reader asks of the calculator, read from the URL."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Final, cast, get_args
from urllib.parse import urlencode

from benchmarks.sovereignty import Level, Profile, default_profile, profile_called, profiles
from leaderboards.calculator import split
from leaderboards.calculator.split import Split
from leaderboards.cost import parameters, reading
from leaderboards.cost.hosted import TokenPrices
from leaderboards.cost.own import DAYS_A_MONTH
from leaderboards.cost.parameters import Parameters
from leaderboards.cost.reading import BadParameter

DEFAULT_INPUT: Final = 1_500_000
DEFAULT_OUTPUT: Final = 500_000
MAX_TOKENS_A_DAY: Final = 1_000_000_000_000
_LEAST_TOKENS_A_DAY: Final = {"input": 0, "output": 1, "cached": 0, "reasoning": 0}
"""Costs are told for what is written, so there is some."""
MILLION: Final = 1_000_000
_MAX_PRICE: Final = 1_000_000_000_000
DEFAULT_TOLERANCE_PERCENT: Final = 20.0
LEVELS: Final[tuple[str, ...]] = get_args(Level)
_COSTS: Final = ("currency", "rate", "tariff", "months", "utilisation")
"""Of the parameters of costs. The utilisation is that of single tasks; the share of hours that a
month's work takes follows from its tokens."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Own:
    """The reader's machine as typed in; None is left to the deployment that prefills it."""

    price: float | None
    """To buy, in the chosen currency."""
    watts: float | None
    speed: float | None
    """Output tokens a second of one stream."""
    prefill: float | None
    """Prompt tokens a second."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Quote:
    """A price of tokens that the reader was offered, currency for a million tokens."""

    input: float
    output: float

    @property
    def prices(self) -> TokenPrices:
        """Return it as a price list, in the chosen currency."""
        return TokenPrices(input=self.input, output=self.output)


@dataclass(frozen=True, kw_only=True, slots=True)
class Sovereign:
    """The floor of sovereignty; None where there is none."""

    profile: Profile
    level: Level | None
    """S0 to S4; the lowest is met by whoever has no reviewed fact."""
    score: float | None
    """Of 100, what is unknown counting nothing."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Work:
    """Tokens a day."""

    input_tokens: float
    cached_tokens: float
    """Of the input, sent before."""
    output_tokens: float
    reasoning_tokens: float
    """Thought and not shown, on top of the output."""

    @property
    def read_tokens(self) -> float:
        """Return what a machine of one's own has to read: what it has not read before."""
        return self.input_tokens - self.cached_tokens

    @property
    def written_tokens(self) -> float:
        """Return what the model generates, shown or not."""
        return self.output_tokens + self.reasoning_tokens

    @property
    def output_millions_a_month(self) -> float:
        """Return the output of 30 days in millions of tokens."""
        return self.output_tokens * DAYS_A_MONTH / MILLION


@dataclass(frozen=True, kw_only=True, slots=True)
class Wish:
    """All that the calculator is asked."""

    work: Work
    costs: Parameters
    own: Own
    quote: Quote | None
    board: str | None
    elo: float | None
    """Least rating on the board."""
    sovereign: Sovereign
    deployment: str | None
    """Whose figures prefill the machine."""
    tolerance_percent: float
    """By how much two costs may differ and still count as equal."""
    split: Split | None
    """None where all the work goes to one deployment."""

    @property
    def stated(self) -> Mapping[str, str]:
        """Return every parameter of the shortlist as text, empty where it is not stated."""
        costs = self.costs.stated
        quote = self.quote
        return {
            "input": _text(self.work.input_tokens),
            "output": _text(self.work.output_tokens),
            "cached": _text(self.work.cached_tokens or None),
            "reasoning": _text(self.work.reasoning_tokens or None),
            **{name: costs[name] for name in _COSTS},
            "price": _text(self.own.price),
            "watts": _text(self.own.watts),
            "speed": _text(self.own.speed),
            "prefill": _text(self.own.prefill),
            "cloud_input": _text(quote.input if quote else None),
            "cloud_output": _text(quote.output if quote else None),
            "board": self.board or "",
            "elo": _text(self.elo),
            "profile": self.sovereign.profile.slug,
            "level": self.sovereign.level or "",
            "score": _text(self.sovereign.score),
            "deployment": self.deployment or "",
            "tolerance": _text(self.tolerance_percent),
        }

    @property
    def shortlist_query(self) -> str:
        """Return the query that leads to the shortlist, without what is empty."""
        return _query(self.stated)

    @property
    def query(self) -> str:
        """Return the query that leads to this very answer, the plan with it."""
        return _query({**self.stated, **(self.split.stated if self.split else {})})


def _query(stated: Mapping[str, str]) -> str:
    return urlencode({name: text for name, text in stated.items() if text})


def read(query: Mapping[str, str], *, boards: Iterable[str], deployments: Collection[str]) -> Wish:
    """Return what a URL asks; raise BadParameter naming what is allowed."""
    costs = parameters.read({name: query.get(name, "") for name in _COSTS})
    work = _work(query)
    known = list(boards)
    tolerance = reading.number(query, "tolerance", low=0, high=100, unit="per cent")
    return Wish(
        work=work,
        costs=costs,
        own=_own(query, costs.currency),
        quote=_quote(query, costs.currency, reads=bool(work.input_tokens)),
        board=reading.choice(query, "board", known) or next(iter(known), None),
        elo=reading.number(query, "elo", low=-10_000, high=10_000, unit="Elo"),
        sovereign=_sovereign(query),
        deployment=split.deployment(query, "deployment", deployments),
        tolerance_percent=DEFAULT_TOLERANCE_PERCENT if tolerance is None else tolerance,
        split=split.read(query, deployments=deployments),
    )


def _work(query: Mapping[str, str]) -> Work:
    stated = {
        name: reading.number(query, name, low=low, high=MAX_TOKENS_A_DAY, unit="tokens a day")
        for name, low in _LEAST_TOKENS_A_DAY.items()
    }
    found = Work(
        input_tokens=DEFAULT_INPUT if stated["input"] is None else stated["input"],
        cached_tokens=stated["cached"] or 0.0,
        output_tokens=DEFAULT_OUTPUT if stated["output"] is None else stated["output"],
        reasoning_tokens=stated["reasoning"] or 0.0,
    )
    if found.cached_tokens > found.input_tokens:
        raise BadParameter(
            "cached",
            f"{found.cached_tokens:g} is not allowed; cached tokens are among the"
            f" {found.input_tokens:,.0f} of the input.",
        )
    return found


def _sovereign(query: Mapping[str, str]) -> Sovereign:
    slugs = [profile.slug for profile in profiles().profiles]
    chosen = reading.choice(query, "profile", slugs)
    return Sovereign(
        profile=profile_called(chosen) if chosen else default_profile(),
        level=cast(Level | None, reading.choice(query, "level", LEVELS)),
        score=reading.number(query, "score", low=0, high=100, unit="of 100"),
    )


def _own(query: Mapping[str, str], currency: str) -> Own:
    speed = "tokens a second"
    return Own(
        price=reading.number(query, "price", low=0.01, high=_MAX_PRICE, unit=currency),
        watts=reading.number(query, "watts", low=0.1, high=1_000_000, unit="W"),
        speed=reading.number(query, "speed", low=0.001, high=10_000_000, unit=speed),
        prefill=reading.number(query, "prefill", low=0.001, high=100_000_000, unit=speed),
    )


def _quote(query: Mapping[str, str], currency: str, *, reads: bool) -> Quote | None:
    unit = f"{currency} a million tokens"
    paid_in, paid_out = (
        reading.number(query, name, low=0, high=1_000_000_000, unit=unit)
        for name in ("cloud_input", "cloud_output")
    )
    if paid_out is None:
        if paid_in is not None:
            raise BadParameter("cloud_output", f"is missing; {unit} of output are needed, too.")
        return None
    if paid_in is None and reads:
        raise BadParameter("cloud_input", f"is missing; {unit} of input are needed, too.")
    return Quote(input=paid_in or 0.0, output=paid_out)


def _text(value: float | None) -> str:
    return "" if value is None else f"{value:.12g}"
