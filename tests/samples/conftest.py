"""Fixtures for the tests of the samples."""

from .harbour_fixture import small_harbour

__all__ = ["small_harbour"]
