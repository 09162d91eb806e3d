from app.domain.release.comments import MOST_LINES, folded


def test_a_few_lines_stay_as_they_are_without_the_blank_ones():
    assert folded("First.\n\n\n  Second. \nThird.") == "First.\nSecond.\nThird."


def test_many_lines_become_one_paragraph_and_no_word_is_lost():
    words = [f"word{n}" for n in range(MOST_LINES + 1)]

    assert folded("\n".join(words)) == " ".join(words)


def test_nothing_stays_nothing():
    assert folded(" \n ") == ""
