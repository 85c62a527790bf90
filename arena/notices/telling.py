"""Queue for each webhook what is new on its boards: the entries of the feed, once each."""

import json
from collections import defaultdict
from collections.abc import Sequence

from django.urls import reverse

import leaderboards.queries
import voting.queries
from arena.news import ENTRIES, Entry, News, board_news_since
from arena.notices import queries
from arena.notices.commands import tell
from arena.notices.links import absolute
from arena.notices.models import FollowedBoard
from arena.tenancy.models import Tenant


def queue_news(*, tenant: Tenant) -> None:
    """Queue one delivery a webhook and board for all that came since the last one, if anything did.

    News count once the board stands for them, so a fit and the events behind it come together.
    """
    position_of = {
        board: position for board, position, _ in leaderboards.queries.positions(tenant=tenant)
    }
    by_board: dict[str, list[FollowedBoard]] = defaultdict(list)
    for followed in queries.behind(tenant=tenant):
        if followed.position < position_of.get(followed.board, 0):
            by_board[followed.board].append(followed)
    for board, followers in by_board.items():
        until = position_of[board]
        try:
            news = board_news_since(
                tenant=tenant,
                board=board,
                after=min(followed.position for followed in followers),
                until=until,
                kinds={kind for followed in followers for kind in followed.webhook.kinds},
            )
        except voting.queries.UnknownBoard:
            # A part of a board whose votes were all filed elsewhere; it may come back.
            continue
        for followed in followers:
            # Each is cut to so many by itself: news that it did not ask for crowd none out.
            entries = [
                entry
                for entry in news.entries
                if entry.position > followed.position and entry.kind in followed.webhook.kinds
            ]
            body = message(news, followed, entries, until=until) if entries else None
            tell(followed=followed, until=until, body=body)


def message(news: News, followed: FollowedBoard, entries: Sequence[Entry], *, until: int) -> str:
    """Return the JSON of a delivery: what a feed shows, with absolute addresses.

    Of many entries it has the newest, and how many more there are.
    """
    tenant, board = news.tenant, followed.board
    changes = reverse("board_changes", args=[board])
    data = {
        "arena": tenant.slug,
        "board": board,
        "title": news.title,
        "from_position": followed.position,
        "to_position": until,
        "page": absolute(tenant, news.path),
        "changes": absolute(tenant, f"{changes}?from={followed.position}&to={until}"),
        "feed": absolute(tenant, reverse("board_feed", args=[board])),
        "entries": [
            {
                "id": entry.uri,
                "kind": entry.kind,
                "position": entry.position,
                "recorded_at": entry.at.isoformat(),
                "title": entry.title,
                "text": entry.text,
                "url": absolute(tenant, entry.path),
            }
            for entry in entries[:ENTRIES]
        ],
        "more": max(0, len(entries) - ENTRIES),
    }
    at = entries[0].at.isoformat()
    return json.dumps({"type": "board.changed", "timestamp": at, "data": data}, ensure_ascii=False)
