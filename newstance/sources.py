"""Where sentences to classify come from: arguments, article files, JSONL files, lines of stdin."""

from pathlib import Path

from newstance.errors import NewstanceError
from newstance.files import decode, read_text
from newstance.records import Sentence, numbered_lines, read_jsonl
from newstance.text import Article, split_article

ARTICLE_ENDINGS = (".txt", ".md", "")
RECORD_ENDINGS = (".jsonl", ".ndjson")


def read_sentences(path: Path) -> list[Sentence]:
    """The sentences of a file: of an article, each with its context, or the records of JSON lines.

    An article's sentences carry its path as ``source`` and their offsets as ``start`` and ``end``.
    """
    ending = path.suffix.lower()
    if ending in RECORD_ENDINGS:
        return read_jsonl(path)
    if ending in ARTICLE_ENDINGS or path.is_dir():
        return article_sentences(split_article(read_text(path)), source=str(path))
    raise NewstanceError(
        f"{path}: files that end in '{path.suffix}' cannot be read; give an article as text "
        f"(.txt, .md) or records as JSON lines ({', '.join(RECORD_ENDINGS)})."
    )


def article_sentences(article: Article, *, source: str) -> list[Sentence]:
    """The sentences of an article, each with the one or two before it as context."""
    return [
        Sentence(span.text, context, other={"source": source, "start": span.start, "end": span.end})
        for span, context in zip(article.sentences, article.contexts, strict=True)
    ]


def read_lines(data: bytes, *, name: str) -> list[Sentence]:
    """A sentence for each non-blank line of UTF-8 bytes; ``name`` is what an error calls them."""
    return [Sentence(line.strip()) for _, line in numbered_lines(decode(data, name=name))]
