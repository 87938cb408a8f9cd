"""Which columns the input has, found before the first row is classified.

A table's columns and their types stand from its first row on, while JSON lines may bring another
one in the last of millions. So JSON lines that go to a table are first read once for their columns;
other files tell theirs at their beginning.
"""

from collections.abc import Iterable, Iterator, Sequence
from functools import reduce
from pathlib import Path
from typing import Any

from newstance.blocks import Block, cut
from newstance.errors import NewstanceError, OnError
from newstance.processes import in_order
from newstance.readers import OFFSETS, BadRow, Columns, others_of, read_whole_rows, settle
from newstance.sources import PARQUET, RECORDS, TABLES, ending_of
from newstance.tables import Column

Found = dict[str, Column]


def survey(
    files: Iterable[Path], output: Path, *, columns: Columns, on_error: OnError, n_jobs: int = 1
) -> Found:
    """The columns of files that are none of ours, with the types that the output asks for.

    Those of JSON lines, which need no columns, are none; those of CSV have the type None. Raises
    NewstanceError for a column of several types and, if it is to stop, for a bad row.
    """
    ending = output.suffix.lower()
    if ending in RECORDS:
        return {}
    jobs = ((block, columns, on_error, ending == PARQUET) for block in _telling_blocks(files))
    return merge(in_order(_find, jobs, n_jobs))


def _telling_blocks(files: Iterable[Path]) -> Iterator[Block]:
    """The blocks that tell which columns there are: all of JSON lines, of other files the first."""
    for path in files:
        blocks = cut(path)
        if ending_of(path) in RECORDS:
            yield from blocks
        else:
            yield next(blocks)


def _find(block: Block, columns: Columns, on_error: OnError, is_typed: bool) -> Found:
    ending, place = ending_of(block.path), str(block.path)
    is_article = ending not in (*RECORDS, *TABLES, PARQUET)
    if ending in RECORDS:
        found = _of_json(block, columns, on_error, is_typed=is_typed)
    else:
        names = ["source"] if is_article else list(others_of(dict.fromkeys(block.header), columns))
        found = {name: Column(_type_in(block, name) if is_typed else None, place) for name in names}
    if is_article or columns.split_sentences:
        found |= {name: _typed(name, [0], [place]) for name in OFFSETS}
    return found


def merge(found: Iterable[Found]) -> Found:
    """The columns of all, in the order in which they are found.

    Raises NewstanceError for a column with types that do not go together.
    """
    return reduce(_merge_two, found, {})


def _merge_two(one: Found, other: Found) -> Found:
    both = {name: _merge_types(name, one[name], other[name]) for name in one if name in other}
    return {**one, **other, **both}


def _merge_types(name: str, one: Column, other: Column) -> Column:
    """The column with a type that holds the values of both."""
    if one.type == other.type:
        return one
    import pyarrow as pa

    schemas = [pa.schema([(name, column.type)]) for column in (one, other)]
    try:
        merged = pa.unify_schemas(schemas, promote_options="permissive").field(0).type
    except pa.ArrowException:
        raise NewstanceError(
            f"{other.place}: column {name!r} holds {other.type}, but {one.type} at {one.place}; "
            "mend the rows, or write .csv or .jsonl."
        ) from None
    return Column(merged, other.place if pa.types.is_null(one.type) else one.place)


def _type_in(block: Block, name: str) -> Any:
    """The type of a column of CSV, Parquet, or of the articles' own."""
    import pyarrow as pa

    if ending_of(block.path) != PARQUET:
        return pa.string()
    return pa.ipc.open_stream(block.data).schema.field(name).type


def _of_json(block: Block, columns: Columns, on_error: OnError, *, is_typed: bool) -> Found:
    values: dict[str, list[Any]] = {}
    places: dict[str, list[str]] = {}
    for place, row in read_whole_rows(block, columns):
        settled = settle(row, on_error) if isinstance(row, BadRow) else row
        for name, value in settled.other.items() if settled else ():
            values.setdefault(name, []).append(value)
            places.setdefault(name, []).append(place)
    if not is_typed:
        return {name: Column(None, places[name][0]) for name in values}
    return {name: _typed(name, values[name], places[name]) for name in values}


def _typed(name: str, values: Sequence[Any], places: Sequence[str]) -> Column:
    """A column of JSON values: their type, and the place of the first that is not null."""
    import pyarrow as pa

    first = next((n for n, value in enumerate(values) if value is not None), 0)
    try:
        return Column(pa.array(values).type, places[first])
    except (pa.ArrowException, OverflowError) as error:
        if len(values) > 1:  # one by one, to tell which is at fault
            singles = (_typed(name, [v], [p]) for v, p in zip(values, places, strict=True))
            reduce(lambda one, other: _merge_types(name, one, other), singles)
        raise NewstanceError(
            f"{places[first]}: column {name!r} holds what Parquet cannot ({error}); "
            "write .csv or .jsonl."
        ) from None
