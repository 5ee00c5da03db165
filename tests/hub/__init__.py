"""A local Hub: a real HTTP server with the Hub's real behaviours, good and bad, for tests and
benches."""

from .faults import Fault, Trouble
from .model import HubFile, HubModel
from .quota import Quota
from .routes import Answer, as_json, error, ranged
from .server import Call, TestHub, TestServer

__all__ = [
    "Answer",
    "Call",
    "Fault",
    "HubFile",
    "HubModel",
    "Quota",
    "TestHub",
    "TestServer",
    "Trouble",
    "as_json",
    "error",
    "ranged",
]
