"""Add the app's mark on passwords and epochs."""

import hmac

import sqlalchemy as sa
from alembic import op

from app.infra.settings import settings

revision = "0017"
down_revision = "0016"


def upgrade():
    op.add_column(
        "person",
        sa.Column("credential_mark", sa.String(64), server_default="", nullable=False),
    )
    mark_what_is_there()


def downgrade():
    with op.batch_alter_table("person") as table:
        table.drop_column("credential_mark")


def mark_what_is_there():
    """Believe the passwords of today: answers given under them stay readable to their owners."""
    connection = op.get_bind()
    found = "SELECT id, credential_epoch, password_hash FROM person WHERE password_hash IS NOT NULL"
    mark = sa.text("UPDATE person SET credential_mark = :mark WHERE id = :id")
    for person_id, epoch, kept in connection.execute(sa.text(found)).all():
        said = f"credential {person_id} {epoch} {kept}".encode()
        digest = hmac.digest(settings().secret_key.encode(), said, "sha256").hex()
        connection.execute(mark, {"id": person_id, "mark": digest})
