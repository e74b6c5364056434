"""The experiments, in the order of their tabs: one line each. Each is imported when it is first asked for."""

import dataclasses
import importlib
from collections.abc import Iterator, MutableMapping

from explorer.core.experiment import ExperimentSpec
from explorer.core.i18n import _

LABELS = {
    "activations": _("Activations"),
    "initializers": _("Initializers"),
    "optimizers": _("Optimizers"),
    "batch_norm": _("Batch norm"),
    "residual": _("Residual"),
}
"""What their tabs are called: the window shows all tabs at once, and needs only the first experiment."""


class _Experiments(MutableMapping[str, ExperimentSpec]):
    """Specs by name."""

    def __init__(self) -> None:
        self._specs: dict[str, ExperimentSpec | None] = dict.fromkeys(LABELS)

    def __getitem__(self, name: str) -> ExperimentSpec:
        spec = self._specs[name]
        if spec is None:
            module = importlib.import_module(f"explorer.experiments.{name}.spec")
            spec = self._specs[name] = dataclasses.replace(module.SPEC, label=LABELS[name])
        return spec

    def __setitem__(self, name: str, spec: ExperimentSpec) -> None:
        self._specs[name] = spec

    def __delitem__(self, name: str) -> None:
        del self._specs[name]

    def __contains__(self, name: object) -> bool:
        return name in self._specs

    def __iter__(self) -> Iterator[str]:
        return iter(self._specs)

    def __len__(self) -> int:
        return len(self._specs)


EXPERIMENTS = _Experiments()
