"""A model that transformers loads on this machine: `pip install 'lineage-audit[local]'`."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import Any

from lineage.core.errors import CannotRunError
from lineage.probe.decoding import Decoding
from lineage.probe.reply import Reply, ReplyState, apart


class Local:
    """One model in memory; questions wait for each other. No code of the folder is run, and no
    pickle is loaded."""

    def __init__(self, folder: Path, decoding: Decoding) -> None:
        try:
            import torch
            from transformers import AutoModelForCausalLM, AutoTokenizer
        except ImportError as problem:
            raise CannotRunError(
                "Loading weights needs transformers and torch.",
                "Install them with: pip install 'lineage-audit[local]', or serve the model and "
                "give --endpoint.",
            ) from problem
        self._torch: Any = torch
        try:
            safe = {"trust_remote_code": False, "local_files_only": True}
            self._tokenizer: Any = AutoTokenizer.from_pretrained(str(folder), **safe)
            self._model: Any = AutoModelForCausalLM.from_pretrained(
                str(folder), use_safetensors=True, **safe
            )
        except (OSError, ValueError, ImportError) as problem:
            text = str(problem).partition("\n")[0][:200]
            raise CannotRunError(
                f"{folder} cannot be loaded: {text}.", "Serve it and give --endpoint."
            ) from problem
        self._decoding = decoding
        self._lock = threading.Lock()

    def ask(self, prompt: str, seed: int) -> Reply:
        """One reply."""
        with self._lock:
            return self._ask(prompt, seed)

    def _ask(self, prompt: str, seed: int) -> Reply:
        self._torch.manual_seed(seed)
        inputs = self._tokenizer.apply_chat_template(
            [{"role": "user", "content": prompt}],
            add_generation_prompt=True,
            return_tensors="pt",
            return_dict=True,
        )
        heat = self._decoding.temperature
        drawing = (
            {}
            if heat is None
            else {"do_sample": heat > 0} | ({"temperature": heat} if heat else {})
        )
        limit = self._decoding.max_tokens
        with self._torch.no_grad():
            output = self._model.generate(**inputs, max_new_tokens=limit, **drawing)
        made = output[0][inputs["input_ids"].shape[1] :]
        text, thought = apart(self._tokenizer.decode(made, skip_special_tokens=True))
        if len(made) >= limit or text is None:
            return Reply(
                ReplyState.UNMEASURED,
                text or "",
                thought or "",
                "cut off by the limit of tokens",
                tokens=len(made),
            )
        return Reply(ReplyState.ANSWERED, text, thought or "", tokens=len(made))
