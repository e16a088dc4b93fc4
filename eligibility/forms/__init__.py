"""What people type: the questions of the simulator, the ceilings of a new year."""

from .ceilings import CeilingsFileForm, PublishForm, WithdrawForm
from .simulator import SimulationForm

__all__ = ["CeilingsFileForm", "PublishForm", "SimulationForm", "WithdrawForm"]
