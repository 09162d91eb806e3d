"""Create enps_histogram."""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"


def upgrade():
    op.create_table(
        "enps_histogram",
        sa.Column("cycle_id", sa.Integer(), nullable=False),
        sa.Column("answer", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.Column("share", sa.SmallInteger(), nullable=False),
        sa.CheckConstraint("answer BETWEEN 0 AND 10", name=op.f("ck_enps_histogram_from_0_to_10")),
        sa.CheckConstraint(
            "share BETWEEN 0 AND 95", name=op.f("ck_enps_histogram_never_unanimous")
        ),
        sa.ForeignKeyConstraint(
            ["cycle_id"], ["cycle.id"], name=op.f("fk_enps_histogram_cycle_id_cycle")
        ),
        sa.PrimaryKeyConstraint("cycle_id", "answer", name=op.f("pk_enps_histogram")),
        sqlite_with_rowid=False,
    )


def downgrade():
    op.drop_table("enps_histogram")
