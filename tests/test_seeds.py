from pathlib import Path

import pytest
from conftest import ROOT

from newstance.errors import NewstanceError
from newstance.seeds import read_seed, read_seeds


def test_both_articles_are_read():
    assert [seed.name for seed in read_seeds(ROOT / "seeds")] == [
        "000_6ab8046ece417300",
        "004_7e0a2413cf502e35",
    ]


def test_sentences_of_the_articles_cut_their_source_exactly():
    for seed in read_seeds(ROOT / "seeds"):
        for sentence in seed.article.sentences:
            assert seed.source[sentence.start : sentence.end] == sentence.text


def test_the_articles_have_the_headline_and_furniture_that_their_readme_tells():
    first, second = (seed.article for seed in read_seeds(ROOT / "seeds"))
    assert first.headline is None
    assert first.furniture == ()
    assert second.headline is not None
    assert second.headline.text.startswith("After signing the document, Vučić believes")
    assert [span.text for span in second.furniture] == [
        "RKS NEWS",
        "RKS NEWS 3 Min Read",
        "3 Min Read",
        "Share this Post",
        "Leave a Comment",
    ]


def test_a_folder_without_articles_is_an_error(tmp_path):
    with pytest.raises(NewstanceError, match=r"no source article \(\*\.txt\)"):
        read_seeds(tmp_path)


def test_a_missing_article_is_an_error():
    with pytest.raises(NewstanceError, match=r"nowhere\.txt: there is no such file"):
        read_seed(Path("nowhere.txt"))
