"""Create the tables of results."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"


def upgrade():
    op.create_table(
        "about_cycle",
        sa.Column("cycle_id", sa.Integer(), nullable=False),
        sa.Column(
            "adjustment",
            sa.Enum(
                "made",
                "not_connected",
                "few_across",
                "no_sample",
                name="adjustment",
                native_enum=False,
                create_constraint=True,
            ),
            nullable=False,
        ),
        sa.Column("between_raters", sa.Double(), nullable=False),
        sa.Column("within_raters", sa.Double(), nullable=False),
        sa.Column("share_rater", sa.SmallInteger(), nullable=True),
        sa.Column("share_person", sa.SmallInteger(), nullable=True),
        sa.Column("share_rest", sa.SmallInteger(), nullable=True),
        sa.Column("reliability", sa.Double(), nullable=True),
        sa.Column("uniform", sa.Integer(), nullable=True),
        sa.Column("inconsistent", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "inconsistent >= 5", name=op.f("ck_about_cycle_inconsistent_points_at_nobody")
        ),
        sa.CheckConstraint(
            "between_raters > 0 AND within_raters > 0",
            name=op.f("ck_about_cycle_spread_is_positive"),
        ),
        sa.CheckConstraint(
            "reliability BETWEEN 0 AND 1", name=op.f("ck_about_cycle_reliability_in_range")
        ),
        sa.CheckConstraint(
            "share_rater + share_person + share_rest = 100",
            name=op.f("ck_about_cycle_shares_add_up"),
        ),
        sa.CheckConstraint("uniform >= 5", name=op.f("ck_about_cycle_uniform_points_at_nobody")),
        sa.ForeignKeyConstraint(
            ["cycle_id"], ["cycle.id"], name=op.f("fk_about_cycle_cycle_id_cycle")
        ),
        sa.PrimaryKeyConstraint("cycle_id", name=op.f("pk_about_cycle")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "adjusted_score",
        sa.Column("cycle_id", sa.Integer(), nullable=False),
        sa.Column("subject_id", sa.Integer(), nullable=False),
        sa.Column("mean", sa.Double(), nullable=False),
        sa.Column("raters", sa.Integer(), nullable=False),
        sa.Column("standard_error", sa.Double(), nullable=False),
        sa.Column(
            "reliability",
            sa.Enum(
                "solid",
                "indicative",
                "too_few",
                name="reliability",
                native_enum=False,
                create_constraint=True,
            ),
            nullable=False,
        ),
        sa.CheckConstraint(
            "mean BETWEEN 1 AND 5", name=op.f("ck_adjusted_score_mean_within_scale")
        ),
        sa.CheckConstraint(
            "raters >= 10", name=op.f("ck_adjusted_score_released_only_above_threshold")
        ),
        sa.ForeignKeyConstraint(
            ["cycle_id"], ["cycle.id"], name=op.f("fk_adjusted_score_cycle_id_cycle")
        ),
        sa.ForeignKeyConstraint(
            ["subject_id"], ["person.id"], name=op.f("fk_adjusted_score_subject_id_person")
        ),
        sa.PrimaryKeyConstraint("cycle_id", "subject_id", name=op.f("pk_adjusted_score")),
        sqlite_with_rowid=False,
    )
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
        sa.Column("mean", sa.Double(), nullable=True),
        sa.Column("raters", sa.Integer(), nullable=True),
        sa.Column("standard_error", sa.Double(), nullable=True),
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
        sa.Column("sent", sa.Integer(), nullable=False),
        sa.Column("counted", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "counted = sent", name=op.f("ck_cycle_totals_every_sent_ballot_was_counted")
        ),
        sa.CheckConstraint("sent <= invited", name=op.f("ck_cycle_totals_totals_in_order")),
        sa.ForeignKeyConstraint(
            ["cycle_id"], ["cycle.id"], name=op.f("fk_cycle_totals_cycle_id_cycle")
        ),
        sa.PrimaryKeyConstraint("cycle_id", name=op.f("pk_cycle_totals")),
        sqlite_with_rowid=False,
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
            batch_op.f("ix_released_comment_cycle_id_subject_id"),
            ["cycle_id", "subject_id"],
            unique=False,
        )
        batch_op.create_index(
            "ix_released_comment_reported",
            ["id"],
            unique=False,
            sqlite_where=sa.text("state = 'reported'"),
            postgresql_where=sa.text("state = 'reported'"),
        )
        batch_op.create_index(
            batch_op.f("ix_released_comment_subject_id"), ["subject_id"], unique=False
        )

    op.create_table(
        "focus_result",
        sa.Column("cycle_id", sa.Integer(), nullable=False),
        sa.Column("subject_id", sa.Integer(), nullable=False),
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
            "direction",
            sa.Enum(
                "more",
                "less",
                "unclear",
                name="focusdirection",
                native_enum=False,
                create_constraint=True,
            ),
            nullable=True,
        ),
        sa.Column("raters", sa.SmallInteger(), nullable=True),
        sa.CheckConstraint(
            "statement BETWEEN 1 AND 14", name=op.f("ck_focus_result_statement_in_range")
        ),
        sa.CheckConstraint(
            "(hidden IS NULL) = (direction IS NOT NULL)",
            name=op.f("ck_focus_result_hidden_or_direction"),
        ),
        sa.CheckConstraint(
            "(direction IS NULL) = (raters IS NULL)",
            name=op.f("ck_focus_result_raters_of_a_direction"),
        ),
        sa.CheckConstraint(
            "raters >= 10", name=op.f("ck_focus_result_released_only_above_threshold")
        ),
        sa.ForeignKeyConstraint(
            ["cycle_id"], ["cycle.id"], name=op.f("fk_focus_result_cycle_id_cycle")
        ),
        sa.ForeignKeyConstraint(
            ["subject_id"], ["person.id"], name=op.f("fk_focus_result_subject_id_person")
        ),
        sa.PrimaryKeyConstraint(
            "cycle_id", "subject_id", "statement", name=op.f("pk_focus_result")
        ),
        sqlite_with_rowid=False,
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
            sa.Enum("colleagues", "reports", "others", name="view", native_enum=False),
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
            ),
            nullable=True,
        ),
        sa.Column("mean", sa.Double(), nullable=True),
        sa.Column("raters", sa.SmallInteger(), nullable=True),
        sa.Column("share_low", sa.SmallInteger(), nullable=True),
        sa.Column("share_middle", sa.SmallInteger(), nullable=True),
        sa.Column("share_high", sa.SmallInteger(), nullable=True),
        sa.CheckConstraint(
            "hidden = 'few_raters' OR hidden = 'few_ratings' OR hidden = 'few_respondents' OR "
            "hidden = 'protects_others' OR hidden = 'not_answered'",
            name=op.f("ck_statement_score_reason"),
        ),
        sa.CheckConstraint(
            "\"view\" = 'colleagues' OR \"view\" = 'reports' OR \"view\" = 'others'",
            name=op.f("ck_statement_score_view"),
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
            "mean BETWEEN 1 AND 5", name=op.f("ck_statement_score_mean_within_scale")
        ),
        sa.CheckConstraint(
            "(mean IS NULL) = (raters IS NULL)", name=op.f("ck_statement_score_raters_of_a_mean")
        ),
        sa.CheckConstraint(
            "raters >= 5", name=op.f("ck_statement_score_released_only_above_threshold")
        ),
        sa.CheckConstraint(
            "share_low + share_middle + share_high = 100",
            name=op.f("ck_statement_score_bins_add_up"),
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
    with op.batch_alter_table("subject_result", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_subject_result_subject_id"), ["subject_id"], unique=False
        )


def downgrade():
    op.drop_table("subject_result")
    op.drop_table("statement_score")
    op.drop_table("self_answer")
    op.drop_table("focus_result")
    with op.batch_alter_table("released_comment", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_released_comment_subject_id"))
        batch_op.drop_index("ix_released_comment_reported")
        batch_op.drop_index(batch_op.f("ix_released_comment_cycle_id_subject_id"))

    op.drop_table("released_comment")
    op.drop_table("cycle_totals")
    op.drop_table("company_score")
    op.drop_table("adjusted_score")
    op.drop_table("about_cycle")
