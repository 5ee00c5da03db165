"""What is not known of an audited model."""
