"""Every claim reader, the card and the parent names as one fuzz target: the first byte chooses the
kind of trace."""

from __future__ import annotations

PATHS = (
    "README.md",
    "adapter_config.json",
    "config.json",
    "mergekit_config.yml",
    "train.yaml",
    "args.json",
    "Modelfile",
    "model.gguf",
    "lora.safetensors",
    "modules.json",
    "0_Transformer/config.json",
    "model_index.json",
    "unet/config.json",
    "quantize_config.json",
    "MLmodel",
    "gliner_config.json",
    "inference.py",
    "Kitfile",
)


def look_at(data: bytes) -> None:
    """One input: the first byte chooses the kind of trace, the rest is its content. Raises where a
    promise is broken."""
    from lineage.claims.names.parent_name import read_parent_name
    from lineage.claims.readers import all_readers
    from lineage.core.card import parse_card
    from lineage.core.record import FileEntry, ModelRecord, Status
    from lineage.core.ref import is_repo_id

    if not data:
        return
    choice, content = data[0] % (len(PATHS) + 2), data[1:]
    if choice == len(PATHS):
        name = read_parent_name(content.decode("utf-8", "replace"), "me")
        assert (name.id is None) == bool(name.problem), name
        return
    if choice > len(PATHS):
        card = parse_card(b"---\n" + content + b"\n---\n")
        record = ModelRecord(
            "me/child-AWQ",
            "me/child-AWQ",
            Status.RESOLVED,
            "hub",
            card=card.metadata,
            config=card.metadata,
            base_models=card.metadata,
        )
        documents: dict[str, bytes] = {}
    else:
        path = PATHS[choice]
        extra = (FileEntry("modules.json", 2), FileEntry("model_index.json", 2))
        record = ModelRecord(
            "me/child",
            "me/child",
            Status.RESOLVED,
            "hub",
            files=(FileEntry(path, len(content)), *extra),
        )
        documents = {path: content}
    for reader in all_readers():
        reading = reader.read(record, documents)
        for claim in reading.claims:
            assert claim.parent is None or is_repo_id(claim.parent), claim
            assert (claim.parent is None) == bool(claim.problem), claim
            assert len(claim.value) <= 300 and len(claim.excerpt) <= 200, claim
