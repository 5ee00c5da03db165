"""A small service that uses two models."""

from transformers import AutoModelForCausalLM, pipeline

model = AutoModelForCausalLM.from_pretrained("cognitivecomputations/DeepSeek-R1-AWQ")
judge = pipeline("text-generation", model="NousResearch/Hermes-2-Pro-Mistral-7B")
