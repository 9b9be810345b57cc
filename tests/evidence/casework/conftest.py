"""An open case work on each of the two databases."""

from casework_databases import casework, databases, filling, made_url

__all__ = ["casework", "databases", "filling", "made_url"]
