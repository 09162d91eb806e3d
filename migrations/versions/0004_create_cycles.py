"""Create the tables of cycles."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade():
    op.create_table(
        "draw_secret",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("secret", sa.LargeBinary(length=32), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_draw_secret")),
    )
    op.create_table(
        "cycle",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
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
        sa.Column("questionnaire_id", sa.Integer(), nullable=False),
        sa.Column(
            "pairing",
            sa.Enum(
                "everyone", "sample", name="pairing", native_enum=False, create_constraint=True
            ),
            nullable=False,
        ),
        sa.Column("sample_size", sa.Integer(), nullable=False),
        sa.Column("opens_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closes_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("policy_terms", sa.JSON(), nullable=False),
        sa.Column("reasons", sa.JSON(), nullable=False),
        sa.Column("planned_by_id", sa.Integer(), nullable=True),
        sa.Column("confirmed_by_id", sa.Integer(), nullable=True),
        sa.Column("confirmed_hash", sa.String(length=64), nullable=False),
        sa.Column("frozen_hash", sa.String(length=64), nullable=False),
        sa.Column("log_length", sa.Integer(), server_default="0", nullable=False),
        sa.Column("log_head", sa.String(length=64), server_default="", nullable=False),
        sa.Column("is_imported", sa.Boolean(), nullable=False),
        sa.Column("is_abandoned", sa.Boolean(), nullable=False),
        sa.Column("progress", sa.String(length=300), nullable=False),
        sa.Column("opened_on", sa.Date(), nullable=True),
        sa.Column("closed_on", sa.Date(), nullable=True),
        sa.Column("forgotten_on", sa.Date(), nullable=True),
        sa.Column("published_on", sa.Date(), nullable=True),
        sa.Column("purged_on", sa.Date(), nullable=True),
        sa.CheckConstraint("closes_at > opens_at", name=op.f("ck_cycle_closes_after_it_opens")),
        sa.CheckConstraint("sample_size >= 8", name=op.f("ck_cycle_sample_large_enough")),
        sa.ForeignKeyConstraint(
            ["confirmed_by_id"], ["person.id"], name=op.f("fk_cycle_confirmed_by_id_person")
        ),
        sa.ForeignKeyConstraint(
            ["planned_by_id"], ["person.id"], name=op.f("fk_cycle_planned_by_id_person")
        ),
        sa.ForeignKeyConstraint(
            ["questionnaire_id"],
            ["questionnaire.id"],
            name=op.f("fk_cycle_questionnaire_id_questionnaire"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cycle")),
        sa.UniqueConstraint("name", name=op.f("uq_cycle_name")),
    )
    op.create_table(
        "opening",
        sa.Column("cycle_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=True),
        sa.Column("maker", sa.String(length=32), server_default="", nullable=False),
        sa.Column("leased_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("done", sa.Integer(), server_default="0", nullable=False),
        sa.Column("total", sa.Integer(), server_default="0", nullable=False),
        sa.ForeignKeyConstraint(["by_id"], ["person.id"], name=op.f("fk_opening_by_id_person")),
        sa.ForeignKeyConstraint(["cycle_id"], ["cycle.id"], name=op.f("fk_opening_cycle_id_cycle")),
        sa.PrimaryKeyConstraint("cycle_id", name=op.f("pk_opening")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "plan_findings",
        sa.Column("cycle_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("follows_from", sa.String(length=64), nullable=False),
        sa.Column("content", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["cycle_id"], ["cycle.id"], name=op.f("fk_plan_findings_cycle_id_cycle")
        ),
        sa.PrimaryKeyConstraint("cycle_id", name=op.f("pk_plan_findings")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "answer_reader",
        sa.Column("cycle_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column(
            "role",
            sa.Enum("hr", "leader", name="readerrole", native_enum=False, create_constraint=True),
            nullable=False,
        ),
        sa.ForeignKeyConstraint(
            ["cycle_id"], ["cycle.id"], name=op.f("fk_answer_reader_cycle_id_cycle")
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_answer_reader_person_id_person")
        ),
        sa.PrimaryKeyConstraint("cycle_id", "person_id", "role", name=op.f("pk_answer_reader")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "report_reader",
        sa.Column("cycle_id", sa.Integer(), nullable=False),
        sa.Column("subject_id", sa.Integer(), nullable=False),
        sa.Column("reader_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["cycle_id"], ["cycle.id"], name=op.f("fk_report_reader_cycle_id_cycle")
        ),
        sa.ForeignKeyConstraint(
            ["reader_id"], ["person.id"], name=op.f("fk_report_reader_reader_id_person")
        ),
        sa.ForeignKeyConstraint(
            ["subject_id"], ["person.id"], name=op.f("fk_report_reader_subject_id_person")
        ),
        sa.PrimaryKeyConstraint(
            "cycle_id", "subject_id", "reader_id", name=op.f("pk_report_reader")
        ),
        sqlite_with_rowid=False,
    )
    with op.batch_alter_table("report_reader", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_report_reader_reader_id"), ["reader_id"], unique=False)

    op.create_table(
        "roster_entry",
        sa.Column("cycle_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("unit_number", sa.Integer(), nullable=True),
        sa.Column("manager_id", sa.Integer(), nullable=True),
        sa.Column("is_new", sa.Boolean(), nullable=False),
        sa.Column("is_rated", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["cycle_id"], ["cycle.id"], name=op.f("fk_roster_entry_cycle_id_cycle")
        ),
        sa.ForeignKeyConstraint(
            ["manager_id"], ["person.id"], name=op.f("fk_roster_entry_manager_id_person")
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_roster_entry_person_id_person")
        ),
        sa.PrimaryKeyConstraint("cycle_id", "person_id", name=op.f("pk_roster_entry")),
        sqlite_with_rowid=False,
    )
    with op.batch_alter_table("roster_entry", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_roster_entry_person_id"), ["person_id"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_roster_entry_manager_id"), ["manager_id"], unique=False
        )

    op.create_table(
        "focus_question",
        sa.Column("cycle_id", sa.Integer(), nullable=False),
        sa.Column("subject_id", sa.Integer(), nullable=False),
        sa.Column("statement", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.CheckConstraint(
            "statement BETWEEN 1 AND 14", name=op.f("ck_focus_question_statement_in_range")
        ),
        sa.ForeignKeyConstraint(
            ["cycle_id"], ["cycle.id"], name=op.f("fk_focus_question_cycle_id_cycle")
        ),
        sa.ForeignKeyConstraint(
            ["subject_id"], ["person.id"], name=op.f("fk_focus_question_subject_id_person")
        ),
        sa.PrimaryKeyConstraint(
            "cycle_id", "subject_id", "statement", name=op.f("pk_focus_question")
        ),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "unit",
        sa.Column("cycle_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("parent_number", sa.Integer(), nullable=True),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.ForeignKeyConstraint(["cycle_id"], ["cycle.id"], name=op.f("fk_unit_cycle_id_cycle")),
        sa.PrimaryKeyConstraint("cycle_id", "number", name=op.f("pk_unit")),
        sqlite_with_rowid=False,
    )


def downgrade():
    op.drop_table("draw_secret")
    op.drop_table("unit")
    op.drop_table("focus_question")
    op.drop_table("roster_entry")
    op.drop_table("report_reader")
    op.drop_table("answer_reader")
    op.drop_table("plan_findings")
    op.drop_table("opening")
    op.drop_table("cycle")
