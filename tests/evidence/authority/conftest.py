"""The authority tests run on both databases."""

from casework_databases import casework, made_on_postgresql, made_on_sqlite, made_url

__all__ = ["casework", "made_on_postgresql", "made_on_sqlite", "made_url"]
