"""An open case work on each of the two databases."""

from casework_databases import casework, made_on_postgresql, made_on_sqlite, made_url

__all__ = ["casework", "made_on_postgresql", "made_on_sqlite", "made_url"]
