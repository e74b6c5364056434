"""Networks against plain torch modules, finite differences and torch.func."""

from contextlib import contextmanager

import numpy as np
import pytest
import torch
import torch.nn.functional as F
from torch import nn

from explorer.core.hyperparams import replace
from explorer.experiments.residual import slow
from explorer.experiments.residual.arms import ARMS
from explorer.experiments.residual.compute import Run
from explorer.experiments.residual.draws import Draws
from explorer.experiments.residual.learner import clipped
from explorer.experiments.residual.network import Network, Shape, Trace
from explorer.experiments.residual.spec import Hyperparams
from explorer.nets.activations import activation
from explorer.nets.data import load

SMALL = {"depth": 6, "shallow_depth": 4, "width": 8, "batch_size": 16}


def run_of(*arms, **changes):
    return Run(replace(Hyperparams(), {**SMALL, "arms": list(arms), **changes}))


@contextmanager
def in_float64():
    torch.set_default_dtype(torch.float64)
    try:
        yield
    finally:
        torch.set_default_dtype(torch.float32)


def network_in_float64(name, **changes):
    """A small network and a batch; the activation is smooth, for finite differences."""
    settings = {"depth": 6, "width": 5, "side": 0, "branch_scale": "one", "activation": "tanh", **changes}
    f = activation(settings["activation"])
    shape = Shape(settings["width"], settings["side"], f, 1.0, "he_normal", settings["branch_scale"])
    arm = ARMS[name]
    inputs = settings["side"] ** 2 or 7
    network = Network(arm, shape, Draws(inputs, 3, shape, 0).of(arm, settings["depth"] // 2))
    generator = torch.Generator().manual_seed(1)
    noise = torch.randn(len(network.flat), generator=generator)
    with torch.no_grad():
        network.flat.add_(0.1 * noise)  # away from zeros and ones
    batch = torch.randn(9, inputs, generator=generator), torch.arange(9) % 3
    return network, batch


class Module(nn.Module):
    """The same network as ordinary modules, written down a second time."""

    def __init__(self, arm, blocks, width, growth):
        super().__init__()
        self.arm = arm
        norm = nn.BatchNorm1d if arm.batch_norm else lambda _n: nn.Identity()
        sizes = [width + i * growth if arm.skip == "concatenate" else width for i in range(blocks + 1)]
        out = growth if arm.skip == "concatenate" else width
        pre, bias = arm.order == "pre", not arm.batch_norm
        self.stem = nn.Linear(64, width, bias=pre or bias)
        self.stem_norm = nn.Identity() if pre else norm(width)
        self.first = nn.ModuleList([nn.Linear(sizes[i], width, bias=bias) for i in range(blocks)])
        self.second = nn.ModuleList([nn.Linear(width, out, bias=bias) for i in range(blocks)])
        self.norm1 = nn.ModuleList([norm(sizes[i] if pre else width) for i in range(blocks)])
        self.norm2 = nn.ModuleList([norm(width) for i in range(blocks)])
        self.gates = nn.ModuleList([nn.Linear(width, width) for i in range(blocks)])
        self.alpha = nn.ParameterList([nn.Parameter(torch.zeros(1)) for i in range(blocks)])
        self.end = norm(sizes[-1]) if pre else nn.Identity()
        self.readout = nn.Linear(sizes[-1], 10)

    def forward(self, x, outputs=None):
        h = self.stem_norm(self.stem(x))
        h = h if self.arm.order == "pre" else torch.relu(h)
        outputs = [] if outputs is None else outputs
        outputs.append(h)
        for i in range(len(self.first)):
            h = self.block(i, h)
            outputs.append(h)
        return self.readout(torch.relu(self.end(h)) if self.arm.order == "pre" else h)

    def block(self, i, h):
        if self.arm.order == "pre":
            v = self.second[i](torch.relu(self.norm2[i](self.first[i](torch.relu(self.norm1[i](h))))))
        else:
            v = self.norm2[i](self.second[i](torch.relu(self.norm1[i](self.first[i](h)))))
        if self.arm.branch in ("rezero", "fixup"):
            v = self.alpha[i] * v
        if self.arm.skip == "concatenate":
            return torch.cat([h, v], dim=1)
        if self.arm.skip == "gate":
            t = torch.sigmoid(self.gates[i](h))
            return t * torch.relu(v) + (1 - t) * h
        if self.arm.skip == "add":
            return h + v if self.arm.order == "pre" else torch.relu(h + v)
        return torch.relu(v)


def module_of(network, growth=2):
    """Module with the network's present parameters."""
    module = Module(network.arm, len(network.blocks), network.shape.width, growth)

    def fill(linear, layer):
        linear.weight.data = layer.weight.detach().mT.clone()
        if layer.bias is not None:
            linear.bias.data = layer.bias.detach().clone()

    def fill_norm(module_norm, norm):
        if norm is not None:
            module_norm.weight.data, module_norm.bias.data = norm.scale.detach().clone(), norm.shift.detach().clone()
            module_norm.running_mean, module_norm.running_var = norm.mean.clone(), norm.variance.clone()

    fill(module.stem, network.stem)
    fill(module.readout, network.readout)
    fill_norm(module.stem_norm, network.stem.norm)
    fill_norm(module.end, network.end)
    for i, block in enumerate(network.blocks):
        fill(module.first[i], block.first)
        fill(module.second[i], block.second)
        fill_norm(module.norm1[i], block.first.norm)
        fill_norm(module.norm2[i], block.second.norm)
        if block.gate:
            fill(module.gates[i], block.gate)
        if isinstance(block.strength, torch.Tensor):
            module.alpha[i].data = block.strength.detach().clone()
    return module


@pytest.mark.parametrize("name", ARMS)
class TestAgainstModules:
    def trained(self, name):
        run = run_of(name, lr=0.01)
        for _step in range(5):
            run.step()
        return run, run.learners[name]

    def test_gradients_equal_those_of_hooks(self, name):
        run, learner = self.trained(name)
        module = module_of(learner.network)
        module.train()
        outputs, gradients = [], {}
        loss = F.cross_entropy(module(run._batch[0], outputs), run._batch[1])
        for i, h in enumerate(outputs):
            h.register_hook(lambda g, i=i: gradients.__setitem__(i, g.norm().item()))
        loss.backward()
        frame = run.frame()
        n = len(outputs)
        np.testing.assert_allclose(frame.activation_gradient_norm[0, :n], [gradients[i] for i in range(n)], rtol=1e-3)
        gates = [g.weight.grad for g in module.gates] if ARMS[name].skip == "gate" else [torch.zeros(1)] * (n - 1)
        weights = [
            torch.cat([a.weight.grad.flatten(), b.weight.grad.flatten(), g.flatten()]).norm().item()
            for a, b, g in zip(module.first, module.second, gates, strict=True)
        ]
        expected = [module.stem.weight.grad.norm().item(), *weights]
        np.testing.assert_allclose(frame.weight_gradient_norm[0, :n], expected, rtol=1e-3)
        rms = [h.square().mean().sqrt().item() for h in outputs]
        np.testing.assert_allclose(frame.forward_rms[0, :n], rms, rtol=1e-4)

    def test_evaluation_equals_that_of_modules(self, name):
        _run, learner = self.trained(name)
        module = module_of(learner.network).eval()
        data = load("digits")
        logits = module(data.test_inputs)
        loss, accuracy = learner.validate((data.test_inputs, data.test_labels))
        assert loss == pytest.approx(F.cross_entropy(logits, data.test_labels).item(), rel=1e-4)
        assert accuracy == pytest.approx((logits.argmax(1) == data.test_labels).float().mean().item())

    def test_removal_equals_modules_without_that_block(self, name):
        _run, learner = self.trained(name)
        module = module_of(learner.network).eval()
        data = load("digits")
        block = 2
        passed = module.block

        def without(i, h):
            if i != block - 1:
                return passed(i, h)
            return torch.cat([h, torch.zeros(len(h), 2)], 1) if ARMS[name].skip == "concatenate" else h

        module.block = without
        expected = (module(data.test_inputs).argmax(1) == data.test_labels).float().mean().item()
        assert learner.validate((data.test_inputs, data.test_labels), without=block)[1] == pytest.approx(expected)
        found = list(slow.removal(learner.network, (data.test_inputs, data.test_labels)))
        assert found[block] == pytest.approx(expected)
        assert len(found) == len(learner.network.blocks) + 1

    def test_gradients_equal_finite_differences(self, name):
        with in_float64():
            network, (x, labels) = network_in_float64(name)
            state = network.state.clone()

            def loss():
                network.state.copy_(state)
                return F.cross_entropy(network.logits(x, "training"), labels)

            found = torch.autograd.grad(loss(), network.parameters)
            flat = torch.cat([g.flatten() for g in found])
            for i in torch.randperm(len(flat), generator=torch.Generator().manual_seed(2))[:25].tolist():
                ends = []
                for shift in (1e-6, -2e-6):
                    network.flat[i] += shift
                    with torch.no_grad():
                        ends.append(loss().item())
                network.flat[i] += 1e-6
                assert flat[i].item() == pytest.approx((ends[0] - ends[1]) / 2e-6, rel=1e-5, abs=1e-8)

    def test_jacobians_equal_those_of_torch_func(self, name):
        with in_float64():
            network, (x, labels) = network_in_float64(name)
            gain, product = slow.jacobians(network, (x, labels))
            trace = Trace()
            network.logits(x, "training", trace)
            gains, whole = [], [[] for _block in network.blocks]
            for sample in range(slow.SAMPLES):
                total = torch.eye(trace.outputs[-1].shape[1])
                for i in reversed(range(len(network.blocks))):
                    block, h = network.blocks[i], trace.outputs[i][sample].detach()
                    jacobian = torch.func.jacrev(lambda v, b=block: network.through(b, v[None], "held")[0])(h)
                    total = total @ jacobian
                    gains.append((i, jacobian.square().sum() / len(jacobian)))
                    whole[i].append(total.square().sum() / len(total))
            for i in range(len(network.blocks)):
                mean = torch.stack([g for j, g in gains if j == i]).mean()
                assert gain[i + 1].item() == pytest.approx(mean.sqrt().log10().item(), rel=1e-6, abs=1e-9)
                mean = torch.stack(whole[i]).mean()
                assert product[i].item() == pytest.approx(mean.sqrt().log10().item(), rel=1e-6, abs=1e-9)
            assert product[-1] == 0
            assert gain[0].isnan()


@pytest.mark.parametrize("name", ["plain_bn", "residual_bn", "preact", "dense_bn", "highway", "plain_orthogonal"])
def test_convolutions_are_those_of_torch(name):
    with in_float64():
        network, (x, _labels) = network_in_float64(name, side=4, depth=4)
        h = torch.randn(5, network.blocks[0].first.weight.shape[1], 4, 4)
        layer = network.blocks[0].first
        found = layer.linear(h)
        padded = F.pad(h, (1, 1, 1, 1))
        by_hand = sum(
            torch.einsum("ncij,oc->noij", padded[:, :, a : a + 4, b : b + 4], layer.weight[:, :, a, b])
            for a in range(3)
            for b in range(3)
        )
        bias = 0 if layer.bias is None else layer.bias[:, None, None]
        torch.testing.assert_close(found, by_hand + bias)
        trace = Trace()
        assert network.logits(x, "training", trace).shape == (9, 3)
        assert {h.shape[2:] for h in trace.outputs} == {(4, 4)}


def test_large_jacobians_are_estimated():
    """Of 64 random directions instead of all: close to the whole."""
    with in_float64():
        network, batch = network_in_float64("plain_bn", width=160, depth=4, activation="relu")
        gain, product = slow.jacobians(network, batch)
        slow_probes, slow.PROBES = slow.PROBES, 1000
        try:
            exact = slow.jacobians(network, batch)
        finally:
            slow.PROBES = slow_probes
    np.testing.assert_allclose(gain[1:], exact[0][1:], atol=0.05)
    np.testing.assert_allclose(product, exact[1], atol=0.05)


def test_orthogonal_weights_are_orthogonal():
    network = run_of("plain_orthogonal", activation="tanh").learners["plain_orthogonal"].network
    for block in network.blocks:
        w = block.first.weight.detach()
        torch.testing.assert_close(w.mT @ w, torch.eye(len(w)), atol=1e-5, rtol=0)
    relu = run_of("plain_orthogonal").learners["plain_orthogonal"].network.blocks[0].first.weight.detach()
    torch.testing.assert_close(relu.mT @ relu, 2 * torch.eye(len(relu)), atol=1e-5, rtol=0)


def test_arms_of_one_shape_start_from_the_same_weights_whatever_else_is_chosen():
    many = run_of(*ARMS).learners
    for name in ("plain_bn", "residual_bn", "preact"):
        alone = run_of(name).learners[name].network
        torch.testing.assert_close(alone.flat, many[name].network.flat)
    plain, residual, shallow = (many[n].network.blocks for n in ("plain", "residual_bn", "shallow"))
    for a, b in zip(plain, residual, strict=True):
        torch.testing.assert_close(a.first.weight, b.first.weight)
    torch.testing.assert_close(shallow[1].second.weight, plain[1].second.weight)


@pytest.mark.parametrize(("name", "scale"), [("rezero", "one"), ("residual_bn", "zero"), ("preact", "zero")])
def test_zero_branches_make_every_block_an_identity(name, scale):
    frame = run_of(name, branch_scale=scale).frame()
    norms = frame.activation_gradient_norm[0]
    if ARMS[name].order == "post":  # ReLU lets nothing back where its output is 0
        assert norms[-1] > norms[-2]
        norms = norms[:-1]
    np.testing.assert_allclose(norms, norms[0], rtol=1e-5)
    np.testing.assert_allclose(frame.forward_rms[0], frame.forward_rms[0, 0], rtol=1e-6)
    np.testing.assert_array_equal(frame.skip_share[0, 1:], 1)


@pytest.mark.parametrize("name", ["rezero", "fixup"])
def test_the_strength_of_branches_is_learned_wherever_it_starts(name):
    run = run_of(name)
    blocks = run.learners[name].network.blocks
    starts = [block.strength.item() for block in blocks]
    for _step in range(3):
        run.step()
    assert all(block.strength.item() != start for block, start in zip(blocks, starts, strict=True))


def test_branches_are_scaled_by_the_root_of_their_number():
    one, root = (run_of("preact", branch_scale=s).learners["preact"].network for s in ("one", "sqrt"))
    x = load("digits").inputs[:4]
    traces = Trace(), Trace()
    one.logits(x, "training", traces[0])
    root.logits(x, "training", traces[1])
    torch.testing.assert_close(traces[1].branches[0], traces[0].branches[0] / 3**0.5)


def test_holding_other_values_leaves_no_trace():
    network = run_of("plain_bn").learners["plain_bn"].network
    flat, state = network.flat.clone(), network.state.clone()
    with network.holding(torch.randn_like(flat), torch.rand_like(state)):
        network.logits(load("digits").inputs[:8], "training")
        assert not torch.equal(network.flat, flat)
    torch.testing.assert_close(network.flat, flat, rtol=0, atol=0)
    torch.testing.assert_close(network.state, state, rtol=0, atol=0)


def test_clipping_equals_that_of_torch():
    gradient = 3 * torch.randn(50, generator=torch.Generator().manual_seed(0))
    for name, clip in (("norm", nn.utils.clip_grad_norm_), ("value", nn.utils.clip_grad_value_)):
        for scale, threshold in ((1.0, 0.7), (1e-5, 1e-5)):  # of small ones the norm is lengthened by 1e-6
            parameter = nn.Parameter(torch.zeros(50))
            parameter.grad = scale * gradient
            clip([parameter], threshold)
            torch.testing.assert_close(clipped(scale * gradient, name, threshold), parameter.grad, rtol=1e-5, atol=0)
    assert clipped(gradient, "norm", 1e3) is gradient
    assert clipped(gradient, "off", 1e-3) is gradient
