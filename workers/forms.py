"""Forms of the pages about endpoints; the command line validates with the same."""

from decimal import Decimal
from typing import Any, cast

from django import forms
from django.utils import timezone
from typing_extensions import override

from benchmarks.events import PowerScope
from workers.connection import Access, DeploymentFacts, ModelFacts, Power, Price

_MICROS = 1_000_000
_MAX_USD = 1_000_000
_MAX_INTEGER = 100_000_000
WEIGHTS = [("", "not stated"), ("open", "open"), ("closed", "closed")]
POWER_SCOPES = [("wall", "at the wall, the whole machine"), ("gpu", "the GPUs only")]
_OPEN = {"open": True, "closed": False}


def _text(label: str, help_text: str = "", *, required: bool = False) -> forms.CharField:
    return forms.CharField(label=label, help_text=help_text, required=required, max_length=200)


def _number(label: str, help_text: str = "", **more: Any) -> forms.IntegerField:
    return forms.IntegerField(
        label=label, help_text=help_text, min_value=1, max_value=_MAX_INTEGER, **more
    )


def _usd(label: str) -> forms.DecimalField:
    return forms.DecimalField(
        label=f"{label}, USD per million tokens", min_value=0, max_value=_MAX_USD,
        max_digits=13, decimal_places=6, required=False,
    )  # fmt: skip


def _day(label: str) -> forms.DateField:
    return forms.DateField(
        label=label,
        required=False,
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
    )


class _Form(forms.Form):
    """Labels without a colon: they stand above their fields."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.label_suffix = ""


class ConnectionForm(_Form):
    """What is said of a model when it is connected, and may change later."""

    developer = _text("Developer", "Who made the model, such as Qwen or Mistral AI.")
    licence = _text("Licence of the weights", "SPDX identifier where there is one.")
    weights = forms.ChoiceField(label="Weights", choices=WEIGHTS, required=False)
    family = _text("Family", "What its relatives are called together, such as Llama.")
    aliases = forms.CharField(
        label="Aliases",
        required=False,
        max_length=10_000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="One a line: other names by which an answer would give the model away.",
    )
    base_url = forms.CharField(
        label="Address",
        max_length=500,
        help_text="Up to /v1, such as https://api.example.org/v1 or http://10.0.0.7:8000/v1.",
        widget=forms.TextInput(attrs={"inputmode": "url", "spellcheck": "false"}),
    )
    upstream_model = _text("Model name at that address", "As its /v1/models says.", required=True)
    api_key = forms.CharField(
        label="API key",
        required=False,
        max_length=4_000,
        help_text="Stored encrypted and never shown again. Empty: no change.",
        widget=forms.PasswordInput(attrs={"autocomplete": "off"}),
    )
    accepts_images = forms.BooleanField(label="Takes images", required=False)
    context_tokens = _number("Context, tokens", "Prompt and answer together.", required=False)
    max_output_tokens = _number("Longest answer, tokens", initial=2048)
    max_concurrent = forms.IntegerField(
        label="Answers at a time",
        help_text="For each process of the site.",
        min_value=1,
        max_value=10_000,
        initial=8,
    )
    input_usd = _usd("Price of the prompt")
    output_usd = _usd("Price of the answer")
    price_source = _text("Source of the price", "Such as: price list of the operator.")
    price_source_url = forms.URLField(
        label="Its address", required=False, max_length=500, assume_scheme="https"
    )
    price_effective_on = _day("Valid from")
    watts = forms.IntegerField(
        label="Power under load, watts", required=False, min_value=1, max_value=1_000_000
    )
    power_scope = forms.ChoiceField(
        label="Measured",
        choices=POWER_SCOPES,
        required=False,
    )
    power_source = _text("Source of the power", "Such as: plug meter, or the data sheet.")
    power_stated_on = _day("Stated on")

    @override
    def clean(self) -> dict[str, Any]:
        """Ask for all parts of a price or power statement once one is there."""
        cleaned = super().clean() or {}
        prices = ("input_usd", "output_usd")
        if any(cleaned.get(name) is not None for name in prices):
            self._require((*prices, "price_source"), "A price needs both figures and its source.")
        if cleaned.get("watts") is not None:
            self._require(("power_source",), "Say where the figure is from.")
        return cleaned

    def model_facts(self, name: str) -> ModelFacts:
        """Return what a valid form says of the model."""
        data = self.cleaned_data
        return ModelFacts(
            name=name,
            developer=data["developer"] or None,
            licence=data["licence"] or None,
            weights_open=_OPEN.get(data["weights"]),
            family=data["family"] or None,
            aliases=tuple(filter(None, map(str.strip, data["aliases"].splitlines()))),
        )

    def access(self) -> Access:
        """Return how a valid form says the endpoint is reached."""
        data = self.cleaned_data
        return Access(
            base_url=data["base_url"],
            upstream_model=data["upstream_model"],
            secret="" if data.get("remove_key") else data["api_key"] or None,
            accepts_images=data["accepts_images"],
            context_tokens=data["context_tokens"],
            max_output_tokens=data["max_output_tokens"],
            max_concurrent=data["max_concurrent"],
        )

    def price(self) -> Price | None:
        """Return the price of a valid form, None when it states none."""
        data = self.cleaned_data
        if data["input_usd"] is None:
            return None
        return Price(
            input_usd_micros_per_million_tokens=_micros(data["input_usd"]),
            output_usd_micros_per_million_tokens=_micros(data["output_usd"]),
            source_name=data["price_source"],
            source_url=data["price_source_url"] or None,
            effective_on=data["price_effective_on"] or timezone.now().date(),
        )

    def power(self) -> Power | None:
        """Return the power of a valid form, None when it states none."""
        data = self.cleaned_data
        if data["watts"] is None:
            return None
        return Power(
            watts=data["watts"],
            scope=cast(PowerScope, data["power_scope"] or "wall"),
            source_name=data["power_source"],
            stated_on=data["power_stated_on"] or timezone.now().date(),
        )

    def _require(self, names: tuple[str, ...], message: str) -> None:
        for name in names:
            if self.cleaned_data.get(name) in (None, "") and name not in self.errors:
                self.add_error(name, message)


class ChangeForm(ConnectionForm):
    """A model that is connected."""

    remove_key = forms.BooleanField(label="Forget the stored key", required=False)

    @override
    def clean(self) -> dict[str, Any]:
        """Refuse a key to store and to forget at once."""
        cleaned = super().clean()
        if cleaned.get("api_key") and cleaned.get("remove_key"):
            self.add_error("api_key", "Either a new key or none, not both.")
        return cleaned


class ConnectForm(ConnectionForm):
    """A model to connect."""

    model_name = _text("Model", "Its name on the boards.", required=True)
    quantization = _text("Quantization", "Such as FP8, MXFP4, Q4_K_M.")
    engine = _text("Engine", "Such as vllm, sglang, llama.cpp, ollama.")
    hardware = _text("Hardware", "Such as NVIDIA DGX Spark.")
    node_count = forms.IntegerField(label="Machines", required=False, min_value=1, max_value=10_000)
    operator = _text("Operator", "self-hosted, or the company that runs it.")

    def deployment_facts(self) -> DeploymentFacts:
        """Return what a valid form says of the deployment."""
        data = self.cleaned_data
        return DeploymentFacts(
            quantization=data["quantization"] or None,
            engine=data["engine"] or None,
            hardware=data["hardware"] or None,
            node_count=data["node_count"],
            operator=data["operator"] or None,
        )


class RetireForm(_Form):
    """Why an endpoint is asked no more; the reason is public."""

    reason = forms.CharField(label="Reason, public", max_length=500)


class AllowTargetForm(_Form):
    """A private target to allow."""

    target = forms.CharField(
        label="Address, network or host name",
        max_length=253,
        help_text="Such as 10.0.0.7, 10.0.0.0/8 or gpu.lan.",
    )
    port = forms.IntegerField(
        label="Port", required=False, min_value=1, max_value=65_535, help_text="Empty: any."
    )


def _micros(usd: Decimal) -> int:
    return int(usd * _MICROS)
