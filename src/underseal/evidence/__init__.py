"""The evidence half: from a lawful capture to verified, searchable records. Folders are the stages, in order."""
