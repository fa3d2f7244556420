"""Programs are loaded into this very process here."""

from tests.loaded_here import as_it_was

__all__ = ["as_it_was"]
