"""Create the tables of ballots."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade():
    op.create_table(
        "ballot",
        sa.Column("cycle_id", sa.Integer(), nullable=False),
        sa.Column("locator", sa.LargeBinary(length=16), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["cycle_id"], ["cycle.id"], name=op.f("fk_ballot_cycle_id_cycle")),
        sa.PrimaryKeyConstraint("cycle_id", "locator", name=op.f("pk_ballot")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "key_half",
        sa.Column("cycle_id", sa.Integer(), nullable=False),
        sa.Column("half", sa.LargeBinary(length=32), nullable=False),
        sa.ForeignKeyConstraint(
            ["cycle_id"], ["cycle.id"], name=op.f("fk_key_half_cycle_id_cycle")
        ),
        sa.PrimaryKeyConstraint("cycle_id", name=op.f("pk_key_half")),
        sqlite_with_rowid=False,
    )


def downgrade():
    op.drop_table("key_half")
    op.drop_table("ballot")
