"""The forms in which a manager words a question, and HR confirms it."""

from wtforms import HiddenField, RadioField, StringField
from wtforms.validators import DataRequired, InputRequired, Length

from app.cycles.forms import options
from app.domain.unit_questions.asked import IN_WORDS, LONGEST_QUESTION, AnswerKind
from app.infra.forms import EditForm, Form
from app.people.models import LONGEST_WORD


class QuestionForm(EditForm):
    """One question to one department."""

    text = StringField(
        "Your question",
        [DataRequired("Please write your question."), Length(max=LONGEST_QUESTION)],
    )
    kind = RadioField(
        "How it is answered",
        [InputRequired("Please say how it is answered.")],
        choices=options([(kind.value, words) for kind, words in IN_WORDS.items()]),
    )

    @property
    def answer_kind(self) -> AnswerKind:
        """What was chosen."""
        return AnswerKind(self.kind.data)


class QuestionConfirmForm(Form):
    """HR's agreement to what the page showed."""

    content = HiddenField()
    word = StringField("A word to whoever asks", [Length(max=LONGEST_WORD)])
