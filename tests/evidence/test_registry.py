"""The registry: developers, namespaces, families and cited statements."""

from __future__ import annotations

import pytest

from effort import ends, steps
from lineage.evidence.evidence import Citation
from lineage.evidence.family import RootEvidence, RootEvidenceKind
from lineage.evidence.names import FamilyNames
from lineage.evidence.registry import Registry


@pytest.fixture(scope="module")
def registry() -> Registry:
    return Registry.load()


def test_it_is_read_once():
    """Every caller shares the one that was loaded."""
    assert Registry.load() is Registry.load()
    assert Registry.load().version >= "2026-11-22"


@pytest.mark.parametrize(
    ("namespace", "developer", "jurisdiction"),
    [
        ("Qwen", "alibaba-qwen", "CN"),
        ("qWEN", "alibaba-qwen", "CN"),
        ("THUDM", "zhipu", "CN"),
        ("zai-org", "zhipu", "CN"),
        ("meta-llama", "meta", "US"),
        ("mistralai", "mistral", "FR"),
        ("perplexity-ai", "perplexity", "US"),
    ],
)
def test_a_namespace_tells_its_developer_in_any_letter_case(
    registry, namespace, developer, jurisdiction
):
    """Old and new names of a namespace lead to the same developer."""
    found = registry.developer_of_namespace(namespace)
    assert (found.id, found.jurisdiction) == (developer, jurisdiction)
    assert found.citations
    assert registry.namespace_citations(namespace)


def test_strangers_and_mirrors_are_told_apart(registry):
    """Unknown is None; a mirror is known and develops nothing; a jurisdiction that nobody cited is
    None."""
    assert registry.developer_of_namespace("acme") is None
    assert registry.developer("no-such-developer") is None
    assert registry.family("no-such-family") is None
    mirror = registry.developer_of_namespace("unsloth")
    assert not mirror.develops
    assert mirror.jurisdiction is None


def test_a_disputed_home_is_no_home(registry):
    """What the sources say is there to be shown; no code is, so no rule takes one side."""
    disputed = registry.developer("ai21")
    assert (
        disputed.jurisdiction,
        disputed.jurisdiction_state,
        disputed.jurisdiction_candidates,
    ) == (None, "disputed", ("IL", "US"))
    assert len({one.url for one in disputed.citations}) >= 2
    unknown = registry.developer("hexgrad")
    assert (unknown.jurisdiction, unknown.jurisdiction_state, unknown.citations) == (
        None,
        "unknown",
        (),
    )
    for one in registry.developers():
        assert (one.jurisdiction is not None) == (one.jurisdiction_state == "established")
        assert bool(one.jurisdiction_candidates) == (one.jurisdiction_state == "disputed")
        assert bool(one.citations) == (one.jurisdiction_state != "unknown")


def test_search_finds_by_alias_and_ranks_exact_hits_first(registry):
    """Names in other scripts are found too; an empty text finds nothing."""
    assert registry.search("深度求索")[0].id == "deepseek"
    assert registry.search("DeepSeek")[0].id == "deepseek"
    assert registry.search("  ") == []


@pytest.mark.parametrize(
    ("repo", "family"),
    [
        ("meta-llama/Llama-3.1-8B", "llama3.1"),
        ("meta-llama/Meta-Llama-3.1-8B", "llama3.1"),
        ("META-LLAMA/llama-3.1-8b", "llama3.1"),
        ("THUDM/GLM-4-32B-0414", "glm4-0414"),
        ("gpt2", "gpt2"),
        ("unsloth/Qwen2.5-7B-bnb-4bit", "qwen2.5"),
        ("acme/Qwen2.5-Coder-7B-mine", "qwen2.5-coder"),
        ("deepseek-ai/DeepSeek-R1-Distill-Llama-8B", "deepseek-r1-distill-llama"),
        ("x/Llama-3.1-Nemotron-70B-Instruct-HF", "nemotron-llama"),
    ],
)
def test_a_repo_belongs_to_a_family_by_listing_or_by_name(registry, repo, family):
    """Exact and former names, then patterns; a derived family stands before the one it derives
    from."""
    assert registry.family_of(repo).id == family


@pytest.mark.parametrize(
    "repo",
    [
        "acme/my-chat",
        "mradermacher/Qwen3.5-9B-DeepSeek-V4-Flash-GGUF",
        "acme/bert-base-cased-mine",
        "acme/" + "qwen2.5-" * 13,
    ],
)
def test_names_that_fit_two_developers_or_nothing_tell_nothing(registry, repo):
    """A name with two families in it, a generic name outside its namespaces, and one that is too
    long for the hub."""
    assert registry.family_of(repo) is None


def test_generic_names_count_in_their_own_namespaces(registry):
    """`bert-base-…` is Google's where Google or a mirror publishes it."""
    assert registry.family_of("google-bert/bert-base-german-cased-x") is None
    assert registry.family_of("google-bert/bert-base-multilingual-uncased").id == "bert"


def test_a_root_is_listed_and_not_derived(registry):
    """A renamed root is the same root; one shown to be derived is none; a pattern makes none."""
    assert registry.is_root("meta-llama/Meta-Llama-3.1-8B")
    assert not registry.is_root("deepseek-ai/DeepSeek-R1-Distill-Llama-8B")
    assert not registry.is_root("unsloth/Qwen2.5-7B-bnb-4bit")
    assert registry.is_listed("Qwen/Qwen2.5-7B")
    assert not registry.is_listed("unsloth/Qwen2.5-7B-bnb-4bit")


def test_a_foundation_is_shown_not_listed(registry):
    """Only a cited statement that the weights were trained from scratch ends a trail; a listing of
    which nothing is shown does not."""
    assert registry.is_shown_foundation("meta-llama/Meta-Llama-3.1-8B")
    assert (
        registry.root_evidence("META-LLAMA/llama-3.1-8b")
        .citations[0]
        .url.startswith("https://github.com/meta-llama/")
    )
    assert registry.root_evidence("THUDM/glm-4-9b").kind is RootEvidenceKind.FROM_SCRATCH
    unread = registry.root_evidence("Qwen/Qwen3.8-27B")
    assert (unread.kind, unread.citations, bool(unread.tried)) == (
        RootEvidenceKind.NOT_SHOWN,
        (),
        True,
    )
    assert registry.is_root("Qwen/Qwen3.8-27B")
    assert not registry.is_shown_foundation("Qwen/Qwen3.8-27B")
    assert registry.root_evidence("acme/anything") is None
    assert not registry.is_shown_foundation("acme/anything")


def test_each_root_of_a_family_has_its_own_base(registry):
    """One family, several bases: Qwen under one SEA-LION, Gemma under another; nobody's
    Qwen2.5-Math under VibeThinker 3B."""
    assert [
        base.repo for base in registry.root_evidence("aisingapore/Qwen-SEA-LION-v4-32B-IT").bases
    ] == ["Qwen/Qwen3-32B"]
    assert [
        base.repo for base in registry.root_evidence("aisingapore/Gemma-SEA-LION-v4-27B-IT").bases
    ] == ["google/gemma-3-27b-it"]
    assert [base.repo for base in registry.root_evidence("WeiboAI/VibeThinker-3B").bases] == [
        "Qwen/Qwen2.5-Coder-3B"
    ]


def test_own_main_weights_with_another_s_part_end_the_trail_only_where_they_are_stated_to_be_own(
    registry,
):
    """Open-Sora-Plan's diffusion model is stated to be from scratch; of HiDream's only the text
    encoder is told."""
    own, open_ = (
        registry.root_evidence("LanguageBind/Open-Sora-Plan-v1.3.0"),
        registry.root_evidence("HiDream-ai/HiDream-I1-Full"),
    )
    assert (own.kind, own.main, own.bases[0].component) == (
        RootEvidenceKind.PART_DERIVED,
        "from-scratch",
        "text_encoder",
    )
    assert (open_.kind, open_.main, open_.bases[0].component) == (
        RootEvidenceKind.PART_DERIVED,
        "not-shown",
        "text_encoder",
    )
    assert registry.is_shown_foundation("LanguageBind/Open-Sora-Plan-v1.3.0")
    assert not registry.is_shown_foundation("HiDream-ai/HiDream-I1-Full")


def test_from_scratch_without_a_citation_shows_nothing():
    """Evidence is the citation, not the word."""
    assert not RootEvidence(RootEvidenceKind.FROM_SCRATCH).shows_foundation
    assert RootEvidence(
        RootEvidenceKind.FROM_SCRATCH, citations=(Citation("https://example.org"),)
    ).shows_foundation


def test_every_listed_root_is_of_its_own_family(registry):
    """Looking a root up leads back to a family that lists it."""
    for family in registry.families():
        for root in family.roots:
            assert root in registry.family_of(root).roots


def test_the_quick_test_before_a_pattern_changes_no_answer(registry):
    """With and without the literal filter, every root's name fits the same families."""
    slow = {
        **registry._document,
        "patterns": [[key, pattern, ""] for key, pattern, _ in registry._document["patterns"]],
    }
    unfiltered = FamilyNames(slow)
    for family in registry.families():
        for root in family.roots:
            assert registry._names.match(root) == unfiltered.match(root)


def test_a_hostile_name_is_answered_at_once(registry):
    """Ninety-six characters of near misses do not send a pattern astray."""
    for text in ("qwen2.5-" * 12, "_" * 96, "llama-3" * 13, "glm-4-" * 16):
        with ends(usual=0.01):
            registry.family_of(f"acme/{text[:96]}")


def test_stated_bases_carry_their_citations(registry):
    """The R1 distil onto Llama: Meta's weights and DeepSeek's teacher, from DeepSeek's own page."""
    found = {
        (one.parent, one.relation)
        for one in registry.stated_bases("DEEPSEEK-AI/deepseek-r1-distill-llama-8b")
    }
    assert found == {
        ("meta-llama/Llama-3.1-8B", "finetune"),
        ("deepseek-ai/DeepSeek-R1", "distilled"),
    }
    for one in registry.stated_bases("deepseek-ai/DeepSeek-R1-Distill-Llama-8B"):
        assert one.citations[0].url.startswith("https://github.com/deepseek-ai/DeepSeek-R1")
        assert one.citations[0].seen_on


def test_withdrawn_and_denied_derivations_are_not_stated(registry):
    """Allegations that were withdrawn or denied are no claims."""
    for repo in ("upstage/Solar-Open-100B", "skt/A.X-K1", "Huawei/Pangu-Pro-MoE"):
        assert registry.stated_bases(repo) == []


def test_fingerprint_facts_are_there(registry):
    """Configuration triples, GGUF architectures and tokenizer hashes can be read by the fingerprint
    room."""
    qwen = registry.family("qwen2.5")
    assert {152064, 151936} <= set(qwen.vocab_sizes)
    assert any(config.triple == (152064, 8192, 80) for config in qwen.configs)
    assert "qwen2" in qwen.gguf_architectures
    by_name = {one.pre_tokenizer: one for one in registry.prehashes()}
    assert by_name["deepseek-v3"].families[0].startswith("deepseek")
    assert all(len(one.hash) == 64 for one in by_name.values())


def test_opening_it_touches_no_record_that_is_not_asked_for():
    """Fewer steps than there are records: what a run does not need is not turned into values."""
    from lineage.evidence.document import load

    document = load("registry.json")
    cost = steps(lambda: Registry(document).developer_of_namespace("Qwen"))
    assert (
        cost < 2000 < sum(len(part) for part in document.values() if isinstance(part, list | dict))
    )
