"""The one error that a user of newstance can cause.

Its text is one sentence: where, what was found and what is allowed, what to do.
"""


class NewstanceError(Exception):
    """A user's mistake, worded for the user."""
