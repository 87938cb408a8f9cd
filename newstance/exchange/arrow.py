"""Arrow's formats: Parquet files, and data sets of ``datasets`` saved to disk."""

from collections.abc import Iterable, Iterator
from datetime import date
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Any

from newstance.codebook import Codebook
from newstance.corpus import TEXT_FIELDS, Place
from newstance.errors import NewstanceError
from newstance.exchange.items import Item
from newstance.exchange.tables import table_columns, table_row
from newstance.files import telling_unreadable
from newstance.records import Sentence
from newstance.typed import features

if TYPE_CHECKING:
    from datasets import Dataset

ROWS_AT_ONCE = 2048


def read_parquet(path: Path) -> Iterator[Item]:
    """The rows of a Parquet file."""
    import pyarrow as pa
    from pyarrow import parquet

    with telling_unreadable(path), path.open("rb"):
        pass
    try:
        with parquet.ParquetFile(path) as table:
            batches = table.iter_batches(batch_size=ROWS_AT_ONCE)
            rows = chain.from_iterable(batch.to_pylist() for batch in batches)
            for number, row in enumerate(rows, 1):
                yield Item(Place(path, number, "row"), row)
    except (pa.ArrowInvalid, OSError) as error:
        raise NewstanceError(
            f"{path}: is no whole Parquet file ({error}); write it again."
        ) from None


def write_parquet(sentences: Iterable[Sentence], path: Path, codebook: Codebook) -> None:
    """Write the columns of a table of sentences, their votes as lists."""
    import pyarrow as pa
    from pyarrow import parquet

    schema = features(codebook).arrow_schema
    types = {field.name: field.type for field in schema} | dict.fromkeys(
        codebook.topic_names, pa.string()
    )
    columns = pa.schema([(name, types[name]) for name in table_columns(path, codebook)])
    rows = [_typed(table_row(sentence)) for sentence in sentences]
    parquet.write_table(pa.Table.from_pylist(rows, schema=columns), path)


def read_dataset(path: Path, split: str) -> Iterator[Item]:
    """The rows of a saved data set, or of the split of that name in a saved ``DatasetDict``."""
    data = _load(path, split)
    names = {name: kind.names for name, kind in data.features.items() if hasattr(kind, "names")}
    batches = data.with_format("arrow").iter(ROWS_AT_ONCE)
    rows = chain.from_iterable(batch.to_pylist() for batch in batches)
    for number, row in enumerate(rows, 1):
        for name, labels in names.items():
            is_known = row[name] is not None and row[name] >= 0
            row[name] = labels[row[name]] if is_known else None
        yield Item(Place(path, number, "row"), row)


def write_dataset(sentences: Iterable[Sentence], path: Path, codebook: Codebook) -> None:
    """Save a data set with the columns of a corpus into an empty folder."""
    from datasets import Dataset, disable_progress_bars

    disable_progress_bars()
    rows = [_typed(sentence.to_row()) for sentence in sentences]
    schema = features(codebook)
    columns = {name: [row.get(name) for row in rows] for name in schema}
    Dataset.from_dict(columns, features=schema).save_to_disk(path)


def _load(path: Path, split: str) -> "Dataset":
    from datasets import DatasetDict, disable_progress_bars, load_from_disk

    disable_progress_bars()
    try:
        data = load_from_disk(path)
    except (FileNotFoundError, ValueError, TypeError, KeyError, OSError) as error:
        raise NewstanceError(
            f"{path}: is no whole data set ({error}); save it again with save_to_disk."
        ) from None
    if not isinstance(data, DatasetDict):
        return data
    if split not in data and len(data) > 1:
        raise NewstanceError(
            f"{path}: has the splits {', '.join(data)} and none called {split!r}; give the folder "
            "of the one that you mean."
        )
    return data[split] if split in data else next(iter(data.values()))


def _typed(row: dict[str, Any]) -> dict[str, Any]:
    """A row with the types of ``features``: text as text, the dates of votes as dates."""
    votes = [
        vote | {"date": date.fromisoformat(vote["date"]) if vote.get("date") else None}
        for vote in row.get("votes") or []
    ]
    texts = {name: str(row[name]) for name in TEXT_FIELDS if row.get(name) is not None}
    return row | texts | ({"votes": votes} if votes else {})
