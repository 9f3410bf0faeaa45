"""What a model or the models of groups say of how their rows were read."""

from __future__ import annotations

import re

from wxb.model.groups import Groups
from wxb.model.model import Model


def noted(text: str, found: Model | Groups) -> bool:
    """Whether a note of the reader matches; its caller warns of nothing, for warnings are errors in tests."""
    return any(re.search(text, note) for note in (found.warnings if isinstance(found, Groups) else found.notes))
