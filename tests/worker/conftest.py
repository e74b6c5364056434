import time
from types import SimpleNamespace

import fakes
import pytest

from explorer.worker import child
from explorer.worker.client import WorkerClient
from explorer.worker.messages import CancelChecks, FrameReady, Ready, Taken


@pytest.fixture(scope="module")
def module_client():
    """Do not use this: `client` is the same, with nothing left over from other tests."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(child, "spawn", SimpleNamespace(main=fakes.main))
        client = WorkerClient()
        client.start()
        assert isinstance(client.next_answer(60), Ready)
        yield client
        client.kill()


@pytest.fixture
def client(module_client):
    """A running worker that knows the fake experiments too."""
    yield module_client
    module_client.on_answer = None
    module_client.send(CancelChecks())
    last = module_client.begin("sums", fakes.Hyperparams())
    while getattr(module_client.next_answer(60), "run_id", 0) != last:
        pass


@pytest.fixture
def answer(client):
    """Wait for the next answer of a kind that fulfils a condition; every frame is taken."""

    def wait(kind, condition=lambda answer: True, seconds=30):
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            answer = client.next_answer(end - time.monotonic())
            if isinstance(answer, FrameReady):
                client.send(Taken(answer.run_id))
            if isinstance(answer, kind) and condition(answer):
                return answer
        raise AssertionError(f"no {kind.__name__} within {seconds} s")

    return wait
