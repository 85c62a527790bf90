"""The form with which a run is asked for."""

from typing import Any, Final

from django import forms

from arena_runner.contract import profiles

MAX_RECIPE_CHARACTERS: Final = 64_000
PLATFORM: Final = "platform"
ANY: Final = "any"
KEEP_PRIVATE: Final = ""
PUBLISH_CHOICES: Final = [
    (KEEP_PRIVATE, "Keep it private; I decide when I have seen it"),
    ("named", "Publish it when it is accepted, with the runner's name"),
    ("anonymous", "Publish it when it is accepted, anonymously"),
]
RECIPE_EXAMPLE: Final = """model: Qwen/Qwen3-8B
revision: main
engine: vllm
launch:
  command: vllm serve {model} --port {port} --max-model-len {max_model_len}
defaults:
  port: 8000
  max_model_len: 32768
"""


class RequestForm(forms.Form):
    """What is to be measured, how, where, and whether it is published."""

    def __init__(
        self,
        *args: Any,
        deployments: list[tuple[str, str]],
        machines: list[tuple[str, str]],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.label_suffix = ""
        self.fields["deployment"].choices = [("", "– a recipe, below"), *deployments]  # type: ignore[attr-defined]
        self.fields["where"].choices = machines  # type: ignore[attr-defined]

    deployment = forms.ChoiceField(label="Model that answers here already", required=False)
    recipe = forms.CharField(
        label="Or a recipe, as YAML",
        required=False,
        max_length=MAX_RECIPE_CHARACTERS,
        strip=False,
        widget=forms.Textarea(
            attrs={"rows": 12, "spellcheck": "false", "placeholder": RECIPE_EXAMPLE}
        ),
        help_text="Its schema is checked as you send it; nothing is queued before it fits.",
    )
    profile = forms.ChoiceField(
        label="Profile",
        choices=[(name, f"{name}: {profiles.load(name).title}") for name in profiles.names()],
        initial=profiles.load("quick").id,
    )
    where = forms.ChoiceField(label="Machine")
    tags = forms.CharField(
        label="Only a machine with these tags",
        required=False,
        max_length=500,
        help_text="Separated by commas, such as gb10, memory-gib:64. For any approved runner.",
    )
    publish = forms.ChoiceField(
        label="When it is done", choices=PUBLISH_CHOICES, required=False, widget=forms.RadioSelect
    )


class PublicRequestForm(forms.Form):
    """What a visitor without account asks for: `quick`, on the arena's machine, published."""

    def __init__(self, *args: Any, deployments: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.label_suffix = ""
        self.fields["deployment"].choices = deployments  # type: ignore[attr-defined]

    deployment = forms.ChoiceField(label="Model")
    consent = forms.BooleanField(
        label="Publish the result when the plausibility gate accepts it, under CC BY 4.0"
    )
