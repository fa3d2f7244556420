"""Many networks side by side: a table of verdicts, a page, and what to say to each student."""

from parity.grading.run import FEEDBACK, Grades, grade

__all__ = ["FEEDBACK", "Grades", "grade"]
