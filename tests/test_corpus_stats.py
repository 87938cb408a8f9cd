from newstance.corpus import read_corpus
from newstance.corpus_stats import stats


def test_sentences_are_counted_by_every_field(write_corpus):
    rows = [
        {"text": "One two.", "labels": {"energy": "support"}, "source": "x", "date": "2019-10"},
        {"text": "word " * 12, "labels": {}, "hard_negative": True, "group": "i"},
    ]
    told = stats(read_corpus(write_corpus(rows))).to_json()
    assert told["splits"]["train"]["sentences"] == 2
    assert told["source"] == {"not told": 1, "x": 1}
    assert told["year"] == {"2019": 1, "not told": 1}
    assert told["words"] == {"01-10": 1, "11-15": 1}
    assert told["topics a sentence"] == {"0": 1, "1": 1}
    assert told["hard negative"] == {"False": 1, "True": 1}
