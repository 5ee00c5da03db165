"""The cache of the Hugging Face client, by its own account of it."""

from __future__ import annotations

from pathlib import Path

from lineage.sources.installed.found import Installed, Inventory

STORE = "Hugging Face cache"


def read_hub_cache(folder: Path) -> Inventory:
    """Every model of the cache, each revision for itself; data sets and Spaces are no models."""
    if not folder.is_dir():
        return Inventory()
    from huggingface_hub import scan_cache_dir

    scanned = scan_cache_dir(folder)
    models = [
        Installed(
            STORE,
            str(revision.snapshot_path),
            hub=repo.repo_id,
            revision=revision.commit_hash,
            size=revision.size_on_disk,
            last_used=repo.last_accessed,
        )
        for repo in scanned.repos
        if repo.repo_type == "model"
        for revision in repo.revisions
    ]
    problems = tuple((str(folder), str(warning)[:300]) for warning in scanned.warnings)
    return Inventory(tuple(sorted(models, key=lambda one: one.path)), problems)
