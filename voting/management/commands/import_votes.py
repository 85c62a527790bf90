"""Import votes collected elsewhere."""

from typing import Any

from django.core.management.base import CommandParser
from typing_extensions import override

from arena.imports.command import ACTOR, ImportCommand
from arena.imports.errors import UnusableFile
from arena.imports.rows import Source
from arena.tenancy.models import Tenant
from voting.commands import is_open, open_board
from voting.importing import VoteImport


class Command(ImportCommand):
    """Import a file of votes into a board; a second run appends only what is not there."""

    help = (
        "Import votes from JSON lines, a JSON array, CSV (each also .gz) or Parquet. Columns:"
        " model_a and model_b (or left and right, model_x and model_y), winner (model_a, model_b,"
        " left, right, tie, tie (bothbad), both_bad, ...), and where there are: judge or voter,"
        " tstamp, language, category, turn, anony, question_id or vote_id. Prompts and answers"
        " are not read; voter ids become pseudonyms of this arena. Rows without an id are told"
        " apart by the file's content and the line. May be stopped at any moment and run again."
    )
    what = "votes"

    @override
    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("--board", required=True, help="slug of the board")
        parser.add_argument("--id-column", help="column that holds an id of its own for each row")
        parser.add_argument(
            "--open-board", metavar="NAME", help="open the board under this name if it is not open"
        )
        parser.add_argument(
            "--question", default="Which answer is better?", help="what the new board asks"
        )
        parser.add_argument("--licence", default="", help="SPDX licence of the new board's votes")
        parser.add_argument("--attribution", default="", help="who must be named for its votes")

    @override
    def handler(self, tenant: Tenant, source: Source, options: dict[str, Any]) -> VoteImport:
        board: str = options["board"]
        if not is_open(tenant=tenant, slug=board):
            if not options["open_board"]:
                raise UnusableFile(
                    f"no board {board!r} is open in {tenant.slug}; open it with --open-board NAME"
                )
            if not options["dry_run"]:
                open_board(
                    tenant=tenant,
                    slug=board,
                    name=options["open_board"],
                    question=options["question"],
                    licence=options["licence"],
                    attribution=options["attribution"],
                    actor=ACTOR,
                )
        return VoteImport(
            tenant=tenant,
            board=board,
            file_sha256=source.sha256(),
            actor=ACTOR,
            dry_run=options["dry_run"],
            id_column=options["id_column"],
        )
