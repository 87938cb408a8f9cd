"""An answer in the making, and which key does what to it.

Digits are topics, letters stances and commands; a topic or stance for which no key is left is
reached with the tabulator and the space bar, so any codebook will do.
"""

import string
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from newstance.codebook import Codebook

SAVE, NEXT_TOPIC, NEXT_STANCE, NOT_GIVEN = "\n", "\t", " ", "0"
TOPIC_KEYS = "123456789"


class Command(StrEnum):
    """What can be done beside choosing labels, with its letter."""

    comment = "c"
    proposal = "p"
    rules = "r"
    undo = "u"
    skip = "x"
    quit = "q"


@dataclass(frozen=True)
class Keymap:
    """The key of each topic, stance and command, where it has one."""

    topics: Mapping[str, str]
    stances: Mapping[str, str]
    commands: Mapping[str, Command]


def keymap(codebook: Codebook) -> Keymap:
    """The keys for a codebook: a stance has the first letter of its name that is still free.

    A command whose letter is a stance's has the capital one.
    """
    stances: dict[str, str] = {}
    for name in codebook.stance_names:
        letters = [letter for letter in name.lower() if letter.isalpha()]
        free = (c for c in [*letters, *string.ascii_lowercase] if c not in stances)
        if letter := next(free, None):
            stances[letter] = name
    commands = {c.upper() if c in stances else c.value: c for c in Command}
    return Keymap(dict(zip(TOPIC_KEYS, codebook.topic_names, strict=False)), stances, commands)


@dataclass
class Draft:
    """A stance, or None, for each topic; those in ``open`` are still to be decided."""

    labels: dict[str, str | None]
    open: set[str] = field(default_factory=set)
    topic: str | None = None
    note: str = ""
    is_proposal_shown: bool = False
    message: str = ""

    @property
    def chosen(self) -> dict[str, str]:
        """The topics that are given, with their stances."""
        return {topic: stance for topic, stance in self.labels.items() if stance is not None}

    def press(self, key: str, keys: Keymap, codebook: Codebook) -> None:
        """Do what a key says of topics and stances; ``message`` says why it does nothing."""
        topics = codebook.topic_names
        self.message = ""
        if key in keys.topics:
            self.topic = keys.topics[key]
        elif key == NEXT_TOPIC:
            after = 0 if self.topic is None else topics.index(self.topic) + 1
            self.topic = topics[after % len(topics)]
        elif key not in (NOT_GIVEN, NEXT_STANCE, *keys.stances):
            self.message = "That key does nothing here."
        elif self.topic is None:
            self.message = "First choose a topic by its number."
        else:
            choices = [None, *codebook.stance_names]
            following = choices[(choices.index(self.labels[self.topic]) + 1) % len(choices)]
            self.labels[self.topic] = following if key == NEXT_STANCE else keys.stances.get(key)
            self.open.discard(self.topic)
