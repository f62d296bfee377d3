"""Reviewing one call: its facts, the checklist scored by single keys, and remarks."""

from typing import ClassVar

from textual import getters, work
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from salesdesk import formatting, wording
from salesdesk.codes import SCORE_MOST
from salesdesk.commands import CALL, Command, bindings
from salesdesk.errors import SalesdeskError
from salesdesk.i18n import N_, _, ngettext, title
from salesdesk.lead.review_rows import ReviewSheet
from salesdesk.screens.desk_screen import DeskModal
from salesdesk.screens.keyed_modal import HELP
from salesdesk.screens.listening import LISTEN, play
from salesdesk.widgets.cells import plain
from salesdesk.widgets.keys_bar import KeysBar
from salesdesk.widgets.leaf import QUIET, STRESSED, Leaf
from salesdesk.widgets.note_area import NoteArea
from salesdesk.widgets.preview import RESULT_SIGNS, Desk

_SIGNS = {2: "✓", 1: "◐", 0: "✗", None: "–"}
_NOTE_LINES = 3


class ReviewCallScreen(DeskModal[bool]):
    """Scores a call. Dismissed with True once it is saved, or with None."""

    CSS_PATH = "review_call.tcss"
    BINDINGS: ClassVar[list[BindingType]] = bindings(
        Command("score.save", "enter,f2", "save", N_("save"), N_("Save the review"), CALL),
        Command("score.yes", "2", "score(2)", N_("yes"), N_("The item was met"), CALL),
        Command("score.partly", "1", "score(1)", N_("partly"), N_("The item was partly met"), CALL),
        Command("score.no", "0", "score(0)", N_("no"), N_("The item was not met"), CALL),
        Command(
            "score.none", "minus,x,delete", "score(None)",
            N_("does not apply"), N_("The item does not apply to this call, and does not count"), CALL,
        ),
        Command("score.remarks", "tab", "remarks", N_("remarks"), N_("Write remarks, or go back"), CALL),
        LISTEN,
        Command("score.cancel", "escape", "cancel", N_("back"), N_("Leave without saving"), CALL),
        HELP,
    )  # fmt: skip
    items = getters.query_one(OptionList)
    remarks = getters.query_one(NoteArea)

    def __init__(self, sheet: ReviewSheet, desk: Desk) -> None:
        super().__init__()
        self.sheet = sheet
        self._desk = desk
        self._codes = [*desk.catalogues.checklist]
        # What was scored by an item that the checklist has no more is neither shown nor changed.
        self.scores = {code: score for code, score in sheet.scores.items() if code in self._codes}
        self._saving = False
        self._sure = False

    def compose(self) -> ComposeResult:
        """Lay the modal out."""
        with Vertical(id="review-call"):
            yield Static(id="review-facts", markup=False)
            yield OptionList(markup=False, compact=True)
            yield Static(id="review-hint", markup=False)
            yield Static(id="review-label", markup=False)
            yield NoteArea()
            yield Static(id="review-wrong", markup=False)
        yield KeysBar()

    def on_mount(self) -> None:
        """Begin with the first item."""
        super().on_mount()
        # Enter saves, and so stands in the line of keys.
        self.items._bindings.key_to_bindings.pop("enter", None)  # noqa: SLF001  # Textual has no other way
        self.remarks.text = self.sheet.remarks
        self.items.focus()
        self.items.highlighted = 0 if self._codes else None

    def relabel(self) -> None:
        """Put everything into the language in use."""
        name = plain(self.sheet.call.client)
        self.query_one("#review-call").border_title = Content(_("Review: {name}").format(name=name))
        width = max(self.app.size.width * 9 // 10 - 6, 60)
        self.query_one("#review-facts", Static).update(call_words(self.sheet, self._desk, width, _NOTE_LINES))
        self._write_items()

    def _write_items(self) -> None:
        marked = self.items.highlighted
        self.items.clear_options()
        self.items.add_options([Option(self._line(code), id=code) for code in self._codes])
        self.items.highlighted = marked
        self._write_score()

    def _line(self, code: str) -> Content:
        score = self.scores.get(code)
        words = {2: _("yes"), 1: _("partly"), 0: _("no"), None: ""}
        item = wording.titled(self._desk.catalogues.checklist, code)
        style = STRESSED if score is not None else QUIET
        return Content.assemble((f"{_SIGNS[score]} {item}", style), (f"  {words[score]}", QUIET))

    def _write_score(self) -> None:
        count = len(self.scores)
        if count:
            share = formatting.share(sum(self.scores.values()) / (SCORE_MOST * count))
            of = ngettext("of {count} item", "of {count} items", count).format(count=count)
            said = _("score {share} {of_items}").format(share=share, of_items=of)
        else:
            said = _("nothing is scored yet")
        self.query_one("#review-label", Static).update(_("Remarks") + f"  ·  {said}")

    def on_option_list_option_highlighted(self, event: OptionList.OptionHighlighted) -> None:
        """Say what a yes means for the item."""
        event.stop()
        entry = self._desk.catalogues.checklist.get(event.option_id or "")
        hint = title(entry.hint) if entry is not None else ""
        self.query_one("#review-hint", Static).update(f"  {hint}")

    # Scoring

    def action_score(self, score: int | None) -> None:
        """Score the item, and go on to the next."""
        at = self.items.highlighted
        if at is None:
            return
        code = self._codes[at]
        if score is None:
            self.scores.pop(code, None)
        else:
            self.scores[code] = score
        self.items.replace_option_prompt_at_index(at, self._line(code))
        self._write_score()
        if at + 1 < len(self._codes):
            self.items.highlighted = at + 1

    def action_remarks(self) -> None:
        """Begin writing remarks, or go back to the items."""
        if self.remarks.has_focus:
            self.items.focus()
        else:
            self.remarks.focus()
            self.remarks.end()

    @work(exclusive=True, group="listen")
    async def action_listen(self) -> None:
        """Play the recording."""
        with self.app.errors_said():
            await play(self.app, self.sheet.call.recording)

    # Saving

    def action_save(self) -> None:
        """Save, once."""
        if not self._saving:
            self._saving = True
            self._save()

    @work
    async def _save(self) -> None:
        from salesdesk.lead.call_reviews import save_review

        call_id = self.sheet.call.call_id
        try:
            await self.app.gateway.write(save_review, call_id, dict(self.scores), self.remarks.text)
        except SalesdeskError as error:
            self._say(str(error))
        else:
            self.dismiss(True)  # noqa: FBT003  # the result of the modal
        finally:
            self._saving = False

    @property
    def changed(self) -> bool:
        """Whether anything differs from what is saved."""
        before = {code: score for code, score in self.sheet.scores.items() if code in self._codes}
        return self.scores != before or self.remarks.text.strip() != self.sheet.remarks.strip()

    def action_cancel(self) -> None:
        """Leave without saving; what was changed is thrown away only by a second press."""
        if self.changed and not self._sure:
            self._sure = True
            self._say(_("Not saved yet: F2 saves, esc once more throws it away."))
            return
        self.dismiss(None)

    def _say(self, text: str) -> None:
        self.query_one("#review-wrong", Static).update(f"! {text}")


def call_words(sheet: ReviewSheet, desk: Desk, width: int, note_lines: int | None = None) -> Content:
    """Write a call's facts and its note down, to a width; no more of the note than so many lines."""
    leaf, call, titles = Leaf(width), sheet.call, desk.catalogues
    rule = titles.outcomes.get(call.outcome)
    parts = [wording.titled(titles.outcomes, call.outcome)]
    if call.goal and call.goal_result and (rule is None or rule.answered):
        goal = wording.titled(titles.goals, call.goal)
        parts.append(f"{goal}: {RESULT_SIGNS[call.goal_result]} {wording.result(call.goal_result)}")
    if sheet.reason:
        parts.append(wording.titled(titles.reasons, sheet.reason))
    at = formatting.moment(call.at, desk.now, desk.zone)
    leaf.line(f"{at} · {plain(call.operator)} · {formatting.duration(call.talk_seconds)}", QUIET)
    leaf.line(" · ".join(parts), STRESSED)
    if sheet.note:
        lines = sheet.note.splitlines()
        leaf.line("\n".join(lines[:note_lines]) + (" …" if note_lines and len(lines) > note_lines else ""))
    leaf.line(f"♪ {call.recording}" if call.recording else _("no recording"), QUIET)
    return leaf.content()


def sheet_words(sheet: ReviewSheet, desk: Desk, width: int) -> Content:
    """Write a call down with what was said of it, to a width."""
    leaf = Leaf(width)
    leaf.line(sheet.call.client, STRESSED)
    below = Leaf(width)
    if sheet.reviewed:
        below.heading(_("My review"))
        for code, entry in desk.catalogues.checklist.items():
            score = sheet.scores.get(code)
            below.item(
                f"{_SIGNS[score]} ", Content.styled(title(entry.title), "" if score is not None else QUIET)
            )
        if sheet.remarks:
            below.line(sheet.remarks)
    for other in sheet.others:
        at = formatting.day_and_time(other.at, desk.now, desk.zone)
        below.heading(plain(other.reviewer), f"{formatting.share(other.score)} · {at}")
        if other.remarks:
            below.line(other.remarks)
    parts = [leaf.content(), call_words(sheet, desk, width)]
    said = below.content()
    return Content("\n").join([*parts, Content(""), said] if said.plain else parts)
