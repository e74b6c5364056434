"""The data sets and batches of `explorer.nets.data`, as source.

Names that the script has afterwards: x_train, y_train and, where asked for, x_val, y_val; `n_classes`.
"""

_DIGITS = """\
# 1,797 handwritten digits of 8 x 8 pixels; neither split nor scale depends on the seed.
digits = load_digits()
x = torch.tensor(digits.data, dtype=torch.float32)
y = torch.tensor(digits.target)
order = torch.randperm(len(x), generator=torch.Generator().manual_seed(0))"""
_SPIRALS = """\
# Two spirals of 1.25 turns with a little noise; no seed of ours decides the points.
rng = torch.Generator().manual_seed(0)
radius = torch.rand(1797, generator=rng).sqrt()
y = torch.arange(1797) % 2
angle = 2 * torch.pi * 1.25 * radius + torch.pi * y
x = torch.stack([radius * angle.cos(), radius * angle.sin()], dim=1)
x += 0.05 * torch.randn(1797, 2, generator=rng)
order = torch.randperm(len(x), generator=rng)"""
_NORMAL = """\
# 64 numbers from N(0, 1); the label is the nearest of ten random directions.
rng = torch.Generator().manual_seed(0)
x = torch.randn(1797, 64, generator=rng)
y = (x @ torch.randn(64, 10, generator=rng)).argmax(1)
order = torch.randperm(len(x), generator=rng)"""
_POINTS = {"digits": _DIGITS, "pixels": _DIGITS, "spirals": _SPIRALS, "normal": _NORMAL}
_CLASSES = {"digits": 10, "pixels": 10, "spirals": 2, "normal": 10}
_SCALED = """\
mean, std = x[:-400].mean(), x[:-400].std()  # of the training part
x = (x - mean) / std
"""
BATCHES = '''\
def draw_batches(n_batches, rng):
    """Samples of each step: every epoch in a new order, a last small batch left out."""
    batches = []
    while len(batches) < n_batches:
        order = torch.randperm(len(x_train), generator=rng)
        batches += order.split(BATCH_SIZE)[: len(order) // BATCH_SIZE]
    return batches[:n_batches]'''
"""BATCH_SIZE is a constant of at most `len(x_train)`."""
_WITH_DIGITS = "Needs torch and scikit-learn, which has the digits."
NEEDS = {"digits": _WITH_DIGITS, "pixels": _WITH_DIGITS, "spirals": "Needs torch.", "normal": "Needs torch."}
"""What a docstring says of it."""
LARGEST_BATCH = 1397


def data(name: str, validation: bool = False) -> str:
    """Load and split a data set: 1,397 samples for training, 400 for validation."""
    scaled = "" if name == "pixels" else _SCALED
    val = "x_val, y_val = x[-400:], y[-400:]\n" if validation else ""
    rest = (
        f"x, y = x[order], y[order]\n{scaled}x_train, y_train = x[:-400], y[:-400]\n{val}n_classes = {_CLASSES[name]}"
    )
    return f"{_POINTS[name]}\n{rest}"
