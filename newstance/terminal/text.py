"""What all that is shown shares: plain tables, colours by label, text that steers no terminal."""

import re
import sys
from collections.abc import Sequence

from rich.table import Table
from rich.text import Text

_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")
ABSENT = "not given"
TOPIC_STYLES = ("cyan", "yellow", "magenta", "blue", "bright_cyan", "bright_yellow")
STANCE_STYLES = ("green", "red", "bright_black", "bright_magenta", "bright_blue")


def remark(text: str) -> None:
    """A line to the user beside the answer."""
    print(text, file=sys.stderr)


def visible(text: str) -> Text:
    """News text without the control characters that would steer a terminal."""
    return Text(_CONTROL.sub("\N{REPLACEMENT CHARACTER}", text))


def in_words(stance: str | None, other: str | None) -> str:
    """A label beside another: its stance or, if only one of the two has one, given or not given."""
    if stance is None:
        return ABSENT
    return stance if other is not None else f"given ({stance})"


def style_of(name: str, names: Sequence[str], styles: Sequence[str]) -> str:
    """The style of a name, by its place among the names."""
    return styles[names.index(name) % len(styles)]


def plain_table(*columns: str) -> Table:
    """A table without lines, its first column to the left, the others to the right."""
    table = Table(box=None, padding=(0, 2, 0, 0), title_justify="left")
    for n, column in enumerate(columns):
        table.add_column(column, justify="right" if n else "left")
    return table
