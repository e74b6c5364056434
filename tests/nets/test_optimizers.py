"""Every optimizer beside `torch.optim`, step by step in double precision."""

import pytest
import torch

from explorer.nets.optimizers import optimizer

TORCH = {
    "sgd": (torch.optim.SGD, {}),
    "momentum": (torch.optim.SGD, {"momentum": 0.9}),
    "nesterov": (torch.optim.SGD, {"momentum": 0.9, "nesterov": True}),
    "adagrad": (torch.optim.Adagrad, {}),
    "adadelta": (torch.optim.Adadelta, {}),
    "rmsprop": (torch.optim.RMSprop, {}),
    "adam": (torch.optim.Adam, {}),
    "adamw": (torch.optim.AdamW, {}),
    "nadam": (torch.optim.NAdam, {}),
    "radam": (torch.optim.RAdam, {}),
    "adamax": (torch.optim.Adamax, {}),
    "rprop": (torch.optim.Rprop, {}),
}
OTHER = [
    ("sgd", {"weight_decay": 0.1}),
    ("momentum", {"momentum": 0.5, "weight_decay": 0.1}),
    ("nesterov", {"momentum": 0.5, "weight_decay": 0.1}),
    ("adagrad", {"lr_decay": 0.1, "eps": 1e-3, "weight_decay": 0.1}),
    ("adadelta", {"rho": 0.5, "eps": 1e-3, "weight_decay": 0.1}),
    ("rmsprop", {"alpha": 0.5, "eps": 1e-3, "momentum": 0.7, "centered": True, "weight_decay": 0.1}),
    ("adam", {"betas": (0.5, 0.6), "eps": 1e-3, "weight_decay": 0.1}),
    ("adamw", {"betas": (0.5, 0.6), "eps": 1e-3, "weight_decay": 0.3}),
    ("nadam", {"betas": (0.5, 0.6), "eps": 1e-3, "weight_decay": 0.1, "momentum_decay": 0.1}),
    ("radam", {"betas": (0.5, 0.9), "eps": 1e-3, "weight_decay": 0.1}),
    ("adamax", {"betas": (0.5, 0.6), "eps": 1e-3, "weight_decay": 0.1}),
    ("rprop", {"etas": (0.3, 1.5), "step_sizes": (1e-2, 0.2)}),
]
CASES = [(name, {}) for name in TORCH] + OTHER


def gradients(points, steps):
    """Of a rough surface, so that signs turn."""
    generator = torch.Generator().manual_seed(1)
    for _ in range(steps):
        noise = torch.randn(points.shape, generator=generator, dtype=points.dtype)
        yield points.detach() * torch.tensor([1.0, 20.0], dtype=points.dtype) + noise


@pytest.mark.parametrize(("name", "settings"), CASES)
def test_a_step_is_that_of_torch_optim(name, settings):
    theirs = torch.tensor([[1.0, -2.0], [0.3, 5.0], [0.0, 1e-4]], dtype=torch.float64, requires_grad=True)
    ours = theirs.detach().clone()
    kind, defaults = TORCH[name]
    reference, own = kind([theirs], lr=0.02, **{**defaults, **settings}), optimizer(name, 0.02, **settings)
    for gradient in gradients(theirs, 200):
        theirs.grad = gradient.clone()
        reference.step()
        own.step([ours], [gradient.clone()])
        torch.testing.assert_close(ours, theirs.detach(), rtol=1e-12, atol=1e-14)


@pytest.mark.parametrize("name", ["adam", "rprop"])
def test_a_learning_rate_that_falls_to_zero_does_what_it_does_in_torch_optim(name):
    """Rprop looks at the first alone."""
    theirs = torch.tensor([[1.0, -2.0]], dtype=torch.float64, requires_grad=True)
    ours = theirs.detach().clone()
    reference, own = TORCH[name][0]([theirs], lr=0.02), optimizer(name, 0.02)
    for step, gradient in enumerate(gradients(theirs, 20)):
        own.lr = reference.param_groups[0]["lr"] = 0.02 * max(1 - step / 10, 0)
        theirs.grad = gradient.clone()
        reference.step()
        own.step([ours], [gradient.clone()])
    torch.testing.assert_close(ours, theirs.detach(), rtol=1e-12, atol=1e-14)


@pytest.mark.parametrize("settings", [{}, {"betas": (0.5, 0.7), "weight_decay": 0.3}])
def test_lion_is_the_program_of_its_paper(settings):
    """Chen et al. 2023, program 1, written out for single numbers."""
    (beta1, beta2), decay, lr = settings.get("betas", (0.9, 0.99)), settings.get("weight_decay", 0.0), 0.02
    ours = torch.tensor([[1.0, -2.0]], dtype=torch.float64)
    weights, momenta = [1.0, -2.0], [0.0, 0.0]
    own = optimizer("lion", lr, **settings)
    for gradient in gradients(ours, 100):
        for i, g in enumerate(gradient[0].tolist()):
            interpolated = beta1 * momenta[i] + (1 - beta1) * g
            sign = (interpolated > 0) - (interpolated < 0)
            weights[i] -= lr * (sign + decay * weights[i])
            momenta[i] = beta2 * momenta[i] + (1 - beta2) * g
        own.step([ours], [gradient])
        torch.testing.assert_close(ours[0], torch.tensor(weights, dtype=torch.float64), rtol=1e-12, atol=1e-14)


@pytest.mark.parametrize("name", [*TORCH, "lion"])
def test_every_trajectory_may_have_its_own_rate(name):
    """A tensor of rates does what one optimizer per rate does, and a kept part goes on as if it were alone."""
    rates = torch.tensor([[1e-3], [0.1], [0.7]], dtype=torch.float64)
    together = torch.tensor([[1.0, -2.0]] * 3, dtype=torch.float64)
    alone = [together[i : i + 1].clone() for i in range(3)]
    whole, single = optimizer(name, rates), [optimizer(name, float(rate)) for rate in rates]
    for step, gradient in enumerate(gradients(together[:1], 30)):
        if step == 15:
            kept = torch.tensor([0, 2])
            whole.keep(kept)
            together, alone, single = together[kept], [alone[0], alone[2]], [single[0], single[2]]
        whole.step([together], [gradient.expand_as(together).clone()])
        for points, one in zip(alone, single, strict=True):
            one.step([points], [gradient.clone()])
        torch.testing.assert_close(together, torch.cat(alone), rtol=1e-12, atol=1e-14)


@pytest.mark.parametrize("name", ["sgd", "adagrad", "adadelta", "rmsprop"])
def test_the_effective_rate_is_what_multiplies_the_gradient(name):
    points = torch.tensor([[1.0, -2.0]], dtype=torch.float64)
    own = optimizer(name, 0.1)
    for gradient in gradients(points, 20):
        before = points.clone()
        own.step([points], [gradient])
        torch.testing.assert_close(before - points, own.effective_lr() * gradient, rtol=1e-9, atol=1e-12)


def test_the_effective_rate_of_adam_multiplies_its_unbiased_mean():
    points, own, mean = torch.tensor([[1.0, -2.0]], dtype=torch.float64), optimizer("adam", 0.1), 0.0
    for step, gradient in enumerate(gradients(points, 20), 1):
        before = points.clone()
        mean = 0.9 * mean + 0.1 * gradient
        own.step([points], [gradient])
        torch.testing.assert_close(before - points, own.effective_lr() * mean / (1 - 0.9**step), rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize(("name", "settings"), [*CASES, ("lion", {"weight_decay": 0.1})])
def test_moved_is_a_step_that_leaves_what_was(name, settings):
    generator = torch.Generator().manual_seed(3)
    stepped = [torch.randn(3, 4, 5, generator=generator), torch.randn(3, 1, 5, generator=generator)]
    parameters = [p.clone() for p in stepped]
    one, other = optimizer(name, 0.02, **settings), optimizer(name, 0.02, **settings)
    for _step in range(5):
        gradients = [torch.randn(3, 5, 4, generator=generator).mT, torch.randn(3, 1, 5, generator=generator)]
        one.step(stepped, [g.clone() for g in gradients])
        before = [p.clone() for p in parameters]
        after = other.moved(parameters, gradients)
        assert all(torch.equal(a, b) for a, b in zip(parameters, before, strict=True))
        assert all(torch.equal(a, b) for a, b in zip(after, stepped, strict=True))
        assert [a.stride() for a in after] == [p.stride() for p in parameters]
        parameters = after
