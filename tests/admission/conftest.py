"""The real server, as a cluster would call it: a process of the command line, over TLS."""

from __future__ import annotations

import json
import os
import socket
import ssl
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta, timezone
from ipaddress import ip_address
from pathlib import Path
from typing import Any

import pytest
import requests
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

pytest.importorskip("uvicorn")

REVIEWS = Path(__file__).parent / "reviews"
TOKEN = "a-token-of-32-letters-0123456789"


class Authority:
    """Signs certificates for one test run."""

    def __init__(self, folder: Path) -> None:
        self._folder, self._key = folder, ec.generate_private_key(ec.SECP256R1())
        self._name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "test authority")])
        made = self._signed(self._name, self._key.public_key(), is_authority=True)
        self.file = folder / "ca.pem"
        self.file.write_bytes(made.public_bytes(serialization.Encoding.PEM))

    def issue(self, name: str) -> tuple[Path, Path]:
        """A certificate for 127.0.0.1 and its key; a second one by that name takes its place."""
        key = ec.generate_private_key(ec.SECP256R1())
        subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
        cert = self._signed(subject, key.public_key(), is_authority=False)
        files = self._folder / f"{name}.pem", self._folder / f"{name}.key"
        files[0].write_bytes(cert.public_bytes(serialization.Encoding.PEM))
        files[1].write_bytes(
            key.private_bytes(
                serialization.Encoding.PEM,
                serialization.PrivateFormat.PKCS8,
                serialization.NoEncryption(),
            )
        )
        return files

    def _signed(self, subject: x509.Name, key: Any, *, is_authority: bool) -> x509.Certificate:
        now = datetime.now(timezone.utc)
        builder = (
            x509.CertificateBuilder()
            .subject_name(subject)
            .issuer_name(self._name)
            .public_key(key)
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - timedelta(days=1))
            .not_valid_after(now + timedelta(days=1))
            .add_extension(x509.BasicConstraints(ca=is_authority, path_length=None), critical=True)
        )
        if not is_authority:
            names = [x509.IPAddress(ip_address("127.0.0.1"))]
            builder = builder.add_extension(x509.SubjectAlternativeName(names), critical=False)
        return builder.sign(self._key, hashes.SHA256())


class Cluster:
    """Calls the webhook of one server as an API server does."""

    def __init__(self, port: int, ca: Path, server: subprocess.Popen[bytes]) -> None:
        self.port, self.server, self._session = port, server, requests.Session()
        self._session.trust_env, self._session.verify = False, str(ca)
        self.url = f"https://127.0.0.1:{port}/admission/{TOKEN}"

    def send(self, body: bytes, url: str = "", **headers: str) -> requests.Response:
        """Any body."""
        headers = {"content-type": "application/json", **headers}
        return self._session.post(url or self.url, data=body, headers=headers, timeout=60)

    def asks(self, name: str, model: str = "", **request: Any) -> dict[str, Any]:
        """The response to a recorded review, with another model in it, and other fields."""
        text = (REVIEWS / f"{name}.json").read_text()
        if model:
            text = text.replace("Qwen/Qwen2.5-7B-Instruct", model)
        review = json.loads(text)
        review["request"].update(request)
        answered = self.send(json.dumps(review).encode())
        assert answered.status_code == 200, answered.text
        told = answered.json()
        assert (told["apiVersion"], told["kind"]) == ("admission.k8s.io/v1", "AdmissionReview")
        response: dict[str, Any] = told["response"]
        assert response["uid"] == review["request"]["uid"]
        return response


Start = Callable[..., Cluster]


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    """One for all servers of a module."""
    return Authority(tmp_path_factory.mktemp("tls"))


@pytest.fixture(scope="module")
def start(authority: Authority, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Start]:
    """Start servers with these options; they end with the module."""
    servers: list[subprocess.Popen[bytes]] = []

    def started(*options: str, folder: Path | None = None) -> Cluster:
        folder = folder or tmp_path_factory.mktemp("server")
        (folder / "token").write_text(f"{TOKEN}\n")
        cert, key = authority.issue(f"server-{len(servers)}")
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        command = [
            sys.executable,
            "-m",
            "lineage",
            "serve",
            "--offline",
            "--no-cache",
            "--admission",
        ]
        command += ["--admission-token-file", str(folder / "token"), "--port", str(port)]
        command += [
            "--state",
            str(folder / "state"),
            "--tls-cert",
            str(cert),
            "--tls-key",
            str(key),
        ]
        kept = {k: v for k, v in os.environ.items() if not k.startswith(("HF_", "LINEAGE_"))}
        server = subprocess.Popen(
            [*command, *options], env={**kept, "HOME": str(folder)}, cwd=folder
        )
        servers.append(server)
        for _ in range(600):
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    return Cluster(port, authority.file, server)
            assert server.poll() is None, "the server ended"
            time.sleep(0.05)
        raise AssertionError("the server does not listen")

    yield started
    for server in servers:
        server.terminate()
    for server in servers:
        server.wait(30)


@pytest.fixture(scope="module")
def cluster(start: Start) -> Cluster:
    """A server with the usual settings, and time enough for an audit on a busy machine."""
    return start("--admission-wait", "25", "--public-url", "https://lineage.acme.io/")


def serial(port: int, ca: Path) -> int:
    """Of the certificate that a server shows now."""
    context = ssl.create_default_context(cafile=str(ca))
    plain = socket.create_connection(("127.0.0.1", port), timeout=30)
    with context.wrap_socket(plain, server_hostname="127.0.0.1") as secured:
        der = secured.getpeercert(binary_form=True)
    assert der is not None
    return x509.load_der_x509_certificate(der).serial_number
