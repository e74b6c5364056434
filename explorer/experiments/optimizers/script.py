"""The run as a script of plain PyTorch."""

from explorer.core.session import Session
from explorer.experiments.optimizers.script_network import network_script
from explorer.experiments.optimizers.script_surface import surface_script


def script(session: Session) -> str:
    """Write the script."""
    return network_script(session) if session.hyperparams.surface == "network" else surface_script(session)
