"""``python -m newstance`` is ``newstance``."""

from newstance.cli import main

main()
