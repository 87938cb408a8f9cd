import pytest

from newstance.errors import NewstanceError
from newstance.sources import count_rows, find_files


def test_a_folder_stands_for_the_files_in_it(tmp_path):
    for name in ("b.txt", "a.csv", "deep/c.jsonl.gz", "picture.png"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("")
    assert [p.name for p in find_files([tmp_path])] == ["a.csv", "b.txt", "c.jsonl.gz"]
    (tmp_path / "empty").mkdir()
    with pytest.raises(NewstanceError, match="no file in this folder can be read"):
        find_files([tmp_path / "empty"])


def test_an_output_is_no_input(tmp_path):
    (tmp_path / "a.csv").write_text("text\nOne.\n")
    (tmp_path / "o.csv").write_text("text\nTwo.\n")
    (tmp_path / "o.csv.parts").mkdir()
    (tmp_path / "o.csv.parts" / "0.jsonl").write_text("{}")
    found = find_files([tmp_path], output=tmp_path / "o.csv")
    assert [path.name for path in found] == ["a.csv"]
    with pytest.raises(NewstanceError, match=r"o.csv: is input and output"):
        find_files([tmp_path / "o.csv"], output=tmp_path / "o.csv")


def test_rows_that_cannot_be_counted_are_no_error(tmp_path):
    for name in ("a.parquet", "b.jsonl.gz", "c.csv"):
        (tmp_path / name).write_bytes(b"\x1f\x8bbroken")
    assert count_rows([tmp_path / "a.parquet"]) is None
    assert count_rows([tmp_path / "b.jsonl.gz"]) is None
    assert count_rows([tmp_path / "nowhere.csv"]) is None


def test_a_pattern_stands_for_what_it_matches(tmp_path):
    for name in ("year=2023/a.csv", "year=2024/a.csv", "year=2024/b.txt"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("text\nOne.\n")
    assert find_files([tmp_path / "year=*" / "*.csv"]) == [
        tmp_path / "year=2023" / "a.csv",
        tmp_path / "year=2024" / "a.csv",
    ]
    assert len(find_files([tmp_path / "year=202[4]"])) == 2
    with pytest.raises(NewstanceError, match=r"\*.jsonl: no file matches this pattern"):
        find_files([tmp_path / "*.jsonl"])


def test_a_file_whose_name_looks_like_a_pattern_is_itself(tmp_path):
    (tmp_path / "a[1].txt").write_text("One.")
    assert find_files([tmp_path / "a[1].txt"]) == [tmp_path / "a[1].txt"]
