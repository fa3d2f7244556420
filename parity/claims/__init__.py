"""What the articles say, held against what the hand-written network does."""

from parity.claims.checking import check, problems

__all__ = ["check", "problems"]
