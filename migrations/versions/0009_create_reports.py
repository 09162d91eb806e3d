"""Create the tables of reports."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"


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
    op.create_table(
        "plan_mark",
        sa.Column("cycle_id", sa.Integer(), nullable=False),
        sa.Column("subject_id", sa.Integer(), nullable=False),
        sa.Column("statement", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.Column("works_on", sa.Boolean(), nullable=False),
        sa.Column("surprises", sa.Boolean(), nullable=False),
        sa.CheckConstraint("works_on OR surprises", name=op.f("ck_plan_mark_something_ticked")),
        sa.CheckConstraint(
            "statement BETWEEN 1 AND 14", name=op.f("ck_plan_mark_statement_in_range")
        ),
        sa.ForeignKeyConstraint(
            ["cycle_id", "subject_id"],
            ["subject_result.cycle_id", "subject_result.subject_id"],
            name=op.f("fk_plan_mark_cycle_id_subject_id_subject_result"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("cycle_id", "subject_id", "statement", name=op.f("pk_plan_mark")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "plan_item",
        sa.Column("cycle_id", sa.Integer(), nullable=False),
        sa.Column("subject_id", sa.Integer(), nullable=False),
        sa.Column("statement", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.Column("behaviour", sa.String(length=300), nullable=False),
        sa.Column("situation", sa.String(length=300), nullable=False),
        sa.Column("first_step", sa.String(length=300), nullable=False),
        sa.Column("helper", sa.String(length=300), nullable=False),
        sa.Column("sign", sa.String(length=300), nullable=False),
        sa.Column("review_on", sa.Date(), nullable=False),
        sa.Column("is_shared", sa.Boolean(), nullable=False),
        sa.Column("asks_colleagues", sa.Boolean(), nullable=False),
        sa.Column(
            "going",
            sa.Enum(
                "well",
                "slowly",
                "not_yet",
                name="going",
                native_enum=False,
                create_constraint=True,
            ),
            nullable=True,
        ),
        sa.Column("looked_back_on", sa.Date(), nullable=True),
        sa.Column("mailed_for", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(
            ["cycle_id", "subject_id", "statement"],
            ["plan_mark.cycle_id", "plan_mark.subject_id", "plan_mark.statement"],
            name=op.f("fk_plan_item_cycle_id_subject_id_statement_plan_mark"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("cycle_id", "subject_id", "statement", name=op.f("pk_plan_item")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "plan_totals",
        sa.Column("cycle_id", sa.Integer(), nullable=False),
        sa.Column("people", sa.Integer(), nullable=False),
        sa.Column("chose", sa.Integer(), nullable=False),
        sa.Column("looked_back", sa.Integer(), nullable=False),
        sa.Column("moved", sa.Double(), nullable=True),
        sa.Column("standard_error", sa.Double(), nullable=True),
        sa.CheckConstraint("people >= 20", name=op.f("ck_plan_totals_told_only_of_many")),
        sa.CheckConstraint(
            "chose BETWEEN 0 AND people AND looked_back BETWEEN 0 AND people",
            name=op.f("ck_plan_totals_within_people"),
        ),
        sa.CheckConstraint(
            "(moved IS NULL) = (standard_error IS NULL)",
            name=op.f("ck_plan_totals_moved_with_error"),
        ),
        sa.CheckConstraint(
            "moved IS NULL OR chose >= 20", name=op.f("ck_plan_totals_moved_of_many")
        ),
        sa.ForeignKeyConstraint(
            ["cycle_id"], ["cycle.id"], name=op.f("fk_plan_totals_cycle_id_cycle")
        ),
        sa.PrimaryKeyConstraint("cycle_id", name=op.f("pk_plan_totals")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "kept_sums",
        sa.Column("cycle_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("content", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["cycle_id"], ["cycle.id"], name=op.f("fk_kept_sums_cycle_id_cycle")
        ),
        sa.PrimaryKeyConstraint("cycle_id", name=op.f("pk_kept_sums")),
        sqlite_with_rowid=False,
    )


def downgrade():
    op.drop_table("kept_sums")
    op.drop_table("plan_totals")
    op.drop_table("plan_item")
    op.drop_table("plan_mark")
    op.drop_table("report_bundle")
