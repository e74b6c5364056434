"""Claims about residual networks that are commonly heard, each with the runs that test it. Verdicts are computed."""

from explorer.core.claims import Claim, Trial, over_seeds
from explorer.core.i18n import _
from explorer.experiments.residual import verdicts

_FLOW = {"arms": ("plain_bn", "residual_bn", "preact_bn")}

CLAIMS = (
    Claim(
        name="lossless",
        number=33,
        sentence=_("With skips the gradient flows back losslessly"),
        trials=over_seeds(0, _FLOW, {**_FLOW, "branch_scale": "zero"}),
        check=verdicts.lossless,
        reading=_(
            "The skip hands the gradient on unchanged, and every branch adds to it. Nothing is added only where the "
            "branches are zero; an activation after the addition would take away."
        ),
        sources=("he16b", "veit16", "balduzzi17"),
    ),
    Claim(
        name="degradation",
        number=34,
        sentence=_("Degradation exists, is not overfitting, and residuals cure it"),
        trials=over_seeds(150, {"depth": 30, "arms": ("plain_bn", "residual_bn", "shallow_bn")}),
        check=verdicts.degradation,
        reading=_("It shows on the training set already, so that it cannot be overfitting."),
        sources=("he16a",),
    ),
    Claim(
        name="vanishing_degrades",
        number=35,
        sentence=_("The cause of degradation is vanishing gradients"),
        trials=over_seeds(50, {"arms": ("plain_bn", "plain")}),
        check=verdicts.vanishing,
        reading=_(
            "With batch norm the gradient of a plain network explodes at initialization. Balduzzi et al. blame "
            "something else: with depth, the gradients of similar inputs have less and less in common."
        ),
        sources=("he16a", "yang19", "balduzzi17"),
    ),
    Claim(
        name="identity_layers",
        number=36,
        sentence=_("Appending identity layers makes a network no worse"),
        trials=over_seeds(0, {"depth": 20, "arms": ("plain", "shallow")}, probe="identity"),
        check=verdicts.identity,
        reading=_("Such a deeper network exists. Training a plain one from the start does not find it."),
        sources=("he16a", "hardt17"),
    ),
    Claim(
        name="depth_is_free",
        number=37,
        sentence=_("More layers do not cost efficiency"),
        trials=(Trial({}, probe="cost"),),
        check=verdicts.efficiency,
        reading=_("The skips cost next to nothing; the layers take their time. Measured here on one core."),
        sources=("he16a",),
    ),
    Claim(
        name="layers_removable",
        number=38,
        sentence=_("The extra layers could just as well be removed"),
        trials=over_seeds(0, {"depth": 20, "arms": ("residual_bn", "shallow_bn")}, probe="removal"),
        check=verdicts.removable,
        reading=_(
            "A trained network with skips misses most single blocks little, but many of them much; a plain one falls "
            "to chance without any one. And the layers were there while it learned."
        ),
        sources=("veit16", "huang16"),
    ),
)
