"""`python -m wxb` is `wxb`."""

import sys

from wxb.cli import main

sys.exit(main())
