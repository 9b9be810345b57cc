"""Run by Alembic: applies the steps on the connection that `schema.migrate` hands over, in its transaction."""

from alembic import context

from underseal.evidence.casework.models import Base
from underseal.evidence.casework.schema import VERSION_TABLE

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Base.metadata,
    version_table=VERSION_TABLE,
    transactional_ddl=True,
)
with context.begin_transaction():
    context.run_migrations()
