"""``python -m newstance`` is ``newstance``: the command line, imported where Ctrl-C is caught."""

import sys


def main() -> None:
    """Run the command line."""
    try:
        from newstance.cli import main as run

        run()
    except KeyboardInterrupt:
        sys.exit(130)


if __name__ == "__main__":
    main()
