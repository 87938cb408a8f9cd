import csv
import json

import pytest
from pyarrow import parquet

from newstance.classify import classify
from newstance.errors import NewstanceError
from newstance.records import Sentence
from newstance.writers import writer_for


@pytest.fixture
def rows(shipped):
    news = [
        Sentence("Serbia's army signed the military pact with NATO.", other={"id": 1}),
        Sentence("", other={"id": 2}),
    ]
    return [answer.to_row() for answer in classify(shipped, news)]


def test_json_lines_hold_the_records(rows, tmp_path, codebook):
    path = tmp_path / "a.jsonl"
    writer_for(path)(rows, path, codebook)
    assert [json.loads(line) for line in path.read_text().splitlines()] == rows


def test_a_table_has_a_column_for_each_answer(rows, tmp_path, codebook):
    path = tmp_path / "a.csv"
    writer_for(path)(rows, path, codebook)
    with path.open(newline="") as stream:
        first, second = csv.DictReader(stream)
    scores = rows[0]["scores"]["defence"]
    assert first["text"] == rows[0]["text"]
    assert first["defence"] == rows[0]["labels"]["defence"]
    assert float(first["defence_probability"]) == scores["probability"]
    assert float(first["defence_support"]) == scores["support"]
    assert second["remark"] == rows[1]["remark"]
    assert second["defence_probability"] == ""


def test_parquet_holds_the_same_table(rows, tmp_path, codebook):
    path = tmp_path / "a.parquet"
    writer_for(path)(rows[::-1], path, codebook)
    table = parquet.read_table(path).to_pylist()
    assert table[1]["defence_support"] == rows[0]["scores"]["defence"]["support"]
    assert table[0]["remark"] == rows[1]["remark"]
    assert table[1]["id"] == 1


@pytest.mark.parametrize("name", ["a.csv", "a.parquet"])
def test_no_rows_give_a_readable_file(name, tmp_path, codebook):
    writer_for(tmp_path / name)([], tmp_path / name, codebook)
    assert (tmp_path / name).exists()


def test_a_column_with_the_name_of_an_answer_is_an_error(rows, tmp_path, codebook):
    path = tmp_path / "a.csv"
    with pytest.raises(NewstanceError, match="row 1: column 'energy' has the name of one of ours"):
        writer_for(path)([rows[0] | {"energy": 1}], path, codebook)


def test_a_column_that_is_not_in_the_first_row_is_an_error(rows, tmp_path, codebook):
    path = tmp_path / "a.csv"
    with pytest.raises(NewstanceError, match="row 2: column 'outlet' is not in the first row"):
        writer_for(path)([rows[0], rows[1] | {"outlet": "x"}], path, codebook)


def test_a_column_that_a_later_row_lacks_is_empty_there(rows, tmp_path, codebook):
    path = tmp_path / "a.csv"
    writer_for(path)([rows[0] | {"outlet": "x"}, rows[1]], path, codebook)
    with path.open(newline="") as stream:
        assert [row["outlet"] for row in csv.DictReader(stream)] == ["x", ""]


def test_another_ending_is_an_error(tmp_path):
    with pytest.raises(NewstanceError, match=r"cannot be written; end it in .jsonl, .csv"):
        writer_for(tmp_path / "a.xlsx")
