import json

from newstance.corpus_check import check


def rows_of(*texts, **fields):
    return [{"text": text, "labels": {}, **fields} for text in texts]


LONG = "Belgrade signed the contract for twelve French jets in the presence of both presidents."


def test_a_sound_corpus_has_no_faults(write_corpus):
    assert check(write_corpus(rows_of("One is here.", "Another thing altogether."))) == []


def test_every_kind_of_fault_is_found_in_one_run(write_corpus):
    rows = [
        {"text": LONG, "labels": {}, "id": "a", "group": "x"},
        {"text": "Quite another sentence.", "labels": {"sport": "support"}},
        {"text": "A third sentence.", "labels": {}, "id": "a"},
        {"text": LONG.replace("twelve", "ten"), "labels": {}, "group": "y"},
    ]
    directory = write_corpus(rows)
    line = json.dumps({"text": "An exam's sentence.", "labels": {}, "group": "x"})
    (directory / "exam.jsonl").write_text(line + "\n")
    faults = [str(fault) for fault in check(directory)]
    for place, message in [
        ("train.jsonl line 2", "unknown topic 'sport'"),
        ("train.jsonl line 3", f"the id 'a' also stands at {directory}/train.jsonl line 1"),
        ("exam.jsonl line 1", "the news item 'x' is also in split 'train'"),
        ("train.jsonl line 4", "is nearly the same as"),
    ]:
        assert any(place in fault and message in fault for fault in faults), message


def test_sentences_of_a_family_may_be_alike(write_corpus):
    rows = rows_of(LONG, LONG.replace("signed", "tore up"), family="pair 1")
    assert check(write_corpus(rows)) == []
