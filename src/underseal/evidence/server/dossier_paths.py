"""What the addresses of dossiers are made of."""

from typing import Annotated

from fastapi import Path, Query

Reference = Annotated[str, Path(pattern="^[0-9a-f]{16}$", description="Reference of the dossier.")]
ItemId = Annotated[str, Path(max_length=600, description="Name of the item in the dossier.")]
Cursor = Annotated[str, Query(max_length=100, description="Cursor of the page before.")]
Limit = Annotated[int, Query(ge=1, le=500)]
