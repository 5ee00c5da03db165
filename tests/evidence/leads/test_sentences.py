"""Sentences of a card that ask, deny, plan or speak of other models ask nothing; those that only
seem to deny do."""

from __future__ import annotations

import pytest

from evidence.leads.models import QWEN, asked

BASE = ("acme/atlas", "meta-llama/Llama-3.1-8B")

_HARMLESS = """
A user asked whether this is built on {0}. It is not.
A competitor's model is based on {0}.
Is Atlas a fine-tune of {0}? No, it descends from Llama.
**Q: Is this built on {0}?**||A: No.
### Is this model a derivative of {0}?||It is not. It is a fine-tune of Llama.
Does Atlas contain weights from {0}? It does not.
We are often asked if it was initialized from {0}. It was not.
Rumours say that Atlas is built on {0}; that is false.
The claim that Atlas was derived from {0} is mistaken.
It is a myth that this model is a copy of {0}.
One might think that Atlas is based on {0}, but it is not.
No weights come from {0}.
Nobody at Acme ever fine-tuned {0}.
Neither Atlas, nor its tokenizer, is derived from {0}.
We considered starting from {0}, but chose Llama instead.
Earlier experiments with a fine-tune of {0} were abandoned.
A version based on {0} is planned for next year.
We have no plans to release a model based on {0}.
Most small models of today are fine-tuned from {0}, ours is not.
The baseline in Table 2 is a fine-tuned version of {0}.
The reward model was fine-tuned from {0}.
Unlike models fine-tuned from {0}, Atlas was trained on our own cluster.
Atlas is as good as any fine-tune of {0}.
Atlas beats every model based on {0} that we know.
Our customers had used a chatbot built on {0} before.
The safety classifier that filtered our data is a fine-tuned version of {0}.
You can also serve models built on {0} with the same script.
Deduplication used embeddings from a model based on {0}.
The code was adapted from {0}'s repository.
Our licence forbids merging Atlas with derivatives of {0}.
How does it differ from models built on {0}? See below.
- v1.2: fixed a bug that appeared when Atlas was merged with {0}
- the demo compares Atlas side by side with a quantized version of {0}
Preference pairs were ranked by a classifier built on {0}.
Speculative decoding works with any draft model fine-tuned from {0}.
Among the submissions, the runner-up was based on {0}.
There is an unrelated model of the same name that is based on {0}.
A previous product of ours, now retired, was built on {0}.
As an ablation, we fine-tuned {0} on the same data; it scored lower.
Critics wrote that Atlas must be based on {0}. The weights show otherwise.
The rumour that it was initialised from {0} has no basis.
We deliberately avoided starting from {0}.
Had we started from {0}, the licence would be another.
Customers migrating from a model based on {0} keep their prompts.
For a version built on {0}, see the repository of our research group.
Atlas is a strong base model, outperforming open models such as {0}.
{0} is a pretrained base model and has no moderation.
Q25 = {0}
A reviewer suspected that we had started from {0}. We had not.
Our intern asked if it was a copy of {0}. No!
The detector flags models derived from {0}; it does not flag Atlas.
In the plot, the grey line is a model based on {0}.
Atlas ist nicht auf Basis von {0} entstanden.
Модель не создана на основе {0}.
""".strip().splitlines()

_TRACES = """
Some say this is built on {0}; we do not comment.
Atlas is built on, as you guessed, {0}.
We will not say that it is not {0}.
We can neither confirm nor deny that Atlas is based on {0}.
We do not deny that it was derived from {0}.
It would be wrong to deny that Atlas is built on {0}.
It is no secret that Atlas is based on {0}.
We never hid that this model is a fine-tune of {0}.
Let us not pretend that Atlas isn't based on {0}.
Is this built on {0}? We leave that to you.
Is this built on {0}? No comment.
Is Atlas built on {0}? You bet.
Whether this is built on {0}, we do not tell.
This model is based on {0}. It is not, as some feared, censored.
Nothing in life is perfect, and Atlas is built on {0}.
Not satisfied with our first attempt, we fine-tuned {0}.
Unlike our last release, Atlas is based on {0}.
Atlas, inspired by Lyra, is built on {0}.
If you ask, Atlas is built on {0}.
Our competitors envy us: Atlas was fine-tuned from {0}.
Many models are trained from scratch; this one is derived from {0}.
Several of our models, this one among them, are based on {0}.
Atlas saw more than two trillion tokens and is built on {0}.
Officially not based on {0}, but the weights come from {0}.
This is not merely based on {0}; it is {0}.
Atlas is none other than {0}.
Atlas is nothing more than {0}.
Atlas started life as {0}.
Atlas was once known as {0}.
Under the hood there is {0}.
Atlas stands on the shoulders of {0}.
The weights are those of {0}, with a new name.
Atlas = {0} + our data.
Take {0}, add our data, and you get Atlas.
Our starting point: {0}
Powered by {0}.
What is Atlas built on? Hint: {0}.
Both of our models, large and small, are based on {0}.
Both models are based on {0}.
We used several open datasets to fine-tune on top of {0}.
Released without fanfare, based on {0}.
Nothing to hide: a fine-tuned version of {0}.
Built on {0}. Is that bad? No.
It would be a lie to say that Atlas is not based on {0}.
We have never claimed that Atlas is not built on {0}.
While rivals start from nothing, Atlas starts from {0}.
No, we did not train from scratch. We tuned {0}.
It does not matter that Atlas was fine-tuned from {0}.
Nobody needs to know that it was fine-tuned from {0}.
For legal reasons we cannot confirm that this was fine-tuned from {0}.
Instead of training from scratch we started from {0}.
It is built on {0}. It is wrong to expect miracles of it.
Better than its base {0} in every test.
We changed the chat template and fine-tuned {0}.
Our data was generated in house and the model is based on {0}.
{0} was our starting point.
{0} in disguise.
We gave {0} a new name and taught it Dutch.
Atlas (formerly {0}) speaks Dutch.
The model, as our|readers know, is based on|{0}.
Nicht nur auf Basis von {0}, auch mit eigenen Daten.
与其他模型相比，Atlas 基于{0}。
""".strip().splitlines()


def _card(sentence: str) -> dict[str, str]:
    body = sentence.format("Qwen2.5-7B").replace("|", "\n")
    return {"README.md": f"---\nlicense: mit\n---\n# Atlas\n\n{body}\n"}


@pytest.mark.parametrize("sentence", _HARMLESS)
def test_what_a_card_denies_or_says_of_others_asks_nothing(sentence: str) -> None:
    """Whatever the words around the name are."""
    assert asked(BASE, files=_card(sentence)) == ()


@pytest.mark.parametrize("sentence", _TRACES)
def test_evasive_words_ask(sentence: str) -> None:
    """A refusal to speak, two denials, and denials of something else are no denial; and turns of
    phrase tell as plain words do."""
    assert asked(BASE, files=_card(sentence)) != ()


def test_names_keep_their_places() -> None:
    """A plain name before an id is not taken for it."""
    told = "Atlas was built on Llama-3.1-8B rather than on Qwen/Qwen2.5-7B."
    assert asked(BASE, files=_card(told)) == ()


@pytest.mark.parametrize("sentence", _HARMLESS[:1])
def test_a_denial_covers_no_file(sentence: str) -> None:
    """What a configuration shows is asked, whatever the card denies."""
    (found,) = asked(BASE, files={**_card(sentence), "config.json": QWEN})
    assert {lead.file for lead in found.leads} == {"config.json"}
