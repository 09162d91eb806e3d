"""Add sign outs."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"


def upgrade():
    with op.batch_alter_table("person") as table:
        table.add_column(sa.Column("sign_outs", sa.Integer(), server_default="0", nullable=False))


def downgrade():
    with op.batch_alter_table("person") as table:
        table.drop_column("sign_outs")
