"""Create plan."""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"


def upgrade():
    op.create_table(
        "plan_mark",
        sa.Column("cycle_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("subject_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("statement", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.Column(
            "mark",
            sa.Enum(
                "expected",
                "surprise",
                "work_on",
                name="mark",
                native_enum=False,
                create_constraint=True,
            ),
            nullable=False,
        ),
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
        sa.Column("cycle_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("subject_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("statement", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.Column("situation", sa.String(length=300), nullable=False),
        sa.Column("first_step", sa.String(length=300), nullable=False),
        sa.Column("helper", sa.String(length=300), nullable=False),
        sa.Column("sign", sa.String(length=300), nullable=False),
        sa.Column("review_on", sa.Date(), nullable=False),
        sa.Column("is_shared", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["cycle_id", "subject_id", "statement"],
            ["plan_mark.cycle_id", "plan_mark.subject_id", "plan_mark.statement"],
            name=op.f("fk_plan_item_cycle_id_subject_id_statement_plan_mark"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("cycle_id", "subject_id", "statement", name=op.f("pk_plan_item")),
        sqlite_with_rowid=False,
    )


def downgrade():
    op.drop_table("plan_item")
    op.drop_table("plan_mark")
