"""Create the tables of assignments."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade():
    op.create_table(
        "assignment",
        sa.Column("cycle_id", sa.Integer(), nullable=False),
        sa.Column("rater_id", sa.Integer(), nullable=False),
        sa.Column("subject_id", sa.Integer(), nullable=False),
        sa.Column(
            "relationship",
            sa.Enum(
                "self",
                "manager",
                "peer",
                "report",
                name="relationship",
                native_enum=False,
                create_constraint=True,
            ),
            nullable=False,
        ),
        sa.CheckConstraint(
            "rater_id <> subject_id", name=op.f("ck_assignment_self_is_no_assignment")
        ),
        sa.ForeignKeyConstraint(
            ["cycle_id"], ["cycle.id"], name=op.f("fk_assignment_cycle_id_cycle")
        ),
        sa.ForeignKeyConstraint(
            ["rater_id"], ["person.id"], name=op.f("fk_assignment_rater_id_person")
        ),
        sa.ForeignKeyConstraint(
            ["subject_id"], ["person.id"], name=op.f("fk_assignment_subject_id_person")
        ),
        sa.PrimaryKeyConstraint("cycle_id", "rater_id", "subject_id", name=op.f("pk_assignment")),
        sqlite_with_rowid=False,
    )
    with op.batch_alter_table("assignment", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_assignment_subject_id"), ["subject_id"], unique=False)

    op.create_table(
        "kept_turnout",
        sa.Column("cycle_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "draft",
                "open",
                "closing",
                "closed",
                "published",
                name="cyclestate",
                native_enum=False,
                create_constraint=True,
            ),
            nullable=False,
        ),
        sa.Column("added_up_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("content", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["cycle_id"], ["cycle.id"], name=op.f("fk_kept_turnout_cycle_id_cycle")
        ),
        sa.PrimaryKeyConstraint("cycle_id", name=op.f("pk_kept_turnout")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "manual_change",
        sa.Column("cycle_id", sa.Integer(), nullable=False),
        sa.Column("subject_id", sa.Integer(), nullable=False),
        sa.Column("rater_id", sa.Integer(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum("add", "remove", name="changekind", native_enum=False, create_constraint=True),
            nullable=False,
        ),
        sa.ForeignKeyConstraint(
            ["cycle_id"], ["cycle.id"], name=op.f("fk_manual_change_cycle_id_cycle")
        ),
        sa.ForeignKeyConstraint(
            ["rater_id"], ["person.id"], name=op.f("fk_manual_change_rater_id_person")
        ),
        sa.ForeignKeyConstraint(
            ["subject_id"], ["person.id"], name=op.f("fk_manual_change_subject_id_person")
        ),
        sa.PrimaryKeyConstraint("cycle_id", "subject_id", name=op.f("pk_manual_change")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "participation",
        sa.Column("cycle_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("sent", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["cycle_id"], ["cycle.id"], name=op.f("fk_participation_cycle_id_cycle")
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_participation_person_id_person")
        ),
        sa.PrimaryKeyConstraint("cycle_id", "person_id", name=op.f("pk_participation")),
        sqlite_with_rowid=False,
    )


def downgrade():
    op.drop_table("participation")
    op.drop_table("manual_change")
    op.drop_table("kept_turnout")
    op.drop_table("assignment")
