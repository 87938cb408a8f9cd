import gzip
import io
from pathlib import Path

import pyarrow as pa
import pytest
from pyarrow import parquet

from newstance import readers
from newstance.errors import NewstanceError, OnError
from newstance.readers import BadRow, Columns, read_lines, read_rows, settle
from newstance.sources import count_rows

HTML = (
    "<html><head><title>x</title></head><body><nav>Menu</nav><article><h1>Talks end</h1>"
    + "<p>The two ministers signed the contract for the pipeline in Sofia on Monday.</p>" * 6
    + "</article></body></html>"
)


def write(path, content):
    data = content if isinstance(content, bytes) else content.encode()
    path.write_bytes(gzip.compress(data) if path.suffix == ".gz" else data)
    return path


def texts(path, columns=None):
    return [row.text for row in read_rows(path, columns)]


def test_an_articles_sentences_carry_context_source_and_offsets(tmp_path):
    path = write(tmp_path / "news.txt", "Talks end\n\nHe left. She stayed.")
    rows = [sentence.to_row() for sentence in read_rows(path)]
    assert rows[2] == {
        "text": "She stayed.",
        "context": "Talks end He left.",
        "source": str(path),
        "start": 20,
        "end": 31,
    }


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.jsonl", '{"text": "One.", "id": "1"}\n\n{"text": "Two, \\"2\\"", "id": "2"}\n'),
        ("a.csv", 'id,text\n1,One.\n2,"Two, ""2"""\n'),
        ("a.csv", '\ufeffid,text\r\n1,One.\r\n2,"Two, ""2"""\r\n'),
        ("a.tsv", 'id\ttext\n1\tOne.\n2\t"Two, ""2"""\n'),
    ],
)
@pytest.mark.parametrize("ending", ["", ".gz"])
def test_rows_of_each_kind_are_read_with_their_other_columns(tmp_path, name, content, ending):
    path = write(tmp_path / (name + ending), content)
    assert texts(path) == ["One.", 'Two, "2"']
    assert [row.other for row in read_rows(path)] == [{"id": "1"}, {"id": "2"}]
    assert count_rows([path]) in (2, 3)


def test_parquet_is_read_with_its_types(tmp_path):
    path = tmp_path / "a.parquet"
    parquet.write_table(pa.table({"text": ["One.", None], "id": [1, 2]}), path)
    good, bad = read_rows(path)
    assert (good.text, good.other) == ("One.", {"id": 1})
    assert "row 2: 'text' is no text" in bad.message
    assert count_rows([path]) == 2


def test_web_pages_are_read_as_articles(tmp_path):
    pytest.importorskip("trafilatura")
    found = texts(write(tmp_path / "a.html", HTML))
    assert "The two ministers signed the contract for the pipeline in Sofia on Monday." in found
    assert "Menu" not in found


def test_columns_can_be_named(tmp_path):
    path = write(tmp_path / "a.csv", "body,before\nIt left.,He came.\n")
    (row,) = read_rows(path, Columns("body", "before"))
    assert (row.text, row.context, row.other) == ("It left.", "He came.", {})


def test_rows_that_hold_articles_are_split_and_keep_their_id(tmp_path):
    path = write(tmp_path / "a.csv", "id,text\n7,He left. She stayed.\n")
    rows = list(read_rows(path, Columns(split_sentences=True)))
    assert [row.text for row in rows] == ["He left.", "She stayed."]
    assert rows[1].other == {"id": "7", "start": 9, "end": 20}
    assert rows[1].context == "He left."


def test_the_context_of_a_row_that_holds_an_article_stands_before_its_first_sentence(tmp_path):
    row = '{"text": "He left. She stayed. It rained.", "context": "He came.", "id": 7}\n'
    rows = list(read_rows(write(tmp_path / "a.jsonl", row), Columns(split_sentences=True)))
    contexts = ["He came.", "He came. He left.", "He left. She stayed."]
    assert [row.context for row in rows] == contexts
    assert [row.other["id"] for row in rows] == [7, 7, 7]


@pytest.mark.parametrize(
    ("name", "content"),
    [("a.jsonl", '{"text": "He left.", "start": 7}\n'), ("a.csv", "start,text\n7,He left.\n")],
)
def test_a_column_with_the_name_of_an_offset_is_not_lost_silently(tmp_path, name, content):
    path = write(tmp_path / name, content)
    assert [row.other["start"] for row in read_rows(path)] in ([7], ["7"])
    rows = read_rows(path, Columns(split_sentences=True))
    with pytest.raises(NewstanceError, match="'start' has the name of one of ours; rename it"):
        settle(next(rows), OnError.stop)


@pytest.mark.parametrize(
    ("name", "content", "other"),
    [
        ("a.jsonl", '{"id": 7, "body": "x", "scores": 1}', {"id": 7, "body": "x"}),
        ("a.jsonl", '{"id": 7, "text": null, "context": "x"}', {"id": 7}),
        ("a.jsonl", '["id", 7]', {}),
        ("a.jsonl", '{"id": 7', {}),
        ("a.csv", "id,text,outlet\n7\n", {"id": "7"}),
        ("a.csv", "id,text,outlet\n7,Unquoted, as it is,x\n", {"id": "7"}),
        ("a.csv", "outlet,text,id\nx\n", {"outlet": "x"}),
    ],
)
def test_a_row_that_cannot_be_used_has_those_columns_that_are_sure(tmp_path, name, content, other):
    (bad,) = read_rows(write(tmp_path / name, content))
    assert bad.other == other


def test_a_bad_row_of_parquet_has_its_other_columns(tmp_path):
    parquet.write_table(
        pa.table({"id": [7], "text": pa.array([None], pa.string())}), tmp_path / "a.parquet"
    )
    (bad,) = read_rows(tmp_path / "a.parquet")
    assert bad.other == {"id": 7}


def test_a_text_too_long_for_memory_is_a_bad_row(tmp_path, monkeypatch):
    monkeypatch.setattr(readers, "LONGEST_TEXT", 20)
    path = write(tmp_path / "a.csv", "id,text\n7,He left. She stayed. It rained.\n")
    (bad,) = read_rows(path)
    assert "line 2: has a text longer than 20 characters" in bad.message
    assert bad.other == {"id": "7"}


def test_a_context_column_that_is_not_there_is_an_error(tmp_path):
    path = write(tmp_path / "a.csv", "text\nOne.\n")
    with pytest.raises(NewstanceError, match="no column 'lead'; it has text: name the one"):
        list(read_rows(path, Columns(context="lead")))


def test_a_line_is_a_sentence():
    stream = io.BytesIO(b"One.\r\n\n Two. \n")
    assert [s.text for s in read_lines(stream, name="stdin")] == ["One.", "Two."]


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("a.jsonl", '{"text": "fine"}\n{"txt": 1}\n', "line 2: has no 'text' that is a string"),
        ("a.jsonl", "{", "line 1: is not JSON"),
        ("a.csv", "id,text\n1,One.\n2\n", "line 3: has 1 fields, the header 2"),
    ],
)
def test_a_row_that_cannot_be_used_comes_out_in_its_place(tmp_path, name, content, message):
    *_, bad = read_rows(write(tmp_path / name, content))
    assert isinstance(bad, BadRow)
    assert message in bad.message


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("a.csv", "id,body\n1,One.\n", "there is no column 'text'; it has id, body: name the one"),
        ("a.csv", "", "there is no column 'text'; it has none"),
        ("a.csv", "text,text\n", r"columns \['text'\] stand there twice"),
        ("a.csv", 'text\n"One.\n', "line 2: is no row of a table .* mend its quotes"),
        ("a.csv", "text\nVu\ufffd".encode("utf-16"), "is a binary file"),
        ("a.parquet", "no table", "is no whole Parquet file"),
        ("a.pdf", "", "files of this kind cannot be read; give one of .jsonl"),
        ("a.txt.gz", "", "files of this kind cannot be read"),
    ],
)
def test_a_file_that_cannot_be_read_is_an_error(tmp_path, name, content, message):
    path = write(tmp_path / name, content)
    with pytest.raises(NewstanceError, match=message):
        list(read_rows(path))


@pytest.mark.parametrize(
    ("name", "content"),
    [
        (
            "a.jsonl",
            b'{"text":"One."}\n{"id":"2","text":"Vu\xe8i."}\n{"text":"\xc4\x90uri\xc4\x87."}\n',
        ),
        ("a.csv", b'id,text\n1,One.\n2,"Vu\xe8i."\n3,\xc4\x90uri\xc4\x87.\n'),
    ],
)
def test_a_row_that_is_not_utf8_is_bad_and_those_around_it_are_read(tmp_path, name, content):
    one, bad, two = read_rows(write(tmp_path / name, content))
    assert (one.text, two.text) == ("One.", "Đurić.")
    assert "byte 0xe8 is not UTF-8; save the file as UTF-8" in bad.message
    assert f"{name} line {content[: content.index(0xE8)].count(10) + 1}:" in bad.message
    assert "Vu\ufffdi." in bad.content
    assert bad.other == {"id": "2"}


def test_a_column_with_the_name_of_ours_is_an_error(tmp_path):
    path = write(tmp_path / "a.csv", "text,body\n1,One.\n")
    with pytest.raises(NewstanceError, match="column 'text' has the name of one of ours"):
        list(read_rows(path, Columns(text="body")))


@pytest.mark.parametrize("broken", [b"\x1f\x8b\x08", b"no gzip at all"])
def test_a_broken_gzip_file_is_an_error(tmp_path, broken):
    (tmp_path / "a.jsonl.gz").write_bytes(broken)
    with pytest.raises(NewstanceError, match="the gzip file is broken"):
        list(read_rows(tmp_path / "a.jsonl.gz"))


def test_a_missing_file_is_an_error():
    for name in ("nowhere.txt", "nowhere.csv", "nowhere.parquet"):
        with pytest.raises(NewstanceError, match=rf"{name}: there is no such file"):
            list(read_rows(Path(name)))
