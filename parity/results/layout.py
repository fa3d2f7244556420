"""How the JSON text looks: made to be read by people and compared line by line."""

import json
from typing import Any

INDENT = " "


def lay_out(value: Any, indent: str = "") -> str:
    """Return JSON text with one record a line, so that diffs are short and files small.

    Lists of plain values, and records in a list that hold only plain values, stay on one line.

    Args:
        value: dictionaries, lists, strings, numbers, booleans and None.
        indent: of the line the text begins in.
    """
    if not isinstance(value, dict | list) or not value or (isinstance(value, list) and _flat(value)):
        return _line(value)
    inner = indent + INDENT
    if isinstance(value, dict):
        items = [f"{_line(key)}: {lay_out(item, inner)}" for key, item in value.items()]
    else:
        items = [_line(i) if isinstance(i, dict) and _flat(i.values()) else lay_out(i, inner) for i in value]
    opening, closing = "{}" if isinstance(value, dict) else "[]"
    return opening + "\n" + ",\n".join(inner + item for item in items) + "\n" + indent + closing


def _flat(items: Any) -> bool:
    return not any(isinstance(item, dict | list) for item in items)


def _line(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
