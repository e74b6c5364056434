"""Answers as bytes. An array that the window has already, since the frame before, is not sent again.

Of arrays that are read-only, for these never change: a surface, a curve, what a run makes once and shows in each frame.
"""

import io
import pickle
from typing import Any

import numpy as np

Marked = tuple[int, np.ndarray[Any, Any] | None]
"""Number of an array, and the array itself where it is sent for the first time."""


class Packer:
    """What the worker sends, in order."""

    def __init__(self) -> None:
        self._sent: dict[int, tuple[int, np.ndarray[Any, Any]]] = {}
        """Number and array by its identity, of the last frame that had any."""
        self._last = 0

    def pack(self, answer: object) -> bytes:
        """Return what `Unpacker.unpack` turns into the answer again."""
        data = io.BytesIO()
        pickler = _Pickler(self, data)
        pickler.dump(answer)
        self._sent = pickler.used or self._sent
        return data.getvalue()

    def mark(self, array: np.ndarray[Any, Any]) -> tuple[Marked, tuple[int, np.ndarray[Any, Any]]]:
        if known := self._sent.get(id(array)):
            return (known[0], None), known
        self._last += 1
        return (self._last, array), (self._last, array)


class _Pickler(pickle.Pickler):
    def __init__(self, packer: Packer, file: io.BytesIO) -> None:
        super().__init__(file, pickle.HIGHEST_PROTOCOL)
        self._packer = packer
        self._marked: Any = None
        """An array that comes next, by itself, since it is part of its mark."""
        self.used: dict[int, tuple[int, np.ndarray[Any, Any]]] = {}

    def persistent_id(self, value: Any) -> Marked | None:
        if type(value) is not np.ndarray or value.flags.writeable or value is self._marked:
            return None
        if used := self.used.get(id(value)):
            return used[0], None
        marked, self.used[id(value)] = self._packer.mark(value)
        self._marked = marked[1]
        return marked


class Unpacker:
    """What the window receives, in the order in which it was packed."""

    def __init__(self) -> None:
        self._received: dict[int, np.ndarray[Any, Any]] = {}

    def unpack(self, data: bytes) -> Any:
        """Return the answer. Raises what unpickling raises."""
        unpickler = _Unpickler(data, self._received)
        answer = unpickler.load()
        self._received = unpickler.used or self._received
        return answer


class _Unpickler(pickle.Unpickler):
    def __init__(self, data: bytes, received: dict[int, np.ndarray[Any, Any]]) -> None:
        super().__init__(io.BytesIO(data))
        self._received = received
        self.used: dict[int, np.ndarray[Any, Any]] = {}

    def persistent_load(self, marked: Marked) -> np.ndarray[Any, Any]:
        number, array = marked
        if array is None:
            array = self.used[number] if number in self.used else self._received[number]
        array.flags.writeable = False
        self.used[number] = array
        return array
