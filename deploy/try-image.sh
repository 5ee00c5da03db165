#!/bin/sh
# Try a built image as it is meant to run: as nobody, with nothing to write to but memory, without a network.
#
#   deploy/try-image.sh docker lineage:test        (or podman)
set -eu
engine=$1
image=$2

run() {
    "$engine" run --rm --network none --read-only --tmpfs /tmp --tmpfs /home/lineage:mode=1777 \
        --cap-drop ALL --security-opt no-new-privileges "$@"
}

ends_with() {
    expected=$1
    shift
    code=0
    "$@" || code=$?
    if [ "$code" != "$expected" ]; then
        echo "ended with $code instead of $expected: $*" >&2
        exit 1
    fi
}

ends_with 0 run "$image" --version
ends_with 0 run "$image" audit --offline -qq mistralai/Mistral-7B-v0.1
ends_with 1 run "$image" audit --offline -qq deepseek-ai/DeepSeek-R1
ends_with 0 run --user 1234:1234 "$image" audit --offline -qq mistralai/Mistral-7B-v0.1
ends_with 0 run "$image" serve --help >/dev/null
ends_with 0 run "$image" mcp --help >/dev/null
test "$(run --entrypoint id "$image" -u)" = 65532
ends_with 1 run --entrypoint python "$image" -m pip --version
echo "the image works"
