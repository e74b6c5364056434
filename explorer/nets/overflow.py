"""Where in a network something ceased to be finite."""

from torch import Tensor

from explorer.core.i18n import _


def first_not_finite(gradient: Tensor, signal: Tensor) -> str:
    """Name what overflowed first: finiteness (n_layers,) of the last gradient, then of the signal, by layer."""
    for finite, text in ((gradient, _("gradient of layer {n}")), (signal, _("signal of layer {n}"))):
        if not finite.all():
            return text.format(n=int((~finite).nonzero()[0]) + 1)
    return _("loss")
