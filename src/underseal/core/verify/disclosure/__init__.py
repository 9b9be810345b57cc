"""Disclosure packs as anyone can check them (docs/formats/disclosure-pack.md)."""
