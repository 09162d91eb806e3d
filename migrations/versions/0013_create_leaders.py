"""Create the tables of leaders who hear comments."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"


def upgrade():
    op.create_table(
        "leader",
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("mailed_on", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_leader_person_id_person")
        ),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_leader")),
    )
    op.create_table(
        "leader_mail_plan",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("days", sa.JSON(), nullable=False),
        sa.Column("is_paused", sa.Boolean(), nullable=False),
        sa.Column("marks", sa.Integer(), nullable=False),
        sa.CheckConstraint("id = 1", name=op.f("ck_leader_mail_plan_the_only_one")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_leader_mail_plan")),
    )
    for name, flag in (("comment_mark", "is_thanked"), ("mailed_comment", "is_newest")):
        op.create_table(
            name,
            sa.Column("comment_id", sa.String(length=32), nullable=False),
            sa.Column("person_id", sa.Integer(), nullable=False),
            sa.Column("cycle_id", sa.Integer(), nullable=False),
            sa.Column(flag, sa.Boolean(), nullable=False),
            sa.ForeignKeyConstraint(
                ["cycle_id"], ["cycle.id"], name=op.f(f"fk_{name}_cycle_id_cycle")
            ),
            sa.ForeignKeyConstraint(
                ["person_id"], ["person.id"], name=op.f(f"fk_{name}_person_id_person")
            ),
            sa.PrimaryKeyConstraint("comment_id", "person_id", name=op.f(f"pk_{name}")),
            sqlite_with_rowid=False,
        )
        with op.batch_alter_table(name, schema=None) as batch_op:
            batch_op.create_index(batch_op.f(f"ix_{name}_cycle_id"), ["cycle_id"], unique=False)


def downgrade():
    for name in ("mailed_comment", "comment_mark"):
        with op.batch_alter_table(name, schema=None) as batch_op:
            batch_op.drop_index(batch_op.f(f"ix_{name}_cycle_id"))

        op.drop_table(name)
    op.drop_table("leader_mail_plan")
    op.drop_table("leader")
