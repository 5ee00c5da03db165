"""The version of the package, in the one place that the build and every room read it from."""

__version__ = "0.2.0"
