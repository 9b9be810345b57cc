"""How a database of the case work comes to be, and grows with the program; run by Alembic."""
