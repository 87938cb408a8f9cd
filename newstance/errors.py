"""The one error that a user of newstance can cause, and what a row at fault leads to.

The error's text is one sentence: where, what was found and what is allowed, what to do.
"""

from enum import StrEnum


class NewstanceError(Exception):
    """A user's mistake, worded for the user."""


class OnError(StrEnum):
    """What is done with a row that cannot be used."""

    stop = "stop"
    skip = "skip"
    keep = "keep"
