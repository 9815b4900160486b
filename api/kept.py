"""Answers that stay in memory: the least used go when there is no room."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable
from threading import Lock
from typing import TypeVar, cast

T = TypeVar("T")


class Kept:
    """A cache of at most ``room``, where each answer takes what ``size`` says of it.

    What is asked for twice at once is made once; different things are made side by side.
    """

    def __init__(self, room: int, size: Callable[[object], int] = lambda _: 1) -> None:
        self._room, self._size, self._used = room, size, 0
        self._kept: OrderedDict[Hashable, object] = OrderedDict()
        self._making: dict[Hashable, Lock] = {}
        self._lock = Lock()

    def get(self, key: Hashable, make: Callable[[], T]) -> T:
        """What is kept under ``key``, made first if it is not there."""
        with self._lock:
            if key in self._kept:
                return cast("T", self._found(key))
            making = self._making.setdefault(key, Lock())
        with making:
            with self._lock:
                if key in self._kept:
                    return cast("T", self._found(key))
            try:
                made = make()
                with self._lock:
                    self._keep(key, made)
            finally:
                with self._lock:
                    self._making.pop(key, None)
            return made

    def peek(self, key: Hashable) -> object:
        """What is kept under ``key``, or ``None``."""
        with self._lock:
            return self._found(key) if key in self._kept else None

    def _found(self, key: Hashable) -> object:
        self._kept.move_to_end(key)
        return self._kept[key]

    def _keep(self, key: Hashable, made: object) -> None:
        # Who waited while another failed may make it a second time: the last is kept.
        self._used -= self._size(self._kept.pop(key)) if key in self._kept else 0
        self._kept[key] = made
        self._used += self._size(made)
        while self._used > self._room and len(self._kept) > 1:
            _, gone = self._kept.popitem(last=False)
            self._used -= self._size(gone)
