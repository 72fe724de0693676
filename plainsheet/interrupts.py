"""Ctrl-C: one line and the exit status 130, at whatever moment it comes."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final, NoReturn

if TYPE_CHECKING:
    from types import FrameType

STATUS: Final = 130


@contextmanager
def watched() -> Iterator[None]:
    """End at once when Ctrl-C is pressed, but in what is `interruptible`; ignored stays ignored, as below nohup."""
    if signal.getsignal(signal.SIGINT) is not signal.default_int_handler:
        yield
        return
    hook = sys.unraisablehook
    signal.signal(signal.SIGINT, _leave)
    sys.unraisablehook = _notice
    try:
        yield
    except SystemExit:
        # All is done, and said, but for the interpreter's own clearing away.
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        raise
    except RuntimeError as trouble:
        # Python 3.11 wraps what is raised while the attribute of a class is given its name, as where a module is read.
        if isinstance(trouble.__cause__, KeyboardInterrupt):
            _leave()
        raise
    signal.signal(signal.SIGINT, signal.default_int_handler)
    sys.unraisablehook = hook


@contextmanager
def interruptible() -> Iterator[None]:
    """Let Ctrl-C raise KeyboardInterrupt, so that what is half done is cleared away; pressed again it ends at once."""
    is_watched = signal.getsignal(signal.SIGINT) is _leave
    try:
        if is_watched:
            signal.signal(signal.SIGINT, _interrupt)
        yield
    finally:
        if is_watched:
            signal.signal(signal.SIGINT, _leave)


@contextmanager
def at_once() -> Iterator[None]:
    """End at once when Ctrl-C is pressed in what is `interruptible`: what only waits has nothing half done."""
    before = signal.getsignal(signal.SIGINT)
    if before is _interrupt:
        signal.signal(signal.SIGINT, _leave)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


def line(interrupt: KeyboardInterrupt) -> str:
    """Return what is said: that the work was interrupted, and how far it was, where its notes tell."""
    # From now on nobody wants to hear of what was cut off, and the line is said once.
    sys.unraisablehook = lambda _: None
    if signal.getsignal(signal.SIGINT) is _leave:
        signal.signal(signal.SIGINT, signal.SIG_IGN)
    return "; ".join(["interrupted", *getattr(interrupt, "__notes__", ())])


def _interrupt(_signal: int, _frame: FrameType | None) -> None:
    signal.signal(signal.SIGINT, _leave)
    raise KeyboardInterrupt


def _leave(_signal: int = signal.SIGINT, _frame: FrameType | None = None) -> NoReturn:
    os.write(2, b"interrupted\n")
    os._exit(STATUS)


def _notice(trouble: sys.UnraisableHookArgs) -> None:
    """End where Python would print a traceback and go on: the interrupt came in what nobody called, and is lost."""
    if issubclass(trouble.exc_type, KeyboardInterrupt):
        _leave()
    sys.__unraisablehook__(trouble)
