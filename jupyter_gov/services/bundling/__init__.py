"""Bundles: a run with all that somebody needs who has neither its store nor this project."""

from ._making import Bundled, bundle
from ._reading import is_bundle, open_bundle

__all__ = ["Bundled", "bundle", "is_bundle", "open_bundle"]
