#!/bin/sh
# The main job on real models of the embedded snapshot, with no network.
set -u
export HF_HUB_OFFLINE=1
show() {
    printf '\n$ lineage %s\n' "$*"
    lineage "$@"
    code=$?
    printf '(exit code %s)\n' "$code"
    # 0 pass or review, 1 the policy failed, 3 inconclusive: each is an answer. Anything else is trouble.
    case "$code" in 0 | 1 | 3) ;; *) exit "$code" ;; esac
}
show audit --offline Nexusflow/Athene-V2-Chat
show audit --offline NousResearch/Hermes-2-Pro-Mistral-7B
show audit --offline jakiAJK/DeepSeek-R1-Distill-Llama-8B_AWQ
show tree --offline deepseek-ai/DeepSeek-R1-Distill-Llama-8B
