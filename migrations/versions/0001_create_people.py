"""Create the tables of people."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade():
    op.create_table(
        "department",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("parent_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["parent_id"], ["department.id"], name=op.f("fk_department_parent_id_department")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_department")),
        sa.UniqueConstraint("parent_id", "name", name=op.f("uq_department_parent_id_name")),
    )
    op.create_table(
        "sign_in_attempts",
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("window_ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_sign_in_attempts")),
    )
    op.create_table(
        "forgotten_password",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_forgotten_password")),
    )
    op.create_table(
        "sign_in_seen",
        sa.Column("owner", sa.String(length=64), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column(
            "event",
            sa.Enum(
                "signed in",
                "signed in from a new device",
                "wrong password",
                "too many wrong passwords",
                "right password, wrong second factor",
                name="signinevent",
                native_enum=False,
                create_constraint=True,
            ),
            nullable=False,
        ),
        sa.Column("device", sa.String(length=80), nullable=False),
        sa.Column("times", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("owner", "day", "event", "device", name=op.f("pk_sign_in_seen")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "device_session",
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("owner", sa.String(length=64), nullable=False),
        sa.Column("device", sa.String(length=80), nullable=False),
        sa.Column("since", sa.Date(), nullable=False),
        sa.Column("seen_on", sa.Date(), nullable=False),
        sa.Column("is_ended", sa.Boolean(), nullable=False),
        sa.Column(
            "way",
            sa.Enum(
                "password",
                "sso",
                name="signinway",
                native_enum=False,
                create_constraint=True,
            ),
            nullable=False,
        ),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_device_session")),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_device_session_owner"), "device_session", ["owner"])
    op.create_table(
        "person",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("sort_key", sa.Text(), nullable=False),
        sa.Column("search_text", sa.Text(), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("number", sa.String(length=40), nullable=True),
        sa.Column("number_changed_on", sa.Date(), nullable=True),
        sa.Column("title", sa.String(length=120), nullable=False),
        sa.Column("department_id", sa.Integer(), nullable=False),
        sa.Column("manager_id", sa.Integer(), nullable=True),
        sa.Column("second_manager_id", sa.Integer(), nullable=True),
        sa.Column("sits_out_for", sa.String(length=120), server_default="", nullable=False),
        sa.Column("sits_out_until", sa.Date(), nullable=True),
        sa.Column("joined_on", sa.Date(), nullable=False),
        sa.Column("is_active", sa.Boolean(), nullable=False),
        sa.Column("is_hr", sa.Boolean(), nullable=False),
        sa.Column("is_board", sa.Boolean(), nullable=False),
        sa.Column("account_made_on", sa.Date(), nullable=False),
        sa.Column("hr_since", sa.Date(), nullable=True),
        sa.Column("hr_until", sa.Date(), nullable=True),
        sa.Column("board_until", sa.Date(), nullable=True),
        sa.Column("led_until", sa.Date(), nullable=True),
        sa.Column("unproven_since", sa.Date(), nullable=True),
        sa.Column("former_email", sa.String(length=254), nullable=True),
        sa.Column("handed_over_on", sa.Date(), nullable=True),
        sa.Column("password_by_link_on", sa.Date(), nullable=True),
        sa.Column("password_hash", sa.String(length=200), nullable=True),
        sa.Column("credential_epoch", sa.Integer(), nullable=False),
        sa.Column("credential_mark", sa.String(length=64), server_default="", nullable=False),
        sa.Column("session_epoch", sa.Integer(), nullable=False),
        sa.Column("links_given", sa.Integer(), server_default="0", nullable=False),
        sa.Column("sign_outs", sa.Integer(), server_default="0", nullable=False),
        sa.CheckConstraint("email = lower(email)", name=op.f("ck_person_email_in_lower_case")),
        sa.CheckConstraint("manager_id <> id", name=op.f("ck_person_nobody_manages_themselves")),
        sa.CheckConstraint(
            "second_manager_id <> id", name=op.f("ck_person_second_manager_is_somebody_else")
        ),
        sa.ForeignKeyConstraint(
            ["second_manager_id"],
            ["person.id"],
            name=op.f("fk_person_second_manager_id_person"),
        ),
        sa.ForeignKeyConstraint(
            ["department_id"], ["department.id"], name=op.f("fk_person_department_id_department")
        ),
        sa.ForeignKeyConstraint(
            ["manager_id"], ["person.id"], name=op.f("fk_person_manager_id_person")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_person")),
        sa.UniqueConstraint("email", name=op.f("uq_person_email")),
        sa.UniqueConstraint("number", name=op.f("uq_person_number")),
    )
    op.create_table(
        "column_mapping",
        sa.Column("header_key", sa.String(length=64), nullable=False),
        sa.Column("fields", sa.Text(), nullable=False),
        sa.Column("kept_on", sa.Date(), nullable=False),
        sa.PrimaryKeyConstraint("header_key", name=op.f("pk_column_mapping")),
    )
    op.create_table(
        "people_import",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("imported_on", sa.Date(), nullable=False),
        sa.Column("added", sa.Integer(), nullable=False),
        sa.Column("changed", sa.Integer(), nullable=False),
        sa.Column("deactivated", sa.Integer(), nullable=False),
        sa.Column("before", sa.Text(), nullable=False),
        sa.Column("after", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_people_import")),
    )
    op.create_table(
        "large_import",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("file_name", sa.String(length=32), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=True),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column(
            "stage",
            sa.Enum(
                "reading",
                "ready",
                "confirmed",
                "closed",
                "writing",
                "undo asked",
                "undo closed",
                "undo held",
                "undo writing",
                "undo refused",
                name="importstage",
                native_enum=False,
                create_constraint=True,
            ),
            nullable=False,
        ),
        sa.Column("is_compared", sa.Boolean(), nullable=False),
        sa.Column("answers", sa.Text(), nullable=False),
        sa.Column("yes", sa.Text(), nullable=False),
        sa.Column("refusal", sa.Text(), nullable=False),
        sa.Column("preview", sa.Text(), nullable=False),
        sa.Column("ending", sa.Text(), nullable=False),
        sa.Column("directory", sa.String(length=64), nullable=False),
        sa.Column("maker", sa.String(length=32), nullable=False),
        sa.Column("leased_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("done", sa.Integer(), nullable=False),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.CheckConstraint("id = 1", name=op.f("ck_large_import_one_at_a_time")),
        sa.ForeignKeyConstraint(
            ["by_id"], ["person.id"], name=op.f("fk_large_import_by_id_person")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_large_import")),
    )
    op.create_table(
        "large_import_part",
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_large_import_part")),
    )
    with op.batch_alter_table("person", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_person_department_id"), ["department_id"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_person_hr_since"), ["hr_since"], unique=False)
        batch_op.create_index(batch_op.f("ix_person_hr_until"), ["hr_until"], unique=False)
        batch_op.create_index(batch_op.f("ix_person_is_hr"), ["is_hr"], unique=False)
        batch_op.create_index(batch_op.f("ix_person_sort_key"), ["sort_key"], unique=False)
        batch_op.create_index(batch_op.f("ix_person_manager_id"), ["manager_id"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_person_second_manager_id"), ["second_manager_id"], unique=False
        )
    op.create_table(
        "passwords_hidden",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_passwords_hidden")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "sign_in_identity",
        sa.Column("issuer", sa.String(length=255), nullable=False),
        sa.Column("subject", sa.String(length=255), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("linked_on", sa.Date(), nullable=False),
        sa.Column("mark", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_sign_in_identity_person_id_person")
        ),
        sa.PrimaryKeyConstraint("issuer", "subject", name=op.f("pk_sign_in_identity")),
        sa.UniqueConstraint(
            "person_id", "issuer", name=op.f("uq_sign_in_identity_person_id_issuer")
        ),
    )
    op.create_table(
        "two_person_request",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column(
            "act",
            sa.Enum(
                "plan",
                "close early",
                "end without results",
                "take back",
                "change address",
                "go on with backup",
                "shorten retention",
                "reset second factor",
                "unit question",
                name="act",
                native_enum=False,
                create_constraint=True,
            ),
            nullable=False,
        ),
        sa.Column("object_id", sa.Integer(), nullable=False),
        sa.Column("content", sa.String(length=254), nullable=False),
        sa.Column("reason", sa.String(length=500), server_default="", nullable=False),
        sa.Column("asked_on", sa.Date(), nullable=False),
        sa.Column("asked_by_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["asked_by_id"], ["person.id"], name=op.f("fk_two_person_request_asked_by_id_person")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_two_person_request")),
        sa.UniqueConstraint("act", "object_id", name=op.f("uq_two_person_request_act_object_id")),
    )
    _create_second_factors()


def _create_second_factors():
    op.create_table(
        "passkey",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("credential_id", sa.Text(), nullable=False),
        sa.Column("public_key", sa.LargeBinary(), nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("since", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_passkey_person_id_person")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_passkey")),
        sa.UniqueConstraint("credential_id", name=op.f("uq_passkey_credential_id")),
    )
    op.create_index(op.f("ix_passkey_person_id"), "passkey", ["person_id"])
    op.create_table(
        "time_codes",
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("since", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_time_codes_person_id_person")
        ),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_time_codes")),
    )
    op.create_table(
        "recovery_code",
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_recovery_code_person_id_person")
        ),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_recovery_code")),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_recovery_code_person_id"), "recovery_code", ["person_id"])
    op.create_table(
        "spent_proof",
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("kept_until", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_spent_proof")),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_spent_proof_kept_until"), "spent_proof", ["kept_until"])


def downgrade():
    for table in ("spent_proof", "recovery_code", "time_codes", "passkey"):
        op.drop_table(table)
    op.drop_index(op.f("ix_device_session_owner"), table_name="device_session")
    op.drop_table("device_session")
    op.drop_table("sign_in_seen")
    op.drop_table("forgotten_password")
    op.drop_table("two_person_request")
    op.drop_table("passwords_hidden")
    op.drop_table("sign_in_identity")
    with op.batch_alter_table("person", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_person_second_manager_id"))
        batch_op.drop_index(batch_op.f("ix_person_manager_id"))
        batch_op.drop_index(batch_op.f("ix_person_sort_key"))
        batch_op.drop_index(batch_op.f("ix_person_is_hr"))
        batch_op.drop_index(batch_op.f("ix_person_hr_until"))
        batch_op.drop_index(batch_op.f("ix_person_hr_since"))
        batch_op.drop_index(batch_op.f("ix_person_department_id"))

    op.drop_table("large_import_part")
    op.drop_table("large_import")
    op.drop_table("people_import")
    op.drop_table("column_mapping")
    op.drop_table("person")
    op.drop_table("sign_in_attempts")
    op.drop_table("department")
