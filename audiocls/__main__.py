"""``python -m audiocls`` is the command line."""

import sys

from audiocls.cli import main

sys.exit(main())
