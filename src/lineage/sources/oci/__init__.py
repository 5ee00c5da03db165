"""Model artefacts in container registries: ModelPack, ModelKits, Docker's, and plain ones."""
