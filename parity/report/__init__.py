"""What people read: results made into HTML, Markdown, CSV, pictures, and a table in the terminal."""

from parity.report.writing import write

__all__ = ["write"]
