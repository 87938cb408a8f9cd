from pathlib import Path

import pytest

from newstance.errors import NewstanceError
from newstance.sources import read_lines, read_sentences


def test_an_articles_sentences_carry_context_source_and_offsets(tmp_path):
    path = tmp_path / "news.txt"
    path.write_text("Talks end\n\nHe left. She stayed.", encoding="utf-8")
    rows = [sentence.to_row() for sentence in read_sentences(path)]
    assert rows[2] == {
        "text": "She stayed.",
        "context": "Talks end He left.",
        "source": str(path),
        "start": 20,
        "end": 31,
    }


def test_records_are_read_as_they_are(tmp_path):
    path = tmp_path / "news.jsonl"
    path.write_text('{"text": "He left.", "outlet": "x"}\n')
    assert read_sentences(path)[0].other == {"outlet": "x"}


def test_a_line_is_a_sentence():
    assert [s.text for s in read_lines(b"One.\r\n\n Two. \n", name="stdin")] == ["One.", "Two."]


@pytest.mark.parametrize("ending", [".csv", ".pdf", ".json"])
def test_a_file_of_another_kind_is_an_error(tmp_path, ending):
    with pytest.raises(NewstanceError, match=f"files that end in '{ending}' cannot be read; give"):
        read_sentences(tmp_path / f"news{ending}")


def test_a_missing_article_is_an_error():
    with pytest.raises(NewstanceError, match=r"nowhere.txt: there is no such file"):
        read_sentences(Path("nowhere.txt"))
