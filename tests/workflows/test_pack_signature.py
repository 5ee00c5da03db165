"""Whose signature a filed pack carries, told apart by the real command line."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from lineage.cli.signing_options import ExpectedChoice
from lineage.core.errors import UsageError
from lineage.policy.policy import Policy
from lineage.signing import keys
from lineage.signing.envelope import IN_TOTO, pae
from lineage.signing.statement import Statement, Subject
from lineage.workflows import pack
from lineage.workflows.pack_members import FiledPack
from lineage.workflows.pack_signature import Expected, sign_with_key
from lineage.workflows.pack_statement import PREDICATE, statement_of
from lineage.workflows.pack_verdict import verified
from report import reports

pytest.importorskip("cryptography", reason="the extra `sign` is not installed")
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ed25519

Files = dict[str, bytes]
ATTESTATION = pack.BY_KEY


@pytest.fixture(scope="module")
def unsigned() -> Files:
    """A pack of a merge with a gated and an unknown base."""
    return pack.build(reports.report(reports.merge()), Policy())


@pytest.fixture(scope="module")
def signers(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """PEM files of the signer and of a stranger, with their public halves."""
    folder = tmp_path_factory.mktemp("keys")
    for name in ("own", "stranger"):
        private = ed25519.Ed25519PrivateKey.generate()
        (folder / f"{name}.pem").write_bytes(
            private.private_bytes(
                serialization.Encoding.PEM,
                serialization.PrivateFormat.PKCS8,
                serialization.NoEncryption(),
            )
        )
        (folder / f"{name}.pub").write_bytes(
            private.public_key().public_bytes(
                serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
            )
        )
    return {path.name: path for path in folder.iterdir()}


@pytest.fixture(scope="module")
def signed(unsigned: Files, signers: dict[str, Path]) -> Files:
    """The same, signed by its owner."""
    return unsigned | sign_with_key(unsigned, signers["own.pem"])


def envelope(key: Path, payload: bytes, payload_type: str = IN_TOTO) -> dict[str, Any]:
    """Any payload, really signed."""
    name, value = keys.sign(pae(payload_type, payload), key)
    return {
        "payload": base64.b64encode(payload).decode(),
        "payloadType": payload_type,
        "signatures": [{"keyid": keys.key_id(name), "sig": base64.b64encode(value).decode()}],
    }


def with_(files: Files, document: Mapping[str, Any] | str) -> Files:
    """The pack with another attestation."""
    text = document if isinstance(document, str) else json.dumps(document)
    return {**files, ATTESTATION: text.encode()}


def resealed(files: Files, **changed: bytes) -> Files:
    """Contents changed and everything hashed again, the attestation as it was."""
    left_out = (pack.SUMS, ATTESTATION)
    rest = {path: data for path, data in files.items() if path not in left_out} | changed
    sums = "".join(f"{pack.sha256(rest[path])}  {path}\n" for path in sorted(rest))
    return {**rest, pack.SUMS: sums.encode(), ATTESTATION: files[ATTESTATION]}


def payload_of(files: Files) -> dict[str, Any]:
    return json.loads(base64.b64decode(json.loads(files[ATTESTATION])["payload"]))


def packed(statement: Mapping[str, Any]) -> bytes:
    return json.dumps(statement).encode()


Attack = Callable[[Files, dict[str, Path]], Files]


def other_verdict(files: Files, signers: dict[str, Path]) -> Files:
    """Only the verdict, wherever the pack says it."""
    changed = {}
    for path in ("report.json", "manifest.json", "inquiry.json"):
        document = json.loads(files[path])
        document |= {"verdict": "pass"} if "verdict" in document else {}
        for one in [*document.get("targets", ()), *document.get("searched", ())]:
            one["verdict"] = "pass"
        changed[path] = json.dumps(document).encode()
    return resealed(files, **changed)


def other_policy(files: Files, signers: dict[str, Path]) -> Files:
    return resealed(files, **{"policy.json": b'{"name": "mild"}'})


def other_format(files: Files, signers: dict[str, Path]) -> Files:
    return resealed(files, **{"report.txt": b"PASS\n"})


def re_signed_alone(files: Files, signers: dict[str, Path]) -> Files:
    """The statement as it was, a stranger's signature under it."""
    payload = base64.b64decode(json.loads(files[ATTESTATION])["payload"])
    return with_(files, envelope(signers["stranger.pem"], payload))


def re_signed_whole(files: Files, signers: dict[str, Path]) -> Files:
    changed = other_verdict(files, signers)
    return changed | sign_with_key(changed, signers["stranger.pem"])


def other_bytes(files: Files, signers: dict[str, Path]) -> Files:
    """The owner's signature, over another statement than the one that stands there."""
    document = json.loads(files[ATTESTATION])
    statement = payload_of(files)
    statement["predicate"]["verdict"] = "pass"
    return with_(files, document | {"payload": base64.b64encode(packed(statement)).decode()})


def other_predicate(files: Files, signers: dict[str, Path]) -> Files:
    """The owner really signed something else about the same bytes."""
    statement = payload_of(files)
    statement |= {"predicateType": "https://slsa.dev/provenance/v1"}
    return with_(files, envelope(signers["own.pem"], packed(statement)))


def other_words(files: Files, signers: dict[str, Path]) -> Files:
    """The owner's signature over a verdict that the pack does not hold."""
    statement = payload_of(files)
    statement["predicate"]["verdict"] = "pass"
    return with_(files, envelope(signers["own.pem"], packed(statement)))


def other_pack(files: Files, signers: dict[str, Path]) -> Files:
    """A genuine attestation of another pack."""
    other = pack.build(reports.report(reports.simple()), Policy())
    return files | sign_with_key(other, signers["own.pem"])


def other_type(files: Files, signers: dict[str, Path]) -> Files:
    payload = base64.b64decode(json.loads(files[ATTESTATION])["payload"])
    return with_(files, envelope(signers["own.pem"], payload, "application/json"))


def type_changed(files: Files, signers: dict[str, Path]) -> Files:
    """The type is signed too."""
    return with_(files, json.loads(files[ATTESTATION]) | {"payloadType": "text/plain"})


def key_twice(files: Files, signers: dict[str, Path]) -> Files:
    text = files[ATTESTATION].decode()
    return with_(files, text.replace("{", '{"payloadType": "other",', 1))


def key_twice_within(files: Files, signers: dict[str, Path]) -> Files:
    payload = json.dumps(payload_of(files)).replace("{", '{"predicateType": "other",', 1)
    return with_(files, envelope(signers["own.pem"], payload.encode()))


def no_signature(files: Files, signers: dict[str, Path]) -> Files:
    return with_(files, json.loads(files[ATTESTATION]) | {"signatures": []})


def many_signatures(files: Files, signers: dict[str, Path]) -> Files:
    document = json.loads(files[ATTESTATION])
    return with_(files, document | {"signatures": document["signatures"] * 10_000})


def huge(files: Files, signers: dict[str, Path]) -> Files:
    return with_(files, json.loads(files[ATTESTATION]) | {"more": "x" * 17 * 2**20})


def deep(files: Files, signers: dict[str, Path]) -> Files:
    return with_(files, "[" * 100_000)


def empty(files: Files, signers: dict[str, Path]) -> Files:
    return with_(files, "")


def subject_gone(files: Files, signers: dict[str, Path]) -> Files:
    """Of the right type and about weights alone."""
    statement = statement_of(files, keys.name_in(signers["own.pem"]))
    other = Statement((Subject("weights", {"sha256": "0" * 64}),), PREDICATE, statement.predicate)
    return with_(files, envelope(signers["own.pem"], other.to_bytes()))


@pytest.mark.parametrize(
    ("attack", "told"),
    [
        (other_verdict, "this one was altered after signing"),
        (other_policy, "this one was altered after signing"),
        (other_format, "this one was altered after signing"),
        (re_signed_alone, "a stranger signed it anew"),
        (re_signed_whole, "a stranger signed it, or the wrong key"),
        (other_bytes, "not what was signed"),
        (other_predicate, "another predicate (https://slsa.dev/provenance/v1)"),
        (other_words, "says other than the pack does (verdict)"),
        (other_pack, "its signature was taken from another"),
        (subject_gone, "its signature was taken from another"),
        (other_type, "its payload is of type 'application/json'"),
        (type_changed, "its payload is of type 'text/plain'"),
        (key_twice, "duplicate key"),
        (key_twice_within, "duplicate key"),
        (no_signature, "it holds 0 signatures"),
        (many_signatures, "it holds 10000 signatures"),
        (huge, "larger than 16 MB"),
        (deep, "not JSON"),
        (empty, "not JSON"),
    ],
    ids=lambda one: getattr(one, "__name__", ""),
)
def test_each_attack_has_its_words(
    attack: Attack, told: str, signed: Files, signers: dict[str, Path], tmp_path: Path
) -> None:
    """With the owner's key named, of the files as they lie there."""
    pack.write(attack(signed, signers), tmp_path / "p")
    owner = Expected(keys.public_name(str(signers["own.pub"])))
    found = verified(FiledPack(tmp_path / "p"), None, owner)
    assert any(told in problem for problem in found.problems), found.problems


@pytest.mark.parametrize("attack", [other_verdict, re_signed_whole, other_predicate, huge])
def test_an_attack_exits_1(
    attack: Attack, signed: Files, signers: dict[str, Path], lineage: Any, tmp_path: Path
) -> None:
    """And never with a word of trust."""
    pack.write(attack(signed, signers), tmp_path / "p")
    ran = lineage("pack", "verify", "p", "--key", str(signers["own.pub"]))
    assert (ran.code, "unchanged" in ran.out) == (1, False), ran.err


@pytest.mark.parametrize(
    ("choice", "told"),
    [
        (ExpectedChoice("", None, None, None), "--key is empty"),
        (ExpectedChoice("{own.pem}", None, None, None), "neither the name of a public key"),
        (ExpectedChoice("ed25519:AA==", None, None, None), "neither the name of a public key"),
        (ExpectedChoice(None, "me@example.org", None, None), "belong together"),
        (ExpectedChoice(None, "", "https://x", None), "--identity is empty"),
        (ExpectedChoice(None, "a", " ", None), "--issuer is empty"),
        (ExpectedChoice("{own.pub}", "a", "b", None), "exclude each other"),
    ],
)
def test_half_a_name_is_wrong_usage(
    choice: ExpectedChoice, told: str, signers: dict[str, Path]
) -> None:
    """A private key is no public one."""
    key = choice.key
    for name, path in signers.items():
        key = key.replace(f"{{{name}}}", str(path)) if key else key
    with pytest.raises(UsageError, match=told):
        replace(choice, key=key).expected()


@pytest.mark.parametrize(
    ("path", "change"),
    [
        ("policy.json", lambda d: []),
        ("policy.json", lambda d: {"settings": 7}),
        ("policy.json", lambda d: {"settings": {"stale-data": {"registry-max-age": "x"}}}),
        ("report.json", lambda d: d | {"targets": [d["targets"][0] | {"model": 7}]}),
        ("report.json", lambda d: [n.pop("status") for n in d["targets"][0]["nodes"]] and d),
        ("inputs/records.json", lambda d: {"records": [1]}),
    ],
)
def test_documents_that_lineage_never_wrote_end_in_a_problem(
    path: str,
    change: Callable[[Any], Any],
    signed: Files,
    signers: dict[str, Path],
) -> None:
    """Everything hashed again, and a statement over just that: told, never a crash."""
    forged = resealed(signed, **{path: json.dumps(change(json.loads(signed[path]))).encode()})
    statement = payload_of(signed)
    statement["subject"][0]["digest"]["sha256"] = pack.fingerprint(forged)
    for files in (forged, with_(forged, envelope(signers["own.pem"], packed(statement)))):
        owner = Expected(keys.public_name(str(signers["own.pub"])))
        assert verified(files, None, owner).problems


def test_what_is_good_and_what_is_not_shown(
    signed: Files, unsigned: Files, signers: dict[str, Path], lineage: Any, tmp_path: Path
) -> None:
    """Exit codes and words of each way to ask."""
    pack.write(signed, tmp_path / "signed")
    pack.write(unsigned, tmp_path / "unsigned")
    own, stranger = str(signers["own.pub"]), str(signers["stranger.pub"])
    name = keys.name_in(signers["own.pem"])
    noted = ("--fingerprint", pack.fingerprint(unsigned))
    not_shown = "consistent with itself; not shown to be what was filed"
    asked: dict[tuple[str, ...], tuple[int, str]] = {
        ("signed", "--key", name, "--require-signature"): (0, f"signed by {name}"),
        ("signed",): (0, not_shown),
        ("signed", "--require-signature"): (3, f"It is signed by {name}; whether"),
        ("signed", "--key", stranger): (1, f"signed by {name}, not by "),
        ("signed", "--identity", "me@example.org", "--issuer", "https://x"): (3, not_shown),
        ("unsigned",): (0, not_shown),
        ("unsigned", *noted): (0, "unchanged: its fingerprint is the one"),
        ("unsigned", "--require-signature"): (3, "It is not signed"),
        ("unsigned", "--key", own): (3, "It is not signed"),
        ("signed", "--key", str(signers["own.pem"])): (2, "openssl pkey -in key.pem -pubout"),
    }
    for args, (code, told) in asked.items():
        ran = lineage("pack", "verify", *args)
        assert (ran.code, told in ran.out + ran.err) == (code, True), (args, ran.out, ran.err)


def test_two_signatures_are_good_where_one_is_of_whom_is_named(
    signed: Files, signers: dict[str, Path], lineage: Any, tmp_path: Path
) -> None:
    """A countersignature takes nothing away; of two strangers' none is good."""
    document = json.loads(signed[ATTESTATION])
    payload = base64.b64decode(document["payload"])
    other = envelope(signers["stranger.pem"], payload)["signatures"]
    pack.write(
        with_(signed, document | {"signatures": other + document["signatures"]}), tmp_path / "p"
    )
    assert lineage("pack", "verify", "p", "--key", str(signers["own.pub"])).code == 0
    pack.write(with_(signed, document | {"signatures": other + other}), tmp_path / "q")
    assert lineage("pack", "verify", "q", "--key", str(signers["own.pub"])).code == 1


def test_data_that_is_too_old_is_told(
    signers: dict[str, Path], lineage: Any, tmp_path: Path
) -> None:
    """By the policy that is filed with the pack; a good signature does not make it young."""
    settings = {"stale-data": {"registry-max-age": 1}}
    files = pack.build(reports.report(reports.merge()), Policy(settings=settings))
    pack.write(files | sign_with_key(files, signers["own.pem"]), tmp_path / "p")
    own = ("--key", str(signers["own.pub"]))
    ran = lineage("pack", "verify", "p", *own)
    assert (ran.code, "The data behind it was good until" in ran.out) == (0, True)
    assert lineage("pack", "verify", "p", *own, "--require-current").code == 3


def test_the_command_line_signs(signers: dict[str, Path], lineage: Any, tmp_path: Path) -> None:
    """`--sign KEY.pem`; the fingerprint is that of the unsigned pack; a key that cannot sign ends
    it before the work."""
    key = str(signers["own.pem"])
    ran = lineage("pack", "--offline", "gpt2", "-o", "filed", "--sign", key)
    assert ran.code in (0, 1, 3), ran.err
    checked = lineage("pack", "verify", "filed", "--key", str(signers["own.pub"]))
    assert (checked.code, ran.out.split()[-1] in checked.out) == (0, True), checked.out
    wrong = lineage("pack", "--offline", "gpt2", "-o", "none", "--sign", str(signers["own.pub"]))
    assert (wrong.code, (tmp_path / "none").exists()) == (2, False)
    assert lineage("pack", "--offline", "gpt2", "-o", "none", "--sign", "").code == 2
    assert lineage("pack", "--offline", "gpt2", "-o", "none", "--trust-config", key).code == 2


def test_the_statement_names_what_it_is_about(signed: Files) -> None:
    """The pack, the weights by the digests that their source lists, and every ancestor with its
    revision."""
    statement = payload_of(signed)
    (target,) = json.loads(signed["report.json"])["targets"]
    assert statement["subject"] == [
        {"name": "lineage-pack", "digest": {"sha256": pack.fingerprint(signed)}},
        {"name": f"{target['model']}/model.safetensors", "digest": {"sha256": "ab" * 32}},
    ]
    (model,) = statement["predicate"]["models"]
    assert [(one["model"], one["revision"]) for one in model["ancestors"]] == sorted(
        (node["id"], node["revision"]) for node in target["nodes"] if node["id"] != target["model"]
    )
    policy = statement["predicate"]["policy"]["digest"]["sha256"]
    assert policy == pack.sha256(signed["policy.json"])


def test_without_digests_the_commit_is_the_subject(signed: Files) -> None:
    """For a key; Sigstore's client takes no commit, so there the pack alone is."""
    records = json.loads(signed["inputs/records.json"])
    for one in records["records"]:
        one["record"] = None
    files = signed | {"inputs/records.json": json.dumps(records).encode()}
    (target,) = json.loads(signed["report.json"])["targets"]
    subjects = statement_of(files, "x").subjects
    assert subjects[1:] == (Subject(target["model"], {"gitCommit": target["revision"]}),)
    assert len(statement_of(files, "sigstore", commits=False).subjects) == 1


def test_the_clients_of_in_toto_accept_it(signed: Files, signers: dict[str, Path]) -> None:
    """securesystemslib finds the key by its id and verifies, in-toto validates the statement; a
    stranger's key and a changed byte are refused."""
    dsse = pytest.importorskip("securesystemslib.dsse", reason="securesystemslib is not installed")
    signer = pytest.importorskip("securesystemslib.signer")
    statements = pytest.importorskip(
        "in_toto_attestation.v1.statement", reason="in-toto-attestation is not installed"
    )
    from google.protobuf import json_format

    def key(name: str) -> Any:
        loaded = serialization.load_pem_public_key(signers[name].read_bytes())
        return signer.SSlibKey.from_crypto(loaded)

    found = dsse.Envelope.from_dict(json.loads(signed[ATTESTATION]))
    assert list(found.verify([key("own.pub")], 1)) == [key("own.pub").keyid]
    from securesystemslib.exceptions import VerificationError

    with pytest.raises(VerificationError):
        found.verify([key("stranger.pub")], 1)
    statement = json_format.Parse(found.payload, statements.Statement([], "", {}).pb)
    statements.Statement.copy_from_pb(statement).validate()
    found.payload += b" "
    with pytest.raises(VerificationError):
        found.verify([key("own.pub")], 1)


def test_what_the_clients_of_in_toto_write_is_accepted(
    unsigned: Files, signers: dict[str, Path], lineage: Any, tmp_path: Path
) -> None:
    """The same statement, put into an envelope and signed by securesystemslib."""
    dsse = pytest.importorskip("securesystemslib.dsse", reason="securesystemslib is not installed")
    signer = pytest.importorskip("securesystemslib.signer")
    private = serialization.load_pem_private_key(signers["own.pem"].read_bytes(), None)
    payload = statement_of(unsigned, keys.name_in(signers["own.pem"])).to_bytes()
    written = dsse.Envelope(payload, IN_TOTO, {})
    written.sign(signer.CryptoSigner(private))
    pack.write(with_(unsigned, written.to_dict()), tmp_path / "p")
    ran = lineage("pack", "verify", "p", "--key", str(signers["own.pub"]))
    assert ran.code == 0, ran.out
