"""The reference arithmetic of tests/moments serves here too."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent / "moments"))
sys.path.insert(0, str(Path(__file__).parent.parent / "solve"))
