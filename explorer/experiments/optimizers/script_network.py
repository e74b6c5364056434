"""The script of a run on the loss of a network, with the plane through its weights."""

from explorer.core.session import Session
from explorer.experiments.optimizers import script_optimizers as own
from explorer.experiments.optimizers.spec import Hyperparams
from explorer.experiments.optimizers.track import BUDGET
from explorer.scripts.data import BATCHES, LARGEST_BATCH, NEEDS, data
from explorer.scripts.layers import initializer
from explorer.scripts.source import assemble, constants, indented, literal
from explorer.scripts.training import now

_SIZES = {"digits": (64, 10), "spirals": (2, 2)}
"""Inputs and classes."""
_SNAPSHOTS = 24
_LOOKS = ("resolution", "extent", "samples")
_START = """\
# One network for all; each of its layers has a seed of its own
rng = torch.Generator().manual_seed(SEED)
start = nn.Sequential(
    nn.Linear(x_train.shape[1], WIDTH), nn.ReLU(), nn.Linear(WIDTH, n_classes)
)
for layer in (start[0], start[2]):
    seed = int(torch.randint(2**62, (), generator=rng))
    he_normal(layer, torch.Generator().manual_seed(seed))
batches = draw_batches(STEPS + 1, rng)"""
_TRAIN = '''\
def train(name):
    """Return loss and weights before each step, (STEPS + 1,) and (STEPS + 1, n)."""
    network = copy.deepcopy(start)
    optimizer = OPTIMIZERS[name](network.parameters())
{before_all}    losses, way = [], []
    for {each}:
{before_step}        optimizer.zero_grad()
        loss = F.cross_entropy(network(x_train[batch]), y_train[batch])
        loss.backward()
        losses.append(loss.item())
        way.append(nn.utils.parameters_to_vector(network.parameters()).detach())
        optimizer.step()
{after_step}    return torch.tensor(losses), torch.stack(way)'''
_RESULTS = """\
losses, ways = zip(*(train(name) for name in OPTIMIZERS), strict=True)
loss, weights = torch.stack(losses)[:, None], torch.stack(ways)[:, None]
distance = (weights - weights[:, :, :1]).norm(dim=-1)  # (M, 1, STEPS + 1), as loss
finite = loss.isfinite() & weights.isfinite().all(-1)
diverged_at = torch.where(finite.all(-1), -1, finite.int().argmin(-1))
path_step = list(range(STEPS + 1))

print(f"After {STEPS} steps\\n{'':>10}{'loss':>12}{'distance':>12}{'diverged at':>14}")
for i, name in enumerate(OPTIMIZERS):
    end = f"{loss[i, 0, -1]:12.4g}{distance[i, 0, -1]:12.4g}"
    print(f"{name:>10}{end}{diverged_at[i, 0]:14}")"""
_ALIVE = """\
# The plane through the weights at step {laid}
alive = ((diverged_at < 0) | (diverged_at > {laid}))[:, 0]
if not alive.any():
    raise SystemExit("Every network has diverged: there is no plane to draw.")"""
_PRINCIPAL = """\
# Its axes: the two directions in which the trajectories spread most
snapshots = {rows}
points = weights[alive, 0][:, snapshots].double()
centre = points.mean((0, 1))
directions = torch.linalg.svd((points - centre).flatten(0, 1), full_matrices=False).Vh
ahead = directions[:2] @ (points[:, -1] - points[:, 0]).mean(0)
directions = directions[:2] * torch.where(ahead < 0, -1, 1)[:, None]
path = (weights.double() - centre) @ directions.T  # (M, 1, STEPS + 1, 2)"""
_RANDOM_DIRECTION = '''\
def random_direction():
    """Return normal weights, as long for every unit as its own; no biases."""
    nn.utils.vector_to_parameters(centre.float(), start.parameters())
    layers, parts = (start[0], start[2]), []
    for layer in layers:
        shape = layer.in_features, layer.out_features
        drawn = torch.randn(shape, dtype=torch.float64, generator=rng).T
        own = layer.weight.detach().double().norm(dim=1, keepdim=True)
        scaled = drawn * own / drawn.norm(dim=1, keepdim=True)
        parts += [scaled.flatten(), torch.zeros(layer.out_features)]
    for layer in layers:  # biases are drawn, and left out
        torch.randn(1, layer.out_features, dtype=torch.float64, generator=rng)
    return torch.cat(parts)'''
_RANDOM = """\
# Its axes: two random directions, the second made orthogonal to the first
centre = weights[alive, 0][0, {laid}].double()
rng = torch.Generator().manual_seed(SEED)
first, second = random_direction(), random_direction()
second -= second @ first / (first @ first) * first
directions = torch.stack([first, second])
units = directions / directions.square().sum(1, keepdim=True)
path = (weights.double() - centre) @ units.T  # (M, 1, STEPS + 1, 2)"""
_AROUND_PATHS = """\
rows = {rows}
seen = path[alive, 0][:, rows]
low, high = seen.amin((0, 1)), seen.amax((0, 1))
middle, half = (low + high) / 2, ({extent} * (high - low) / 2).clamp(min=0.05)
left, right = middle - half, middle + half"""
_AROUND_CENTRE = "left, right = torch.tensor([-{extent}] * 2), torch.tensor([{extent}] * 2)"
_SURFACE = """\
# The loss over {samples} samples in it
{around}
surface_x = torch.linspace(left[0], right[0], {resolution}, dtype=torch.float64)
surface_y = torch.linspace(left[1], right[1], {resolution}, dtype=torch.float64)
surface_z = torch.empty({resolution}, {resolution})
network = copy.deepcopy(start)
with torch.no_grad():
    for i, j in np.ndindex({resolution}, {resolution}):
        point = centre + torch.stack([surface_x[j], surface_y[i]]) @ directions
        nn.utils.vector_to_parameters(point.float(), network.parameters())
        surface_z[i, j] = F.cross_entropy(network(x_train[:{samples}]), y_train[:{samples}])"""


def network_script(session: Session) -> str:
    """Write the script."""
    hp: Hyperparams = session.hyperparams
    blocks = [
        constants(
            ("STEPS", session.step),
            ("WIDTH", hp.width, "units of the one hidden layer"),
            ("BATCH_SIZE", min(hp.batch_size, LARGEST_BATCH)),
            ("SEED", hp.seed),
        ),
        data(hp.data),
        initializer("he_normal"),
        BATCHES,
        own.lion(session),
        own.optimizers(session),
        own.changes_table(session),
        _START,
        own.factor(session),
        _training(session),
        _RESULTS,
        *(_plane(session) if _has_plane(session) else ()),
    ]
    return assemble("Optimizers: side by side on the loss of a network.", _about(session), blocks)


def _about(session: Session) -> list[str]:
    about = [f"What Explorer shows after {session.step} steps, in plain PyTorch."]
    if not _has_plane(session):
        about.append("Left out: the plane through the weights, which is laid from step 4 on.")
    return [*about, NEEDS[session.hyperparams.data]]


def _training(session: Session) -> str:
    before_step = own.before_step(session)
    return _TRAIN.format(
        each="step, batch in enumerate(batches)" if before_step else "batch in batches",
        before_all=indented(own.before_all(session)),
        before_step=indented(before_step, 2),
        after_step=indented(own.after_step(session), 2),
    )


# --- the plane -------------------------------------------------------------------------------------------------------
def _has_plane(session: Session) -> bool:
    return session.step >= 4 or session.hyperparams.plane == "random"


def _plane(session: Session) -> list[str]:
    hp, laid = session.hyperparams, _laid_at(session.step)
    looks = {look: literal(now(session, look)) for look in _LOOKS}
    surveyed = max([laid, *(c.step for c in session.changes if set(c.hyperparams) & set(_LOOKS))])
    if hp.plane == "random":
        around = _AROUND_CENTRE.format(**looks)
        axes = [_RANDOM_DIRECTION, _RANDOM.format(laid=laid)]
    else:
        around = _AROUND_PATHS.format(rows=_rows(hp, min(surveyed, session.step), 100), **looks)
        axes = [_PRINCIPAL.format(rows=_rows(hp, laid, _SNAPSHOTS))]
    return [_ALIVE.format(laid=laid), *axes, _SURFACE.format(around=around, **looks)]


def _laid_at(step: int) -> int:
    """Last step at which the plane was laid: 0, 4, 8, 12, … ever farther apart."""
    laid, following = 0, 4
    while following <= step:
        laid, following = following, max(following + 4, round(1.5 * following))
    return laid


def _rows(hp: Hyperparams, step: int, most: int) -> str:
    """At most so many steps from 0 to this one, evenly out of those that the run still remembers."""
    stride = _stride(hp, step)
    if stride == 1:
        return f"range({step + 1})" if step < most else f"np.linspace(0, {step}, {most}).astype(int)"
    last = -(-step // stride)
    return f"np.r_[0:{step}:{stride}, {step}][np.linspace(0, {last}, {most}).astype(int)]"


def _stride(hp: Hyperparams, step: int) -> int:
    """Of every how many steps the run remembers one: twice as many whenever its memory is full."""
    inputs, classes = _SIZES[hp.data]
    n_weights = (inputs + 1) * hp.width + (hp.width + 1) * classes
    most = max(BUDGET // (len(hp.optimizers) * (4 * n_weights + 8 + 16)), 8)
    stride = 1
    while -(-(step - 1) // stride) + 1 >= most:
        stride *= 2
    return stride
