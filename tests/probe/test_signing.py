"""Whose run it is: a key signs the whole result, and nothing in it can change afterwards."""

from __future__ import annotations

from dataclasses import replace

import pytest

from lineage.core.errors import UsageError
from lineage.probe.record import digest, read, write
from lineage.probe.signing import is_signed, sign
from lineage.workflows.probe import ProbeOptions, Subject, probe, verified
from probe.personas import serving
from probe.world import battery

serialization = pytest.importorskip("cryptography.hazmat.primitives.serialization")
from cryptography.hazmat.primitives.asymmetric import ed25519, rsa  # noqa: E402


def _pem(key, path):
    path.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    return path


def test_a_signed_run_names_its_runner_and_one_changed_word_breaks_it(tmp_path):
    """From the workflow to verification."""
    from lineage.probe.decoding import Decoding

    key = _pem(ed25519.Ed25519PrivateKey.generate(), tmp_path / "key.pem")
    asked = battery()
    with serving("monolingual") as server:
        run = probe(
            ProbeOptions(
                server.url,
                "m",
                tmp_path / "r.json",
                ("zh-Hans",),
                1,
                Decoding(samples=1),
                asked,
                Subject(runner="we"),
                signing_key=key,
            )
        )
    again, checked = verified(tmp_path / "r.json", asked)
    assert (checked.passes, checked.signer) == (True, run.signature.key)
    assert again == run
    write(replace(run, runner="they"), tmp_path / "r.json")
    _, checked = verified(tmp_path / "r.json", asked)
    assert (checked.signer, checked.problems) == (
        "",
        ("signature: it does not belong to this result",),
    )
    assert not is_signed(digest(read(tmp_path / "r.json")), replace(run.signature, value="!"))


def test_another_kind_of_key_is_refused(tmp_path):
    """With how to make one."""
    path = _pem(rsa.generate_private_key(65537, 2048), tmp_path / "rsa.pem")
    with pytest.raises(UsageError, match="openssl"):
        sign("0", path)
