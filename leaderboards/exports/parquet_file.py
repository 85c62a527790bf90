"""A view of a board as Parquet: typed fields, each with unit and meaning in its metadata."""

import io
from typing import Any, Final

from leaderboards.exports.document import Document
from leaderboards.exports.flat import Field, FieldType, fields


def render(document: Document) -> bytes:
    """Return a Parquet file; the header stands in the metadata of its schema."""
    # Imported here: it takes a third of a second and 40 MB, and most processes never need it.
    import pyarrow
    from pyarrow import parquet

    types: Final[dict[FieldType, Any]] = {
        "text": pyarrow.string(),
        "integer": pyarrow.int64(),
        "number": pyarrow.float64(),
        "yes or no": pyarrow.bool_(),
    }
    columns = fields(document.shown.table.columns)
    schema = pyarrow.schema(
        [
            pyarrow.field(field.name, types[field.type], metadata=_metadata(field))
            for field in columns
        ],
        metadata=document.header,
    )
    arrays = [
        pyarrow.array([field.of(row) for row in document.rows], types[field.type])
        for field in columns
    ]
    out = io.BytesIO()
    parquet.write_table(pyarrow.Table.from_arrays(arrays, schema=schema), out, compression="zstd")
    return out.getvalue()


def _metadata(field: Field) -> dict[str, str]:
    return {"unit": field.unit, "description": field.description}
