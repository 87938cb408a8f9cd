"""The command line: each command parses, calls the library, and shows the answer.

Heavy imports stand inside the commands, so that help comes at once.
"""

from newstance.cli import corpora, exchanging, explaining, keeping, measuring, news
from newstance.cli.app import app, main

__all__ = ["app", "corpora", "exchanging", "explaining", "keeping", "main", "measuring", "news"]
