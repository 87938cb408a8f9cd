import csv
import gzip
import io

import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pyarrow import parquet

from newstance import blocks
from newstance.blocks import chunks, cut
from newstance.errors import NewstanceError
from newstance.readers import read_rows


@pytest.fixture(autouse=True)
def _small_blocks(monkeypatch):
    monkeypatch.setattr(blocks, "BLOCK", 40)


def file(path, content):
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def test_lines_are_cut_at_line_ends_and_keep_their_numbers(tmp_path):
    lines = [f'{{"text": "Gas day {k}."}}\n'.encode() for k in range(9)]
    found = list(cut(file(tmp_path / "a.jsonl", b"".join(lines))))
    assert len(found) > 2
    assert b"".join(block.data for block in found) == b"".join(lines)
    assert sum(block.n_rows for block in found) == 9
    for block in found:
        assert block.data.startswith(lines[block.first - 1])


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(
    st.lists(
        st.lists(st.text(st.sampled_from('a,"\t\r\n é'), max_size=12), min_size=2, max_size=2),
        max_size=12,
    ),
    st.sampled_from(["a.csv", "a.tsv", "a.csv.gz"]),
)
def test_a_table_is_cut_where_its_records_end(tmp_path, records, name):
    separator = "\t" if name == "a.tsv" else ","
    text = io.StringIO(newline="")
    writer = csv.writer(text, delimiter=separator)
    writer.writerows([["id", "text"], *records])
    data = text.getvalue().encode()
    path = file(tmp_path / name, gzip.compress(data) if name.endswith("gz") else data)
    assert [[row.other["id"], row.text] for row in read_rows(path)] == records


def test_a_quote_within_an_unquoted_field_opens_nothing(tmp_path):
    rows = "id,text\n" + '5" gun,A 6" gun\n' * 20
    assert len(list(read_rows(file(tmp_path / "a.csv", rows)))) == 20


def test_errors_in_a_late_block_tell_the_line_in_the_file(tmp_path):
    path = file(tmp_path / "a.csv", "id,text\n" + '1,"two\nlines"\n' * 50 + "broken\n")
    *_, bad = read_rows(path)
    assert "a.csv line 102: has 1 fields" in bad.message


def test_parquet_is_cut_by_bytes_and_keeps_the_numbers_of_rows(tmp_path, monkeypatch):
    monkeypatch.setattr(blocks, "ROWS_AT_ONCE", 2)
    texts = [f"Gas day {k}." for k in range(99)] + [None]
    parquet.write_table(pa.table({"text": texts}), tmp_path / "a.parquet")
    found = list(cut(tmp_path / "a.parquet"))
    assert len(found) > 9
    assert sum(block.n_rows for block in found) == 100
    *good, bad = read_rows(tmp_path / "a.parquet")
    assert [row.text for row in good] == texts[:-1]
    assert "row 100: 'text' is no text" in bad.message


def test_small_files_go_together(tmp_path):
    files = [file(tmp_path / f"{k}.txt", "He left. " * 2) for k in range(7)]
    assert [len(chunk) for chunk in chunks(files)] == [3, 3, 1]


@pytest.mark.parametrize(
    ("name", "data", "message"),
    [
        ("a.jsonl", b'{"text": "x"}\n{"text": "' + b"x" * 300, "line 2: is longer than 100 bytes"),
        ("a.csv", b"text\nfine\n" + b"x" * 300, "line 3: is longer than 100 bytes"),
        ("a.csv", b'text\nfine\n"open\n' + b"x\n" * 300, "line 3: is no row of a table"),
        ("a.txt", b"x" * 300, "is no article, but 300 bytes long, of which 200 can be read"),
    ],
)
def test_what_is_too_long_for_memory_is_an_error(tmp_path, monkeypatch, name, data, message):
    monkeypatch.setattr(blocks, "LONGEST_ROW", 100)
    monkeypatch.setattr("newstance.readers.LONGEST_ROW", 100)
    monkeypatch.setattr(blocks, "LONGEST_ARTICLE", 200)
    with pytest.raises(NewstanceError, match=message):
        list(read_rows(file(tmp_path / name, data)))
