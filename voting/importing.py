"""Turn checked rows of a vote file into events, batch by batch."""

import uuid
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from functools import lru_cache

from arena.accounts.pseudonym import voter_pseudonym
from arena.eventstore.domain import DomainError, Outcome
from arena.imports.errors import BadRow, UnusableFile
from arena.imports.rows import Record
from arena.tenancy.models import Tenant
from benchmarks.commands import model_slugs, register_models
from voting.commands import NewVote, record_votes
from voting.events import VoteRecorded
from voting.vote_files import ALL_COLUMNS, Columns, FileVote, find_columns, parse

_NAMESPACE = uuid.UUID("0b0f4a52-52b7-5c3e-8b0e-3c1b6e6a4d11")
_MAX_MODELS = 5_000
_MAX_LAYOUTS = 64
_MAX_VOTERS = 100_000
_CLOCK_SLACK = timedelta(days=1)


class VoteImport:
    """Handler of one vote file: checks rows, registers their models, records the votes.

    A row's identity is its own id where the file has one (columns vote_id, question_id,
    battle_id, or the one named by `id_column`), else the file's SHA-256 and the line.
    """

    def __init__(
        self,
        *,
        tenant: Tenant,
        board: str,
        file_sha256: str,
        actor: str,
        dry_run: bool,
        id_column: str | None = None,
    ) -> None:
        self.columns = ALL_COLUMNS | ({id_column.lower()} if id_column else set())
        self._tenant = tenant
        self._board = board
        self._file_sha256 = file_sha256
        self._actor = actor
        self._dry_run = dry_run
        self._id_column = id_column
        self._layouts: dict[tuple[str | None, ...], Columns] = {}
        self._latest = datetime.now(UTC) + _CLOCK_SLACK
        self._slugs: dict[str, str] = {}
        self._pseudonym = lru_cache(_MAX_VOTERS)(
            lambda raw: voter_pseudonym(tenant=tenant, raw=raw)
        )

    def parse(self, line: int, record: Record) -> FileVote:
        """Check one row; raise BadRow, or UnusableFile when the first has no such columns."""
        names = tuple(record)
        columns = self._layouts.get(names)
        if columns is None:
            columns = self._layout(names)
        return parse(line, record, columns, latest=self._latest)

    def store(self, parsed: Sequence[FileVote]) -> list[Outcome | str]:
        """Record a batch; a text is the reason why a row is refused."""
        self._know_models({name for vote in parsed for name in (vote.model_a, vote.model_b)})
        outcomes: list[Outcome | str] = []
        votes: list[NewVote] = []
        for vote in parsed:
            if self._slugs[vote.model_a] == self._slugs[vote.model_b]:
                outcomes.append("both names mean the same model")
            else:
                votes.append(self._new_vote(vote))
                outcomes.append(Outcome.CONFLICT)
        recorded = iter(
            record_votes(tenant=self._tenant, votes=votes, actor=self._actor, dry_run=self._dry_run)
        )
        return [said if isinstance(said, str) else next(recorded) for said in outcomes]

    def _layout(self, names: tuple[str | None, ...]) -> Columns:
        """Find the columns of rows of this shape; of JSON every row may have another."""
        try:
            columns = find_columns([str(name) for name in names], row_id=self._id_column)
        except UnusableFile as error:
            if not self._layouts:
                raise
            raise BadRow(str(error)) from None
        if len(self._layouts) < _MAX_LAYOUTS:
            self._layouts[names] = columns
        return columns

    def _know_models(self, names: Iterable[str]) -> None:
        unknown = [name for name in sorted(names) if name not in self._slugs]
        if not unknown:
            return
        if len(self._slugs) + len(unknown) > _MAX_MODELS:
            raise UnusableFile(
                f"the file names more than {_MAX_MODELS:,} models;"
                " the columns for the models seem to hold something else"
            )
        try:
            if self._dry_run:
                found = model_slugs(tenant=self._tenant, names=unknown)
            else:
                found = register_models(tenant=self._tenant, names=unknown, actor=self._actor)
        except DomainError as error:
            raise UnusableFile(str(error)) from error
        self._slugs.update(found)

    def _new_vote(self, vote: FileVote) -> NewVote:
        identity = f"id:{vote.row_id}" if vote.row_id else f"line:{self._file_sha256}:{vote.line}"
        return NewVote(
            uuid.uuid5(_NAMESPACE, f"{self._tenant.pk}:{self._board}:{identity}"),
            VoteRecorded(
                board=self._board,
                model_a=self._slugs[vote.model_a],
                model_b=self._slugs[vote.model_b],
                winner=vote.winner,
                voter=self._pseudonym(vote.voter) if vote.voter else None,
                voted_at=vote.voted_at,
                language=vote.language,
                category=vote.category,
                turn=vote.turn,
                anonymous=vote.anonymous,
                source=f"import:{self._file_sha256}",
            ),
        )
