"""The log of acts in words that people understand: one sentence for each kind of act."""

from collections.abc import Mapping
from typing import Final

from app.domain.plurals import counted

SENTENCES: Final[Mapping[str, str]] = {
    "company:changed": "changed {settings} of the company",
    "company:retention_asked": "asked to keep results for a shorter time; a second person of HR "
    "has to agree",
    "company:retention_refused": "refused to keep results for a shorter time",
    "company:retention_withdrawn": "withdrew the request to keep results for a shorter time",
    "unit_question:put": "put a question to a department",
    "unit_question:asked": "asked HR to confirm a department’s question",
    "unit_question:confirmed": "confirmed a department’s question",
    "unit_question:refused": "refused a department’s question",
    "unit_question:withdrawn": "withdrew a department’s question",
    "unit_question:taken_off": "took a department’s question off",
    "leaders:chosen": "chose {people:leader|leaders} who hear comments",
    "comment:marked": "marked a comment as read",
    "comment:unmarked": "took the mark of a comment back",
    "comment:kept": "decided that a reported comment stays",
    "comment:reported": "noted that a reader reported a comment as abusive",
    "comment:withheld": "withheld a reported comment",
    "cycle:abandoned": "ended the cycle without results, because its answers were lost",
    "cycle:end_asked": "asked to end the cycle without results; a second person of HR has to agree",
    "cycle:close_asked": "asked to close the cycle early; a second person of HR has to agree",
    "cycle:close_refused": "refused that the cycle closes early",
    "cycle:close_withdrawn": "withdrew the request to close the cycle early",
    "cycle:end_refused": "refused that the cycle ends without results",
    "cycle:end_withdrawn": "withdrew the request to end the cycle without results",
    "cycle:plan_refused": "refused the plan of the cycle",
    "cycle:plan_withdrawn": "withdrew the request to confirm the plan of the cycle",
    "cycle:closing": "closed the cycle; no more answers were taken",
    "cycle:confirmed": "confirmed the plan as the second person of HR",
    "cycle:counted": "counted {ballots:ballot|ballots} of {sent:person|people} who had "
    "sent, and destroyed them",
    "cycle:discarded": "deleted the draft",
    "cycle:drawn": "let pairs of {people} people be drawn that had not been drawn before",
    "cycle:erased": "erased the results after the years they are kept",
    "cycle:extended": "moved the close to {until}",
    "cycle:imported": "took over a past quarter from another tool: the answers of "
    "{ballots:person|people}, counted and not kept",
    "cycle:opened": "opened the cycle and froze people, pairs, readers and rules",
    "cycle:pair_changed": "changed a pair of the draft by hand",
    "cycle:pair_restored": "took a change of a pair back",
    "cycle:planned": "planned the cycle",
    "cycle:published": "published the reports",
    "cycle:purged": "deleted who took part",
    "cycle:refused": "did not open the cycle at the planned time, for {faults:reason|reasons}",
    "cycle:reminded": "sent a reminder of the cycle",
    "cycle:backup_asked": "asked to go on with an older backup of the database; a second person of "
    "HR has to agree",
    "cycle:backup_refused": "refused to go on with the older backup of the database",
    "cycle:backup_withdrawn": "withdrew the request to go on with the older backup",
    "log:shortened": "went on with an older backup; at least {entries:entry|entries} of this log "
    "that came after it are lost",
    "cycle:restored": "believed an older backup of the database; whoever saved something since "
    "has lost it",
    "cycle:replanned": "changed the plan of the draft",
    "mail:sent_again": "let {mails:mail|mails} that had not got through be sent again",
    "mail:taken_off": "took {mails:mail|mails} that reached nobody off the list",
    "people:exported": "took out the directory of {people:person|people} as a file",
    "people:links_asked": "sent a link to {people:person|people} who had never set a password",
    "people:imported": "took over a people file: {added} added, {changed} changed, "
    "{deactivated} deactivated",
    "people:import_undone": "took the last people file back: {added} added, {changed} changed and "
    "{deactivated} deactivated are as they were before",
    "people:import_left": "left {people:person|people} who came with that people file deactivated, "
    "because something names them by now",
    "people:links_given": "gave {people:person|people} without a password a link to set one, with "
    "the invitation",
    "person:address_asked": "asked for another e-mail address of {person}; a second person of HR "
    "has to agree",
    "person:address_refused": "refused another e-mail address of {person}",
    "person:address_withdrawn": "withdrew the request for another e-mail address of {person}",
    "person:factor_set": "set up {kind} as a second factor of their own account",
    "person:factor_removed": "removed {kind} from the second factors of their own account",
    "person:recovery_made": "made new recovery codes for their own account",
    "person:factor_reset": "reset the second factor of {person}",
    "person:factor_reset_asked": "asked to reset the second factor of {person}; a second person of "
    "HR has to agree",
    "person:factor_reset_refused": "refused to reset the second factor of {person}",
    "person:factor_reset_withdrawn": "withdrew the request to reset the second factor of {person}",
    "person:return_asked": "asked to take {person} back; a second person of HR has to agree",
    "person:return_refused": "refused to take {person} back",
    "person:return_withdrawn": "withdrew the request to take {person} back",
    "person:added": "added {person} to the directory",
    "person:changed": "changed {fields} of {person}",
    "person:deactivated": "deactivated {person}",
    "person:handed_over": "signed in with another account of the sign-in provider, or one that was "
    "linked after a change; the account is in new hands",
    "person:password_link": "gave out a link with which {person} sets a password",
    "person:password_set": "set their own password",
    "person:reactivated": "took {person} back",
    "questionnaire:copied": "made a new version of the questionnaire",
    "questionnaire:replaced": "gave statement {statement} a new meaning: “{before}” became "
    "“{after}”",
    "questionnaire:respelled": "changed the spelling of statement {statement}: “{before}” became "
    "“{after}”",
    "questionnaire:reworded": "changed the wording of a questionnaire",
    "report:downloaded": "downloaded a {kind} report",
    "report:erased": "erased {reports:report|reports} of a person, as they may ask for",
    "report:read": "read a {kind} report",
    "report:written": "wrote a {kind} report as a file",
    "reports:requested": "asked for all reports of a cycle as one file",
    "project:kept": "wrote an improvement project down or changed it",
    "project:moved": "moved an improvement project on to “{state}”",
    "service:named": "named or changed an internal service",
    "service:worded": "changed what is asked about internal services",
    "results:exported": "wrote everything released as a {kind} file",
}
"""By tag; the actor comes before. Names in braces are details of the entry."""

KINDS: Final[Mapping[str, str]] = {
    "cycle": "Cycles",
    "person": "Accounts",
    "people": "The directory as a whole",
    "questionnaire": "Questionnaires",
    "service": "Internal services",
    "project": "Improvement projects",
    "comment": "Reported comments",
    "mail": "Mails that did not get through",
    "report": "Reports read and taken out",
    "reports": "Reports asked for as one file",
    "results": "Results taken out",
    "company": "Settings of the company",
    "log": "The log itself",
}
"""What the log may be narrowed to: the part of the tag before the colon."""

WORDS: Final[Mapping[str, str]] = {
    "company_name": "the name",
    "timezone": "the time zone",
    "mail_from": "the sender of e-mails",
    "results_years": "how long results are kept",
    "reminder_texts": "the texts of reminders",
    "second_factor": "who needs a second factor",
    "is_hr": "the HR role",
    "is_board": "the board role",
    "department_id": "the department",
    "manager_id": "the manager",
    "second_manager_id": "the second manager",
    "sits_out_for": "why they do not take part",
    "sits_out_until": "until when they do not take part",
    "joined_on": "the first day",
    "email": "the e-mail address",
    "name": "the name",
    "title": "the title",
}
UNKNOWN: Final = "somebody"


class _Word(str):
    """A detail in words; with a noun after the colon it is counted: `{people:person|people}`."""

    def __format__(self, nouns: str) -> str:
        if not nouns:
            return str(self)
        one, many = nouns.split("|")
        return counted(int(self), one, many) if self.isdecimal() else f"{self} {many}"


class _Details(dict[str, object]):
    """What an older entry does not say reads as "some", or "somebody"."""

    def __missing__(self, key: str) -> str:
        return _Word(UNKNOWN if key == "person" else "some")


def sentence(tag: str, details: Mapping[str, object], *, person: str = "") -> str:
    """What was done, without who did it; a tag from another version is shown as it is."""
    said: dict[str, object] = {key: _Word(_in_words(value)) for key, value in details.items()}
    if person:
        said["person"] = person
    known = SENTENCES.get(tag)
    if known is not None:
        return known.format_map(_Details(said))
    rest = ", ".join(f"{key.replace('_', ' ')} {value}" for key, value in sorted(said.items()))
    return f"{tag.replace(':', ': ').replace('_', ' ')} {rest}".strip()


def _in_words(value: object) -> str:
    if isinstance(value, list):
        words = [WORDS.get(str(one), str(one)) for one in value]
        return " and ".join(filter(None, (", ".join(words[:-1]), *words[-1:])))
    return str(value)
