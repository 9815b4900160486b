"""Loops over many small arrays, compiled when they are first called.

A compiled loop takes and gives arrays and numbers only, may call others of its module, lets go of
the interpreter while it runs, and stays compiled on the disk where there is room for it. It
rounds and divides as numpy does.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache, wraps
from types import FunctionType
from typing import Any, TypeVar, cast

Loop = TypeVar("Loop", bound=Callable[..., Any])


def compiled(loop: Loop) -> Loop:
    """``loop`` as machine code; the compiler is loaded no sooner than it is needed."""

    @wraps(loop)
    def call(*arguments: Any) -> Any:
        return _machine_code(loop)(*arguments)

    call.loop = loop  # type: ignore[attr-defined]
    return cast(Loop, call)


@cache
def _machine_code(loop: FunctionType) -> Callable[..., Any]:
    import numba

    called = {
        name: _machine_code(value.loop)
        for name, value in loop.__globals__.items()
        if name in loop.__code__.co_names and hasattr(value, "loop")
    }
    bound = FunctionType(loop.__code__, loop.__globals__ | called, loop.__name__)
    bound.__module__, bound.__qualname__ = loop.__module__, loop.__qualname__
    how = {"nogil": True, "error_model": "numpy"}  # no tests for division by zero to compile
    try:
        return cast(Callable[..., Any], numba.njit(cache=True, **how)(bound))
    except RuntimeError:
        # no folder to keep it in: it is compiled in every process
        return cast(Callable[..., Any], numba.njit(**how)(bound))
