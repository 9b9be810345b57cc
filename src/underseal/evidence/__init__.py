"""The evidence half: from a lawful capture to verified, searchable records. Folders are the stages, in order."""

from underseal.core.arrow import spare_pandas

spare_pandas()  # here, before anything converts: it is a quarter of the start of every command and every worker
