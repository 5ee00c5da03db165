"""The logins of container registries as `docker login` keeps them: in `config.json`, or with a
program that it names."""

from __future__ import annotations

import base64
import binascii
import json
import re
import shutil
import subprocess
from collections.abc import Mapping
from dataclasses import field
from pathlib import Path
from typing import Any

from lineage.core.errors import UsageError
from lineage.core.oci import DOCKER_HOSTS, DOCKER_HUB
from lineage.core.value import dataclass

_LARGEST = 1 << 20
_HUB = "https://index.docker.io/v1/"
"""Under this address the login of Docker Hub is kept."""
_HELPER = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,60}\Z")
_PATIENCE = 10.0
_TOKEN_USER = "<token>"  # noqa: S105 - a user name that says what the secret is


@dataclass(frozen=True)
class Credentials:
    """One login of one registry."""

    user: str = ""
    password: str = field(default="", repr=False)
    refresh: str = field(default="", repr=False)
    """An identity token, which is given for an access token."""
    bearer: str = field(default="", repr=False)
    """An access token as it is."""

    @property
    def basic(self) -> str:
        """As the Basic scheme of HTTP wants it."""
        return base64.b64encode(f"{self.user}:{self.password}".encode()).decode("ascii")


class DockerConfig:
    """One `config.json`; without a path there are no logins."""

    def __init__(self, path: Path | None) -> None:
        self._path = path
        self._held: Mapping[str, Any] | None = None

    def name(self, host: str) -> str | None:
        """What tells this login from others, without asking a program; None where there is none
        that could be read."""
        try:
            entry, helper = self._entry(host), self._helper(host)
        except UsageError:
            return None
        if not entry and not helper:
            return None
        return json.dumps([host, helper, entry], sort_keys=True)

    def of(self, host: str) -> Credentials | None:
        """The login of a registry. Raises UsageError where the file cannot be read, or the program
        that keeps it does not answer."""
        helper = self._helper(host)
        found = _asked(helper, _HUB if host == DOCKER_HUB else host) if helper else None
        return found or _of_entry(self._entry(host))

    def _helper(self, host: str) -> str:
        helpers = self._config().get("credHelpers")
        if isinstance(helpers, dict):
            for key, name in helpers.items():
                if _host_of(key) == host and isinstance(name, str):
                    return name
        store = self._config().get("credsStore")
        return store if isinstance(store, str) else ""

    def _entry(self, host: str) -> Mapping[str, Any]:
        auths = self._config().get("auths")
        for key, entry in auths.items() if isinstance(auths, dict) else ():
            if _host_of(key) == host and isinstance(entry, dict):
                return entry
        return {}

    def _config(self) -> Mapping[str, Any]:
        if self._held is None:
            self._held = _read(self._path) if self._path is not None else {}
        return self._held


def _read(path: Path) -> Mapping[str, Any]:
    try:
        with path.open("rb") as file:
            content = json.loads(file.read(_LARGEST))
    except FileNotFoundError:
        return {}
    except (OSError, ValueError, RecursionError) as problem:
        why = getattr(problem, "strerror", None) or "it is not JSON"
        raise UsageError(
            f"The logins of registries in {path} cannot be read: {why}.",
            "Mend the file, or set DOCKER_CONFIG to another folder.",
        ) from None
    return content if isinstance(content, dict) else {}


def _host_of(key: str) -> str:
    """The registry that a key means: a host, or an address of one of its versions."""
    host = key.partition("://")[2] or key
    host = host.partition("/")[0].lower()
    return DOCKER_HUB if host in DOCKER_HOSTS else host


def _of_entry(entry: Mapping[str, Any]) -> Credentials | None:
    def text(key: str) -> str:
        value = entry.get(key)
        return value if isinstance(value, str) else ""

    user, password = text("username"), text("password")
    if auth := text("auth"):
        try:
            decoded = base64.b64decode(auth, validate=True).decode("utf-8")
        except (binascii.Error, UnicodeDecodeError):
            decoded = ""
        user, _, password = decoded.rstrip("\0").partition(":")
    found = Credentials(user, password, text("identitytoken"), text("registrytoken"))
    return found if (user and password) or found.refresh or found.bearer else None


def _asked(helper: str, server: str) -> Credentials | None:
    """What a program of Docker's kind keeps for a registry; None where it keeps nothing."""
    program = f"docker-credential-{helper}"
    path = shutil.which(program) if _HELPER.match(helper) else None
    if path is None:
        raise UsageError(
            f"The program {program[:90]} that is to keep the login of {server} is not installed.",
            "Install it, or set DOCKER_CONFIG to a folder without it.",
        )
    try:
        done = subprocess.run(  # noqa: S603 - a program that the user's own configuration names
            [path, "get"],
            input=server.encode(),
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            timeout=_PATIENCE,
            check=False,
        )
        content = json.loads(done.stdout[:_LARGEST]) if done.returncode == 0 else {}
    except (OSError, ValueError, subprocess.TimeoutExpired) as problem:
        why = "no answer in time" if isinstance(problem, subprocess.TimeoutExpired) else "no answer"
        raise UsageError(
            f"{program} gave {why} to the question for the login of {server}.",
            "Try `docker login` again, or set DOCKER_CONFIG to a folder without it.",
        ) from None
    user, secret = content.get("Username"), content.get("Secret")
    if not isinstance(user, str) or not isinstance(secret, str) or not secret:
        return None
    return Credentials(refresh=secret) if user == _TOKEN_USER else Credentials(user, secret)
