"""torch without its compiler: the same numbers, none of its modules. Each in a process of its own."""

import subprocess
import sys

TRAIN = """
import sys
import {module} as start
torch = start.import_torch() if hasattr(start, "import_torch") else start
torch.set_num_threads(1)
torch.set_flush_denormal(True)
weights = torch.linspace(-1, 1, 12, dtype=torch.float64).reshape(3, 4).requires_grad_()
for make in (torch.optim.SGD, torch.optim.Adam, torch.optim.AdamW, torch.optim.RMSprop, torch.optim.NAdam,
             torch.optim.Adadelta, torch.optim.Adagrad, torch.optim.RAdam, torch.optim.Adamax, torch.optim.Rprop):
    optimizer = make([weights], lr=0.01)
    for _ in range(5):
        optimizer.zero_grad()
        (weights.sin() ** 2).sum().backward()
        optimizer.step()
per_sample = torch.func.vmap(torch.func.grad(lambda w: (w ** 3).sum()))(weights.detach())
print([x.hex() for x in [*weights.flatten().tolist(), *per_sample.flatten().tolist()]])
print("torch._dynamo.utils" in sys.modules)
"""


def output_of(program: str) -> list[str]:
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    return done.stdout.splitlines()


def test_weights_are_the_same_without_the_compiler():
    plain, plain_loads = output_of(TRAIN.format(module="torch"))
    quick, quick_loads = output_of(TRAIN.format(module="explorer.worker.quick_torch"))
    assert quick == plain
    assert (plain_loads, quick_loads) == ("True", "False")


def test_whoever_needs_the_real_compiler_gets_it():
    program = """
import inspect, sys, warnings
from explorer.worker.quick_torch import import_torch
torch = import_torch()
inspect.getmodule(inspect.currentframe())  # looks at every module
stand_in = sys.modules["torch._dynamo"]
print("torch._dynamo.utils" in sys.modules)
print(stand_in.is_compiling(), sys.modules["torch._dynamo"] is not stand_in, "torch._dynamo.utils" in sys.modules)
import torch._dynamo.config
"""
    assert output_of(program) == ["False", "False True True"]


def test_what_a_large_run_has_freed_is_given_back_and_what_a_small_one_has_is_kept():
    program = """
import ctypes, sys
from explorer.worker.quick_torch import give_back_memory, import_torch
torch = import_torch()
if not hasattr(ctypes.CDLL(None), "mallinfo2"):
    print("no glibc"), sys.exit()

def resident():
    with open("/proc/self/statm") as file:
        return int(file.read().split()[1]) * 4096 / 2**20

def freed(megabytes):
    before = resident()
    tensors = [torch.ones(2**18) for _ in range(megabytes)]
    kept = torch.ones(2**18)  # above them: they are not at the end of the heap
    del tensors
    give_back_memory()
    return resident() - before, kept

small, kept = freed(100)
large, also_kept = freed(500)
print(90 < small < 130, large < 100)
"""
    assert output_of(program) in (["True True"], ["no glibc"])
