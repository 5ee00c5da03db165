"""Signatures of models, as `model_signing` wrote them (signed_models/README.md), and as somebody
forged them."""

from __future__ import annotations

import base64
import hashlib
import json
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from hub import HubModel, TestHub
from lineage.core.errors import PolicyError
from lineage.core.ref import ModelRef
from lineage.evidence.signature import ModelSignature, SignatureState, TrustedSigner
from lineage.graph.graph import Node
from lineage.policy.load import load_policy
from lineage.policy.policy import Policy
from lineage.report.sentences.signing import signature_sentences
from lineage.signing.envelope import IN_TOTO, pae
from lineage.sources.local.directory import DirectorySource
from lineage.workflows.audit import audit
from lineage.workflows.model_signatures import model_signatures
from lineage.workflows.options import HubAccess, Options

pytest.importorskip("cryptography", reason="the extra `sign` is not installed")
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

SIGNED = Path(__file__).parent / "signed_models"
VERIFIED, NOT_VERIFIED, BROKEN = (
    SignatureState.VERIFIED,
    SignatureState.NOT_VERIFIED,
    SignatureState.BROKEN,
)


def pem(name: str) -> str:
    return (SIGNED / name).read_text(encoding="utf-8")


KEY = TrustedSigner(("acme",), key=pem("p256.pub"))
ROOT = TrustedSigner(("acme",), certificate=pem("root.pem"))


@pytest.fixture
def model(tmp_path: Path) -> Path:
    """The model as it was signed, with the signature of a key."""
    shutil.copytree(SIGNED / "model", tmp_path / "model")
    shutil.copy(SIGNED / "key-p256.sig", tmp_path / "model" / "model.sig")
    return tmp_path / "model"


def looked_at(
    folder: Path, *trusted: TrustedSigner, verifiers: tuple[str, ...] = ("sign",)
) -> ModelSignature:
    """The one signature that a local folder carries."""
    source = DirectorySource(folder.parent)
    record = source.fetch(ModelRef(f"./{folder.name}"))
    node = Node(record.id, record.status, 0, record=record)
    (found,) = model_signatures([node], source, trusted, {}, verifiers)
    return found


@pytest.mark.parametrize(
    ("file", "trusted", "state", "told"),
    [
        ("key-p256.sig", KEY, VERIFIED, ""),
        ("key-p384.sig", TrustedSigner((), key=pem("p384.pub")), VERIFIED, ""),
        ("key-p521.sig", TrustedSigner((), key=pem("p521.pub")), VERIFIED, ""),
        ("certificate.sig", ROOT, VERIFIED, ""),
        ("whole-shards.sig", KEY, VERIFIED, ""),
        ("shards.sig", KEY, NOT_VERIFIED, "does not cover, by digests that can be compared"),
        ("blake2.sig", KEY, NOT_VERIFIED, "does not cover, by digests that can be compared"),
        ("key-p256.sig", ROOT, NOT_VERIFIED, "an unknown key identifies nobody"),
        ("key-p384.sig", KEY, NOT_VERIFIED, "an unknown key identifies nobody"),
        ("certificate.sig", KEY, NOT_VERIFIED, "no authority that the policy names"),
        (
            "certificate.sig",
            TrustedSigner((), certificate=pem("other-root.pem")),
            NOT_VERIFIED,
            "no authority that the policy names",
        ),
    ],
)
def test_what_model_signing_wrote(
    model: Path, file: str, trusted: TrustedSigner, state: SignatureState, told: str
) -> None:
    """Each way to sign, with the right and with another signer."""
    shutil.copy(SIGNED / file, model / "model.sig")
    found = looked_at(model, trusted)
    assert (found.state, told in found.reason) == (state, True), found
    assert found.differing == ()
    if state is VERIFIED:
        assert (found.signed, found.compared, found.is_signer_shown) == (4, 4, True)
        assert found.signer.startswith(("key ", "CN=Acme Release Signing (issuer CN=Acme"))


def changed(folder: Path) -> None:
    (folder / "model.safetensors").write_bytes(b"other")


def card_edited(folder: Path) -> None:
    (folder / "README.md").write_text("edited")


def removed(folder: Path) -> None:
    (folder / "model.safetensors").unlink()


def weights_added(folder: Path) -> None:
    (folder / "pytorch_model.bin").write_bytes(b"pickled")


def linked(folder: Path) -> None:
    """The same name, other bytes behind it, inside of the folder."""
    (folder / "sub" / "other.safetensors").write_bytes(b"other")
    (folder / "model.safetensors").unlink()
    (folder / "model.safetensors").symlink_to(folder / "sub" / "other.safetensors")


@pytest.mark.posix
@pytest.mark.parametrize(
    ("change", "differing", "touches_weights"),
    [
        (changed, ["model.safetensors: it is not what was signed"], True),
        (card_edited, ["README.md: it is not what was signed"], False),
        (removed, ["model.safetensors: it is missing"], True),
        (weights_added, ["pytorch_model.bin: it is not among the signed files"], True),
        (
            linked,
            [
                "model.safetensors: it is not what was signed",
                "sub/other.safetensors: it is not among the signed files",
            ],
            True,
        ),
    ],
    ids=lambda one: getattr(one, "__name__", ""),
)
def test_files_that_are_not_what_was_signed(
    model: Path, change: Callable[[Path], None], differing: list[str], touches_weights: bool
) -> None:
    """Whoever signed: the digests differ. Weights and cards are told apart."""
    change(model)
    for trusted in ((KEY,), ()):
        found = looked_at(model, *trusted)
        assert (found.state, list(found.differing)) == (BROKEN, differing)
        assert (found.touches_weights, found.is_signer_shown) == (touches_weights, bool(trusted))


# --- forged bundles


def statement(model: Path, **predicate: Any) -> dict[str, Any]:
    """The genuine statement with another predicate, adding up again."""
    bundle = json.loads((SIGNED / "key-p256.sig").read_text())
    told = json.loads(base64.b64decode(bundle["dsseEnvelope"]["payload"]))
    told["predicate"] |= predicate
    digests = b"".join(bytes.fromhex(one["digest"]) for one in told["predicate"]["resources"])
    told["subject"][0]["digest"]["sha256"] = hashlib.sha256(digests).hexdigest()
    return told


def signed(model: Path, payload: bytes, kind: str = IN_TOTO, **material: Any) -> TrustedSigner:
    """Write a bundle over any payload, really signed by a key that is then trusted."""
    private = ec.generate_private_key(ec.SECP256R1())
    public = private.public_key().public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    value = private.sign(pae(kind, payload), ec.ECDSA(hashes.SHA256()))
    bundle = {
        "mediaType": "application/vnd.dev.sigstore.bundle.v0.3+json",
        "verificationMaterial": {
            "publicKey": {"hint": hashlib.sha256(public).hexdigest()},
            **material,
        },
        "dsseEnvelope": {
            "payload": base64.b64encode(payload).decode(),
            "payloadType": kind,
            "signatures": [{"sig": base64.b64encode(value).decode(), "keyid": ""}],
        },
    }
    (model / "model.sig").write_text(json.dumps(bundle))
    return TrustedSigner(("acme",), key=public.decode())


def resource(name: str, content: bytes = b"") -> dict[str, str]:
    return {"name": name, "algorithm": "sha256", "digest": hashlib.sha256(content).hexdigest()}


@pytest.mark.parametrize(
    ("resources", "told"),
    [
        ([], "it lists no file"),
        ([resource("../elsewhere.bin")], "outside of the model"),
        ([resource("/etc/passwd")], "outside of the model"),
        ([resource("sub/../model.safetensors")], "outside of the model"),
        ([resource("sub\\model.safetensors")], "outside of the model"),
        ([resource("config.json"), resource("config.json")], "lists a file twice"),
        ([{"name": "config.json", "algorithm": "sha256", "digest": "no"}], "no digest"),
        (["config.json"], "no name"),
        ("config.json", "it lists no file"),
    ],
)
def test_a_list_of_files_that_is_none(model: Path, resources: Any, told: str) -> None:
    """A good signature of a trusted key does not help it."""
    document = statement(model)
    document["predicate"]["resources"] = resources
    document["subject"][0]["digest"]["sha256"] = hashlib.sha256().hexdigest()
    found = looked_at(model, signed(model, json.dumps(document).encode()))
    assert (found.state, told in found.reason) == (BROKEN, True), found.reason


def test_a_list_that_names_none_of_the_files(model: Path) -> None:
    """All that it lists is missing, all that is there is unsigned."""
    found = looked_at(
        model, signed(model, json.dumps(statement(model, resources=[resource("x.bin")])).encode())
    )
    assert (found.state, found.touches_weights, found.compared) == (BROKEN, True, 0)
    assert "x.bin: it is missing" in found.differing


def test_weights_that_the_signer_left_out_are_not_covered(model: Path) -> None:
    """Leaving the weights out makes no verified model of it."""
    genuine = statement(model)["predicate"]
    rest = [one for one in genuine["resources"] if one["name"] != "model.safetensors"]
    left_out = genuine["serialization"] | {"ignore_paths": ["model.sig", "model.safetensors"]}
    document = statement(model, resources=rest, serialization=left_out)
    found = looked_at(model, signed(model, json.dumps(document).encode()))
    assert found.state is NOT_VERIFIED
    assert found.reason.endswith("model.safetensors")


def test_what_cannot_be_right_of_a_bundle(model: Path) -> None:
    """Other bytes, another type, two signatures, a key that stands twice, two ways to name the
    signer, a subject that does not add up."""
    payload = json.dumps(statement(model)).encode()
    trusted = signed(model, payload)
    good = json.loads((model / "model.sig").read_text())
    assert looked_at(model, trusted).state is VERIFIED
    document = statement(model)
    document["subject"][0]["digest"]["sha256"] = "0" * 64

    def told(bundle: Any) -> str:
        text = bundle if isinstance(bundle, str) else json.dumps(bundle)
        (model / "model.sig").write_text(text)
        found = looked_at(model, trusted)
        assert found.state is BROKEN, found
        return found.reason

    def with_(**envelope: Any) -> dict[str, Any]:
        return good | {"dsseEnvelope": good["dsseEnvelope"] | envelope}

    assert "not what that key signed" in told(
        with_(payload=base64.b64encode(payload + b" ").decode())
    )
    assert "of type 'text/plain'" in told(with_(payloadType="text/plain"))
    assert "exactly one signature" in told(with_(signatures=good["dsseEnvelope"]["signatures"] * 2))
    twice = json.dumps(good).replace('"dsseEnvelope"', '"mediaType": "x", "dsseEnvelope"')
    assert "cannot be read" in told(twice)
    both = good["verificationMaterial"] | {"certificate": {"rawBytes": "AA=="}}
    assert "more than one" in told(good | {"verificationMaterial": both})
    assert "no signer" in told(good | {"verificationMaterial": {}})
    assert "do not add up" in told(
        with_(payload=base64.b64encode(json.dumps(document).encode()).decode())
    )


def test_a_statement_changed_under_a_certificate_is_broken(model: Path) -> None:
    """Whether or not anybody vouches for the certificate."""
    bundle = json.loads((SIGNED / "certificate.sig").read_text())
    payload = base64.b64decode(bundle["dsseEnvelope"]["payload"]) + b" "
    bundle["dsseEnvelope"]["payload"] = base64.b64encode(payload).decode()
    (model / "model.sig").write_text(json.dumps(bundle))
    for trusted in ((ROOT,), ()):
        found = looked_at(model, *trusted)
        assert (found.state, found.signer) == (BROKEN, "")
        assert found.reason == "its statement is not what its own certificate signed"


@pytest.mark.parametrize(
    "content",
    [
        b"-----BEGIN PGP SIGNATURE-----\n",
        b"\x00" * 100,
        b"{}",
        b"[" * 100_000,
        json.dumps({"mediaType": "x", "messageSignature": {}}).encode(),
    ],
)
def test_other_files_of_that_name_are_no_signature(model: Path, content: bytes) -> None:
    """A signature of PGP, or of one artifact, signs no model: nothing is said."""
    (model / "model.sig").write_bytes(content)
    source = DirectorySource(model.parent)
    record = source.fetch(ModelRef("./model"))
    assert (
        model_signatures([Node(record.id, record.status, 0, record=record)], source, (), {}, ())
        == ()
    )


def test_without_the_extra_it_is_not_verified(model: Path) -> None:
    """It says what to install, and still compares the digests."""
    found = looked_at(model, KEY, verifiers=())
    assert (found.state, found.compared) == (NOT_VERIFIED, 4)
    assert found.reason == "pip install 'lineage-audit[sign]' lets it be verified"
    changed(model)
    assert looked_at(model, KEY, verifiers=()).state is BROKEN


def test_a_pack_of_a_signed_model_is_computed_again(
    model: Path, lineage: Any, tmp_path: Path
) -> None:
    """From the digests that were kept, without the model; what verified then must be there now."""
    (tmp_path / "lineage.toml").write_text(
        f'[[signers]]\npublishers = ["acme"]\nkey = """\n{pem("p256.pub")}"""\n'
    )
    made = lineage("pack", "--offline", "./model", "-o", "filed")
    assert made.code in (0, 1, 3), made.err
    (target,) = json.loads((tmp_path / "filed" / "report.json").read_text())["targets"]
    assert [one["state"] for one in target["signatures"]] == ["verified"]
    digest = hashlib.sha256((model / "model.safetensors").read_bytes()).hexdigest()
    assert digest in (tmp_path / "filed" / "inputs" / "records.json").read_text()
    shutil.rmtree(model)
    again = lineage("pack", "replay", "filed")
    assert (again.code, "EQUAL" in again.out) == (0, True), again.out
    setting = tmp_path / "filed" / "inputs" / "setting.json"
    asked = json.loads(setting.read_text())
    assert "sign" in asked["verifiers"]
    setting.write_text(json.dumps(asked | {"verifiers": ["none"]}))
    lacking = lineage("pack", "replay", "filed")
    assert (lacking.code, "cannot be verified here" in lacking.err) == (4, True), lacking.out


# --- on a hub


@pytest.fixture
def hub(model: Path) -> Iterator[TestHub]:
    """A Hub with the signed model, under its publisher and under another."""
    files: dict[str, bytes | str] = {
        path.relative_to(model).as_posix(): path.read_bytes()
        for path in model.rglob("*")
        if path.is_file()
    }
    with TestHub() as running:
        for name in ("acme/m", "copycat/m"):
            running.add(HubModel(name, card={"license": "mit"}, files=dict(files)))
        running.add(HubModel("plain/m", files={"README.md": "# m\n"}))
        yield running


def on(hub: TestHub, name: str, *trusted: TrustedSigner) -> Any:
    options = Options(hub=HubAccess(endpoint=hub.url), policy=Policy(signers=trusted))
    (target,) = audit(name, options).targets
    return target


def rules(target: Any) -> dict[str, str]:
    return {one.rule: one.message for one in target.findings if "sign" in one.rule}


def test_on_a_hub_the_signer_is_held_against_the_publisher(hub: TestHub) -> None:
    """By the policy's word; where it is silent, an unknown key identifies nobody."""
    found = on(hub, "acme/m", KEY)
    (signature,) = found.signatures
    assert (signature.state, signature.signs_for_publisher) == (VERIFIED, True), signature
    assert rules(found) == {}
    (sentence,) = signature_sentences(found)
    assert "signed by key 7" in sentence.replace(signature.signer, "key 7")
    assert "developed by" not in sentence
    copied = on(hub, "copycat/m", KEY)
    assert [*rules(copied)] == ["signer-not-publisher"]
    other = TrustedSigner(("acme",), key=pem("p384.pub"))
    assert "by an unknown key" in rules(on(hub, "acme/m", other))["signer-not-publisher"]
    assert rules(on(hub, "acme/m")) == {}
    assert on(hub, "acme/m").signatures[0].state is NOT_VERIFIED


def test_a_repository_without_a_signature_is_not_spoken_of(hub: TestHub) -> None:
    """Neither in findings nor in facts."""
    found = on(hub, "plain/m", KEY)
    assert (found.signatures, rules(found)) == ((), {})


@pytest.mark.parametrize(
    ("row", "told"),
    [
        ('publishers = ["acme"]', "names no one signer"),
        ('publishers = ["acme"]\nidentity = "a@b.org"', "names no one signer"),
        (
            'publishers = ["acme"]\nidentity = "a@b.org"\nissuer = "i"\nkey = """{p256.pub}"""',
            "one",
        ),
        (
            'publishers = ["a"]\nkey = """-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----"""',
            "holds none that signs models",
        ),
        ('publishers = ["a"]\nkey = """{root.pem}"""', "holds none that signs models"),
        ('publishers = ["a"]\nkey = "no"', "the text of a PEM file"),
    ],
)
def test_a_policy_that_names_no_signer_is_refused(row: str, told: str, tmp_path: Path) -> None:
    """With file and line, and before anything is audited."""
    for name in ("p256.pub", "root.pem"):
        row = row.replace(f"{{{name}}}", pem(name))
    (tmp_path / "lineage.toml").write_text(f"[[signers]]\n{row}\n")
    with pytest.raises(PolicyError, match=r"lineage\.toml, line") as refused:
        load_policy(tmp_path / "lineage.toml", "0.2.0")
    assert told in refused.value.message
