import pytest
from conftest import ROOT, small_rows

from newstance.errors import NewstanceError
from newstance.typed import features, load_corpus


def test_a_corpus_with_faults_is_not_loaded(write_corpus):
    rows = small_rows(2)
    rows[1]["labels"] = rows[5]["labels"] = {"sport": "support"}
    with pytest.raises(
        NewstanceError, match=r"train.jsonl line 2: unknown topic.*\(1 more faults\)"
    ):
        load_corpus(write_corpus(rows))


def test_what_classify_writes_can_be_added_to_a_corpus(write_corpus):
    row = {"text": "a", "context": "", "labels": {}, "scores": {"energy": {}}, "outlet": "x"}
    _, splits = load_corpus(write_corpus([row]))
    assert splits["train"]["text"] == ["a"]


def test_load_dataset_gives_the_same_typed_splits_offline(tmp_path, monkeypatch):
    import datasets

    monkeypatch.setattr(datasets.config, "HF_HUB_OFFLINE", True)
    codebook, ours = load_corpus(ROOT / "corpus")
    theirs = datasets.load_dataset(str(ROOT / "corpus"), cache_dir=str(tmp_path))
    assert theirs.keys() == ours.keys()
    for split in ours:
        assert theirs[split].features == features(codebook)
        for one, other in zip(ours[split], theirs[split], strict=True):
            assert one | {"hard_negative": bool(other["hard_negative"])} == other | {
                "hard_negative": bool(other["hard_negative"])
            }
