"""A deep network whose values between layers can be seen, as source."""

_NETWORK = '''\
class Network(nn.Module):
    """Hidden layers, each followed by {norm}its activation, and a read-out."""

    def __init__(self, activation, initialize, rng):
        super().__init__()
        widths = [x_train.shape[1], *[WIDTH] * DEPTH, n_classes]
        self.layers = nn.ModuleList(nn.Linear(a, b) for a, b in pairwise(widths))
{norms}        self.activations = nn.ModuleList(activation() for _ in range(DEPTH))
        for layer in self.layers:  # each from a seed of its own
            seed = int(torch.randint(2**62, (), generator=rng))
            initialize(layer, torch.Generator().manual_seed(seed))

    def forward(self, x):
        """Logits; what enters each activation, and what leaves it."""
        before, after = [], []
        for i, activation in enumerate(self.activations):
            before.append({hidden})
            x = activation(before[-1])
            after.append(x)
        return self.layers[-1](x), before, after'''
_NORMS = "        self.norms = nn.ModuleList(nn.BatchNorm1d(WIDTH) for _ in range(DEPTH))\n"


def network(batch_norm: bool) -> str:
    """Return the class; it needs WIDTH, DEPTH, x_train and n_classes, and its forward pass yields three things."""
    return _NETWORK.format(
        norm="batch norm and " if batch_norm else "",
        norms=_NORMS if batch_norm else "",
        hidden="self.norms[i](self.layers[i](x))" if batch_norm else "self.layers[i](x)",
    )
