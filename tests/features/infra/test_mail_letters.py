"""What goes over the line: headers and bodies that every mail server and reader understands."""

import re
from datetime import UTC, datetime
from email import message_from_bytes
from email.header import decode_header, make_header
from email.policy import compat32
from email.policy import default as email_policy
from email.utils import getaddresses, parsedate_to_datetime

import pytest

from app.infra.mail_letters import BadAddressError, Letter, as_bytes, mailbox, sender_mailbox

NOON = datetime(2026, 10, 2, 12, tzinfo=UTC)
SENDER = "Nordlicht, Hosting <review@example.com>".replace("Nordlicht, Hosting", '"Nordlicht, H."')


def written(*, to=("Alice Archer", "alice@example.com"), subject="Hello", text="Hi", html="<p>Hi"):
    letter = Letter(7, to[1], to[0], subject, text, html, message_id="0123abcd")
    product = "Full Circle at Größe, Inc."
    return as_bytes(
        letter, sender=sender_mailbox(SENDER), to=mailbox(*to), product=product, at=NOON
    )


def read(whole):
    return message_from_bytes(whole, policy=email_policy)


def test_a_mail_says_when_it_was_sent_that_a_program_sent_it_and_which_mail_it_is():
    mail = read(written())

    assert parsedate_to_datetime(mail["Date"]) == NOON
    assert mail["Message-ID"] == "<0123abcd@example.com>"
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail["List-Id"].endswith("<full-circle.example.com>")
    assert mail["MIME-Version"] == "1.0"
    assert not mail.defects


@pytest.mark.parametrize(
    "name",
    [
        "Archer, Alice",
        "Müller, Änne",
        'Anna "Ann" O\'Neill \\ Co',
        "张伟, 李",
        "Ἀλέξανδρος Παπαδόπουλος, " * 4 + "Sohn",
        "A very long name of a person, which goes on and on, until no line of a mail holds it",
    ],
)
def test_a_name_with_commas_quotes_or_other_scripts_stays_one_name(name):
    whole = written(to=(name, "alice@example.com"))

    # The newer parser puts spaces between encoded words, against RFC 2047, 6.2.
    mail = message_from_bytes(whole, policy=compat32)
    ((phrase, address),) = getaddresses([mail["To"]])
    assert (str(make_header(decode_header(phrase))), address) == (name, "alice@example.com")
    assert read(whole)["From"].addresses[0].display_name == "Nordlicht, H."


@pytest.mark.parametrize(
    "subject",
    ["Hello", "Grüße " * 20 + "Ende", "2026 Q4: " + "long words " * 18 + "end", "日本語" * 40],
)
def test_a_subject_of_any_length_comes_out_as_it_went_in(subject):
    whole = written(subject=subject)

    assert read(whole)["Subject"] == subject
    assert max(map(len, whole.split(b"\r\n"))) <= 78


def test_a_line_break_in_a_subject_or_a_name_makes_no_header():
    mail = read(written(subject="Hi\r\nBcc: all@example.com", to=("A\nBcc: x", "a@example.com")))

    assert "Bcc" not in mail
    assert mail["To"].addresses[0].display_name == "A Bcc: x"


@pytest.mark.parametrize(
    "text",
    [
        "From the start: this line keeps its first word.\n>From here as well.\n",
        "Before\nFrom " + "x" * 90 + "\nFrom " + "y" * 69 + "\nFrom\n",
        "Zeile mit Umläuten – und einem Gedankenstrich\n" * 3,
        ".\n..\n. dots\n",
        "w" * 3000,
        "-- \nFull Circle\n",
    ],
)
def test_bodies_come_out_as_they_went_in_and_no_line_begins_with_from(text):
    whole = written(text=text, html=f"<p>{text}</p>")
    plain, html = read(whole).iter_parts()

    assert plain.get_content().replace("\r\n", "\n").rstrip("\n") == text.rstrip("\n")
    assert text.strip() in html.get_content().replace("\r\n", "\n")
    assert not re.search(rb"^From ", whole, re.MULTILINE)
    assert max(map(len, whole.split(b"\r\n"))) <= 78
    assert whole.isascii()
    assert b"\n" not in whole.replace(b"\r\n", b"")


def test_a_domain_of_another_script_goes_as_ascii_and_a_local_part_as_it_is():
    assert mailbox("Å", "anna@größe.example").address == "anna@xn--gre-6ka8i.example"
    assert not mailbox("Å", "anna@größe.example").needs_smtputf8
    assert mailbox("Å", "ännä@example.com").needs_smtputf8


@pytest.mark.parametrize("address", ["", "alice", "@example.com", "a b@example.com", "a\n@b.c"])
def test_what_is_no_address_is_refused(address):
    with pytest.raises(BadAddressError):
        mailbox("Alice", address)
