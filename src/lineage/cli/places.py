"""What the environment says of the places outside the Hub: addresses and keys."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from lineage.cli.options import is_set

if TYPE_CHECKING:
    from lineage.sources.places import PlaceAccess

_MOST_KEY = 64_000


def place_access(
    ollama: str, targets: Sequence[str], registries: Sequence[str] = ()
) -> PlaceAccess:
    """Which places are asked; of running servers and registries those among the targets too."""
    from lineage.sources.auto import named_registries, named_servers
    from lineage.sources.places import PlaceAccess  # help and completion do without

    return PlaceAccess(
        ollama_registry=_variable("LINEAGE_OLLAMA_REGISTRY"),
        ollama=ollama,
        modelscope=_variable("MODELSCOPE_ENDPOINT"),
        modelscope_ai=_variable("LINEAGE_MODELSCOPE_AI"),
        modelscope_token=_variable("MODELSCOPE_API_TOKEN"),
        servers=named_servers(targets),
        endpoint_key=_variable("LINEAGE_ENDPOINT_KEY"),
        registries=(*registries, *named_registries(targets)),
        docker_registry=_variable("LINEAGE_DOCKER_REGISTRY"),
        docker_config=_docker_config(),
        is_insecure=is_set("LINEAGE_OCI_INSECURE"),
        kaggle=_variable("KAGGLE_API_ENDPOINT"),
        kaggle_key=_kaggle_key(),
        kaggle_folder=_kaggle_folder(),
        mlflow=_variable("MLFLOW_REGISTRY_URI") or _variable("MLFLOW_TRACKING_URI"),
        mlflow_key=_mlflow_key(),
    )


def _variable(name: str) -> str:
    return os.environ.get(name, "").strip()


def _docker_config() -> Path:
    folder = _variable("DOCKER_CONFIG")
    return (Path(folder) if folder else Path.home() / ".docker") / "config.json"


def _kaggle_key() -> str:
    """As Kaggle's client has it: a token or the path of its file, else a user name and a key."""
    if token := _variable("KAGGLE_API_TOKEN"):
        return f"Bearer {_file_or_text(token)}"
    return _basic(_variable("KAGGLE_USERNAME"), _variable("KAGGLE_KEY"))


def _mlflow_key() -> str:
    """As MLflow's client has it: a user name with a password, else a token."""
    password = _variable("MLFLOW_TRACKING_PASSWORD")
    if named := _basic(_variable("MLFLOW_TRACKING_USERNAME"), password):
        return named
    token = _variable("MLFLOW_TRACKING_TOKEN")
    return f"Bearer {token}" if token else ""


def _basic(user: str, key: str) -> str:
    """The header of a user name and a key; empty where one is not set."""
    if not (user and key):
        return ""
    from lineage.sources.web.login import basic  # most users have no such account

    return basic(user, key)


def _file_or_text(token: str) -> str:
    try:
        path = Path(token)
        return path.read_text("utf-8", "replace")[:_MOST_KEY].strip() if path.is_file() else token
    except OSError:
        return token


def _kaggle_folder() -> Path:
    """`~/.kaggle`, or on Linux where that is not, or is nobody's to read, the folder of its
    configuration."""
    if named := _variable("KAGGLE_CONFIG_DIR"):
        return Path(named)
    home = Path.home() / ".kaggle"
    if sys.platform.startswith("linux") and not os.access(home, os.R_OK):
        return Path(_variable("XDG_CONFIG_HOME") or Path.home() / ".config") / "kaggle"
    return home
