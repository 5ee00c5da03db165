"""Running servers that speak OpenAI's protocol, and what each kind tells of its weights."""
