"""The source articles that the corpus began with.

A seed is a text file of the folder ``seeds/``; its README tells where each stands from and
which of its lines are article and which page furniture. Sentences are cut by ``newstance.text``.
"""

from dataclasses import dataclass
from pathlib import Path

from newstance.errors import NewstanceError
from newstance.files import read_text
from newstance.text import Article, split_article


@dataclass(frozen=True)
class Seed:
    """A source article: its name (the file's, without ending), its text as it came, its parts."""

    name: str
    source: str
    article: Article


def read_seeds(directory: Path) -> list[Seed]:
    """The seeds of a folder, in the order of their names; raises NewstanceError if it has none."""
    paths = sorted(directory.glob("*.txt"))
    if not paths:
        raise NewstanceError(
            f"{directory}: no source article (*.txt) here; give the folder that holds them."
        )
    return [read_seed(path) for path in paths]


def read_seed(path: Path) -> Seed:
    """The seed that a text file holds; raises NewstanceError if it cannot be read as UTF-8."""
    source = read_text(path)
    return Seed(path.stem, source, split_article(source))
