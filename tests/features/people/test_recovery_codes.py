"""Recovery codes: many enough, hard to guess, kept as hashes only."""

from app.people import recovery_codes


def test_there_are_ten_of_letters_that_nobody_confuses():
    codes = recovery_codes.new_codes()

    assert len(set(codes)) == recovery_codes.MANY == 10
    assert all([len(part) for part in code.split("-")] == [4] * 6 for code in codes)
    assert not set("01ilo") & set("".join(codes))


def test_how_a_code_is_written_does_not_count():
    kept = recovery_codes.digest(7, "abcd-efgh-jkmn-pqrs")

    assert recovery_codes.digest(7, " ABCDEFGH jkmn–pqrs\n") == kept
    assert recovery_codes.digest(8, "abcd-efgh-jkmn-pqrs") != kept
    assert "abcd" not in kept
