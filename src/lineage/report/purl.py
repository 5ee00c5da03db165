"""Package URLs of models on the Hub, as the purl specification's `huggingface` type writes them."""

from __future__ import annotations

from urllib.parse import quote

from lineage.core.ref import COMMIT, ModelRef, is_repo_id


def purl(model: str, revision: str | None = None) -> str | None:
    """`pkg:huggingface/org/name@commit`; None where the type cannot say it.

    The type requires a namespace, so a legacy bare name has no purl, and neither has a local path.
    """
    ref = ModelRef(model)
    if not ref.namespace or not is_repo_id(model):
        return None
    version = f"@{revision.lower()}" if revision and COMMIT.match(revision.lower()) else ""
    return f"pkg:huggingface/{quote(ref.namespace, safe='')}/{quote(ref.name, safe='')}{version}"


def hub_page(model: str) -> str | None:
    """The model's page on the Hub; None for what has no form of a repo id."""
    return f"https://huggingface.co/{model}" if is_repo_id(model) else None
