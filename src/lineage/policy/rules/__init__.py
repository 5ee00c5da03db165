"""One file per rule; `registry.py` names them all."""
