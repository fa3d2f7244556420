"""Somebody else's file: loaded in a process of its own, under limits, and examined there."""
