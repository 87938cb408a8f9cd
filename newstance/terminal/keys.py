"""Reading keys: one by one from a terminal, line by line from a pipe.

A terminal is read here and not with ``click.getchar``, which drops what is typed between two keys:
a lost key would be a wrong label.
"""

import codecs
import os
import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Protocol

from newstance.terminal.draft import NOT_GIVEN, SAVE

_KEY = re.compile(r"\x1b[\[O][0-9;?]*.|\x1b|.", re.DOTALL)
_SAME = {"\x7f": NOT_GIVEN, "\b": NOT_GIVEN, "\r": SAVE}


class Keys(Protocol):
    """Where keys come from; ``key`` and ``text`` raise EOFError when no more will come."""

    is_live: bool

    def key(self) -> str:
        """The next key."""

    def text(self, prompt: str, /) -> str:
        """A line of text."""

    def forget(self) -> None:
        """Drop the keys that were pressed before what is drawn next could be seen."""


@contextmanager
def reading_keys() -> Iterator[Keys]:
    """The keys of stdin; a terminal is as it was when the block ends."""
    if not sys.stdin.isatty():
        yield PipedKeys()
        return
    import termios

    descriptor = sys.stdin.fileno()
    before = termios.tcgetattr(descriptor)
    try:
        yield TerminalKeys(descriptor, before)
    finally:
        termios.tcsetattr(descriptor, termios.TCSADRAIN, before)


class TerminalKeys:
    """Single keys, without Enter."""

    is_live = True

    def __init__(self, descriptor: int, settings: Any) -> None:
        self._descriptor = descriptor
        self._settings = settings
        self._decoder = codecs.getincrementaldecoder("utf-8")("replace")
        self._waiting: list[str] = []

    def key(self) -> str:
        """The next key, also a special one, which is several characters; Ctrl-D ends."""
        import termios
        import tty

        while not self._waiting:
            tty.setcbreak(self._descriptor, termios.TCSADRAIN)
            data = os.read(self._descriptor, 1024)
            self._waiting = _KEY.findall(self._decoder.decode(data)) if data else ["\x04"]
        key = self._waiting.pop(0)
        if key == "\x04":
            raise EOFError
        return _SAME.get(key, key)

    def text(self, prompt: str, /) -> str:
        """A line, edited as the terminal does it."""
        import termios

        self._waiting.clear()
        termios.tcsetattr(self._descriptor, termios.TCSADRAIN, self._settings)
        return input(prompt).strip()

    def forget(self) -> None:
        """Drop what was typed ahead."""
        import termios

        self._waiting.clear()
        termios.tcflush(self._descriptor, termios.TCIFLUSH)


class PipedKeys:
    """A line holds the keys of an answer, its end is Enter; a text is the rest of its line."""

    is_live = False

    def __init__(self) -> None:
        self._line = ""

    def key(self) -> str:
        """The next character."""
        self._line = self._line or self._read()
        key, self._line = self._line[0], self._line[1:]
        return key

    def text(self, _prompt: str, /) -> str:
        """The rest of the line or, if there is none, the next line."""
        text = self._line.strip() or self._read().strip()
        self._line = ""
        return text

    def forget(self) -> None:
        """Keep all: who fills a pipe knows what comes."""

    def _read(self) -> str:
        line = sys.stdin.readline()
        if not line:
            raise EOFError
        return line if line.endswith("\n") else f"{line}\n"
