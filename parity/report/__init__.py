"""What people read: results made into HTML, Markdown, CSV, pictures, and a table in the terminal."""

from parity.report.markdown import markdown
from parity.report.summary import publish_summary
from parity.report.terminal import print_results
from parity.report.writing import check, write

__all__ = ["check", "markdown", "print_results", "publish_summary", "write"]
