"""A local Hub: a real HTTP server with the Hub's real behaviours, good and bad, for tests and
benches."""

from .faults import Fault, Trouble
from .model import HubFile, HubModel
from .quota import Quota
from .server import Call, TestHub

__all__ = ["Call", "Fault", "HubFile", "HubModel", "Quota", "TestHub", "Trouble"]
