"""The law of exchange: what a corpus writes in any format, an empty corpus reads as the same."""

import json

import pytest
from conftest import ROOT, STANCE_WORDS, TOPIC_WORDS
from hypothesis import given, settings
from hypothesis import strategies as st

from newstance.corpus import TEXT_FIELDS, read_corpus
from newstance.corpus_add import add_to_corpus
from newstance.corpus_export import export_corpus
from newstance.exchange.formats import Format
from newstance.exchange.items import Fields
from newstance.exchange.reading import read_labelled

TEXTS = st.text(st.characters(codec="utf-8", exclude_characters="\0"), min_size=1, max_size=20)
LABELS = st.dictionaries(st.sampled_from(list(TOPIC_WORDS)), st.sampled_from(list(STANCE_WORDS)))
VOTES = st.lists(
    st.fixed_dictionaries(
        {"coder": TEXTS, "labels": LABELS},
        optional={
            "date": st.dates().map(lambda day: day.isoformat()),
            "codebook": st.integers(1, 2),
        },
    ),
    min_size=1,
    max_size=3,
    unique_by=lambda vote: vote["coder"],
)
OPTIONAL = {name: TEXTS for name in TEXT_FIELDS if name != "id"} | {
    "hard_negative": st.booleans(),
    "votes": VOTES,
    "context": TEXTS,
}
ROWS = st.lists(
    st.fixed_dictionaries(
        {"text": TEXTS.filter(lambda text: text.strip()), "labels": LABELS}, optional=OPTIONAL
    ),
    min_size=1,
    max_size=4,
    unique_by=lambda row: " ".join(row["text"].split()).casefold(),
)
CODEBOOK = (ROOT / "corpus" / "codebook.toml").read_text(encoding="utf-8")
DATA = ROOT / "tests" / "data" / "exchange"


def corpus_of(directory, rows):
    directory.mkdir()
    (directory / "codebook.toml").write_text(CODEBOOK, encoding="utf-8")
    lines = "".join(json.dumps(row) + "\n" for row in rows)
    (directory / "train.jsonl").write_text(lines, encoding="utf-8")
    return directory


def through(form, directory):
    """The corpus that an empty one becomes by what this one exports."""
    path = directory.with_name(f"out.{form}")
    export_corpus(directory, path, form=form)
    other = corpus_of(directory.with_name("other"), [])
    codebook = read_corpus(other, may_be_empty=True).codebook
    add_to_corpus(read_labelled([path], codebook, form=form), other, split="train")
    return read_corpus(other)


@pytest.mark.parametrize("form", list(Format))
@settings(max_examples=25, deadline=None)
@given(rows=ROWS, ids=st.booleans())
def test_what_is_exported_is_read_again_as_the_same_corpus(form, rows, ids, tmp_path_factory):
    if ids:
        rows = [row | {"id": f"{n}. {row['text']}"} for n, row in enumerate(rows)]
    directory = corpus_of(tmp_path_factory.mktemp("law") / "corpus", rows)
    assert through(form, directory).splits == read_corpus(directory).splits


FILES = {
    "news.csv": {},
    "news.parquet": {},
    "doccano.jsonl": {},
    "label-studio.json": {},
    "label-studio-min.json": {},
    "argilla": {},
    "saved-argilla": {},
    "saved": {
        "fields": Fields(text="sentence", topic="target", stance="label"),
        "aliases": {"FAVOR": "support", "NONE": "neutral"},
    },
    "targets.tsv": {
        "fields": Fields(text="Tweet", id="ID", topic="Target", stance="Stance"),
        "aliases": {
            "Energy": "energy",
            "Defence": "defence",
            "FAVOR": "support",
            "AGAINST": "oppose",
            "NONE": "neutral",
        },
    },
}


@pytest.mark.parametrize("form", list(Format))
def test_what_other_tools_exported_goes_through_every_format(form, tmp_path, codebook):
    directory = corpus_of(tmp_path / "corpus", [])
    for name, options in FILES.items():
        found = read_labelled([DATA / name], codebook, **options)
        add_to_corpus(found, directory, split="train")
    assert len(read_corpus(directory).splits["train"]) == 18
    assert through(form, directory).splits == read_corpus(directory).splits
