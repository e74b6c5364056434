"""The arms as source: what their networks are made of, each block a small module."""

from collections.abc import Iterator, Mapping

from explorer.core.catalog import by_function
from explorer.core.session import Session
from explorer.experiments.residual.arms import ARMS, Arm, blocks_of
from explorer.experiments.residual.spec import Hyperparams
from explorer.scripts.source import call, indented

_NAMES = {
    "plain_bn": "PlainBN",
    "plain": "Plain",
    "residual_bn": "ResidualBN",
    "residual": "Residual",
    "preact_bn": "PreActivationBN",
    "preact": "PreActivation",
    "rezero": "ReZero",
    "fixup": "Fixup",
    "dense_bn": "DenseBN",
    "dense": "Dense",
    "highway": "Highway",
    "plain_orthogonal": "PlainOrthogonal",
    "shallow_bn": "PlainBN",
    "shallow": "Plain",
}
"""Class of each arm's blocks."""
_ABOUT = {
    "PlainBN": "No skip: h <- f(v), v = BN(W2 f(BN(W1 h))).",
    "Plain": "No skip: h <- f(v), v = W2 f(W1 h).",
    "ResidualBN": "Skip: h <- f(h + {s}v), v = BN(W2 f(BN(W1 h))) (He et al. 2016a).",
    "Residual": "Skip: h <- f(h + {s}v), v = W2 f(W1 h) (He et al. 2016a).",
    "PreActivationBN": "Skip: h <- h + {s}v, v = W2 f(BN(W1 f(BN(h)))) (He et al. 2016b).",
    "PreActivation": "Skip: h <- h + {s}v, v = W2 f(W1 f(h)) (He et al. 2016b).",
    "ReZero": "Skip: h <- h + a v, v = W2 f(W1 f(h)), at first a = 0 (Bachlechner+ 2021).",
    "Fixup": "Skip: h <- f(h + a v), v = W2 f(W1 h), W2 = 0 at first (Zhang et al. 2019).",
    "DenseBN": "Concatenation: h <- (h, v), v = W2 f(BN(W1 f(BN(h)))) (Huang et al. 2017).",
    "Dense": "Concatenation: h <- (h, v), v = W2 f(W1 f(h)) (Huang et al. 2017).",
    "Highway": "Gate: h <- t f(v) + (1 - t) h, t = sigmoid(W h + b) (Srivastava et al. 2015).",
    "PlainOrthogonal": "No skip: h <- f(v), v = W2 f(W1 h), both W orthogonal (Saxe et al. 2014).",
}
_LINEAR = '''\
def linear(n_in, n_out, rng{parameters}):
    """Make a layer; its weights have a seed of their own, taken from rng."""
    layer = nn.Linear(n_in, n_out)
    seed = int(torch.randint(2**62, (), generator=rng))
    {draw}(layer, torch.Generator().manual_seed(seed))
{layout}{unbiased}    return layer'''
_LAYOUT = """\
# Columns first in memory, for the same rounding: deep plain networks amplify it.
layer.weight.data = layer.weight.data.T.contiguous().T
"""
_UNBIASED = """\
if not bias:  # batch norm has its own
    layer.bias = None
"""
_CONV = '''\
def conv(n_in, n_out, rng{parameters}):
    """Make a 3 x 3 convolution, drawn as a linear layer of the 9 pixels."""
    flat = linear(9 * n_in, n_out, rng{arguments})
    layer = nn.Conv2d(n_in, n_out, 3, padding=1)
    layer.weight.data = flat.weight.data.reshape(layer.weight.shape)
    layer.bias = flat.bias
    return layer'''
_ORTHOGONAL = '''\
def orthogonal(layer, rng):
    """Draw orthonormal rows or columns{times}."""
    normal = nn.init.kaiming_normal_(torch.empty_like(layer.weight), generator=rng)
    is_wide = layer.in_features >= layer.out_features
    q, r = torch.linalg.qr(normal.T if is_wide else normal)
    q = {gain}q * r.diagonal().sign()
    layer.weight.data = (q.T if is_wide else q).contiguous()
    nn.init.zeros_(layer.bias)'''
_NETWORK = '''\
class Network(nn.Module):
    """A stem, blocks and a read-out; networks of one shape have the same weights."""

    def __init__(self, stem, block, n_blocks{end}):
        super().__init__()
        rng = torch.Generator().manual_seed(SEED)
        self.stem = stem(rng)
        self.readout = linear(WIDTH, n_classes, rng)
        self.blocks = nn.ModuleList(block(rng) for _ in range(n_blocks))
{kept_end}
    def forward(self, x):
        """Return the logits, and h after the stem and after every block."""
        h = [self.stem(x)]
        for block in self.blocks:
            h.append(block(h[-1]))
        return self.readout({last}{pooled}), h'''
_GROWING = '''\
class Growing(Network):
    """A network whose blocks add features to those that there are."""

    def __init__(self, stem, block, n_blocks, *end):
        super().__init__(stem, block, 0, *end)
        sizes = [WIDTH + i * GROWTH for i in range(n_blocks)]
        self.blocks = nn.ModuleList(block(size) for size in sizes)
        self.readout = linear(WIDTH + n_blocks * GROWTH, n_classes, dense_rng)'''
_BLOCK = '''\
class {name}(nn.Module):
    """{about}"""

    def __init__(self, {parameter}):
        super().__init__()
        self.branch = nn.Sequential(
{layers}        )
{more}
    def forward(self, h):
{forward}'''
_VARIANT = '''\
class {name}({base}):
    """{about}"""

    def forward(self, h):
{forward}'''
_ZERO = "nn.init.zeros_(self.branch[-1].weight)\n"
_HIGHWAY = """\
t = torch.sigmoid(self.gate(h))
return t * f(self.branch(h)) + (1 - t) * h"""


def is_conv(hp: Hyperparams) -> bool:
    """Whether the networks are made of convolutions."""
    return hp.kind == "conv" and hp.data == "digits"


def arms(session: Session) -> Iterator[str]:
    """Blocks of source that end with the table NETWORKS: from arms to functions that make their networks."""
    hp: Hyperparams = session.hyperparams
    chosen = {name: ARMS[name] for name in hp.arms}
    yield from _layers(hp, list(chosen.values()))
    yield from dict.fromkeys(_stem(hp, arm) for arm in chosen.values())
    yield from _blocks(hp, {_NAMES[name]: arm for name, arm in chosen.items()})
    has_end = any(arm.order == "pre" for arm in chosen.values())
    yield _NETWORK.format(
        end=", *end" if has_end else "",
        kept_end="        self.end = nn.Sequential(*end)\n" if has_end else "",
        last="self.end(h[-1])" if has_end else "h[-1]",
        pooled=".mean((2, 3))" if is_conv(hp) else "",
    )
    if any(arm.skip == "concatenate" for arm in chosen.values()):
        yield _GROWING
    yield "NETWORKS = {\n" + "".join(_row(hp, name, arm) for name, arm in chosen.items()) + "}"


def _layers(hp: Hyperparams, chosen: list[Arm]) -> Iterator[str]:
    """Functions that make layers, and generators beside the usual one."""
    options = {"bias=True": any(arm.batch_norm for arm in chosen)}
    options[f"draw={hp.initializer}"] = any(arm.orthogonal for arm in chosen)
    asked = [option for option, is_asked in options.items() if is_asked]
    parameters = "".join(f", {option}" for option in asked)
    if options[f"draw={hp.initializer}"]:
        gain = "math.sqrt(2) * " if by_function(hp.activation) == "he_normal" else ""
        yield _ORTHOGONAL.format(gain=gain, times=", times the root of 2" if gain else "")
    yield _LINEAR.format(
        parameters=parameters,
        draw="draw" if "draw=" in parameters else hp.initializer,
        layout=indented("" if is_conv(hp) else _LAYOUT),
        unbiased=indented(_UNBIASED if options["bias=True"] else ""),
    )
    if is_conv(hp):
        yield _CONV.format(parameters=parameters, arguments="".join(f", {option.split('=')[0]}" for option in asked))
    if any(arm.skip == "gate" for arm in chosen):
        yield "gate_rng = torch.Generator().manual_seed(SEED + 2**32)"
    if any(arm.skip == "concatenate" for arm in chosen):
        yield "dense_rng = torch.Generator().manual_seed(SEED + 2 * 2**32)"


def _layer(hp: Hyperparams, arm: Arm, n_in: str, n_out: str, rng: str = "rng", is_biased: bool = False) -> str:
    kind = "conv" if is_conv(hp) else "linear"
    bias = ", bias=False" if arm.batch_norm and not is_biased else ""
    return f"{kind}({n_in}, {n_out}, {rng}{bias}{', draw=orthogonal' if arm.orthogonal else ''})"


def _norm(hp: Hyperparams, features: str) -> str:
    return f"nn.BatchNorm{2 if is_conv(hp) else 1}d({features})"


def _stem_name(arm: Arm) -> str:
    if arm.order == "pre":
        return "bare_stem"
    return "norm_stem" if arm.batch_norm else "orthogonal_stem" if arm.orthogonal else "stem"


def _stem(hp: Hyperparams, arm: Arm) -> str:
    layer = _layer(hp, arm, "1" if is_conv(hp) else "x_train.shape[1]", "WIDTH", is_biased=arm.order == "pre")
    body = f"return nn.Sequential({layer}, f)"
    if arm.order == "pre":
        body = f"return {layer}"
    elif arm.batch_norm:
        body = f"layer = {layer}\nreturn nn.Sequential(layer, {_norm(hp, 'WIDTH')}, f)"
    return f"def {_stem_name(arm)}(rng):\n{indented(body)}"


# --- blocks ----------------------------------------------------------------------------------------------------------
def _blocks(hp: Hyperparams, chosen: Mapping[str, Arm]) -> Iterator[str]:
    """Classes; one that differs from another in its forward pass alone says only that."""
    known: dict[tuple[str, ...], str] = {}
    for name, arm in chosen.items():
        made = (*_branch(hp, arm), _more(hp, arm))
        if made in known:
            about, forward = _about(hp, name, arm), indented(_forward(hp, arm), 2)
            yield _VARIANT.format(name=name, base=known[made], about=about, forward=forward)
        else:
            known[made] = name
            yield _block(hp, name, arm)


def _about(hp: Hyperparams, name: str, arm: Arm) -> str:
    is_scaled = arm.skip == "add" and arm.branch == "as set" and hp.branch_scale == "sqrt"
    return _ABOUT[name].format(s="s " if is_scaled else "")


def _block(hp: Hyperparams, name: str, arm: Arm) -> str:
    return _BLOCK.format(
        name=name,
        about=_about(hp, name, arm),
        parameter="n_in" if arm.skip == "concatenate" else "rng",
        layers="".join(f"            {layer},\n" for layer in _branch(hp, arm)),
        more=indented(_more(hp, arm), 2),
        forward=indented(_forward(hp, arm), 2),
    )


def _branch(hp: Hyperparams, arm: Arm) -> list[str]:
    n_in, n_out, rng = ("n_in", "GROWTH", "dense_rng") if arm.skip == "concatenate" else ("WIDTH", "WIDTH", "rng")
    first, second = _layer(hp, arm, n_in, "WIDTH", rng), _layer(hp, arm, "WIDTH", n_out, rng)
    if arm.order == "pre" and arm.batch_norm:
        return [_norm(hp, n_in), "f", first, _norm(hp, "WIDTH"), "f", second]
    if arm.order == "pre":
        return ["f", first, "f", second]
    norm = [_norm(hp, "WIDTH")] if arm.batch_norm else []
    return [first, *norm, "f", second, *norm]


def _more(hp: Hyperparams, arm: Arm) -> str:
    """What else a block has, and how it starts."""
    if arm.branch == "rezero":
        return "self.strength = nn.Parameter(torch.zeros(1))\n"
    if arm.branch == "fixup":
        return f"self.branch[0].weight.data *= BLOCKS**-0.5\n{_ZERO}self.strength = nn.Parameter(torch.ones(1))\n"
    if arm.skip == "gate":
        gate = _layer(hp, arm, "WIDTH", "WIDTH", "gate_rng")
        return f"self.gate = {gate}\nnn.init.constant_(self.gate.bias, -2)  # lets 12 % of the branch in\n"
    return _ZERO if arm.skip == "add" and hp.branch_scale == "zero" else ""


def _forward(hp: Hyperparams, arm: Arm) -> str:
    if arm.skip == "none":
        return "return f(self.branch(h))"
    if arm.skip == "concatenate":
        return "return torch.cat([h, self.branch(h)], dim=1)"
    if arm.skip == "gate":
        return _HIGHWAY
    strength = "BLOCKS**-0.5 * " if hp.branch_scale == "sqrt" else ""
    if arm.branch != "as set":
        strength = "self.strength * "
    total = f"h + {strength}self.branch(h)"
    return f"return f({total})" if arm.order == "post" else f"return {total}"


def _row(hp: Hyperparams, name: str, arm: Arm) -> str:
    blocks = "SHALLOW_BLOCKS" if arm.shallow else "BLOCKS"
    arguments = [_stem_name(arm), _NAMES[name], blocks]
    if arm.order == "pre":
        features = "WIDTH + BLOCKS * GROWTH" if arm.skip == "concatenate" else "WIDTH"
        arguments += [_norm(hp, features), "f"] if arm.batch_norm else ["f"]
    kind = "Growing" if arm.skip == "concatenate" else "Network"
    return call(f'    "{name}": lambda: {kind}', arguments) + ",\n"


def longest(hp: Hyperparams) -> str:
    """Name of the constant that says how many blocks the longest network has."""
    return "SHALLOW_BLOCKS" if all(ARMS[name].shallow for name in hp.arms) else "BLOCKS"


def constants_of(hp: Hyperparams) -> list[tuple[str, int] | tuple[str, int, str]]:
    """Rows of `source.constants` that the arms need."""
    chosen = [ARMS[name] for name in hp.arms]
    rows: list[tuple[str, int] | tuple[str, int, str]] = []
    if any(not arm.shallow for arm in chosen):
        rows.append(("BLOCKS", hp.depth // 2, "of two layers each"))
    for arm in [arm for arm in chosen if arm.shallow][:1]:
        rows.append(("SHALLOW_BLOCKS", blocks_of(arm, hp.depth, hp.shallow_depth)))
    rows.append(("WIDTH", hp.width))
    if any(arm.skip == "concatenate" for arm in chosen):
        rows.append(("GROWTH", max(hp.width // 4, 1), "features that each block adds"))
    return rows
