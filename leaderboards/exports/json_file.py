"""A view of a board as JSON: header, columns with units, rows as the API gives them."""

import json

from leaderboards.exports.document import Document


def render(document: Document) -> bytes:
    """Return UTF-8 with keys in a fixed order."""
    content = {
        "header": document.header,
        "columns": [
            {
                "key": column.key,
                "title": column.title,
                "unit": column.unit,
                "better": column.better,
                "description": column.help,
            }
            for column in document.shown.table.columns
        ],
        "rows": document.shown_rows,
    }
    return (json.dumps(content, ensure_ascii=False, sort_keys=True, indent=1) + "\n").encode()
