"""The Hugging Face Hub over HTTP, within its quota."""
