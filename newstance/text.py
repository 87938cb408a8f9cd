"""An article's text cut into headline and sentences, with offsets.

Every sentence is a slice of the source: ``source[s.start:s.end] == s.text``.
Sentence ends are found by ``sentencex`` (Wikimedia), line by line; this module adds what
newspapers' pages add: a headline without a full stop, list bullets, page furniture.
"""

import re
from dataclasses import dataclass
from functools import cached_property

from sentencex import segment

CONTEXT_SENTENCES = 2

_BULLET = re.compile(r"(?:[•◦▪‣*·–—-][ \t\u00a0]+)?")
_WIDE_BLANK = re.compile(r"[^\S\t\n\r ]")  # sentencex panics at blanks of several bytes
_ENDS_LIKE_A_SENTENCE = re.compile(r"[.!?…:;,][\"'”’»)\]]*\Z")
_FURNITURE = re.compile(
    r"(?:.*\b\d+ min(?:ute)?s? read|share this (?:post|article|story)|leave a (?:comment|reply)"
    r"|read (?:more|also):?|advertisement|related (?:articles|posts|news))",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Span:
    """A slice of an article's text: ``start`` and ``end`` count characters of the source."""

    text: str
    start: int
    end: int


@dataclass(frozen=True)
class Article:
    """An article's text: its headline (or None), its sentences in order, its page furniture.

    The headline, where there is one, is also the first of the sentences.
    """

    headline: Span | None
    sentences: tuple[Span, ...]
    furniture: tuple[Span, ...]

    @cached_property
    def contexts(self) -> tuple[str, ...]:
        """The context of each sentence: the one or two sentences before it, '' for the first."""
        texts = [sentence.text for sentence in self.sentences]
        return tuple(" ".join(texts[max(0, n - CONTEXT_SENTENCES) : n]) for n in range(len(texts)))


def split_article(source: str) -> Article:
    """The headline, sentences and page furniture of an article's text.

    The first line is the headline if it does not end like a sentence. A block of lines between
    blank ones is page furniture if none of its lines ends like a sentence and one of them is a
    stock phrase of web pages ("3 Min Read", "Leave a Comment"). Empty text gives no sentences.

    >>> [s.text for s in split_article("Talks end\\n\\nHe left. She stayed.").sentences]
    ['Talks end', 'He left.', 'She stayed.']
    """
    sentences: list[Span] = []
    furniture: list[Span] = []
    headline = None
    for block in _blocks(source):
        if _is_furniture(block):
            furniture += block
            continue
        for line in block:
            is_first = not sentences
            sentences += _split_line(line, source)
            if is_first and not _ENDS_LIKE_A_SENTENCE.search(line.text):
                headline = sentences[0] if len(sentences) == 1 else None
    return Article(headline, tuple(sentences), tuple(furniture))


def _blocks(source: str) -> list[list[Span]]:
    """The non-blank lines of the source, in blocks between blank lines."""
    blocks: list[list[Span]] = [[]]
    start = 0
    for raw in source.splitlines(keepends=True):
        if line := _strip(raw, start):
            blocks[-1].append(line)
        elif blocks[-1]:
            blocks.append([])
        start += len(raw)
    return [block for block in blocks if block]


def _is_furniture(block: list[Span]) -> bool:
    return any(_FURNITURE.fullmatch(line.text) for line in block) and not any(
        _ENDS_LIKE_A_SENTENCE.search(line.text) for line in block
    )


def _split_line(line: Span, source: str) -> list[Span]:
    bullet = _BULLET.match(line.text)
    skipped = bullet.end() if bullet else 0
    spans = []
    start = line.start + skipped
    for raw in segment("en", _WIDE_BLANK.sub(" ", line.text[skipped:])):
        if span := _strip(source[start : start + len(raw)], start):
            spans.append(span)
        start += len(raw)
    return spans


def _strip(raw: str, start: int) -> Span | None:
    text = raw.strip()
    if not text:
        return None
    start += raw.index(text)
    return Span(text, start, start + len(text))
