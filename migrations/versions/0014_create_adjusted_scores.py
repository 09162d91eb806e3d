"""Create adjusted scores, and what is told about a cycle's numbers."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"


def choice(name, *values):
    return sa.Enum(*values, name=name, native_enum=False, create_constraint=True)


def upgrade():
    op.create_table(
        "adjusted_score",
        sa.Column("cycle_id", sa.Integer(), nullable=False),
        sa.Column("subject_id", sa.Integer(), nullable=False),
        sa.Column("grain", choice("grain", "half", "fifth", "tenth"), nullable=False),
        sa.Column("mean", sa.Double(), nullable=False),
        sa.Column("low", sa.Double(), nullable=False),
        sa.Column("high", sa.Double(), nullable=False),
        sa.Column(
            "reliability",
            choice("reliability", "solid", "indicative", "too_few"),
            nullable=False,
        ),
        sa.CheckConstraint(
            "mean BETWEEN 1.2 AND 4.8", name=op.f("ck_adjusted_score_mean_within_limits")
        ),
        sa.CheckConstraint(
            "low <= mean AND mean <= high", name=op.f("ck_adjusted_score_interval_around_mean")
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
        "about_cycle",
        sa.Column("cycle_id", sa.Integer(), nullable=False),
        sa.Column(
            "adjustment",
            choice("adjustment", "made", "not_connected", "few_across"),
            nullable=False,
        ),
        sa.Column("share_rater", sa.SmallInteger(), nullable=True),
        sa.Column("share_person", sa.SmallInteger(), nullable=True),
        sa.Column("share_rest", sa.SmallInteger(), nullable=True),
        sa.Column("reliability", sa.Double(), nullable=True),
        sa.Column("uniform", sa.Integer(), nullable=True),
        sa.Column("inconsistent", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "share_rater + share_person + share_rest = 100",
            name=op.f("ck_about_cycle_shares_add_up"),
        ),
        sa.CheckConstraint(
            "reliability BETWEEN 0 AND 1", name=op.f("ck_about_cycle_reliability_in_range")
        ),
        sa.CheckConstraint("uniform >= 3", name=op.f("ck_about_cycle_uniform_points_at_nobody")),
        sa.CheckConstraint(
            "inconsistent >= 3", name=op.f("ck_about_cycle_inconsistent_points_at_nobody")
        ),
        sa.ForeignKeyConstraint(
            ["cycle_id"], ["cycle.id"], name=op.f("fk_about_cycle_cycle_id_cycle")
        ),
        sa.PrimaryKeyConstraint("cycle_id", name=op.f("pk_about_cycle")),
        sqlite_with_rowid=False,
    )


def downgrade():
    op.drop_table("about_cycle")
    op.drop_table("adjusted_score")
