"""Frameworks for tests: the hand-written network in another process, honest or not. They import in no time."""
