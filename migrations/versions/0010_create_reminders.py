"""Create the tables of reminders."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"


def upgrade():
    op.create_table(
        "mailing",
        sa.Column("cycle_id", sa.Integer(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "invitation",
                "extended",
                "report_ready",
                "reminder",
                "half_time",
                "three_days",
                "last_call",
                name="mailingkind",
                native_enum=False,
                create_constraint=True,
            ),
            nullable=False,
        ),
        sa.Column("after_id", sa.Integer(), server_default="0", nullable=False),
        sa.Column("written", sa.Integer(), server_default="0", nullable=False),
        sa.Column("links", sa.Integer(), server_default="0", nullable=False),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["cycle_id"], ["cycle.id"], name=op.f("fk_mailing_cycle_id_cycle")),
        sa.PrimaryKeyConstraint("cycle_id", "kind", name=op.f("pk_mailing")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "reminder_round",
        sa.Column("cycle_id", sa.Integer(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "reminder",
                "half_time",
                "three_days",
                "last_call",
                "extended",
                "refused",
                name="roundkind",
                native_enum=False,
                create_constraint=True,
            ),
            nullable=False,
        ),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closes_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["cycle_id"], ["cycle.id"], name=op.f("fk_reminder_round_cycle_id_cycle")
        ),
        sa.PrimaryKeyConstraint("cycle_id", "kind", "sent_at", name=op.f("pk_reminder_round")),
    )
    op.create_table(
        "reminder_text",
        sa.Column("cycle_id", sa.Integer(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "half_time",
                "three_days",
                "last_call",
                name="plannedkind",
                native_enum=False,
                create_constraint=True,
            ),
            nullable=False,
        ),
        sa.Column("is_on", sa.Boolean(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("opening", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["cycle_id"], ["cycle.id"], name=op.f("fk_reminder_text_cycle_id_cycle")
        ),
        sa.PrimaryKeyConstraint("cycle_id", "kind", name=op.f("pk_reminder_text")),
        sqlite_with_rowid=False,
    )


def downgrade():
    op.drop_table("reminder_text")
    op.drop_table("reminder_round")
    op.drop_table("mailing")
