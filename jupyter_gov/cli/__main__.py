"""``python -m jupyter_gov.cli``."""

from . import main

main()
