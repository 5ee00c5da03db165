"""Admission: what a Kubernetes cluster is asked to start, judged by the models in it."""
