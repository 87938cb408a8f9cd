import pytest
from conftest import told_rows, write_rows

from newstance.errors import NewstanceError
from newstance.merge import merge
from newstance.typed import load_corpus

ROW = {"text": "They signed the pact.", "context": "", "labels": {"defence": "support"}}


@pytest.fixture
def two(tmp_path):
    """A function that merges two corpora, given the rows of each by split."""

    def merged(first, second):
        return merge([write_rows(tmp_path / "a", **first), write_rows(tmp_path / "b", **second)])

    return merged


def texts(merged, split="train"):
    return [sentence.text for sentence in merged.splits[split]]


def test_one_corpus_is_what_its_files_hold(toy_corpus):
    merged = merge([toy_corpus])
    _, splits = load_corpus(toy_corpus)
    assert {split: texts(merged, split) for split in merged.splits} == {
        split: list(rows["text"]) for split, rows in splits.items()
    }
    assert (merged.left_out, merged.n_repeated) == ((), 0)


def test_the_rows_of_all_corpora_come_in_their_order(two):
    merged = two({"train": [{**ROW, "text": "a"}]}, {"train": [{**ROW, "text": "b"}, ROW]})
    assert texts(merged) == ["a", "b", ROW["text"]]


def test_exam_and_contrast_sets_of_all_corpora_are_measured_on(two):
    exam, more, contrast = told_rows(1), told_rows(1, name="more"), told_rows(1, name="other")
    more = [{**row, "text": f"Yesterday: {row['text'].upper()}"} for row in more]
    merged = two(
        {"train": [ROW], "exam": exam}, {"train": [ROW], "exam": more, "contrast": contrast}
    )
    assert texts(merged, "exam") == [row["text"] for row in exam + more]
    assert texts(merged, "contrast") == [row["text"] for row in contrast]


def test_a_training_sentence_that_nearly_repeats_an_exam_sentence_is_left_out(two):
    exam = told_rows(1)[1]
    near = {**ROW, "text": exam["text"].replace("reporters", "reporter")}
    merged = two({"train": [ROW], "exam": [exam]}, {"train": [{**ROW, "text": "x"}, near]})
    assert texts(merged) == [ROW["text"], "x"]
    (fault,) = merged.left_out
    assert (fault.place.path.parent.name, fault.place.line) == ("b", 2)
    assert "a/exam.jsonl line 1, which is measured on" in fault.message


def test_a_row_that_an_earlier_corpus_has_counts_once(two):
    merged = two(
        {"train": [{**ROW, "id": "1"}]}, {"train": [{**ROW, "id": "1"}, {**ROW, "id": "2"}]}
    )
    assert texts(merged) == [ROW["text"]]
    assert merged.n_repeated == 2


def test_rows_that_one_corpus_repeats_stay(two):
    merged = two({"train": [ROW, ROW]}, {"train": [{**ROW, "text": "b"}]})
    assert texts(merged) == [ROW["text"], ROW["text"], "b"]


def test_the_same_text_in_another_context_is_another_row(two):
    merged = two({"train": [ROW]}, {"train": [{**ROW, "context": "Before.", "labels": {}}]})
    assert len(texts(merged)) == 2


@pytest.mark.parametrize(
    ("second", "message"),
    [
        (
            {**ROW, "labels": {"defence": "oppose"}},
            r"b/train.jsonl line 1: has other labels \(defence: oppose\) than the same sentence at "
            r".*a/train.jsonl line 1 \(defence: support\)",
        ),
        (
            {**ROW, "text": "b", "id": "1"},
            r"b/train.jsonl line 1: the id '1' also stands at .*a/train.jsonl line 1",
        ),
    ],
)
def test_rows_that_contradict_one_another_are_an_error(two, second, message):
    with pytest.raises(NewstanceError, match=message):
        two({"train": [{**ROW, "id": "1"}]}, {"train": [second]})


def test_a_news_item_in_the_exam_of_another_corpus_is_an_error(two):
    exam = told_rows(1)
    row = {**ROW, "group": exam[0]["group"]}
    with pytest.raises(
        NewstanceError, match="the news item 'exam item 0' is also in split 'train'"
    ):
        two({"train": [row]}, {"train": [ROW], "exam": exam})


def test_codebooks_with_other_names_are_an_error_that_names_them(tmp_path):
    first, second = (write_rows(tmp_path / name, train=[ROW]) for name in "ab")
    text = (second / "codebook.toml").read_text(encoding="utf-8")
    changed = text.replace('name = "srebrenica_vote"', 'name = "lithium"')
    (second / "codebook.toml").write_text(changed.split("[[examples]]")[0], encoding="utf-8")
    with pytest.raises(
        NewstanceError,
        match=r"topic 'srebrenica_vote' only in the first, topic 'lithium' only in the second",
    ):
        merge([first, second])


def test_a_fault_of_any_corpus_is_an_error(two):
    with pytest.raises(NewstanceError, match=r"b/train.jsonl line 1: unknown topic 'sport'"):
        two({"train": [ROW]}, {"train": [{**ROW, "labels": {"sport": "support"}}]})


def test_a_corpus_of_exam_sentences_alone_is_an_error(two):
    with pytest.raises(NewstanceError, match="every training sentence nearly repeats one"):
        two({"train": [ROW], "exam": [{**ROW, "text": ROW["text"] + "!"}]}, {"train": [ROW]})
