"""The weights benchmark: a zoo with known parents, and what finds them."""
