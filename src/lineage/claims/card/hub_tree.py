"""The Hub's own tree and tags: what the Hub made of the card, with names already canonical and a
relation that it guessed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from lineage.claims.card.bounds import within_bound
from lineage.claims.interface import Reading, ReadsNoFile
from lineage.claims.names.relation_signs import relation_named
from lineage.claims.trace import Trace
from lineage.core.claim import Claim
from lineage.core.record import ModelRecord
from lineage.core.relation import Grade, Relation

_TAG = "base_model:"


class HubTree(ReadsNoFile):
    """Reads `baseModels`, one relation for all parents."""

    name = "hub tree"

    def read(self, record: ModelRecord, documents: Mapping[str, bytes]) -> Reading:
        """One claim per parent."""
        tree = record.base_models if record.source != "modelscope" else None
        models = tree.get("models") if isinstance(tree, Mapping) else None
        if not isinstance(tree, Mapping) or not isinstance(models, (list, tuple)):
            return Reading()
        trace = Trace(record, self.name, "api", Grade.DECLARED)
        relation = relation_named(tree.get("relation")) or Relation.UNKNOWN
        claims: list[Claim] = []
        for number, model in enumerate(models):
            repo = model.get("id") if isinstance(model, Mapping) else model
            claims += trace.claims(repo, f"baseModels.models[{number}]", relation, canonical=True)
        kept, cut = within_bound(claims, trace, "baseModels")
        return Reading(tuple(kept), tuple(cut))


class HubTags(ReadsNoFile):
    """Reads the tags `base_model:X` and `base_model:RELATION:X`."""

    name = "hub tags"

    def read(self, record: ModelRecord, documents: Mapping[str, bytes]) -> Reading:
        """One claim per parent, with its relation where a tag names it."""
        trace = Trace(record, self.name, "api", Grade.DECLARED)
        named: dict[str, tuple[str, Relation]] = {}
        for tag in record.tags:
            if tag[: len(_TAG)].lower() == _TAG:
                word, colon, repo = tag[len(_TAG) :].partition(":")
                relation = relation_named(word) if colon else None
                key = repo if relation else tag[len(_TAG) :]
                if relation or key not in named:
                    named[key] = (tag, relation or Relation.UNKNOWN)
        claims: list[Claim] = []
        for repo, (tag, relation) in named.items():
            is_flat = "--" in repo and "/" not in repo
            found = trace.claims(repo, "tags", relation, excerpt=tag, canonical=not is_flat)
            claims += (
                (replace(claim, grade=Grade.STATED, confidence=0.5) for claim in found)
                if _is_pasted(tag, record)
                else found
            )
        kept, cut = within_bound(claims, trace, "tags")
        return Reading(tuple(kept), tuple(cut))


def _is_pasted(tag: str, record: ModelRecord) -> bool:
    """A tag that somebody wrote into the card's own list, beside a `base_model` that says something
    else.

    Such cards were copied from a child of the tagged model: the tag is about another repo.
    """
    written, declared = record.card.get("tags"), record.card.get("base_model")
    if not declared or not isinstance(written, (list, tuple)) or tag not in written:
        return False
    return tag.rpartition(":")[2].lower() not in str(declared).lower()
