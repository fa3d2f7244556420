"""A framework whose import fails."""

raise RuntimeError("planted: no such processor")
