"""Answers on their way through the pipe: nothing is lost, and what the window has is not sent again."""

import pickle

import numpy as np
import pytest

from explorer.core.frames import fixed
from explorer.worker.packing import Packer, Unpacker


@pytest.fixture
def pipe():
    packer, unpacker = Packer(), Unpacker()
    sizes = []

    def send(answer):
        data = packer.pack(answer)
        sizes.append(len(data))
        return unpacker.unpack(data)

    send.sizes = sizes
    return send


def test_a_fixed_array_is_sent_once_and_is_the_same_ever_after(pipe):
    surface = fixed(np.arange(10_000.0))
    first, second = (pipe({"surface": surface, "step": step}) for step in (1, 2))
    assert np.array_equal(first["surface"], surface)
    assert second["surface"] is first["surface"]
    assert not second["surface"].flags.writeable
    assert pipe.sizes[0] > 80_000 > 1000 > pipe.sizes[1]


def test_what_may_change_is_sent_as_it_is_now(pipe):
    points = np.zeros(3)
    assert pipe(points).tolist() == [0, 0, 0]
    points += 1
    assert pipe(points).tolist() == [1, 1, 1]


def test_other_answers_in_between_forget_nothing(pipe):
    surface = fixed(np.arange(10_000.0))
    pipe(surface)
    pipe("checking")
    assert np.array_equal(pipe(surface), surface)
    assert pipe.sizes[2] < 1000


def test_only_what_the_last_frame_had_is_remembered(pipe):
    surface, other = fixed(np.arange(10_000.0)), fixed(np.ones(3))
    for answer in (surface, other, surface):
        assert np.array_equal(pipe(answer), answer)
    assert pipe.sizes[2] > 80_000


def test_an_array_twice_in_an_answer(pipe):
    surface = fixed(np.arange(10_000.0))
    first, second = pipe([surface, surface])
    assert first is second
    assert np.array_equal(first, surface)
    assert pipe.sizes[0] < 100_000


def test_a_new_array_in_the_memory_of_an_old_one_is_not_taken_for_it(pipe):
    """As long as an array is known, it is kept: no other can have its identity."""
    for value in range(200):
        assert pipe(fixed(np.full(50, float(value))))[0] == value


def test_what_was_pickled_plainly_can_be_read():
    assert Unpacker().unpack(pickle.dumps(("ready", 1))) == ("ready", 1)
