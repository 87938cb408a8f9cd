"""The words that others use for topics and stances, and ours.

A word that is neither in the codebook nor given a name is never guessed: all such are counted, and
told at once with the options that would name them.
"""

import shlex
from collections import Counter
from collections.abc import Mapping, Sequence

from newstance.codebook import Codebook
from newstance.corpus import Place
from newstance.errors import NewstanceError

WELL_KNOWN = {
    "support": {"agree", "favor", "favour", "for", "in favor", "in favour", "positive", "pro"},
    "oppose": {"against", "anti", "con", "contra", "deny", "disagree", "negative", "opposed"},
    "neutral": {"comment", "discuss", "mixed", "neither", "query"},
    "": {"n/a", "no stance", "none", "unrelated"},
}


class Words:
    """Names given to words (``aliases``; an empty name: the topic is not given), over a codebook's.

    ``for_topics`` are the names of columns that hold a topic's stance. Raises NewstanceError for an
    alias to a name that the codebook does not have.
    """

    def __init__(self, codebook: Codebook, aliases: Mapping[str, str]) -> None:
        self.codebook = codebook
        self.aliases = aliases
        self.topic_names, self.stance_names = codebook.topic_names, codebook.stance_names
        words = (*self.topic_names, *aliases)
        self.for_topics = {w for w in words if aliases.get(w, w) in self.topic_names}
        self.topics: Counter[str] = Counter()
        self.stances: Counter[str] = Counter()
        self.first: Place | None = None
        names = (*self.topic_names, *self.stance_names, "")
        for word, name in aliases.items():
            if name not in names:
                raise NewstanceError(
                    f"--alias {word}={name}: the codebook has no {name!r} but "
                    f"{', '.join(names[:-1])}; name one of these, or none to leave the topic out."
                )

    def labels(self, said: Mapping[str, object], place: Place) -> dict[str, str]:
        """Labels in the codebook's names; unknown words are kept for ``check``.

        Raises ValueError if two words for one topic have two stances.
        """
        found: dict[str, str] = {}
        for topic, stance in said.items():
            if is_blank(stance):
                continue
            name = self._name(topic, self.topic_names, self.topics, place)
            value = self._name(str(stance), self.stance_names, self.stances, place)
            if name and value and found.setdefault(name, value) != value:
                raise ValueError(
                    f"has two stances towards {name!r}, {found[name]!r} and {value!r}; keep one"
                )
        return found

    def check(self) -> None:
        """Raise NewstanceError that lists the unknown words, and how often each was found."""
        if not self.first:
            return
        unknown = [
            f"{kind} {', '.join(f'{word!r} ({n})' for word, n in words.most_common())}"
            for kind, words in (("topics", self.topics), ("stances", self.stances))
            if words
        ]
        raise NewstanceError(
            f"{self.first}: not in the codebook, here or further down, are the "
            f"{' and the '.join(unknown)}; it has the topics "
            f"{', '.join(self.topic_names)} and the stances "
            f"{', '.join(self.stance_names)}: {self._remedy()}."
        )

    def _name(
        self, word: str, names: Sequence[str], unknown: Counter[str], place: Place
    ) -> str | None:
        word = word.strip()
        name = self.aliases.get(word, word)
        if name in names:
            return name
        if name:
            unknown[word] += 1
            self.first = self.first or place
        return None

    def _remedy(self) -> str:
        options, rest = [], []
        for words, names in (
            (self.topics, self.topic_names),
            (self.stances, self.stance_names),
        ):
            for word in words:
                name = _proposal(word, names)
                if name is None or (name == "" and words is self.topics):
                    rest.append(shlex.quote(f"{word}=…"))
                else:
                    options.append(f"--alias {shlex.quote(f'{word}={name}')}")
        if rest:
            options.append(f"--alias {' and --alias '.join(rest)} with a name, or none")
        return f"correct the rows, or add {' '.join(options)} (no name: the topic is not given)"


def is_blank(value: object) -> bool:
    """Whether a cell is empty."""
    return value is None or (isinstance(value, str) and not value.strip())


def _proposal(word: str, names: Sequence[str]) -> str | None:
    """The name that a word most likely stands for ("" for no label), None if that is unclear."""
    plain = " ".join(word.casefold().replace("_", " ").replace("-", " ").split())
    for name in names:
        if plain == name.casefold().replace("_", " "):
            return name
    found = next((name for name, words in WELL_KNOWN.items() if plain in words), None)
    return found if found in (*names, "") else None
