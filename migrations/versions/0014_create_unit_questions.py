"""Create the tables of departments' questions, and of what is released of their answers."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"


def kind():
    return sa.Enum(
        "1-5", "0-10", "words", name="answerkind", native_enum=False, create_constraint=True
    )


def upgrade():
    op.create_table(
        "planned_unit_question",
        sa.Column("department_id", sa.Integer(), nullable=False),
        sa.Column("kind", kind(), nullable=False),
        sa.Column("text", sa.String(length=160), nullable=False),
        sa.Column("manager_id", sa.Integer(), nullable=False),
        sa.Column("confirmed_by_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["confirmed_by_id"],
            ["person.id"],
            name=op.f("fk_planned_unit_question_confirmed_by_id_person"),
        ),
        sa.ForeignKeyConstraint(
            ["department_id"],
            ["department.id"],
            name=op.f("fk_planned_unit_question_department_id_department"),
        ),
        sa.ForeignKeyConstraint(
            ["manager_id"], ["person.id"], name=op.f("fk_planned_unit_question_manager_id_person")
        ),
        sa.PrimaryKeyConstraint("department_id", name=op.f("pk_planned_unit_question")),
    )
    op.create_table(
        "unit_question_of_cycle",
        sa.Column("cycle_id", sa.Integer(), nullable=False),
        sa.Column("unit_number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("unit_name", sa.String(length=80), nullable=False),
        sa.Column("kind", kind(), nullable=False),
        sa.Column("text", sa.String(length=160), nullable=False),
        sa.Column("manager_id", sa.Integer(), nullable=False),
        sa.Column("units", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["cycle_id"], ["cycle.id"], name=op.f("fk_unit_question_of_cycle_cycle_id_cycle")
        ),
        sa.ForeignKeyConstraint(
            ["manager_id"], ["person.id"], name=op.f("fk_unit_question_of_cycle_manager_id_person")
        ),
        sa.PrimaryKeyConstraint("cycle_id", "unit_number", name=op.f("pk_unit_question_of_cycle")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "unit_answer",
        sa.Column("cycle_id", sa.Integer(), nullable=False),
        sa.Column("unit_number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column(
            "hidden",
            sa.Enum(
                "few_raters",
                "few_ratings",
                "few_respondents",
                "protects_others",
                "not_answered",
                name="reason",
                native_enum=False,
                create_constraint=True,
            ),
            nullable=True,
        ),
        sa.Column("mean", sa.Double(), nullable=True),
        sa.Column("raters", sa.SmallInteger(), nullable=True),
        sa.Column("standard_error", sa.Double(), nullable=True),
        sa.Column("respondents", sa.Integer(), nullable=True),
        sa.Column("promoters", sa.Integer(), nullable=True),
        sa.Column("detractors", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "(mean IS NULL) = (raters IS NULL)", name=op.f("ck_unit_answer_raters_of_a_mean")
        ),
        sa.CheckConstraint(
            "(mean IS NULL) = (standard_error IS NULL)",
            name=op.f("ck_unit_answer_error_of_a_mean"),
        ),
        sa.CheckConstraint(
            "(respondents IS NULL) = (detractors IS NULL)",
            name=op.f("ck_unit_answer_detractors_of_respondents"),
        ),
        sa.CheckConstraint(
            "(respondents IS NULL) = (promoters IS NULL)",
            name=op.f("ck_unit_answer_promoters_of_respondents"),
        ),
        sa.CheckConstraint(
            "hidden IS NULL OR (mean IS NULL AND respondents IS NULL)",
            name=op.f("ck_unit_answer_hidden_has_no_number"),
        ),
        sa.CheckConstraint("mean BETWEEN 1 AND 5", name=op.f("ck_unit_answer_mean_within_scale")),
        sa.CheckConstraint(
            "promoters >= 0 AND detractors >= 0 AND promoters + detractors <= respondents",
            name=op.f("ck_unit_answer_sides_within_respondents"),
        ),
        sa.CheckConstraint(
            "raters >= 5", name=op.f("ck_unit_answer_released_only_above_threshold")
        ),
        sa.CheckConstraint(
            "respondents >= 20", name=op.f("ck_unit_answer_sides_only_above_threshold")
        ),
        sa.ForeignKeyConstraint(
            ["cycle_id"], ["cycle.id"], name=op.f("fk_unit_answer_cycle_id_cycle")
        ),
        sa.PrimaryKeyConstraint("cycle_id", "unit_number", name=op.f("pk_unit_answer")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "unit_comment",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("cycle_id", sa.Integer(), nullable=False),
        sa.Column("unit_number", sa.Integer(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["cycle_id"], ["cycle.id"], name=op.f("fk_unit_comment_cycle_id_cycle")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_unit_comment")),
        sqlite_with_rowid=False,
    )
    with op.batch_alter_table("unit_comment", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_unit_comment_cycle_id"), ["cycle_id"], unique=False)


def downgrade():
    with op.batch_alter_table("unit_comment", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_unit_comment_cycle_id"))

    op.drop_table("unit_comment")
    op.drop_table("unit_answer")
    op.drop_table("unit_question_of_cycle")
    op.drop_table("planned_unit_question")
