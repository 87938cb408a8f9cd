import json

import pytest

from newstance.corpus_export import export_corpus
from newstance.errors import NewstanceError
from newstance.exchange.formats import Format


def test_fields_that_are_not_a_corpuss_are_told(write_corpus, tmp_path):
    directory = write_corpus([{"text": "One.", "labels": {}, "outlet": "x", "id": "1"}])
    exported = export_corpus(directory, tmp_path / "out.jsonl")
    assert (exported.n_sentences, exported.not_written) == (1, ("outlet",))
    assert json.loads((tmp_path / "out.jsonl").read_text()) == {
        "text": "One.",
        "context": "",
        "labels": {},
        "id": "1",
    }


def test_label_studio_gets_a_choice_for_each_topic_and_an_annotation_for_each_vote(
    write_corpus, tmp_path
):
    vote = {"coder": "anna", "date": "2026-01-31", "labels": {"energy": "oppose"}}
    row = {"text": "One.", "labels": {"energy": "support"}, "votes": [vote]}
    export_corpus(write_corpus([row]), tmp_path / "out.json", form=Format.label_studio)
    (task,) = json.loads((tmp_path / "out.json").read_text())
    assert task["data"] == {"text": "One.", "context": ""}
    by_anna, settled = task["annotations"]
    assert by_anna["completed_by"] == {"email": "anna"}
    assert by_anna["created_at"].startswith("2026-01-31T")
    assert [result["value"] for result in by_anna["result"]] == [{"choices": ["oppose"]}]
    assert (by_anna["ground_truth"], settled["ground_truth"]) == (False, True)
    assert settled["result"][0]["from_name"] == "energy"


def test_argilla_gets_the_labels_as_suggestions(write_corpus, tmp_path):
    row = {"text": "One.", "labels": {"energy": "support"}, "id": "1"}
    export_corpus(write_corpus([row]), tmp_path / "out.json", form=Format.argilla)
    (record,) = json.loads((tmp_path / "out.json").read_text())
    assert record["fields"] == {"text": "One.", "context": ""}
    assert record["suggestions"]["energy"]["value"] == "support"
    assert record["id"] == "1"


def test_a_table_cannot_hold_a_nul(write_corpus, tmp_path):
    directory = write_corpus([{"text": "a\0b", "labels": {}}])
    with pytest.raises(NewstanceError, match="cannot hold the NUL"):
        export_corpus(directory, tmp_path / "out.csv")
    assert not (tmp_path / "out.csv").exists()


def test_a_topic_with_the_name_of_a_field_has_no_column(write_corpus, tmp_path):
    directory = write_corpus([{"text": "One.", "labels": {}}])
    codebook = directory / "codebook.toml"
    text = codebook.read_text(encoding="utf-8").replace('"energy"', '"date"')
    codebook.write_text(text.replace("energy =", "date ="), encoding="utf-8")
    with pytest.raises(NewstanceError, match="topic 'date' has the name of a column of ours"):
        export_corpus(directory, tmp_path / "out.csv")


@pytest.mark.parametrize(
    ("name", "options", "message"),
    [
        ("out.json", {}, "its ending does not tell the format; give --format csv"),
        ("corpus/train.jsonl", {}, "lies in the corpus itself"),
        ("out.csv", {"split": "exam"}, "has no split 'exam' but train"),
        ("corpus", {"form": Format.datasets}, "lies in the corpus itself"),
        ("full", {"form": Format.datasets}, "stands there and is no saved data set"),
    ],
)
def test_what_cannot_be_written_is_an_error(write_corpus, tmp_path, name, options, message):
    directory = write_corpus([{"text": "One.", "labels": {}}])
    (tmp_path / "full").mkdir()
    before = (directory / "train.jsonl").read_bytes()
    with pytest.raises(NewstanceError, match=message):
        export_corpus(directory, tmp_path / name, **options)
    assert (directory / "train.jsonl").read_bytes() == before


def test_a_corpus_with_faults_is_not_exported(write_corpus, tmp_path):
    directory = write_corpus([{"text": "One.", "labels": {"energy": "pro"}}])
    with pytest.raises(NewstanceError, match=r"unknown stance 'pro'.*\(1 faults in all\)"):
        export_corpus(directory, tmp_path / "out.csv")
