"""Create the tables of infra."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade():
    op.create_table(
        "audit_entry",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("tag", sa.String(length=40), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("actor_id", sa.Integer(), nullable=True),
        sa.Column("details", sa.JSON(), nullable=False),
        sa.Column("previous", sa.String(length=64), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_entry")),
    )
    op.create_table(
        "outbox_mail",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("to", sa.String(length=254), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("reader_id", sa.Integer(), nullable=True),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("subject", sa.String(length=300), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("html", sa.Text(), nullable=False),
        sa.Column("message_id", sa.String(length=32), nullable=False),
        sa.Column("is_personal", sa.Boolean(), nullable=False),
        sa.Column("holds_link", sa.Boolean(), nullable=False),
        sa.Column("cycle_id", sa.Integer(), nullable=True),
        sa.Column("useless_after", sa.DateTime(timezone=True), nullable=True),
        sa.Column("posted_on", sa.Date(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "waiting",
                "sent",
                "refused",
                "given_up",
                "too_late",
                name="mailstate",
                native_enum=False,
                create_constraint=True,
            ),
            nullable=False,
        ),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("next_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("refused_since", sa.DateTime(timezone=True), nullable=True),
        sa.Column("leased_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("sent_on", sa.Date(), nullable=True),
        sa.Column("fault", sa.String(length=500), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outbox_mail")),
    )
    op.create_index(
        op.f("ix_outbox_mail_state_cycle_id_next_at"),
        "outbox_mail",
        ["state", "cycle_id", "next_at"],
    )
    op.create_table(
        "mail_sender",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("sender", sa.String(length=32), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column(
            "trouble",
            sa.Enum(
                "silent",
                "unsafe",
                "login",
                "refuses",
                "busy",
                name="trouble",
                native_enum=False,
                create_constraint=True,
            ),
            nullable=True,
        ),
        sa.Column("trouble_since", sa.DateTime(timezone=True), nullable=True),
        sa.Column("words", sa.String(length=500), nullable=False),
        sa.Column("pauses", sa.Integer(), nullable=False),
        sa.Column("next_try_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mail_sender")),
    )
    op.create_table(
        "process_seen",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("folder_mark", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_process_seen")),
    )
    op.create_table(
        "heartbeat",
        sa.Column(
            "sign",
            sa.Enum(
                "worker",
                "round",
                "backup",
                name="sign",
                native_enum=False,
                create_constraint=True,
            ),
            nullable=False,
        ),
        sa.Column("beat_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("beats", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("sign", name=op.f("pk_heartbeat")),
    )
    op.create_table(
        "company_setting",
        sa.Column("name", sa.String(length=30), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_company_setting")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "failing_step",
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("failed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sentence", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_failing_step")),
    )


def downgrade():
    op.drop_table("failing_step")
    op.drop_table("company_setting")
    op.drop_table("heartbeat")
    op.drop_table("process_seen")
    op.drop_table("mail_sender")
    op.drop_table("outbox_mail")
    op.drop_table("audit_entry")
