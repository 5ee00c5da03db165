"""Sigstore by its own client, against an authority and logs on this machine that really sign."""

from __future__ import annotations

import base64
import json
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("sigstore", reason="the extra `sigstore` is not installed")

from lineage.core.ref import ModelRef
from lineage.evidence.signature import (
    ModelSignature,
    SignatureState,
    TrustedSigner,
)
from lineage.graph.graph import Node
from lineage.signing import sigstore
from lineage.sources.local.directory import DirectorySource
from lineage.workflows import pack
from lineage.workflows.model_signatures import model_signatures
from signing.sigstores import running, token

REAL = Path(__file__).parent / "pypi-attestations-0.0.19.sigstore.json"
MODEL = Path(__file__).parents[1] / "workflows" / "signed_models" / "model"
ISSUER = "https://accounts.example.org"
ME = "audit@example.org"


@pytest.fixture(scope="module")
def trust(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The trust in a Sigstore that runs while the tests do."""
    with running() as here:
        file = tmp_path_factory.mktemp("trust") / "trust.json"
        file.write_text(json.dumps(here.trust()))
        yield file


@pytest.fixture
def filed(trust: Path, lineage: Any, tmp_path: Path) -> Path:
    """A pack that the command line signed by Sigstore."""
    env = {"SIGSTORE_IDENTITY_TOKEN": token(ME, ISSUER)}
    args = ("--sign", "sigstore", "--trust-config", str(trust))
    ran = lineage("pack", "--offline", "gpt2", "-o", "filed", *args, env=env)
    assert ran.code in (0, 1, 3), ran.err
    return tmp_path / "filed"


def test_a_pack_that_sigstore_signed(filed: Path, trust: Path, lineage: Any) -> None:
    """Signed by whom is expected, by somebody else, by nobody who was named, and by an authority
    that is not trusted."""
    args = ("pack", "verify", str(filed), "--trust-config", str(trust))
    good = lineage(*args, "--identity", ME, "--issuer", ISSUER, "--require-signature")
    assert (good.code, f"unchanged, signed by {ME} (issuer {ISSUER})" in good.out) == (0, True)
    for identity, issuer in (("other@example.org", ISSUER), (ME, "https://other.example")):
        wrong = lineage(*args, "--identity", identity, "--issuer", issuer)
        assert (wrong.code, f"signed by {ME}" in wrong.out) == (1, True), wrong.out
    unnamed = lineage(*args)
    assert (unnamed.code, "not shown to be what was filed" in unnamed.out) == (0, True)
    assert lineage(*args, "--require-signature").code == 3
    public = lineage("pack", "verify", str(filed), "--identity", ME, "--issuer", ISSUER)
    assert (public.code, "Sigstore does not confirm its signature" in public.out) == (1, True)


def test_sigstores_own_command_line_verifies_it(filed: Path, trust: Path) -> None:
    """The subject is the file of checksums; for another account it is refused."""

    def ask(identity: str) -> int:
        named = ("--bundle", pack.BY_SIGSTORE, "--cert-identity", identity)
        args = ("--trust-config", str(trust), "verify", "identity", *named)
        command = [sys.executable, "-m", "sigstore", *args, "--cert-oidc-issuer", ISSUER, pack.SUMS]
        return subprocess.run(command, cwd=filed, capture_output=True, check=False).returncode

    assert ask(ME) == 0
    assert ask("other@example.org") != 0


def test_a_pack_altered_after_sigstore_signed_it(filed: Path, trust: Path, lineage: Any) -> None:
    """Everything hashed again; then another payload in the bundle."""
    args = ("pack", "verify", str(filed), "--trust-config", str(trust))
    (filed / "report.txt").write_text("PASS\n")
    rest = [
        p for p in filed.rglob("*") if p.is_file() and p.name not in (pack.SUMS, pack.BY_SIGSTORE)
    ]
    sums = {p.relative_to(filed).as_posix(): pack.sha256(p.read_bytes()) for p in rest}
    (filed / pack.SUMS).write_text("".join(f"{sums[p]}  {p}\n" for p in sorted(sums)))
    altered = lineage(*args)
    assert (altered.code, "altered after signing" in altered.out) == (1, True)
    bundle = json.loads((filed / pack.BY_SIGSTORE).read_text())
    payload = base64.b64decode(bundle["dsseEnvelope"]["payload"]) + b" "
    bundle["dsseEnvelope"]["payload"] = base64.b64encode(payload).decode()
    (filed / pack.BY_SIGSTORE).write_text(json.dumps(bundle))
    changed = lineage(*args)
    assert (changed.code, "does not confirm its signature" in changed.out) == (1, True)


def test_without_a_login_nothing_is_filed(trust: Path, lineage: Any, tmp_path: Path) -> None:
    """A token that is none: exit 4, and what to do."""
    args = ("--sign", "sigstore", "--trust-config", str(trust))
    env = {"SIGSTORE_IDENTITY_TOKEN": "none"}
    ran = lineage("pack", "--offline", "gpt2", "-o", "filed", *args, env=env)
    assert (ran.code, "Sigstore did not sign" in ran.err) == (4, True)
    assert not (tmp_path / "filed").exists()


def test_a_real_bundle_of_the_public_sigstore() -> None:
    """PyPI's attestation of a release, by the trust that the client ships; not a byte may differ."""
    content = REAL.read_bytes()
    identity, envelope = sigstore.verified(content)
    assert str(identity) == (
        "https://github.com/trailofbits/pypi-attestations/.github/workflows/release.yml"
        "@refs/tags/v0.0.19 (issuer https://token.actions.githubusercontent.com)"
    )
    bundle = json.loads(content)
    changed = base64.b64encode(envelope.payload + b" ").decode()
    bundle["dsseEnvelope"]["payload"] = changed
    with pytest.raises(sigstore.NotShownError):
        sigstore.verified(json.dumps(bundle).encode())
    with pytest.raises(sigstore.NotShownError):
        sigstore.verified(b"{}")


# --- models


@pytest.fixture
def model(tmp_path: Path) -> Path:
    shutil.copytree(MODEL, tmp_path / "model")
    return tmp_path / "model"


def looked_at(folder: Path, *trusted: TrustedSigner, name: str = "acme/m") -> ModelSignature:
    """The folder's signature, as if the folder were a repository of acme."""
    source = DirectorySource(folder.parent)
    record = source.fetch(ModelRef(f"./{folder.name}"))
    from lineage.core.record import Status

    (found,) = model_signatures(
        [Node(name, Status.RESOLVED, 0, record=record)], source, trusted, {}, ("sign", "sigstore")
    )
    return found


def test_a_model_that_sigstore_signed(model: Path, trust: Path) -> None:
    """By `model_signing` itself, as an account of the publisher's name and as another."""
    signing = pytest.importorskip("model_signing.signing", reason="model-signing is not installed")
    hashing = pytest.importorskip("model_signing.hashing")

    def sign(identity: str, issuer: str) -> None:
        left_out = hashing.Config().set_ignored_paths(paths=["model.sig"])
        config = signing.Config().use_sigstore_signer(
            identity_token=token(identity, issuer), trust_config=trust
        )
        config.set_hashing_config(left_out).sign(model, model / "model.sig")

    forge = "https://token.actions.githubusercontent.com"
    flow = "https://github.com/acme/release/.github/workflows/sign.yml@refs/heads/main"
    named = TrustedSigner(("acme",), identity=flow, issuer=forge, trust=str(trust))
    sign(flow, forge)
    found = looked_at(model, named)
    assert (found.state, found.signer) == (SignatureState.VERIFIED, f"{flow} (issuer {forge})")
    assert found.signs_for_publisher is True
    elsewhere = TrustedSigner(("other",), identity=flow, issuer=forge, trust=str(trust))
    assert looked_at(model, elsewhere).signs_for_publisher is True, "the account is called acme"
    assert looked_at(model, elsewhere, name="qwen/m").signs_for_publisher is False
    unknown = looked_at(model)
    assert unknown.state is SignatureState.NOT_VERIFIED
    assert "Sigstore does not confirm it" in unknown.reason
    for stranger in ("mallory@acme.evil.org", "https://evil.example/acme"):
        sign(stranger, "https://evil.example")
        assert looked_at(model, elsewhere).signs_for_publisher is False, stranger
        assert looked_at(model, named).signs_for_publisher is False, stranger
    bundle = json.loads((model / "model.sig").read_text())
    payload = base64.b64decode(bundle["dsseEnvelope"]["payload"]) + b" "
    bundle["dsseEnvelope"]["payload"] = base64.b64encode(payload).decode()
    (model / "model.sig").write_text(json.dumps(bundle))
    assert looked_at(model, named).state is SignatureState.BROKEN


def test_model_signing_reads_back_what_it_wrote_and_we_verified(model: Path) -> None:
    """Both clients say the same of the stored signatures of keys and certificates."""
    verifying = pytest.importorskip("model_signing.verifying", reason="model-signing is missing")
    signed = MODEL.parent
    for name in ("p256", "p384", "p521"):
        config = verifying.Config().use_elliptic_key_verifier(public_key=signed / f"{name}.pub")
        config.verify(model, signed / f"key-{name}.sig")
    config = verifying.Config().use_certificate_verifier(certificate_chain=[signed / "root.pem"])
    config.verify(model, signed / "certificate.sig")
