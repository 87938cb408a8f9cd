"""The dataset card of a corpus: what ``datasets`` reads of it, and what people should know.

Its tables are rendered from the data; a test holds the shipped card to them.
"""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import yaml

from newstance import project
from newstance.agreement import Coefficient, agreement, disagreements
from newstance.cards import codebook_in_words, counts_table, table
from newstance.codebook import Codebook
from newstance.corpus import TEXT_FIELDS, Corpus, groups, read_corpus, split_files
from newstance.corpus_stats import Stats, stats
from newstance.errors import NewstanceError
from newstance.files import read_text, replacing_file
from newstance.records import Sentence

CARD, ABOUT, CURVE = "README.md", "about.md", "learning-curve.json"
MARK = "Rendered by `newstance corpus card` from the data; not to be edited."


def write_card(directory: Path) -> Path:
    """Write the dataset card of a corpus's folder and return its path.

    Raises NewstanceError for a corpus with faults, or if a card stands there that this did not write.
    """
    path = directory / CARD
    if path.exists() and not any(mark in read_text(path) for mark in (MARK, project.MARK)):
        raise NewstanceError(
            f"{path}: was not rendered by newstance and would be lost; "
            f"move its text to {directory / ABOUT} and remove it."
        )
    content = corpus_card(directory)
    with replacing_file(path) as partial:
        partial.write_text(content, encoding="utf-8")
    return path


def corpus_card(directory: Path) -> str:
    """The dataset card of a corpus: front matter, ``about.md``, counts, agreement, codebook."""
    corpus = read_corpus(directory)
    if corpus.faults:
        raise NewstanceError(f"{corpus.faults[0]} ({len(corpus.faults)} faults in all)")
    front = yaml.safe_dump(
        _front_matter(directory, corpus), sort_keys=False, allow_unicode=True, width=100
    )
    return f"---\n{front}---\n\n{_body(directory, corpus)}"


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
        "pretty_name": corpus.codebook.title,
        "task_categories": ["text-classification"],
        "configs": [{"config_name": "default", "data_files": files}],
        "dataset_info": {"config_name": "default", "features": _columns(corpus.codebook)},
    }


def _columns(codebook: Codebook) -> list[dict[str, Any]]:
    """The columns as the card declares them; ``newstance.typed.features`` has the same."""
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


def _body(directory: Path, corpus: Corpus) -> str:
    about = read_text(directory / ABOUT) if (directory / ABOUT).exists() else ""
    codebook = corpus.codebook
    counts = stats(corpus)
    every = [sentence for rows in corpus.splits.values() for sentence in rows]
    return f"""# {codebook.title}

{MARK}

Sentences of news items, each with the one or two sentences before it as context, and for each of
{len(codebook.topics)} topics the stance that it takes, if it has the topic. A row whose labels are all null has none of
the topics. `datasets.load_dataset` of this folder gives the splits.

{about}
## Counts

{counts_table(counts.splits)}

{_sources_table(every)}

{_tables(counts)}

A row's `group` is its news item; splits and folds never divide one. Rows that share a `family` differ
in one thing only. `hard_negative` marks sentences that hold words of a topic and do not have it.

{_learning_curve(directory)}## Agreement

{_agreement(corpus, every)}

## Codebook (version {codebook.version})

{codebook_in_words(codebook)}
"""


def _learning_curve(directory: Path) -> str:
    """The learning curve that a program measured, where there is one."""
    path = directory / CURVE
    if not path.exists():
        return ""
    curve = json.loads(read_text(path))
    keys = [key for key in curve["points"][0] if key.endswith("f1")]
    rows = [
        (
            f"{point['share']:.3g}",
            f"{point['sentences']:.0f}",
            *(f"{point[key]:.3f} (±{point[f'{key} spread'] / 2:.3f})" for key in keys),
        )
        for point in curve["points"]
    ]
    sizes = ", ".join(f"{name} {number}" for name, number in curve["sizes"].items())
    return f"""## Learning curve

![Learning curve]({path.with_suffix(".svg").name})

Means of several draws of news items, with half their range; sentences measured: {sizes}.

{table(("share of items", "sentences", *keys), rows)}

"""


def _agreement(corpus: Corpus, every: Sequence[Sentence]) -> str:
    found = agreement(every, corpus.codebook)
    if not found:
        return "No sentence has the votes of two coders."
    differ = len(disagreements(every))
    by_source = [
        (f"`{name}`", len(own), f"{coefficients[-1].value:.3f}", coefficients[-1].n)
        for name, own in _by_source(every).items()
        if (coefficients := agreement(own, corpus.codebook, n_resamples=0))
    ]
    return f"""{agreement_table(found)}

{differ} of {len(every)} sentences have votes that differ; a `note` tells why the label was settled as it is. All votes
stand in the data, with coder, date and version of the codebook. The agreement on stance by source:

{table(("source", "sentences", found[-1].name, "units"), by_source)}"""


def _tables(counts: Stats) -> str:
    rows = []
    for name in ("register", "year", "words", "topics a sentence", "hard negative"):
        values = ", ".join(f"{value}: {number}" for value, number in counts.tables[name].items())
        rows.append((name, values))
    return table(("field", "sentences by value"), rows)


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
    return table(
        ("source", "sentences", "news items"),
        [
            (f"`{name}`", len(own), len(set(groups(s.other.get("group") for s in own))))
            for name, own in _by_source(sentences).items()
        ],
    )


def _by_source(sentences: Sequence[Sentence]) -> dict[str, list[Sentence]]:
    found: dict[str, list[Sentence]] = {}
    for sentence in sentences:
        found.setdefault(str(sentence.other.get("source") or "not told"), []).append(sentence)
    return found
