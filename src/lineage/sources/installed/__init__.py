"""What a computer holds of models: the stores of the tools that download them."""
