"""Add who asked to end a cycle without results, for a second person of HR to agree."""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"


def upgrade():
    with op.batch_alter_table("cycle") as table:
        table.add_column(sa.Column("end_asked_by_id", sa.Integer(), nullable=True))
        table.add_column(sa.Column("end_asked_on", sa.Date(), nullable=True))
        table.create_foreign_key(
            op.f("fk_cycle_end_asked_by_id_person"), "person", ["end_asked_by_id"], ["id"]
        )


def downgrade():
    with op.batch_alter_table("cycle") as table:
        table.drop_constraint(op.f("fk_cycle_end_asked_by_id_person"), type_="foreignkey")
        for name in ("end_asked_on", "end_asked_by_id"):
            table.drop_column(name)
