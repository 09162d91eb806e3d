"""Create the tables of internal services, and of what is released about them."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"

REASONS = ("few_raters", "few_ratings", "few_respondents", "protects_others", "not_answered")


def one_of_reasons(column):
    return " OR ".join(f"{column} = '{reason}'" for reason in REASONS)


def upgrade():
    op.create_table(
        "service_statement",
        sa.Column("number", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.Column("text", sa.String(length=80), nullable=False),
        sa.CheckConstraint(
            "number BETWEEN 1 AND 3", name=op.f("ck_service_statement_statement_in_range")
        ),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_service_statement")),
    )
    op.create_table(
        "internal_service",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("hint", sa.String(length=120), nullable=False),
        sa.Column("owner_id", sa.Integer(), nullable=False),
        sa.Column("is_active", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["owner_id"], ["person.id"], name=op.f("fk_internal_service_owner_id_person")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_internal_service")),
        sa.UniqueConstraint("name", name=op.f("uq_internal_service_name")),
    )
    with op.batch_alter_table("internal_service", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_internal_service_owner_id"), ["owner_id"], unique=False
        )

    op.create_table(
        "service_comment",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("cycle_id", sa.Integer(), nullable=False),
        sa.Column("service_id", sa.Integer(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["cycle_id"], ["cycle.id"], name=op.f("fk_service_comment_cycle_id_cycle")
        ),
        sa.ForeignKeyConstraint(
            ["service_id"],
            ["internal_service.id"],
            name=op.f("fk_service_comment_service_id_internal_service"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_service_comment")),
        sqlite_with_rowid=False,
    )
    with op.batch_alter_table("service_comment", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_service_comment_cycle_id"), ["cycle_id"], unique=False)

    op.create_table(
        "service_department",
        sa.Column("service_id", sa.Integer(), nullable=False),
        sa.Column("department_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["department_id"],
            ["department.id"],
            name=op.f("fk_service_department_department_id_department"),
        ),
        sa.ForeignKeyConstraint(
            ["service_id"],
            ["internal_service.id"],
            name=op.f("fk_service_department_service_id_internal_service"),
        ),
        sa.PrimaryKeyConstraint("service_id", "department_id", name=op.f("pk_service_department")),
    )
    op.create_table(
        "service_member",
        sa.Column("service_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_service_member_person_id_person")
        ),
        sa.ForeignKeyConstraint(
            ["service_id"],
            ["internal_service.id"],
            name=op.f("fk_service_member_service_id_internal_service"),
        ),
        sa.PrimaryKeyConstraint("service_id", "person_id", name=op.f("pk_service_member")),
    )
    op.create_table(
        "service_of_cycle",
        sa.Column("cycle_id", sa.Integer(), nullable=False),
        sa.Column("service_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("hint", sa.String(length=120), nullable=False),
        sa.Column("owner_id", sa.Integer(), nullable=False),
        sa.Column("statements", sa.JSON(), nullable=False),
        sa.Column("member_ids", sa.JSON(), nullable=False),
        sa.Column("units", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["cycle_id"], ["cycle.id"], name=op.f("fk_service_of_cycle_cycle_id_cycle")
        ),
        sa.ForeignKeyConstraint(
            ["owner_id"], ["person.id"], name=op.f("fk_service_of_cycle_owner_id_person")
        ),
        sa.ForeignKeyConstraint(
            ["service_id"],
            ["internal_service.id"],
            name=op.f("fk_service_of_cycle_service_id_internal_service"),
        ),
        sa.PrimaryKeyConstraint("cycle_id", "service_id", name=op.f("pk_service_of_cycle")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "service_result",
        sa.Column("cycle_id", sa.Integer(), nullable=False),
        sa.Column("service_id", sa.Integer(), nullable=False),
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
        sa.Column("raters", sa.Integer(), nullable=True),
        sa.Column(
            "help_hidden",
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
        sa.Column("respondents", sa.Integer(), nullable=True),
        sa.Column("promoters", sa.Integer(), nullable=True),
        sa.Column("detractors", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            one_of_reasons("help_hidden"),
            name=op.f("ck_service_result_reason_of_help"),
        ),
        sa.CheckConstraint(
            one_of_reasons("hidden"),
            name=op.f("ck_service_result_reason"),
        ),
        sa.CheckConstraint(
            "(help_hidden IS NULL) = (respondents IS NOT NULL)",
            name=op.f("ck_service_result_help_or_hidden"),
        ),
        sa.CheckConstraint(
            "(hidden IS NULL) = (raters IS NOT NULL)",
            name=op.f("ck_service_result_hidden_or_number"),
        ),
        sa.CheckConstraint(
            "(respondents IS NULL) = (detractors IS NULL)",
            name=op.f("ck_service_result_detractors_of_respondents"),
        ),
        sa.CheckConstraint(
            "(respondents IS NULL) = (promoters IS NULL)",
            name=op.f("ck_service_result_promoters_of_respondents"),
        ),
        sa.CheckConstraint(
            "promoters >= 0 AND detractors >= 0 AND promoters + detractors <= respondents",
            name=op.f("ck_service_result_sides_within_respondents"),
        ),
        sa.CheckConstraint(
            "raters >= 5", name=op.f("ck_service_result_released_only_above_threshold")
        ),
        sa.CheckConstraint(
            "respondents >= 20", name=op.f("ck_service_result_help_only_above_threshold")
        ),
        sa.ForeignKeyConstraint(
            ["cycle_id"], ["cycle.id"], name=op.f("fk_service_result_cycle_id_cycle")
        ),
        sa.ForeignKeyConstraint(
            ["service_id"],
            ["internal_service.id"],
            name=op.f("fk_service_result_service_id_internal_service"),
        ),
        sa.PrimaryKeyConstraint("cycle_id", "service_id", name=op.f("pk_service_result")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "service_score",
        sa.Column("cycle_id", sa.Integer(), nullable=False),
        sa.Column("service_id", sa.Integer(), nullable=False),
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
        sa.Column("standard_error", sa.Double(), nullable=True),
        sa.CheckConstraint(
            one_of_reasons("hidden"),
            name=op.f("ck_service_score_reason"),
        ),
        sa.CheckConstraint(
            "(hidden IS NULL) = (mean IS NOT NULL)", name=op.f("ck_service_score_hidden_or_number")
        ),
        sa.CheckConstraint(
            "(mean IS NULL) = (raters IS NULL)", name=op.f("ck_service_score_raters_of_a_mean")
        ),
        sa.CheckConstraint(
            "(mean IS NULL) = (standard_error IS NULL)",
            name=op.f("ck_service_score_error_of_a_mean"),
        ),
        sa.CheckConstraint("mean BETWEEN 1 AND 5", name=op.f("ck_service_score_mean_within_scale")),
        sa.CheckConstraint(
            "raters >= 5", name=op.f("ck_service_score_released_only_above_threshold")
        ),
        sa.CheckConstraint(
            "statement BETWEEN 1 AND 3", name=op.f("ck_service_score_statement_in_range")
        ),
        sa.ForeignKeyConstraint(
            ["cycle_id"], ["cycle.id"], name=op.f("fk_service_score_cycle_id_cycle")
        ),
        sa.ForeignKeyConstraint(
            ["service_id"],
            ["internal_service.id"],
            name=op.f("fk_service_score_service_id_internal_service"),
        ),
        sa.PrimaryKeyConstraint(
            "cycle_id", "service_id", "statement", name=op.f("pk_service_score")
        ),
        sqlite_with_rowid=False,
    )


def downgrade():
    op.drop_table("service_score")
    op.drop_table("service_result")
    op.drop_table("service_of_cycle")
    op.drop_table("service_member")
    op.drop_table("service_department")
    with op.batch_alter_table("service_comment", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_service_comment_cycle_id"))

    op.drop_table("service_comment")
    with op.batch_alter_table("internal_service", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_internal_service_owner_id"))

    op.drop_table("internal_service")
    op.drop_table("service_statement")
