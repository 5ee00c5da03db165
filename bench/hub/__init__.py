"""Made-up hubs of any size in the shape of the real one, and what is measured on them."""
