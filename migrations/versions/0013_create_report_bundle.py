"""Create report bundle."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"


def upgrade():
    op.create_table(
        "report_bundle",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("cycle_id", sa.Integer(), nullable=False),
        sa.Column("reader_id", sa.Integer(), nullable=False),
        sa.Column("file_name", sa.String(length=32), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("done", sa.Integer(), nullable=False),
        sa.Column("volumes", sa.Integer(), nullable=False),
        sa.Column("next_volume", sa.Integer(), nullable=False),
        sa.Column("after_id", sa.Integer(), nullable=False),
        sa.Column("maker", sa.String(length=32), nullable=False),
        sa.Column("leased_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "next_volume BETWEEN 1 AND volumes + 1", name=op.f("ck_report_bundle_volumes_in_order")
        ),
        sa.ForeignKeyConstraint(
            ["cycle_id"], ["cycle.id"], name=op.f("fk_report_bundle_cycle_id_cycle")
        ),
        sa.ForeignKeyConstraint(
            ["reader_id"], ["person.id"], name=op.f("fk_report_bundle_reader_id_person")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_report_bundle")),
        sa.UniqueConstraint(
            "cycle_id", "reader_id", name=op.f("uq_report_bundle_cycle_id_reader_id")
        ),
        sa.UniqueConstraint("file_name", name=op.f("uq_report_bundle_file_name")),
    )


def downgrade():
    op.drop_table("report_bundle")
