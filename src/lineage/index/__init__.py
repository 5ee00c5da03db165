"""A local index of a whole hub: built once, asked without a network, in both directions."""
