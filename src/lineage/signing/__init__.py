"""Who signed what: Ed25519 keys, DSSE envelopes, in-toto statements, Sigstore bundles. Nothing here
decides whom to believe."""

from __future__ import annotations

EXTRAS = {"sign": "cryptography", "sigstore": "sigstore"}
"""What verifies signatures, and the package that it needs."""


def installed() -> tuple[str, ...]:
    """Those that are there."""
    from importlib.util import find_spec  # most runs verify nothing

    return tuple(name for name, package in EXTRAS.items() if find_spec(package) is not None)


def install(extra: str) -> str:
    """How to get one."""
    return f"Install it with: pip install 'lineage-audit[{extra}]'"
