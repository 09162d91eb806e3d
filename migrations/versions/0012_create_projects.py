"""Create the tables of projects."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"


def upgrade():
    op.create_table(
        "project",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(length=120), nullable=False),
        sa.Column("you_said", sa.Text(), nullable=False),
        sa.Column("source", sa.String(length=160), nullable=False),
        sa.Column("we_did", sa.Text(), nullable=False),
        sa.Column("owner_id", sa.Integer(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "proposed",
                "agreed",
                "under way",
                "done",
                "looked at",
                name="projectstate",
                native_enum=False,
                create_constraint=True,
            ),
            nullable=False,
        ),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("figure", sa.String(length=160), nullable=False),
        sa.Column("figure_name", sa.String(length=160), nullable=False),
        sa.Column("wants_more", sa.Boolean(), nullable=False),
        sa.Column("department_id", sa.Integer(), nullable=True),
        sa.Column("begun_on", sa.Date(), nullable=True),
        sa.Column("overdue_told", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(
            ["department_id"], ["department.id"], name=op.f("fk_project_department_id_department")
        ),
        sa.ForeignKeyConstraint(
            ["owner_id"], ["person.id"], name=op.f("fk_project_owner_id_person")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_project")),
    )
    with op.batch_alter_table("project", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_project_owner_id"), ["owner_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_project_source"), ["source"], unique=False)

    op.create_table(
        "project_note",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("project_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("noted_on", sa.Date(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_project_note_person_id_person")
        ),
        sa.ForeignKeyConstraint(
            ["project_id"], ["project.id"], name=op.f("fk_project_note_project_id_project")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_project_note")),
    )
    with op.batch_alter_table("project_note", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_project_note_project_id"), ["project_id"], unique=False
        )

    op.create_table(
        "project_outcome",
        sa.Column("project_id", sa.Integer(), nullable=False),
        sa.Column("cycle_id", sa.Integer(), nullable=False),
        sa.Column("before", sa.Double(), nullable=False),
        sa.Column("now", sa.Double(), nullable=False),
        sa.Column("low", sa.Double(), nullable=False),
        sa.Column("high", sa.Double(), nullable=False),
        sa.Column(
            "verdict",
            sa.Enum(
                "moved",
                "not seen",
                "against",
                name="verdict",
                native_enum=False,
                create_constraint=True,
            ),
            nullable=False,
        ),
        sa.Column("smallest", sa.Double(), nullable=False),
        sa.Column("others", sa.Integer(), nullable=False),
        sa.Column("others_moved", sa.Integer(), nullable=False),
        sa.CheckConstraint("smallest >= 0", name=op.f("ck_project_outcome_smallest_is_a_size")),
        sa.CheckConstraint("low <= high", name=op.f("ck_project_outcome_range_has_two_ends")),
        sa.ForeignKeyConstraint(
            ["cycle_id"], ["cycle.id"], name=op.f("fk_project_outcome_cycle_id_cycle")
        ),
        sa.ForeignKeyConstraint(
            ["project_id"], ["project.id"], name=op.f("fk_project_outcome_project_id_project")
        ),
        sa.PrimaryKeyConstraint("project_id", "cycle_id", name=op.f("pk_project_outcome")),
        sqlite_with_rowid=False,
    )


def downgrade():
    op.drop_table("project_outcome")
    with op.batch_alter_table("project_note", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_project_note_project_id"))

    op.drop_table("project_note")
    with op.batch_alter_table("project", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_project_source"))
        batch_op.drop_index(batch_op.f("ix_project_owner_id"))

    op.drop_table("project")
