"""Of tables that are pasted or dropped, and of the code behind a picture."""

TEXTS: dict[str, str] = {}
