"""Stacked networks against plain torch.nn and torch.optim, step by step, from the same weights on the same batches."""

from itertools import pairwise

import pytest
import torch
from torch import nn

from explorer.nets.activations import activation
from explorer.nets.initializers import Draw
from explorer.nets.optimizers import optimizer
from explorer.nets.stack import Stack, accuracies, losses

DEPTH, WIDTH, FEATURES, CLASSES, BATCH = 2, 6, 5, 3, 16
MODULES = {
    "identity": nn.Identity,
    "sigmoid": nn.Sigmoid,
    "hardsigmoid": nn.Hardsigmoid,
    "tanh": nn.Tanh,
    "relu": nn.ReLU,
    "leaky_relu": lambda: nn.LeakyReLU(0.2),
    "prelu": nn.PReLU,
    "elu": lambda: nn.ELU(1.5),
    "selu": nn.SELU,
    "softplus": lambda: nn.Softplus(3.0),
    "gelu": nn.GELU,
    "silu": nn.SiLU,
    "mish": nn.Mish,
    "hardswish": nn.Hardswish,
}
OPTIMIZERS = {
    "sgd": lambda p: torch.optim.SGD(p, lr=0.1),
    "momentum": lambda p: torch.optim.SGD(p, lr=0.1, momentum=0.9),
    "adam": lambda p: torch.optim.Adam(p, lr=0.1),
}


def make_stack(names, batch_norm=False, seed=0):
    generator = torch.Generator().manual_seed(seed)
    widths = [FEATURES, *[WIDTH] * DEPTH, CLASSES]
    draws = [Draw.make(a, b, generator) for a, b in pairwise(widths)]
    functions = [None if n == "prelu" else activation(n, slope=0.2, alpha=1.5, beta=3.0) for n in names]
    return Stack(functions, ["pytorch_default"] * len(names), draws, batch_norm)


def module_of(stack, index, name, batch_norm):
    """The same network of plain modules, with a copy of the weights."""
    layers = []
    for i, (w, b) in enumerate(zip(stack.weights, stack.biases, strict=True)):
        linear = nn.Linear(w.shape[1], w.shape[2])
        with torch.no_grad():
            linear.weight.copy_(w[index].T)
            linear.bias.copy_(b[index, 0])
        layers.append(linear)
        if i < DEPTH:
            layers += [nn.BatchNorm1d(WIDTH), MODULES[name]()] if batch_norm else [MODULES[name]()]
    return nn.Sequential(*layers)


def batches(n):
    generator = torch.Generator().manual_seed(1)
    for _step in range(n):
        yield (
            torch.randn(BATCH, FEATURES, generator=generator),
            torch.randint(0, CLASSES, (BATCH,), generator=generator),
        )


def assert_equal_training(stack, modules, kind):
    ours = optimizer(kind, 0.1)
    theirs = [OPTIMIZERS[kind](m.parameters()) for m in modules]
    for x, y in batches(20):
        logits = stack.logits(x)
        loss = losses(logits, y)
        ours_gradients = list(torch.autograd.grad(loss.sum(), stack.parameters()))
        with torch.no_grad():
            ours.step(stack.parameters(), ours_gradients)
        for i, (module, other) in enumerate(zip(modules, theirs, strict=True)):
            out = module(x)
            expected = nn.functional.cross_entropy(out, y)
            other.zero_grad()
            expected.backward()
            other.step()
            torch.testing.assert_close(loss[i], expected, rtol=2e-4, atol=2e-5)
            assert accuracies(logits, y)[i] == pytest.approx((out.argmax(1) == y).float().mean().item(), abs=0.07)
            linears = [m for m in module if isinstance(m, nn.Linear)]
            for weight, linear in zip(stack.weights, linears, strict=True):
                torch.testing.assert_close(weight[i], linear.weight.T, rtol=2e-3, atol=2e-4)


@pytest.mark.parametrize("kind", OPTIMIZERS)
def test_every_activation_trains_like_plain_modules(kind):
    stack = make_stack(list(MODULES))
    assert_equal_training(stack, [module_of(stack, i, name, False) for i, name in enumerate(MODULES)], kind)


@pytest.mark.parametrize("kind", OPTIMIZERS)
def test_batch_norm_trains_like_plain_modules(kind):
    names = ["sigmoid", "relu"]
    stack = make_stack(names, batch_norm=True)
    assert_equal_training(stack, [module_of(stack, i, name, True) for i, name in enumerate(names)], kind)


def test_prelu_learns_its_slopes():
    stack = make_stack(["prelu", "relu"])
    module = module_of(stack, 0, "prelu", False)
    other, ours = OPTIMIZERS["sgd"](module.parameters()), optimizer("sgd", 0.1)
    for x, y in batches(20):
        gradients = torch.autograd.grad(losses(stack.logits(x), y).sum(), stack.parameters())
        with torch.no_grad():
            ours.step(stack.parameters(), list(gradients))
        other.zero_grad()
        nn.functional.cross_entropy(module(x), y).backward()
        other.step()
    learned = torch.cat([m.weight for m in module if isinstance(m, nn.PReLU)])
    assert not torch.allclose(learned, torch.full((DEPTH,), 0.25), atol=1e-3)
    torch.testing.assert_close(stack.slopes[0][0], learned, rtol=1e-4, atol=1e-5)


def test_networks_of_a_stack_do_not_touch_one_another():
    alone, together = make_stack(["tanh"]), make_stack(["relu", "tanh", "own"])
    x, y = next(batches(1))
    first = torch.autograd.grad(losses(alone.logits(x), y).sum(), alone.weights)
    second = torch.autograd.grad(losses(together.logits(x), y).sum(), together.weights)
    for a, b in zip(first, second, strict=True):
        torch.testing.assert_close(a[0], b[1])


def test_a_part_has_the_chosen_networks_and_values():
    stack = make_stack(["relu", "prelu", "tanh"], batch_norm=True)
    values = [p.detach() + 1 for p in stack.parameters()]
    part = stack.part(torch.tensor([1, 2]), values)
    for mine, value in zip(part.parameters(), values, strict=True):
        assert torch.equal(mine, value[1:])
        assert mine.requires_grad
    x, _y = next(batches(1))
    kept = stack.part(torch.tensor([2])).logits(x)
    torch.testing.assert_close(kept[0], stack.logits(x)[2])


def test_equal_logits_are_not_all_right():
    logits, labels = torch.zeros(1, CLASSES, 30), torch.arange(30) % CLASSES
    assert accuracies(logits, labels).item() == pytest.approx(1 / 3)
