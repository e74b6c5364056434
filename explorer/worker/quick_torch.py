"""Import torch quickly, and keep its compiler from being imported at all.

The first `torch.optim` optimizer imports `torch._dynamo` (830 modules, 0.8 s, 80 MB) only to be told "do not compile".
A stand-in says so at once; whoever asks it for anything else gets the real module.
"""

import contextlib
import ctypes
import gc
import importlib
import sys
from collections.abc import Callable
from types import ModuleType, SimpleNamespace
from typing import Any

NAME = "torch._dynamo"


class _NoCompiler(ModuleType):
    """Stands in `sys.modules` for torch._dynamo until something needs the real one."""

    compiled_autograd = SimpleNamespace(_disable=contextlib.nullcontext)

    def disable(self, fn: Callable[..., Any], recursive: bool = True, **_about: Any) -> Callable[..., Any]:
        return fn

    def graph_break(self, _message: str = "") -> None: ...

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__") and name != "__path__":  # inspect and warnings look at every module
            raise AttributeError(name)
        if sys.modules.get(NAME) is self:
            del sys.modules[NAME]
        return getattr(importlib.import_module(NAME), name)


def import_torch() -> ModuleType:
    """Import torch as the worker uses it: one thread, no denormals, nothing for the garbage collector to look at."""
    gc.disable()  # nothing of the import is garbage: 0.1 s
    torch = importlib.import_module("torch")
    gc.freeze()
    gc.enable()
    sys.modules.setdefault(NAME, _NoCompiler(NAME))
    torch.set_flush_denormal(True)  # vanishing networks are up to 2.5 times slower with denormals
    torch.set_num_threads(1)
    _keep_freed_memory()
    return torch


KEPT = 2**28
"""Bytes of freed memory that may lie between what is in use."""


class _Mallinfo(ctypes.Structure):
    """What glibc's `mallinfo2` returns, by its own name `fordblks`: bytes in free blocks."""

    _fields_ = (("before", ctypes.c_size_t * 8), ("fordblks", ctypes.c_size_t), ("keepcost", ctypes.c_size_t))


def give_back_memory() -> None:
    """Give what a large run has freed back to the system, were it more than the next one is likely to need."""
    with contextlib.suppress(OSError, AttributeError):  # another C library
        libc = ctypes.CDLL("libc.so.6")
        libc.mallinfo2.restype = _Mallinfo
        if libc.mallinfo2().fordblks > KEPT:
            libc.malloc_trim(0)


def _keep_freed_memory(trim: int = 2**27, mmap: int = 2**25) -> None:
    """Have glibc keep what tensors of a few megabytes free: new pages cost as much as computing what they hold."""
    with contextlib.suppress(OSError, AttributeError):  # another C library
        libc = ctypes.CDLL("libc.so.6")
        libc.mallopt(-1, trim)  # M_TRIM_THRESHOLD
        libc.mallopt(-3, mmap)  # M_MMAP_THRESHOLD, at its largest
