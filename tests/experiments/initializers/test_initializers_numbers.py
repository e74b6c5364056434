"""What frames say agrees with NumPy, with PyTorch's own modules and with theory, from the same weights."""

import numpy as np
import pytest
import torch
from torch import nn

from explorer.core.hyperparams import replace
from explorer.experiments.initializers.compute import Run
from explorer.experiments.initializers.spec import Hyperparams

SMALL = {"depth": 4, "width": 24, "batch_size": 20}
FUNCTIONS = {
    "tanh": (np.tanh, lambda z: 1 - np.tanh(z) ** 2),
    "relu": (lambda z: np.maximum(z, 0), lambda z: (z > 0).astype(float)),
    "sigmoid": (lambda z: 1 / (1 + np.exp(-z)), lambda z: np.exp(-z) / (1 + np.exp(-z)) ** 2),
}
PEAK = {"tanh": 1.0, "relu": 1.0, "sigmoid": 0.25}


def run_of(**changes) -> Run:
    return Run(replace(Hyperparams(), changes))


def frame_of(steps=0, **changes):
    run = run_of(**changes)
    for _step in range(steps):
        run.step()
    return run.frame()


def weights_of(run, network):
    """Weights (fan_in, fan_out) and biases of all layers in float64."""
    return [(p.weights[network].detach().double().numpy(), p.biases[network].detach().double().numpy())
            for p in run._networks.layers]  # fmt: skip


def in_numpy(weights, x, labels, f, slope):
    """Values and gradients of every hidden layer, by hand."""
    h, hs, zs = x, [], []
    for weight, bias in weights[:-1]:
        zs.append(h @ weight + bias)
        h = f(zs[-1])
        hs.append(h)
    logits = h @ weights[-1][0] + weights[-1][1]
    p = np.exp(logits - logits.max(1, keepdims=True))
    p /= p.sum(1, keepdims=True)
    p[np.arange(len(x)), labels] -= 1
    g = p / len(x) @ weights[-1][0].T
    gs = [g]
    for i in range(len(hs) - 1, 0, -1):
        g = (g * slope(zs[i])) @ weights[i][0].T
        gs.insert(0, g)
    return hs, zs, gs


def mean_cosine(h):
    unit = h / np.linalg.norm(h, axis=1, keepdims=True)
    pairs = unit @ unit.T
    return pairs[np.triu_indices(len(h), 1)].mean()


@pytest.mark.parametrize("activation", FUNCTIONS)
def test_every_number_of_every_layer(activation):
    names = ("xavier_normal", "he_uniform", "orthogonal", "pytorch_default", "article_rand", "lsuv")
    run = run_of(**SMALL, activation=activation, initializers=names)
    frame, (x, labels) = run.frame(), run._batch
    f, slope = FUNCTIONS[activation]
    for e in range(len(names)):
        hs, zs, gs = in_numpy(weights_of(run, e), x.double().numpy(), labels.numpy(), f, slope)
        for i, (h, z, g) in enumerate(zip(hs, zs, gs, strict=True)):
            flat = np.abs(slope(z)) < 0.01 * PEAK[activation]
            for name, expected in {
                "activation_mean": h.mean(),
                "activation_std": h.std(),
                "unit_std": h.std(0).mean(),
                "cosine": mean_cosine(h),
                "saturated_fraction": flat.mean(),
                "dead_fraction": flat.all(0).mean(),
                "gradient_std": g.std(),
            }.items():
                close = pytest.approx(expected, rel=2e-4, abs=1e-6 if "gradient" not in name else 1e-30)
                assert getattr(frame, name)[e, i] == close, (names[e], i, name)


def test_a_signal_that_has_all_but_vanished_is_counted_as_zeros():
    frame = frame_of(initializers=("normal",), activation="relu", sigma=0.02, depth=100, width=16, batch_size=8)
    assert (frame.histogram_count.sum(2) == 16 * 8).all()
    assert frame.histogram_edges[0, -1, 0] < 0 < frame.histogram_edges[0, -1, -1]


@pytest.mark.parametrize("activation", FUNCTIONS)
def test_histograms_count_every_value(activation):
    run = run_of(**SMALL, activation=activation)
    frame, (x, labels) = run.frame(), run._batch
    for e in range(3):
        hs, _zs, gs = in_numpy(weights_of(run, e), x.double().numpy(), labels.numpy(), *FUNCTIONS[activation])
        for i, (h, g) in enumerate(zip(hs, gs, strict=True)):
            edges, count = frame.histogram_edges[e, i], frame.histogram_count[e, i]
            assert count.sum() == h.size
            assert (edges[0], edges[-1]) == pytest.approx((h.min(), h.max()), rel=1e-4, abs=1e-7)
            expected = np.histogram(h.clip(edges[0], edges[-1]), edges)[0]
            assert np.abs(np.cumsum(count - expected)).max() <= 2  # rounding moves a value over an edge
            edges, count = frame.gradient_histogram_edges[e, i], frame.gradient_histogram_count[e, i]
            expected = np.histogram(np.abs(g), edges)[0]
            assert np.abs(np.cumsum(count - expected)).max() <= 2
            assert edges[0] < edges[-2] <= np.abs(g).max() * (1 + 1e-5) < edges[-1] * (1 + 2e-5)


def as_modules(run, network, activation):
    layers = []
    for weight, bias in weights_of(run, network):
        linear = nn.Linear(*weight.shape)
        with torch.no_grad():
            linear.weight.copy_(torch.from_numpy(weight.T))
            linear.bias.copy_(torch.from_numpy(bias[0]))
        layers += [linear, activation()]
    return nn.Sequential(*layers[:-1])


@pytest.mark.parametrize(
    ("name", "make"),
    [
        ("sgd", lambda p: torch.optim.SGD(p, lr=0.1)),
        ("momentum", lambda p: torch.optim.SGD(p, lr=0.1, momentum=0.9)),
        ("adam", lambda p: torch.optim.Adam(p, lr=0.1)),
    ],
)
def test_training_is_that_of_pytorch(name, make):
    run = run_of(**SMALL, optimizer=name, activation="gelu")
    twins = [as_modules(run, e, nn.GELU) for e in range(3)]
    optimizers = [make(twin.parameters()) for twin in twins]
    expected = []
    for _step in range(5):
        x, labels = run._batch
        losses = [nn.functional.cross_entropy(twin(x), labels) for twin in twins]
        for loss, optimizer in zip(losses, optimizers, strict=True):
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
        expected.append([loss.item() for loss in losses])
        run.step()
    np.testing.assert_allclose(run.frame().train_loss.T, expected, rtol=2e-3)


def test_prelu_learns_its_slope_and_batch_norm_its_scale():
    run = run_of(**SMALL, activation="prelu", batch_norm=True)
    before = [p.detach().clone() for p in run._networks.parameters()]
    for _step in range(3):
        run.step()
    moved = [not torch.equal(a, b) for a, b in zip(before, run._networks.parameters(), strict=True)]
    per_layer = [True, False, True, True, True]  # batch norm takes the bias out again
    hidden = np.array(moved[:-2]).reshape(4, 5)
    assert hidden[:, [0, 2, 3, 4]].all(), per_layer


# --- theory ------------------------------------------------------------------------------------------------------
def second_moment(frame):
    return frame.activation_mean**2 + frame.activation_std**2


def test_he_keeps_the_second_moment_of_relu():
    frames = [frame_of(activation="relu", initializers=("he_normal",), seed=seed) for seed in range(5)]
    kept = np.mean([second_moment(f)[0] for f in frames], axis=0)
    np.testing.assert_allclose(kept, 1, rtol=0.2)  # the mean square of what comes in
    frames = [frame_of(activation="relu", initializers=("xavier_normal",), seed=seed) for seed in range(5)]
    halved = np.mean([second_moment(f)[0] for f in frames], axis=0)
    assert (halved[-1] / halved[0]) ** (1 / 9) == pytest.approx(0.5, rel=0.03)


def test_orthogonal_and_identity_keep_norms_exactly():
    frame = frame_of(activation="identity", initializers=("orthogonal",), depth=50, width=64)
    np.testing.assert_allclose(second_moment(frame)[0], second_moment(frame)[0, 0], rtol=1e-4)
    np.testing.assert_allclose(frame.gradient_std[0], frame.gradient_std[0, 0], rtol=0.02)
    np.testing.assert_allclose(frame.theory_gradient_std[0] / frame.gradient_std[0, -1], 1, rtol=1e-4)


@pytest.mark.parametrize("activation", ["tanh", "relu", "sigmoid", "gelu", "selu", "identity"])
def test_theory_meets_wide_networks(activation):
    frames = [
        frame_of(activation=activation, initializers=("xavier_normal", "he_normal"), width=512, depth=5, seed=s)
        for s in range(3)
    ]
    measured = np.mean([f.activation_std for f in frames], axis=0)
    predicted = np.mean([f.theory_activation_std for f in frames], axis=0)
    np.testing.assert_allclose(measured, predicted, rtol=0.12)
    gradient = np.mean([f.gradient_std / f.theory_gradient_std for f in frames], axis=0)
    np.testing.assert_allclose(gradient, 1, rtol=0.15)


def test_theory_of_a_tanh_layer_by_plain_integration():
    frame = frame_of(initializers=("xavier_normal",), depth=3)
    u = np.random.default_rng(0).normal(size=400_000)
    sigma_w2 = frame.hyperparams.width * frame.weight_rms[0] ** 2
    before = frame.theory_activation_std[0, 0] ** 2
    after = np.mean(np.tanh(np.sqrt(sigma_w2 * before) * u) ** 2) ** 0.5
    assert frame.theory_activation_std[0, 1] == pytest.approx(after, rel=0.02)


def test_theory_is_silent_where_weights_have_a_mean():
    frame = frame_of(**SMALL, initializers=("constant", "he_normal", "article_rand"))
    known = np.isfinite(frame.theory_activation_std).all(1)
    assert dict(zip(frame.initializers, known, strict=True)) == {
        "constant": False, "he_normal": True, "article_rand": False,
    }  # fmt: skip


def test_rank_collapse_is_seen_in_the_cosine_and_not_in_the_std():
    frame = frame_of(activation="sigmoid", initializers=("xavier_normal",), depth=20)
    assert frame.cosine[0, -1] > 0.9999
    assert frame.activation_std[0, -1] > 0.1
    assert frame.unit_std[0, -1] < 1e-4
