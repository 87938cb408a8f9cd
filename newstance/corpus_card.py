"""The dataset card of a corpus: what ``datasets`` reads of it, and what people should know.

Its tables are rendered from the data; a test holds the shipped card to them.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import yaml

from newstance.agreement import Coefficient, agreement, disagreements
from newstance.cards import codebook_in_words, counts_table, table
from newstance.codebook import Codebook
from newstance.corpus import TEXT_FIELDS, Corpus, count, groups, read_corpus, split_files
from newstance.files import replacing_file
from newstance.records import Sentence

CARD = "README.md"


def write_card(directory: Path) -> Path:
    """Write the dataset card of a corpus's folder and return its path."""
    content = corpus_card(directory)
    with replacing_file(directory / CARD) as partial:
        partial.write_text(content, encoding="utf-8")
    return directory / CARD


def corpus_card(directory: Path) -> str:
    """The dataset card of a corpus: front matter, counts, agreement, codebook."""
    corpus = read_corpus(directory)
    front = yaml.safe_dump(
        _front_matter(directory, corpus), sort_keys=False, allow_unicode=True, width=100
    )
    return f"---\n{front}---\n\n{_body(corpus)}"


def _front_matter(directory: Path, corpus: Corpus) -> dict[str, Any]:
    files = [
        {
            "split": split,
            "path": [
                path.relative_to(directory).as_posix() for path in split_files(directory, split)
            ],
        }
        for split in corpus.splits
    ]
    return {
        "language": ["en"],
        "license": "mit",
        "pretty_name": corpus.codebook.title,
        "task_categories": ["text-classification"],
        "configs": [{"config_name": "default", "data_files": files}],
        "dataset_info": {"config_name": "default", "features": _columns(corpus.codebook)},
    }


def _columns(codebook: Codebook) -> list[dict[str, Any]]:
    """The columns as the card declares them; ``newstance.corpus.features`` has the same."""
    texts = ("text", "context", *TEXT_FIELDS)
    return [
        *({"name": name, "dtype": "string"} for name in texts),
        {"name": "hard_negative", "dtype": "bool"},
        _labels_column(codebook),
        {
            "name": "votes",
            "list": [
                {"name": "coder", "dtype": "string"},
                {"name": "date", "dtype": "date32"},
                {"name": "codebook", "dtype": "int64"},
                _labels_column(codebook),
            ],
        },
    ]


def _labels_column(codebook: Codebook) -> dict[str, Any]:
    topics = [{"name": topic, "dtype": "string"} for topic in codebook.topic_names]
    return {"name": "labels", "struct": topics}


def _body(corpus: Corpus) -> str:
    codebook = corpus.codebook
    counts = {
        split: count(
            [s.labels or {} for s in rows], groups(s.other.get("group") for s in rows), codebook
        )
        for split, rows in corpus.splits.items()
    }
    every = [sentence for rows in corpus.splits.values() for sentence in rows]
    return f"""# {codebook.title}

Written by `newstance corpus card` from the data; not to be edited.

English sentences of news items, each with the one or two sentences before it as context, and for
each of {len(codebook.topics)} topics the stance that it takes, if it has the topic. A row whose labels are all null
has none of the topics.

```python
import datasets
corpus = datasets.load_dataset("corpus")
```

## Counts

{counts_table(counts)}

{_sources_table(every)}

A row's `group` is its news item; splits and folds never divide one. Rows that share a `family` differ
in one thing only. `hard_negative` marks sentences that hold words of a topic and do not have it.

## How it was labelled

Every sentence has two votes: its writer's and that of a reader who saw the text, the context and the
codebook, and no label. For the two source articles both coders were readers. All coders and writers
were language-model agents; that they agree more than people do is to be expected, and no proof that
people would agree with them. Where the votes differ a third look settled the label and left a `note`.

{agreement_table(agreement(every, codebook))}

{len(disagreements(every))} of {len(every)} sentences had votes that differ. Both votes stand in the data, with coder, date
and version of the codebook.

## Limits

The sentences were written for this corpus, apart from those of the two source articles: they tell of
real people and events in invented words, are not published news, and must not be quoted as such.
Stances and topics are more evenly spread than in news. English only.

## Codebook (version {codebook.version})

{codebook_in_words(codebook)}
"""


def agreement_table(coefficients: Sequence[Coefficient]) -> str:
    """A row for each variable: coefficient, 95 % interval, units."""
    return table(
        ("variable", "coefficient", "value", "95 % interval", "units"),
        [
            (f"`{c.variable}`", c.name, f"{c.value:.3f}", f"{c.low:.3f} to {c.high:.3f}", c.n)
            for c in coefficients
        ],
    )


def _sources_table(sentences: Sequence[Sentence]) -> str:
    names = [str(s.other.get("source") or "not told") for s in sentences]
    items = groups(s.other.get("group") for s in sentences)
    rows = []
    for name in dict.fromkeys(names):
        own = [n for n, source in enumerate(names) if source == name]
        rows.append((f"`{name}`", len(own), len({items[n] for n in own})))
    return table(("source", "sentences", "news items"), rows)
