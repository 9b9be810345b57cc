"""The authority tests run on both databases."""

from casework_databases import casework, databases, filling, made_url

__all__ = ["casework", "databases", "filling", "made_url"]
