"""Options that many commands have, worded once."""

from pathlib import Path
from typing import Annotated

import typer

Json = Annotated[
    bool, typer.Option("--json", help="Answer in JSON on stdout, for programs; nothing else.")
]
Yes = Annotated[bool, typer.Option("--yes", "-y", help="Answer every question with yes.")]
Offline = Annotated[
    bool,
    typer.Option("--offline", help="Without any arena: results stay on this machine."),
]
RunId = Annotated[
    str, typer.Argument(help="Id of the run, or how it begins; `arena-runner list` shows them.")
]
Anonymous = Annotated[
    bool, typer.Option("--anonymous", help="Name neither you nor this machine nor its key.")
]
RecipeFile = Annotated[
    Path | None,
    typer.Argument(help="Recipe in YAML; also one of sparkrun. Not needed with --endpoint."),
]
ProfileName = Annotated[
    str,
    typer.Option(
        "--profile", "-p", help="What is measured: a profile's name or id, or a YAML file."
    ),
]
Overrides = Annotated[
    list[str] | None,
    typer.Option("--option", "-o", help="key=value: another default of the recipe. Repeatable."),
]
Endpoint = Annotated[
    str | None,
    typer.Option(
        "--endpoint",
        help="Address of a server that runs already, such as http://127.0.0.1:8000."
        " It never leaves this machine.",
    ),
]
ModelName = Annotated[
    str | None, typer.Option("--model", help="Name of the model as that server lists it.")
]
Jitter = Annotated[
    bool,
    typer.Option("--jitter", help="Also measure a concurrency beside each that nobody tuned for."),
]
