"""Create the tables of enps."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"


def upgrade():
    op.create_table(
        "enps_comment",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("cycle_id", sa.Integer(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["cycle_id"], ["cycle.id"], name=op.f("fk_enps_comment_cycle_id_cycle")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_enps_comment")),
        sqlite_with_rowid=False,
    )
    with op.batch_alter_table("enps_comment", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_enps_comment_cycle_id"), ["cycle_id"], unique=False)

    op.create_table(
        "enps_direct",
        sa.Column("cycle_id", sa.Integer(), nullable=False),
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
        sa.Column("respondents", sa.Integer(), nullable=True),
        sa.Column("more", sa.Integer(), nullable=True),
        sa.Column("less", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "(hidden IS NULL) = (respondents IS NOT NULL)",
            name=op.f("ck_enps_direct_hidden_or_number"),
        ),
        sa.CheckConstraint(
            "(hidden IS NULL) = (more IS NOT NULL)", name=op.f("ck_enps_direct_hidden_or_more")
        ),
        sa.CheckConstraint(
            "(hidden IS NULL) = (less IS NOT NULL)", name=op.f("ck_enps_direct_hidden_or_less")
        ),
        sa.CheckConstraint(
            "more >= 0 AND less >= 0 AND more + less <= respondents",
            name=op.f("ck_enps_direct_sides_within_respondents"),
        ),
        sa.CheckConstraint(
            "respondents >= 20", name=op.f("ck_enps_direct_released_only_above_threshold")
        ),
        sa.ForeignKeyConstraint(
            ["cycle_id"], ["cycle.id"], name=op.f("fk_enps_direct_cycle_id_cycle")
        ),
        sa.PrimaryKeyConstraint("cycle_id", name=op.f("pk_enps_direct")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "enps_mention",
        sa.Column("cycle_id", sa.Integer(), nullable=False),
        sa.Column(
            "side",
            sa.Enum(
                "promoter",
                "passive",
                "detractor",
                name="stance",
                native_enum=False,
                create_constraint=True,
            ),
            nullable=False,
        ),
        sa.Column("reason", sa.String(length=60), nullable=False),
        sa.Column("mentions", sa.Integer(), nullable=False),
        sa.CheckConstraint("mentions >= 0", name=op.f("ck_enps_mention_not_negative")),
        sa.CheckConstraint(
            "side IN ('promoter', 'detractor')", name=op.f("ck_enps_mention_one_of_two_sides")
        ),
        sa.ForeignKeyConstraint(
            ["cycle_id"], ["cycle.id"], name=op.f("fk_enps_mention_cycle_id_cycle")
        ),
        sa.PrimaryKeyConstraint("cycle_id", "side", "reason", name=op.f("pk_enps_mention")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "enps_score",
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
        sa.Column("respondents", sa.Integer(), nullable=True),
        sa.Column("promoters", sa.Integer(), nullable=True),
        sa.Column("detractors", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "(hidden IS NULL) = (respondents IS NOT NULL)",
            name=op.f("ck_enps_score_hidden_or_number"),
        ),
        sa.CheckConstraint(
            "(hidden IS NULL) = (promoters IS NOT NULL)",
            name=op.f("ck_enps_score_hidden_or_promoters"),
        ),
        sa.CheckConstraint(
            "(hidden IS NULL) = (detractors IS NOT NULL)",
            name=op.f("ck_enps_score_hidden_or_detractors"),
        ),
        sa.CheckConstraint(
            "promoters >= 0 AND detractors >= 0 AND promoters + detractors <= respondents",
            name=op.f("ck_enps_score_sides_within_respondents"),
        ),
        sa.CheckConstraint(
            "respondents >= 20", name=op.f("ck_enps_score_released_only_above_threshold")
        ),
        sa.ForeignKeyConstraint(
            ["cycle_id"], ["cycle.id"], name=op.f("fk_enps_score_cycle_id_cycle")
        ),
        sa.PrimaryKeyConstraint("cycle_id", "unit_number", name=op.f("pk_enps_score")),
        sqlite_with_rowid=False,
    )


def downgrade():
    op.drop_table("enps_score")
    op.drop_table("enps_direct")
    op.drop_table("enps_mention")
    with op.batch_alter_table("enps_comment", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_enps_comment_cycle_id"))

    op.drop_table("enps_comment")
