"""Makes the releases of the data that `lineage data update` and `use` take: a TUF repository, and
the same as one file. docs/data-releases.md has the ceremony; no key is ever in this repository.

    python tools/release_data.py keygen targets ~/keys
    python tools/release_data.py root build/data-site --role root=a.pub --role targets=targets.pub …
    python tools/release_data.py sign build/data-site/metadata/1.root.json --key a.pem
    python tools/release_data.py release build/data-site
    python tools/release_data.py timestamp build/data-site

The same facts, site, keys and SOURCE_DATE_EPOCH give the same bytes: Ed25519 signs without chance.
"""

from __future__ import annotations

import json
import os
import zipfile
from collections.abc import Mapping
from datetime import datetime, timedelta, timezone
from pathlib import Path

import click
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from securesystemslib.signer import CryptoSigner, SSlibKey
from tuf.api.exceptions import RepositoryError, UnsignedMetadataError
from tuf.api.metadata import (
    Metadata,
    MetaFile,
    Root,
    Signed,
    Snapshot,
    TargetFile,
    Targets,
    Timestamp,
)
from tuf.api.serialization.json import JSONSerializer

from lineage.core.errors import LineageError
from lineage.core.packaged import DATA, FACTS, MANIFEST
from lineage.evidence.document import load
from lineage.sources.release.manifest import written

ROLES = ("targets", "snapshot", "timestamp")
FACTS_LAST = timedelta(days=180)
"""So long the makers stand by the facts of a release."""
ANSWERS_LAST = timedelta(days=30)
"""So long the site's word that nothing newer is out may be taken, and a file may be on its way."""
Keys = Mapping[str, Ed25519PrivateKey]


class Problem(click.ClickException):
    """What the maker must mend."""

    exit_code = 2


# --- the root of trust


def new_root(
    previous: bytes | None,
    keys: Mapping[str, list[SSlibKey]],
    thresholds: Mapping[str, int],
    expires: datetime,
) -> Metadata[Root]:
    """The next root, unsigned: roles that `keys` names are given these keys alone, others keep
    theirs."""
    found = Metadata(Root(expires=expires))
    if previous is not None:
        found = Metadata[Root].from_bytes(previous)
        found.signed.version += 1
        found.signed.expires = expires
        found.signatures.clear()
    root = found.signed
    for role, given in keys.items():
        for old in list(root.roles[role].keyids):
            root.revoke_key(old, role)
        for key in given:
            root.add_key(key, role)
    for role, threshold in thresholds.items():
        root.roles[role].threshold = threshold
    for role, held in root.roles.items():
        if len(held.keyids) < held.threshold:
            raise Problem(f"{role} needs {held.threshold} keys and has {len(held.keyids)}.")
    return found


def newest(folder: Path, role: str) -> Path | None:
    """The file of the highest version of a role."""
    found = (path for path in folder.glob(f"*.{role}.json"))
    return max(found, key=lambda path: int(path.name.partition(".")[0]), default=None)


# --- a release


def release(site: Path, data: Path, keys: Keys, now: datetime) -> str:
    """Add the facts under `data` to the site, as its newest release; its version. Facts that are
    there already get a new timestamp alone, unless half their time is over or keys changed."""
    metadata, content = site / "metadata", {name: (data / name).read_bytes() for name in FACTS}
    last = newest(metadata, "targets")
    held = Metadata[Targets].from_bytes(last.read_bytes()).signed if last else None
    listed = {name: TargetFile.from_data(name, content[name], ["sha256"]) for name in FACTS}
    is_same = held and all(held.targets.get(name) == one for name, one in listed.items())
    if held and is_same and held.expires - now > FACTS_LAST / 2 and is_signed(site):
        renew_timestamp(site, keys, now)
        return str(held.targets[MANIFEST].unrecognized_fields["custom"]["version"])
    dates = json.loads((data / MANIFEST).read_bytes())["dates"]
    number = held.version + 1 if held else 1
    version = f"{max(dates.values())}.{number}"
    content[MANIFEST] = written(version, dates, content).encode()
    listed[MANIFEST] = TargetFile.from_data(MANIFEST, content[MANIFEST], ["sha256"])
    listed[MANIFEST].unrecognized_fields["custom"] = {"version": version}
    for name, one in listed.items():
        place = site / "targets" / f"{one.hashes['sha256']}.{name}"
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(content[name])
    targets = Targets(version=number, expires=now + FACTS_LAST, targets=listed)
    signed = _write(metadata / f"{number}.targets.json", targets, keys["targets"])
    described = {"targets.json": MetaFile.from_data(number, signed, ["sha256"])}
    snapshot = Snapshot(version=number, expires=now + FACTS_LAST, meta=described)
    _write(metadata / f"{number}.snapshot.json", snapshot, keys["snapshot"])
    renew_timestamp(site, keys, now)
    return version


def renew_timestamp(site: Path, keys: Keys, now: datetime) -> None:
    """Say that the newest release is still the newest."""
    metadata = site / "metadata"
    snapshot, old = newest(metadata, "snapshot"), metadata / "timestamp.json"
    if snapshot is None:
        raise Problem(f"{site} holds no release.")
    number = int(snapshot.name.partition(".")[0])
    before = Metadata[Timestamp].from_bytes(old.read_bytes()).signed.version if old.exists() else 0
    described = MetaFile.from_data(number, snapshot.read_bytes(), ["sha256"])
    new = Timestamp(version=before + 1, expires=now + ANSWERS_LAST, snapshot_meta=described)
    _write(old, new, keys["timestamp"])


def bundle(site: Path, file: Path) -> None:
    """The newest release and every root as one file, not compressed: other versions of zlib would
    give other bytes."""
    last = newest(site / "metadata", "targets")
    if last is None:
        raise Problem(f"{site} holds no release.")
    number = last.name.partition(".")[0]
    targets = Metadata[Targets].from_bytes(last.read_bytes()).signed.targets.values()
    names = [f"metadata/{path.name}" for path in (site / "metadata").glob("*.root.json")]
    names += [f"metadata/{number}.targets.json", f"metadata/{number}.snapshot.json"]
    names += ["metadata/timestamp.json"]
    names += [f"targets/{one.hashes['sha256']}.{one.path}" for one in targets]
    with zipfile.ZipFile(file, "w", zipfile.ZIP_STORED) as archive:
        for name in sorted(names):
            entry = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
            entry.create_system, entry.external_attr = 3, 0o644 << 16
            archive.writestr(entry, (site / name).read_bytes())


def is_signed(site: Path) -> bool:
    """Whether what the site holds is signed by the keys of its newest root."""
    try:
        check(site)
    except UnsignedMetadataError:
        return False
    return True


def check(site: Path) -> None:
    """Raise unless every role of the newest release is signed by the keys of the newest root, and
    the root by those of the one before."""
    metadata = site / "metadata"
    root = check_root(site)
    for one in (newest(metadata, "targets"), newest(metadata, "snapshot"), *metadata.glob("time*")):
        if one is None:
            continue
        part: Metadata[Signed] = Metadata.from_bytes(one.read_bytes())
        root.verify_delegate(part.signed.type, part.signed_bytes, part.signatures)


def check_root(site: Path) -> Root:
    """The newest root. Raises unless it is signed by its own keys and by those of the one
    before."""
    metadata = site / "metadata"
    path = newest(metadata, "root")
    if path is None:
        raise Problem(f"{metadata} holds no root; make one with `root`.")
    root = Metadata[Root].from_bytes(path.read_bytes())
    before = metadata / f"{root.signed.version - 1}.root.json"
    trusted = Metadata[Root].from_bytes(before.read_bytes()).signed if before.exists() else None
    for held in filter(None, (trusted, root.signed)):
        held.verify_delegate(Root.type, root.signed_bytes, root.signatures)
    return root.signed


def _write(path: Path, signed: Targets | Snapshot | Timestamp, key: Ed25519PrivateKey) -> bytes:
    part = Metadata(signed)
    part.sign(CryptoSigner(key))
    content = part.to_bytes(JSONSerializer(compact=False))
    path.write_bytes(content)
    return content


# --- keys


def key_of(text: str) -> Ed25519PrivateKey:
    """A key from its PEM text, or from the file that the text names."""
    content = text.encode() if text.lstrip().startswith("-----") else Path(text).read_bytes()
    key = serialization.load_pem_private_key(content, None)
    if not isinstance(key, Ed25519PrivateKey):
        raise Problem("A key is not an Ed25519 one.")
    return key


def public_key(path: Path) -> SSlibKey:
    """A public key from its PEM file."""
    return SSlibKey.from_crypto(serialization.load_pem_public_key(path.read_bytes()))


def _keys(roles: tuple[str, ...]) -> Keys:
    """The online keys, from LINEAGE_TARGETS_KEY and so on: PEM text, or the path of a file."""
    names = {role: f"LINEAGE_{role.upper()}_KEY" for role in roles}
    if missing := [name for name in names.values() if not os.environ.get(name)]:
        raise Problem(f"Set {', '.join(missing)} to a key, or to the file that holds it.")
    return {role: key_of(os.environ[name]) for role, name in names.items()}


def _now() -> datetime:
    epoch = os.environ.get("SOURCE_DATE_EPOCH")
    moment = datetime.fromtimestamp(int(epoch), timezone.utc) if epoch else None
    return (moment or datetime.now(timezone.utc)).replace(microsecond=0)


# --- the command line

_SITE = click.argument("site", type=click.Path(path_type=Path, file_okay=False))


@click.group()
def main() -> None:
    """Make the releases of the data."""


@main.command()
@click.argument("name")
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False))
def keygen(name: str, folder: Path) -> None:
    """Make a key: NAME.pem, readable by you alone, and NAME.pub."""
    key = Ed25519PrivateKey.generate()
    form = serialization.PrivateFormat.PKCS8
    secret = key.private_bytes(serialization.Encoding.PEM, form, serialization.NoEncryption())
    public = key.public_key().public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    descriptor = os.open(folder / f"{name}.pem", os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(secret)
    (folder / f"{name}.pub").write_bytes(public)


@main.command()
@_SITE
@click.option("--role", "given", multiple=True, metavar="ROLE=PUB", help="A key of a role.")
@click.option("--threshold", "least", multiple=True, metavar="ROLE=N", help="So many must sign.")
@click.option("--days", default=365, show_default=True, help="How long it lasts.")
def root(site: Path, given: tuple[str, ...], least: tuple[str, ...], days: int) -> None:
    """Write the site's next root, to be signed. A role that is named gets the named keys alone."""
    keys: dict[str, list[SSlibKey]] = {}
    for role, _, path in (one.partition("=") for one in given):
        keys.setdefault(role, []).append(public_key(Path(path)))
    thresholds = {role: int(number) for role, _, number in (one.partition("=") for one in least)}
    if unknown := (keys.keys() | thresholds.keys()) - {Root.type, *ROLES}:
        raise Problem(f"There is no role {', '.join(sorted(unknown))}.")
    last = newest(site / "metadata", "root")
    made = new_root(
        last.read_bytes() if last else None, keys, thresholds, _now() + timedelta(days=days)
    )
    path = site / "metadata" / f"{made.signed.version}.root.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(made.to_bytes(JSONSerializer(compact=False)))
    signers = made.signed.roles[Root.type].threshold
    told = f"{path}: to be signed by {signers} root keys, and by as many of those before."
    click.echo(told, err=True)


@main.command()
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False, exists=True))
@click.option("--key", required=True, help="A private key: the file that holds it.")
def sign(file: Path, key: str) -> None:
    """Add a signature to a root, on the machine that holds the key."""
    part = Metadata[Root].from_bytes(file.read_bytes())
    part.sign(CryptoSigner(key_of(key)), append=True)
    file.write_bytes(part.to_bytes(JSONSerializer(compact=False)))


@main.command("release")
@_SITE
def release_command(site: Path) -> None:
    """Add the facts of this checkout to SITE, and write the release as one file beside it.

    LINEAGE_TARGETS_KEY, LINEAGE_SNAPSHOT_KEY and LINEAGE_TIMESTAMP_KEY hold the keys, or name the
    files that do.
    """
    load(MANIFEST)  # a checkout compiles what is out of step
    check_root(site)
    version = release(site, DATA, _keys(ROLES), _now())
    check(site)
    file = site.parent / f"lineage-data-{version}.zip"
    bundle(site, file)
    click.echo(f"{site}: data {version}; {file}")


@main.command()
@_SITE
def timestamp(site: Path) -> None:
    """Say that the newest release in SITE is still the newest: before its word expires."""
    renew_timestamp(site, _keys(("timestamp",)), _now())
    check(site)


if __name__ == "__main__":
    try:
        main()
    except (LineageError, RepositoryError) as problem:
        raise SystemExit(f"Error: {problem}") from None
