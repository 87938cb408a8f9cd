import csv
import datetime
import json

import pyarrow as pa
import pytest
from pyarrow import parquet

from newstance.classify import classify
from newstance.errors import NewstanceError
from newstance.records import Sentence
from newstance.tables import Column, Table
from newstance.writers import check_ending, join, writing

DAY = datetime.date(2024, 5, 23)
ENDINGS = [".jsonl", ".csv", ".parquet"]


@pytest.fixture
def sentences(shipped):
    news = [
        Sentence("Serbia's army signed,\nthe military pact with NATO.", other={"id": 1}),
        Sentence("", other={"day": DAY}),
        Sentence('The "gas" flows.', "It rained.", other={"id": 3, "tags": ["a", "é"]}),
    ]
    return list(classify(shipped, news))


@pytest.fixture
def table(codebook):
    types = {"id": pa.int64(), "day": pa.date32(), "tags": pa.list_(pa.string())}
    return Table(codebook, {name: Column(type_, "a.jsonl") for name, type_ in types.items()})


def write(path, sentences, table):
    with writing(path, table) as write_some:
        for sentence in sentences:
            write_some([sentence])
    return path


def read_csv(path):
    with path.open(newline="") as stream:
        return list(csv.DictReader(stream))


def test_json_lines_hold_the_records(sentences, tmp_path, table):
    path = write(tmp_path / "a.jsonl", sentences, table)
    first, second, third = map(json.loads, path.read_text().splitlines())
    assert [first, third] == [sentences[0].to_row(), sentences[2].to_row()]
    assert second["day"] == "2024-05-23"


def test_a_table_has_a_column_for_each_answer(sentences, tmp_path, table):
    first, second, third = read_csv(write(tmp_path / "a.csv", sentences, table))
    record = sentences[0].to_row()
    scores = record["scores"]["defence"]
    assert first["text"] == sentences[0].text
    assert first["defence"] == record["labels"]["defence"]
    assert float(first["defence_probability"]) == scores["probability"]
    assert float(first["defence_support"]) == scores["support"]
    assert second["remark"] == sentences[1].remark
    assert second["defence_probability"] == ""
    assert [row["id"] for row in (first, second, third)] == ["1", "", "3"]
    assert (second["day"], third["tags"]) == ("2024-05-23", '["a", "é"]')


def test_parquet_holds_the_same_table_with_its_types(sentences, tmp_path, table):
    rows = parquet.read_table(write(tmp_path / "a.parquet", sentences, table)).to_pylist()
    assert rows[0]["defence_support"] == sentences[0].to_row()["scores"]["defence"]["support"]
    assert rows[1]["remark"] == sentences[1].remark
    assert [row["day"] for row in rows] == [None, DAY, None]
    assert [row["id"] for row in rows] == [1, None, 3]
    assert rows[2]["tags"] == ["a", "é"]


@pytest.mark.parametrize("ending", [".csv", ".parquet"])
def test_no_rows_give_a_table_with_all_its_columns(ending, tmp_path, table):
    path = tmp_path / f"a{ending}"
    join([], path, table)
    if ending == ".csv":
        assert path.read_text().split(",")[:6] == [
            "text",
            "context",
            "id",
            "day",
            "tags",
            "defence",
        ]
    else:
        assert parquet.read_schema(path) == table.schema()


@pytest.mark.parametrize("ending", ENDINGS)
def test_parts_are_joined_to_what_would_have_been_written_at_once(
    sentences, tmp_path, table, ending
):
    parts = [
        write(tmp_path / f"{n}{ending}", some, table)
        for n, some in enumerate([sentences[:2], [], sentences[2:]])
    ]
    whole = write(tmp_path / f"whole{ending}", sentences, table)
    join(parts, tmp_path / f"joined{ending}", table)
    if ending == ".parquet":
        assert parquet.read_table(tmp_path / "joined.parquet").equals(parquet.read_table(whole))
    else:
        assert (tmp_path / f"joined{ending}").read_bytes() == whole.read_bytes()


def test_small_parts_become_one_row_group(sentences, tmp_path, table):
    part = write(tmp_path / "part.parquet", sentences, table)
    join([part] * 20, tmp_path / "a.parquet", table)
    assert parquet.read_metadata(tmp_path / "a.parquet").num_row_groups == 1


def test_another_ending_is_an_error(tmp_path):
    with pytest.raises(NewstanceError, match=r"cannot be written; end it in .jsonl, .csv"):
        check_ending(tmp_path / "a.xlsx")
