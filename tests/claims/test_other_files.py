"""Smaller traces: pipelines, sentence transformers, safetensors heads, training logs, Modelfiles,
quantizers."""

from __future__ import annotations

import json
from typing import Any

import pytest

from lineage.claims.files.model_index import ModelIndex
from lineage.claims.files.modelfile import Modelfile
from lineage.claims.files.quantizer_configs import QuantizerConfigs
from lineage.claims.files.safetensors_metadata import SafetensorsMetadata, read_metadata
from lineage.claims.files.sentence_transformers import SentenceTransformers
from lineage.claims.files.trainer_logs import TrainerLogs
from lineage.core.claim import ObservationKind


def _json(**held: Any) -> bytes:
    return json.dumps(held).encode()


def _safetensors(**metadata: str) -> bytes:
    header = json.dumps(
        {"__metadata__": metadata, "w": {"dtype": "F16", "shape": [1], "data_offsets": [0, 2]}}
    ).encode()
    return len(header).to_bytes(8, "little") + header + b"\0\0"


def test_a_pipeline_names_its_whole_and_its_parts(read: Any) -> None:
    """The trained network is the model; encoders around it are components."""
    files = {
        "model_index.json": _json(
            _class_name="StableDiffusionPipeline",
            _name_or_path="acme/pipe",
            vae=["diffusers", "AutoencoderKL"],
        ),
        "unet/config.json": _json(_name_or_path="acme/pipe"),
        "text_encoder/config.json": _json(_name_or_path="openai/clip-vit-large-patch14"),
    }
    reading = read(ModelIndex(), files)
    assert {(claim.parent, claim.component) for claim in reading.claims} == {
        ("acme/pipe", None),
        ("openai/clip-vit-large-patch14", "text_encoder"),
    }
    assert [o.text for o in reading.observations] == ["StableDiffusionPipeline"]


def test_a_part_of_a_pipeline_is_read_like_any_configuration(read: Any) -> None:
    """An index above it turns no reader off."""
    files = {
        "model_index.json": _json(_class_name="AnyPipeline"),
        "captioner/config.json": _json(text_config={"_name_or_path": "acme/llm"}),
    }
    (claim,) = read(ModelIndex(), files).claims
    assert (claim.parent, claim.component) == ("acme/llm", "captioner")


def test_configurations_of_a_repo_that_is_no_pipeline_are_left_alone(record: Any) -> None:
    """A folder called unet alone means nothing."""
    assert ModelIndex().wants(record(files={"unet/config.json": b""})) == ()


def test_sentence_transformers_module(read: Any, parents: Any) -> None:
    """Old repos keep the transformer in a folder of its own."""
    files = {
        "modules.json": b"[]",
        "0_Transformer/config.json": _json(_name_or_path="acme/encoder"),
    }
    assert parents(read(SentenceTransformers(), files)) == [("acme/encoder", "finetune")]


def test_an_image_adapter_tells_its_checkpoint(read: Any) -> None:
    """Trainers write the checkpoint's name; a well-known file stands for the repo that published
    it, as a guess."""
    files = {
        "x.safetensors": _safetensors(
            ss_network_module="networks.lora", ss_sd_model_name="acme/sd-base"
        )
    }
    assert [(c.parent, str(c.relation)) for c in read(SafetensorsMetadata(), files).claims] == [
        ("acme/sd-base", "adapter")
    ]
    files = {
        "x.safetensors": _safetensors(
            ss_network_dim="8", ss_sd_model_name="D:\\models\\sd_xl_base_1.0.safetensors"
        )
    }
    (claim,) = read(SafetensorsMetadata(), files).claims
    assert (claim.parent, claim.tentative) == ("stabilityai/stable-diffusion-xl-base-1.0", True)


def test_merged_checkpoints(read: Any, parents: Any) -> None:
    """A list of what was merged."""
    files = {
        "x.safetensors": _safetensors(
            **{
                "modelspec.merged_from": "acme/a, acme/b",
                "modelspec.architecture": "stable-diffusion-v1",
            }
        )
    }
    reading = read(SafetensorsMetadata(), files)
    assert parents(reading) == [("acme/a", "merge"), ("acme/b", "merge")]
    assert [(o.kind, o.text) for o in reading.observations] == [
        (ObservationKind.ARCHITECTURE, "stable-diffusion-v1")
    ]


def test_which_heads_are_fetched(record: Any) -> None:
    """Every file that a person named; of those that a library saved beside a configuration one,
    where there is room."""
    files = dict.fromkeys(
        (
            *(
                "config.json",
                "model-00001-of-00002.safetensors",
                "model-00002-of-00002.safetensors",
            ),
            *(
                "styles/first.safetensors",
                "styles/second-000010.safetensors",
                "styles/second.safetensors",
            ),
        ),
        b"",
    )
    found = [(r.path, r.is_optional) for r in SafetensorsMetadata().wants(record(files=files))]
    assert found == [
        ("styles/first.safetensors", False),
        ("styles/second-000010.safetensors", False),
        ("model-00001-of-00002.safetensors", True),
    ]


def test_an_architecture_in_a_head_is_a_guess_at_the_model_that_brought_it(read: Any) -> None:
    """Trainers of image adapters write which network they trained; a card that names one of that
    line is nearer."""
    files = {
        "x.safetensors": _safetensors(
            ss_base_model_version="qwen_image", ss_network_module="networks.lora"
        )
    }
    (claim,) = read(SafetensorsMetadata(), files).claims
    assert (claim.parent, claim.tentative, str(claim.relation)) == (
        "Qwen/Qwen-Image",
        True,
        "adapter",
    )
    card = {"base_model": "acme/qwen-image-tuned"}
    assert read(SafetensorsMetadata(), files, card=card).claims == ()


def test_a_configuration_inside_a_head(read: Any) -> None:
    """Some trainers put all their settings into one value."""
    settings = json.dumps(
        {"model": {"name_or_path": "acme/base"}, "datasets": [{"path": "acme/data"}]}
    )
    (claim,) = read(
        SafetensorsMetadata(), {"x.safetensors": _safetensors(training=settings)}
    ).claims
    assert claim.parent == "acme/base"


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\xff" * 8 + b"{",
        b"\x02\0\0\0\0\0\0\0{}",
        b"\x10\0\0\0\0\0\0\0" + b'{"__metadata__":{',
        b"\0" * 20,
    ],
)
def test_broken_safetensors_heads(content: bytes) -> None:
    """A header that claims terabytes, ends early or is none gives no metadata."""
    assert read_metadata(content)[0] == {}


def test_axolotl(read: Any, parents: Any) -> None:
    """The base of an axolotl configuration; an adapter where the repo holds no whole model."""
    config = (
        b"base_model: acme/base\nadapter: qlora\nsequence_len: 4096\ndatasets:\n- path: acme/data\n"
    )
    assert parents(read(TrainerLogs(), {"axolotl_config.yml": config})) == [
        ("acme/base", "adapter")
    ]
    assert parents(read(TrainerLogs(), {"axolotl_config.yml": config, "config.json": b"{}"})) == [
        ("acme/base", "finetune")
    ]


def test_llama_factory_and_json_logs(read: Any, parents: Any) -> None:
    """LLaMA-Factory, AutoTrain and ms-swift use keys of their own."""
    assert parents(
        read(
            TrainerLogs(),
            {"training_args.yaml": b"model_name_or_path: acme/base\nfinetuning_type: full\n"},
        )
    ) == [("acme/base", "finetune")]
    assert parents(
        read(TrainerLogs(), {"training_params.json": _json(model="acme/base", lr=1)})
    ) == [("acme/base", "finetune")]
    assert parents(
        read(TrainerLogs(), {"args.json": _json(model_id_or_path="acme/base", model="x")})
    ) == [("acme/base", "finetune")]


def test_a_teacher_in_a_training_configuration(read: Any, parents: Any) -> None:
    """Its outputs are used, not its weights."""
    assert parents(read(TrainerLogs(), {"train.yaml": b"teacher_model: acme/teacher\n"})) == [
        ("acme/teacher", "distilled")
    ]


def test_training_state_without_a_model_tells_nothing(read: Any) -> None:
    """The Trainer's state names folders only."""
    assert (
        read(
            TrainerLogs(),
            {"trainer_state.json": _json(best_model_checkpoint="out/checkpoint-1", log_history=[])},
        ).claims
        == ()
    )


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ("FROM hf.co/acme/base-GGUF:Q4_K_M", [("acme/base-GGUF", "unknown", False)]),
        (
            "from acme/base-gguf:latest",
            [
                ("ollama:acme/base-gguf:latest", "unknown", False),
                ("acme/base-gguf", "unknown", True),
            ],
        ),
        (
            "FROM llama3.2:3b",
            [("ollama:llama3.2:3b", "unknown", False)],
        ),
        ("FROM mistral", [("ollama:mistral:latest", "unknown", False)]),
        (
            "FROM hf.co/acme/base\nADAPTER ./lora.gguf",
            [("acme/base", "adapter", False), (None, "adapter", False)],
        ),
        (
            'SYSTEM """\nFROM acme/not-this\n"""\nFROM hf.co/acme/base',
            [("acme/base", "unknown", False)],
        ),
        (
            "FROM modelscope.cn/acme/base-GGUF:Q8_0",
            [
                ("modelscope:acme/base-GGUF", "unknown", False),
                ("acme/base-GGUF", "unknown", True),
            ],
        ),
        (
            "FROM deepseek-r1:8b-q4_K_M",
            [("ollama:deepseek-r1:8b-q4_K_M", "unknown", False)],
        ),
        ("FROM ./model.gguf", []),
        ("FROM your-model", [(None, "unknown", False)]),
        ("FROM {{ base }}", [(None, "unknown", False)]),
        (
            "FROM llama3.2:3b\nADAPTER my-lora",
            [
                ("ollama:llama3.2:3b", "adapter", False),
                (None, "adapter", False),
                ("me/my-lora", "adapter", True),
            ],
        ),
        ("PARAMETER x 1", []),
    ],
)
def test_modelfiles(content: str, expected: list[Any], read: Any) -> None:
    """FROM names a repo, a name of Ollama's library, or a file of the repo itself, which is no
    base."""
    claims = read(Modelfile(), {"Modelfile": content.encode(), "model.gguf": b""}).claims
    assert [(claim.parent, str(claim.relation), claim.tentative) for claim in claims] == expected


@pytest.mark.parametrize("content", [b"\x00\xff{[" * 7, b"", b"SYSTEM Be brief.\n"])
def test_a_modelfile_without_its_first_line_is_not_read(read: Any, content: bytes) -> None:
    """Whatever it was built on, it is not there: that is noticed."""
    found = read(Modelfile(), {"Modelfile": content})
    assert [one.kind for one in found.observations] == [ObservationKind.UNREADABLE]
    assert read(Modelfile(), {"Modelfile": b"FROM hf.co/acme/base\n"}).observations == ()


def test_every_modelfile_is_read(record: Any) -> None:
    """Folders hold one for each size."""
    files = {"Modelfile": b"", "7b/Modelfile": b"", "7b.Modelfile": b"", "docs/Modelfile.8b": b""}
    found = {request.path for request in Modelfile().wants(record(files=files))}
    assert found == {"Modelfile", "7b/Modelfile", "7b.Modelfile", "docs/Modelfile.8b"}


def test_quantizer_configs(read: Any, parents: Any) -> None:
    """Some quantizers keep what they were given; most keep numbers only."""
    files = {
        "quantize_config.json": _json(
            bits=4, model_name_or_path="acme/base", model_file_base_name="model"
        )
    }
    assert parents(read(QuantizerConfigs(), files)) == [("acme/base", "quantized")]
    assert (
        read(QuantizerConfigs(), {"quant_config.json": _json(w_bit=4, version="GEMM")}).claims == ()
    )
