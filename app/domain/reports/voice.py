"""To whom a report speaks: to the person it is about, or to somebody else about that person."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Voice:
    """Words for the person a report is about, as its reader should hear them."""

    name: str
    speaks_to_subject: bool = True

    @property
    def you(self) -> str:
        """“you”, or the person's name."""
        return "you" if self.speaks_to_subject else self.name

    @property
    def your(self) -> str:
        """“your”, or the person's name with an s."""
        return "your" if self.speaks_to_subject else f"{self.name}’s"

    def choose(self, to_subject: str, about_subject: str) -> str:
        """The sentence for who reads; {name} and {names} stand for the person's name."""
        if self.speaks_to_subject:
            return to_subject
        return about_subject.replace("{names}", f"{self.name}’s").replace("{name}", self.name)


def capitalised(sentence: str) -> str:
    """`sentence` with a capital letter at its beginning, the rest as it is."""
    return sentence[:1].upper() + sentence[1:]
