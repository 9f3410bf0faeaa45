"""`wxb` and `python -m wxb`: Ctrl-C ends it quietly with exit code 130, also while Python still imports.

Nothing is imported above that takes time: the signal is taken first.
"""

import gc
import os
import sys

INTERRUPTED = 130


def _end(_number: int, _frame: object) -> None:
    os._exit(INTERRUPTED)


def main() -> int:
    """Run the command line; returns its exit code."""
    # The part in C: `signal` itself takes milliseconds, in which Ctrl-C would be a traceback.
    import _signal as signal  # pyright: ignore[reportMissingImports]

    ours = signal.getsignal(signal.SIGINT) is signal.default_int_handler  # not when it was ignored (nohup, &)
    if ours:
        signal.signal(signal.SIGINT, _end)
    if sys.argv[1:2] != ["watch"]:  # which runs a program of the user's, as Python would
        gc.set_threshold(200_000)  # what is imported stays: to look for garbage in it takes a fortieth of a small fit
    from wxb.cli import main as run

    if ours:
        signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        code = run()
    except KeyboardInterrupt:
        code = INTERRUPTED
    if ours:
        signal.signal(signal.SIGINT, _end)  # what is left is the interpreter's own end
    if code == INTERRUPTED:  # an interpreter that saw Ctrl-C within exec() would end with a code of its own
        _flush()
        os._exit(code)
    return code


def _flush() -> None:
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except (OSError, ValueError, AttributeError):  # closed, or its reader has gone
            continue


if __name__ == "__main__":
    sys.exit(main())
