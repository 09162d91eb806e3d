"""Add what guards against a dishonest HR account, and the witnesses of the log."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"

PERSON_DAYS = ("hr_since", "hr_until", "email_changed_on", "handed_over_on")


def upgrade():
    with op.batch_alter_table("person") as table:
        for name in PERSON_DAYS:
            table.add_column(sa.Column(name, sa.Date(), nullable=True))
    with op.batch_alter_table("cycle") as table:
        table.add_column(sa.Column("close_asked_by_id", sa.Integer(), nullable=True))
        table.add_column(sa.Column("close_asked_on", sa.Date(), nullable=True))
        table.add_column(sa.Column("log_length", sa.Integer(), server_default="0", nullable=False))
        table.add_column(sa.Column("log_head", sa.String(64), server_default="", nullable=False))
        table.create_foreign_key(
            op.f("fk_cycle_close_asked_by_id_person"), "person", ["close_asked_by_id"], ["id"]
        )


def downgrade():
    with op.batch_alter_table("cycle") as table:
        table.drop_constraint(op.f("fk_cycle_close_asked_by_id_person"), type_="foreignkey")
        for name in ("log_head", "log_length", "close_asked_on", "close_asked_by_id"):
            table.drop_column(name)
    with op.batch_alter_table("person") as table:
        for name in PERSON_DAYS:
            table.drop_column(name)
