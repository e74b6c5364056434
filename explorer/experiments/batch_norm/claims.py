"""Claims about batch norm that are commonly heard, each with the runs that test it. Verdicts are computed."""

from explorer.core.claims import Claim, Trial, over_seeds
from explorer.core.i18n import _
from explorer.experiments.batch_norm import verdicts

_FIVE = {"seeds": "5"}
_TANH = {**_FIVE, "arms": ("none", "batch_norm", "batch_norm_noise"), "activation": "tanh", "lr": 0.03}
_PLACES: tuple[tuple[str, ...], ...] = ((), ("input",), ("output",), ("input", "output"))
_LARGE = {"arms": ("batch_norm",), "batch_size": 512, "depth": 5}

CLAIMS = (
    Claim(
        name="normal_distribution",
        number=18,
        sentence=_("After normalising, the values of a unit follow N(0, 1)"),
        trials=over_seeds(0, _LARGE) + over_seeds(60, _LARGE),
        check=verdicts.normal,
        reading=_("Mean 0 and variance 1 are made; the shape stays as it was. Its authors promise no more."),
        sources=("ioffe15",),
    ),
    Claim(
        name="gamma_beta_essence",
        number=19,
        sentence=_("γ and β are the essence of batch norm"),
        trials=(Trial({**_FIVE, "arms": ("none", "batch_norm", "batch_norm_no_affine")}, 100),),
        check=verdicts.essence,
        reading=_(
            "They let a layer undo the normalisation if that is better. What makes deep networks trainable here is the "
            "normalisation itself."
        ),
        sources=("ioffe15", "frankle21"),
    ),
    Claim(
        name="trains_faster",
        number=20,
        sentence=_("Batch norm trains faster, at the same learning rate and by allowing a larger one"),
        trials=tuple(Trial({**_FIVE, "lr": lr}, 100) for lr in (0.3, 0.01, 0.1, 1.0)),
        check=verdicts.faster,
        reading=_("The large learning rate is what it allows; at a small one there may be nothing to gain."),
        sources=("ioffe15", "bjorck18", "de20"),
    ),
    Claim(
        name="covariate_shift",
        number=21,
        sentence=_("It does so because it removes internal covariate shift"),
        trials=(Trial(_TANH, 100),),
        check=verdicts.covariate_shift,
        reading=_(
            "With random shifts after batch norm the layers’ inputs move more than without any norm, and it still "
            "trains faster. Santurkar et al. find the loss smoother instead."
        ),
        sources=("santurkar18", "awais20"),
    ),
    Claim(
        name="earlier_layers",
        number=22,
        sentence=_("With batch norm, changes of earlier layers matter less to later ones"),
        trials=(
            Trial({**_FIVE, "lr": 0.03}),
            Trial({**_FIVE, "lr": 0.03, "init_scale": 3.0}),
            Trial({"lr": 0.03}, probe="earlier_layers"),
        ),
        check=verdicts.earlier_layers,
        reading=_("A change of scale cancels exactly; of real updates only a measurement can tell."),
        sources=("ioffe15", "santurkar18"),
    ),
    Claim(
        name="not_at_the_ends",
        number=23,
        sentence=_("Batch norm must not be on the input or the output layer"),
        trials=tuple(Trial({**_FIVE, "arms": ("batch_norm",), "also_on": places}, 100) for places in _PLACES),
        check=verdicts.ends,
        reading=_("A rule for GANs: not at the generator’s output, nor at the discriminator’s input."),
        sources=("radford16",),
    ),
    Claim(
        name="every_batch",
        number=24,
        sentence=_("Batch norm normalises every batch by its own mean and variance"),
        trials=(
            Trial({**_FIVE, "arms": ("batch_norm",)}, probe="one_sample"),
            Trial({**_FIVE, "arms": ("batch_norm",), "batch_size": 2, "lr": 0.03}, 200),
        ),
        check=verdicts.every_batch,
        reading=_("While training. In use it takes running averages: one sample has no variance of its own."),
        sources=("ioffe15", "wu18"),
    ),
)
