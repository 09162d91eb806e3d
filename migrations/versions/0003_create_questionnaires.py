"""Create the tables of questionnaires."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade():
    op.create_table(
        "questionnaire",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("is_frozen", sa.Boolean(), nullable=False),
        sa.Column("scale_labels", sa.JSON(), nullable=False),
        sa.Column("scale_identity", sa.String(length=32), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_questionnaire")),
        sa.UniqueConstraint("name", "version", name=op.f("uq_questionnaire_name_version")),
    )
    op.create_table(
        "statement",
        sa.Column("questionnaire_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("identity", sa.String(length=32), nullable=False),
        sa.Column("competency", sa.String(length=60), nullable=False),
        sa.Column("text", sa.String(length=160), nullable=False),
        sa.Column("short_name", sa.String(length=40), nullable=False),
        sa.Column("hint", sa.String(length=160), nullable=False),
        sa.CheckConstraint("number BETWEEN 1 AND 14", name=op.f("ck_statement_number_in_range")),
        sa.ForeignKeyConstraint(
            ["questionnaire_id"],
            ["questionnaire.id"],
            name=op.f("fk_statement_questionnaire_id_questionnaire"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("questionnaire_id", "number", name=op.f("pk_statement")),
        sa.UniqueConstraint(
            "questionnaire_id", "identity", name=op.f("uq_statement_questionnaire_id_identity")
        ),
    )


def downgrade():
    op.drop_table("statement")
    op.drop_table("questionnaire")
