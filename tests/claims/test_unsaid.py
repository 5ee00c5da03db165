"""Sentences that ask, suppose, plan or deny: they name no parent, and what looks like them does."""

from __future__ import annotations

from typing import Any

import pytest

from lineage.claims.card.prose import Prose

_UNSAID = """
A user asked whether this is built on {0}. It is not.
Users ask if this model is based on {0}. It is trained from scratch.
**Is this model based on {0}?** No, it was trained from scratch.
Is it a finetune of {0}? We trained it ourselves.
### Is this built on {0}?||No.
Q: Is this built on {0}?|A: No.
Wird das ein Modell auf Basis von {0}? Nein.
Some people believe that this model is a fine-tune of {0}. That is false.
There are rumours that our model was fine-tuned from {0}; they are wrong.
It has been claimed that the model is derived from {0}. We deny this.
It is incorrect to say that this is built on {0}.
The tool flags this model as built on {0}; this is an error.
If it were based on {0}, the licence would be another.
We wanted to know whether a model based on {0} would do better.
Neither built on {0} nor on anything else.
Nothing here is derived from {0}.
No part of this model is based on {0}.
This is by no means a derivative of {0}.
Independent of anything derived from {0}, this model learned alone.
You could also build one based on {0}.
We may release a version based on {0}.
This model could be fine-tuned from {0} by you.
A competitor's model is based on {0}.
The baseline is a fine-tuned version of {0}.
Most open models today are based on {0}; ours is not.
Is this built on {0}? It is not.
Atlas is not a version of {0}.
The claim that this was derived from {0} is mistaken.
We considered starting from {0}, but chose another base instead.
A version based on {0} is planned for next year.
We have no plans to release a model based on {0}.
It is as good as any fine-tune of {0}.
Other vendors quantized versions of {0}; we quantize our own.
We do not deny that it was derived from {0}.
""".strip().splitlines()

_SAID = """
A user asked what this is built on. It is built on {0}.
**What is this model based on?** It is based on {0}.
Is it based on {0}? Yes, it is.
### Is it a finetune of {0}?||Indeed.
Q: What is it?|A: It is a fine-tuned version of {0}.
We asked whether tuning helps: this model is a fine-tuned version of {0}.
No data was filtered. This model is a fine-tuned version of {0}.
This model is, without question, based on {0}.
Not only is this model based on {0}, it also sings.
It is nothing but a fine-tune of {0}.
There is no doubt that it is built on {0}.
We could train it since it is based on {0}.
This model is based on {0}. That is where its licence is from.
This model is based on {0}. It is not a chat model.
Built on {0}. Is it good? No idea.
Is it based on {0}? Of course.
It is no secret that this model is based on {0}.
Not satisfied with our first attempt, we fine-tuned {0}.
Unlike our last release, this one is a fine-tune of {0}.
Nothing in life is perfect, and this model is built on {0}.
This model is based on {0}. It is not, as some feared, slow.
""".strip().splitlines()


def _parents(read: Any, body: str) -> list[str | None]:
    text = body.format("acme/base-7b").replace("|", "\n")
    return [claim.parent for claim in read(Prose(), {"README.md": text.encode()}).claims]


@pytest.mark.parametrize("body", _UNSAID)
def test_what_is_asked_supposed_or_denied_names_no_parent(body: str, read: Any) -> None:
    """No claim, not even a hint."""
    assert _parents(read, body) == []


@pytest.mark.parametrize("body", _SAID)
def test_what_is_said_beside_a_question_names_its_parent(body: str, read: Any) -> None:
    """The words of a question or a denial do not swallow a statement."""
    assert _parents(read, body) == ["acme/base-7b"]
