"""`lineage audit`: what is underneath one or more models, with a verdict."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import click

from lineage.cli.completion_items import models
from lineage.cli.many import InputChoice, audit_all, input_options
from lineage.cli.options import examples
from lineage.cli.output import Destination, destinations, output_options, write
from lineage.cli.policies import PolicyChoice, exit_code, policy_options
from lineage.cli.source_options import SourceChoice, source_options
from lineage.cli.untrusted import refuse_inside, untrusted_option
from lineage.cli.weights_options import WeightsChoice, weights_options


@click.command(
    epilog=examples(
        "lineage audit deepseek-ai/DeepSeek-R1-Distill-Llama-8B",
        "lineage audit --offline --json Qwen/Qwen2.5-7B-Instruct",
        "lineage audit --policy strict ./my-model -o report.html",
        "lineage audit --input vendors.csv -f csv=audit.csv -f html=audit.html",
    )
)
@click.argument("targets", nargs=-1, metavar="TARGET...", shell_complete=models)
@input_options
@untrusted_option
@source_options
@weights_options
@policy_options
@output_options
def audit(
    targets: tuple[str, ...],
    formats: tuple[Destination, ...],
    output: Path | None,
    untrusted: bool,
    listed: InputChoice,
    source: SourceChoice,
    looking: WeightsChoice,
    policy: PolicyChoice,
) -> int:
    """Audit models and report what they are built on, with a verdict.

    TARGET is a model on the Hub (org/name, org/name@revision, a huggingface.co address), a name of
    another place (ollama:deepseek-r1:8b, oci://jozu.ml/acme/kit:1), the address of a running server
    (http://127.0.0.1:8000) or the path of a local model: a folder, a .gguf or .safetensors file, an
    adapter folder, a Modelfile.

    Exit codes: 0 pass or review, 1 the policy failed, 2 wrong usage, 3 inconclusive, 4 could not
    run.
    """
    listed.check(targets)
    wanted = destinations(formats, output)
    display = source.display()
    chosen = policy.load()
    if untrusted:
        refuse_inside(listed.places(targets), chosen, source.files(), looking.files())
    options = replace(source.options(display, chosen, targets), added=looking.additions(targets))
    report = audit_all(targets, listed, options, display)
    write(report, wanted, source.verbosity, full=source.full)
    return exit_code(report, chosen)
