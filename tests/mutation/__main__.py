"""Write what ``mutmut run`` has found into docs/mutation.md; fail where too much lives, or lives without a reason."""

import sys
from pathlib import Path

from tests.mutation.found import found
from tests.mutation.page import AT_LEAST, UNEXPLAINED, numbers, share, updated

PAGE = Path(__file__).parents[2] / "docs/mutation.md"


def main() -> int:
    """Return the exit code."""
    outcomes, survivors = found()
    page = updated(PAGE.read_text(encoding="utf-8"), outcomes, survivors)
    PAGE.write_text(page, encoding="utf-8")
    print("\n".join(numbers(outcomes)))
    unexplained = page.count(UNEXPLAINED)
    if unexplained:
        print(
            f"{unexplained} survivors have no reason in {PAGE}: write a test, or the reason in the last column"
        )
    few = share(outcomes.values()) < AT_LEAST
    if few:
        print(f"fewer than {AT_LEAST:.0%} are killed")
    return int(few or unexplained > 0)


if __name__ == "__main__":
    sys.exit(main())
