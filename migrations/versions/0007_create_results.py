"""Create results."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"


def upgrade():
    op.create_table(
        "company_score",
        sa.Column("cycle_id", sa.Integer(), nullable=False),
        sa.Column("statement", sa.SmallInteger(), autoincrement=False, nullable=False),
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
        sa.Column(
            "grain",
            sa.Enum(
                "half", "fifth", "tenth", name="grain", native_enum=False, create_constraint=True
            ),
            nullable=True,
        ),
        sa.Column("mean", sa.Double(), nullable=True),
        sa.Column("low", sa.Double(), nullable=True),
        sa.Column("high", sa.Double(), nullable=True),
        sa.Column("own_mean", sa.Double(), nullable=True),
        sa.CheckConstraint(
            "(hidden IS NULL) = (mean IS NOT NULL)", name=op.f("ck_company_score_hidden_or_number")
        ),
        sa.CheckConstraint(
            "statement BETWEEN 1 AND 14", name=op.f("ck_company_score_statement_in_range")
        ),
        sa.ForeignKeyConstraint(
            ["cycle_id"], ["cycle.id"], name=op.f("fk_company_score_cycle_id_cycle")
        ),
        sa.PrimaryKeyConstraint("cycle_id", "statement", name=op.f("pk_company_score")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "cycle_totals",
        sa.Column("cycle_id", sa.Integer(), nullable=False),
        sa.Column("invited", sa.Integer(), nullable=False),
        sa.Column("started", sa.Integer(), nullable=False),
        sa.Column("sent", sa.Integer(), nullable=False),
        sa.Column("counted", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "counted = sent", name=op.f("ck_cycle_totals_every_sent_ballot_was_counted")
        ),
        sa.CheckConstraint(
            "sent <= started AND started <= invited", name=op.f("ck_cycle_totals_totals_in_order")
        ),
        sa.ForeignKeyConstraint(
            ["cycle_id"], ["cycle.id"], name=op.f("fk_cycle_totals_cycle_id_cycle")
        ),
        sa.PrimaryKeyConstraint("cycle_id", name=op.f("pk_cycle_totals")),
    )
    op.create_table(
        "released_comment",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("cycle_id", sa.Integer(), nullable=False),
        sa.Column("subject_id", sa.Integer(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum("keep", "try", name="commentkind", native_enum=False, create_constraint=True),
            nullable=False,
        ),
        sa.Column(
            "state",
            sa.Enum(
                "shown",
                "reported",
                "withheld",
                name="commentstate",
                native_enum=False,
                create_constraint=True,
            ),
            nullable=False,
        ),
        sa.Column("text", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["cycle_id"], ["cycle.id"], name=op.f("fk_released_comment_cycle_id_cycle")
        ),
        sa.ForeignKeyConstraint(
            ["subject_id"], ["person.id"], name=op.f("fk_released_comment_subject_id_person")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_released_comment")),
        sqlite_with_rowid=False,
    )
    with op.batch_alter_table("released_comment", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_released_comment_cycle_id"), ["cycle_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_released_comment_subject_id"), ["subject_id"], unique=False
        )

    op.create_table(
        "self_answer",
        sa.Column("cycle_id", sa.Integer(), nullable=False),
        sa.Column("subject_id", sa.Integer(), nullable=False),
        sa.Column("statement", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.Column("answer", sa.SmallInteger(), nullable=False),
        sa.CheckConstraint("answer BETWEEN 1 AND 5", name=op.f("ck_self_answer_answer_in_range")),
        sa.ForeignKeyConstraint(
            ["cycle_id"], ["cycle.id"], name=op.f("fk_self_answer_cycle_id_cycle")
        ),
        sa.ForeignKeyConstraint(
            ["subject_id"], ["person.id"], name=op.f("fk_self_answer_subject_id_person")
        ),
        sa.PrimaryKeyConstraint("cycle_id", "subject_id", "statement", name=op.f("pk_self_answer")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "statement_score",
        sa.Column("cycle_id", sa.Integer(), nullable=False),
        sa.Column("subject_id", sa.Integer(), nullable=False),
        sa.Column(
            "view",
            sa.Enum(
                "colleagues",
                "reports",
                "others",
                name="view",
                native_enum=False,
                create_constraint=True,
            ),
            nullable=False,
        ),
        sa.Column("statement", sa.SmallInteger(), autoincrement=False, nullable=False),
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
        sa.Column(
            "grain",
            sa.Enum(
                "half", "fifth", "tenth", name="grain", native_enum=False, create_constraint=True
            ),
            nullable=True,
        ),
        sa.Column("mean", sa.Double(), nullable=True),
        sa.Column("low", sa.Double(), nullable=True),
        sa.Column("high", sa.Double(), nullable=True),
        sa.Column("share_low", sa.SmallInteger(), nullable=True),
        sa.Column("share_middle", sa.SmallInteger(), nullable=True),
        sa.Column("share_high", sa.SmallInteger(), nullable=True),
        sa.Column(
            "not_observed",
            sa.Enum(
                "none", "some", "many", name="observed", native_enum=False, create_constraint=True
            ),
            nullable=True,
        ),
        sa.CheckConstraint(
            "(hidden IS NULL) = (mean IS NOT NULL)",
            name=op.f("ck_statement_score_hidden_or_number"),
        ),
        sa.CheckConstraint(
            "(share_low IS NULL) = (share_high IS NULL)",
            name=op.f("ck_statement_score_bins_all_or_none"),
        ),
        sa.CheckConstraint(
            "mean BETWEEN 1.2 AND 4.8", name=op.f("ck_statement_score_mean_within_limits")
        ),
        sa.CheckConstraint(
            "mean IS NOT NULL OR share_low IS NULL",
            name=op.f("ck_statement_score_no_bins_when_hidden"),
        ),
        sa.CheckConstraint(
            "statement BETWEEN 1 AND 14", name=op.f("ck_statement_score_statement_in_range")
        ),
        sa.ForeignKeyConstraint(
            ["cycle_id"], ["cycle.id"], name=op.f("fk_statement_score_cycle_id_cycle")
        ),
        sa.ForeignKeyConstraint(
            ["subject_id"], ["person.id"], name=op.f("fk_statement_score_subject_id_person")
        ),
        sa.PrimaryKeyConstraint(
            "cycle_id", "subject_id", "view", "statement", name=op.f("pk_statement_score")
        ),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "subject_result",
        sa.Column("cycle_id", sa.Integer(), nullable=False),
        sa.Column("subject_id", sa.Integer(), nullable=False),
        sa.Column("unit_number", sa.Integer(), nullable=False),
        sa.Column("raters", sa.Integer(), nullable=True),
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
        sa.CheckConstraint(
            "(hidden IS NULL) = (raters IS NOT NULL)",
            name=op.f("ck_subject_result_hidden_or_number"),
        ),
        sa.CheckConstraint(
            "raters >= 5", name=op.f("ck_subject_result_released_only_above_threshold")
        ),
        sa.ForeignKeyConstraint(
            ["cycle_id"], ["cycle.id"], name=op.f("fk_subject_result_cycle_id_cycle")
        ),
        sa.ForeignKeyConstraint(
            ["subject_id"], ["person.id"], name=op.f("fk_subject_result_subject_id_person")
        ),
        sa.PrimaryKeyConstraint("cycle_id", "subject_id", name=op.f("pk_subject_result")),
        sqlite_with_rowid=False,
    )


def downgrade():
    op.drop_table("subject_result")
    op.drop_table("statement_score")
    op.drop_table("self_answer")
    with op.batch_alter_table("released_comment", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_released_comment_subject_id"))
        batch_op.drop_index(batch_op.f("ix_released_comment_cycle_id"))

    op.drop_table("released_comment")
    op.drop_table("cycle_totals")
    op.drop_table("company_score")
