"""What DuckDB would read in silence otherwise than the careful reader, looked for in the bytes beforehand.

- A line that fills one of DuckDB's buffers is lost without a word when it is (among) the last. Lines of
  at most 2 MB are none: every 1 MB of the file must hold the end of a line.
- A comment among the rows could pass for one.
- `100_1` is 1001 to DuckDB, and `+-5` is -5. Where a digit, an underscore and a digit, or a plus and a minus, follow
  each other anywhere in the file, its numbers are read with a look at each (`csv_fast.Instructions.guarded`).

Looking takes a thirtieth of the time of reading, and is done while DuckDB begins to; before anything it read is taken, it is known
what the file holds. A compressed file takes longer to look at: its numbers are read guarded from the start.
"""

from __future__ import annotations

import re
import threading
import zlib

from wxb.data.files import open_bytes
from wxb.data.source_file import SourceFile

PIECE = 1 << 20
_JOINED = re.compile(rb"_(?<=[0-9]_)[0-9]")  # the underscore first: it is looked for quickly


class Guard:
    """What the bytes of one file hold.

    comment, top : what a comment begins with, and how many bytes stand above the header
    guarded() : numbers need a look at each        careful() : a line is too long, or is a comment; both wait for the whole look
    """

    def __init__(self, file: SourceFile, compressed: bool, comment: bytes = b"", top: int = 0) -> None:
        self._guarded = compressed
        mark = re.escape(comment)
        self._comment = re.compile(mark + rb"(?<=[\r\n\t ]" + mark + rb")") if comment else None
        self._overlap = 2 + len(comment)
        self._top = top
        self._careful = False
        self._stop = False
        self._thread = threading.Thread(target=self._quietly, args=(file, compressed), daemon=True)
        self._thread.start()

    def careful(self) -> bool:
        """Whether only the careful reader reads it for certain."""
        self._thread.join()
        return self._careful

    def guarded(self) -> bool:
        """Whether DuckDB must look at each number as text."""
        self._thread.join()
        return self._guarded

    def close(self) -> None:
        """Stop looking."""
        self._stop = True
        self._thread.join()

    def _quietly(self, file: SourceFile, compressed: bool) -> None:
        try:
            self._look(file, compressed)
        except (OSError, EOFError, zlib.error):  # the reader meets it too, and says it
            self._careful = True

    def _look(self, file: SourceFile, compressed: bool) -> None:
        before = b""
        with open_bytes(file, compressed) as stream:
            while (piece := stream.read(PIECE)) and not self._stop:
                if len(piece) == PIECE and piece.find(b"\n") < 0 and piece.find(b"\r") < 0:
                    self._careful = True
                    return
                text = before + piece if before else piece[self._top :]
                if not self._guarded:
                    self._guarded = _odd(text)
                if self._comment is not None and self._comment.search(text):
                    self._careful = True
                    return
                before = piece[-self._overlap :]


def _odd(text: bytes) -> bool:
    """Whether numbers in it may be read otherwise; one letter is looked for ten times faster than two."""
    return (b"+" in text and b"+-" in text) or (b"_" in text and _JOINED.search(text) is not None)
