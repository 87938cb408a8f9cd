import json
from pathlib import Path

import pyarrow as pa
import pytest
from pyarrow import parquet

from newstance import blocks
from newstance.errors import NewstanceError, OnError
from newstance.readers import Columns
from newstance.survey import survey


@pytest.fixture(autouse=True)
def _small_blocks(monkeypatch):
    monkeypatch.setattr(blocks, "BLOCK", 200)


def write_rows(path, values):
    """JSON lines with one further column; those without the key have ``...``."""
    rows = [{"text": "Gas."} | ({} if value is ... else {"x": value}) for value in values]
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    return path


def types(files, output="o.parquet", **options):
    options = {"columns": Columns(), "on_error": OnError.stop} | options
    found = survey(files, Path(output), **options)
    return {name: column.type for name, column in found.items()}


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ([None] * 6000 + ["late"], pa.string()),
        ([...] * 50 + [1], pa.int64()),
        ([1] * 50 + [1.5], pa.float64()),
        ([None], pa.null()),
        ([{"a": 1}] * 50 + [{"b": "x"}], pa.struct([("a", pa.int64()), ("b", pa.string())])),
    ],
)
def test_a_column_has_a_type_that_holds_all_its_values(tmp_path, values, expected):
    assert types([write_rows(tmp_path / "a.jsonl", values)]) == {"x": expected}


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ([1] * 3 + ["x"], "line 4: column 'x' holds string, but int64 at .*a.jsonl line 1"),
        ([None] * 50 + [1] + [None] * 50 + ["x"], "line 102: column 'x' .* at .* line 51;"),
        ([0, 2**70], "line 2: column 'x' holds what Parquet cannot"),
        ([2**60 + 1, 1.5], "line 1: column 'x' holds what Parquet cannot"),
    ],
)
def test_a_column_of_several_types_is_an_error_with_its_line(tmp_path, values, message):
    with pytest.raises(NewstanceError, match=message):
        types([write_rows(tmp_path / "a.jsonl", values)])


def test_json_lines_need_no_columns_and_csv_no_types(tmp_path):
    news = write_rows(tmp_path / "a.jsonl", [1, "x"])
    assert types([news], "o.jsonl") == {}
    assert types([news], "o.csv") == {"x": None}


def test_files_of_all_kinds_give_one_table(tmp_path):
    news = [tmp_path / "a.csv", tmp_path / "b.parquet", tmp_path / "c.txt"]
    news[0].write_text("outlet,text\nx,Gas.\n")
    parquet.write_table(pa.table({"text": ["Gas."], "outlet": ["y"], "day": [1]}), news[1])
    news[2].write_text("Gas flows.")
    assert types(news) == {
        "outlet": pa.string(),
        "day": pa.int64(),
        "source": pa.string(),
        "start": pa.int64(),
        "end": pa.int64(),
    }


def test_columns_of_files_that_do_not_go_together_are_an_error(tmp_path):
    news = [tmp_path / "a.csv", tmp_path / "b.parquet"]
    news[0].write_text("day,text\n1,Gas.\n")
    parquet.write_table(pa.table({"text": ["Gas."], "day": [1]}), news[1])
    with pytest.raises(NewstanceError, match=r"b.parquet: column 'day' holds int64, but string at"):
        types(news)


def test_a_bad_row_is_found_before_anything_is_classified(tmp_path):
    news = tmp_path / "a.jsonl"
    news.write_text('{"text": "Gas."}\n{"txt": "x", "id": 1}\n')
    with pytest.raises(NewstanceError, match="line 2: has no 'text' that is a string"):
        types([news])
    assert types([news], on_error=OnError.skip) == {}
    assert types([news], on_error=OnError.keep) == {"txt": pa.string(), "id": pa.int64()}
