"""Write ``docs/mistakes.md``: ``python -m parity.diagnosis > docs/mistakes.md``."""

import sys

from parity.diagnosis.explaining import as_markdown

if __name__ == "__main__":
    sys.stdout.reconfigure(encoding="utf-8", newline="\n")  # type: ignore[union-attr]
    sys.stdout.write(as_markdown())
