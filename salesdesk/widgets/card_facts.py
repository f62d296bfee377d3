"""What is known of a client: what is owed, why it stands where it stands, people, deals, policy, data."""

from textual.content import Content

from salesdesk import formatting, wording
from salesdesk.codes import PhoneState
from salesdesk.i18n import _, ngettext
from salesdesk.rows import Card, ClientRow, ContactRow, DealRow, NextActionRow, PhoneRow
from salesdesk.scheduler import zone_info
from salesdesk.widgets.cells import plain
from salesdesk.widgets.leaf import FORBIDDEN, LATE, QUIET, STRESSED, Leaf
from salesdesk.widgets.preview import Desk, from_lead_words, number_line

DIALS_MOST = 9


def numbers_of(card: Card) -> list[tuple[PhoneRow, ContactRow | None]]:
    """Give every number of a card with whose it is, the company's own first."""
    own: list[tuple[PhoneRow, ContactRow | None]] = [(phone, None) for phone in card.phones]
    return own + [(phone, contact) for contact in card.contacts for phone in contact.phones]


def dialable(card: Card) -> list[tuple[PhoneRow, ContactRow | None]]:
    """Give the numbers that may be dialled: the good ones of a client that may be called at all."""
    if card.client.do_not_call:
        return []
    return [(phone, owner) for phone, owner in numbers_of(card) if phone.state is PhoneState.GOOD]


def dialled(phone: PhoneRow) -> str:
    """Give a number as it is dialled."""
    return phone.e164 or phone.raw


def title_line(card: Card, desk: Desk) -> Content:
    """Give the line over a card: who, of what class, at what stage, and what time it is there."""
    client = card.client
    stage = wording.titled(desk.catalogues.stages, client.stage) or _("never in conversation")
    if client.stage_since is not None:
        days = (desk.now.astimezone(desk.zone).date() - client.stage_since.astimezone(desk.zone).date()).days
        stage += f" {formatting.days(days)}" if days > 0 else ""
    name = plain(client.name).strip() or _("(no name)")
    return Content.assemble(
        (name, "bold"), f" · {client.client_class} · {stage} · {_time_there(client, desk)}"
    )


def _time_there(client: ClientRow, desk: Desk) -> str:
    place = plain(client.city or client.region or "")
    there = _("{time} there").format(time=formatting.clock(desk.now, zone_info(client.zone)))
    return f"{place} {there}" if place else there


def card_facts(card: Card, desk: Desk, width: int) -> Content:
    """Write down what is known of a client, to a width."""
    leaf = Leaf(width)
    _banners(leaf, card, desk)
    _money(leaf, card, desk)
    _next_action(leaf, card, desk)
    _why(leaf, card)
    _people(leaf, card)
    _deals(leaf, card, desk)
    if card.policy:
        leaf.heading(_("Service policy {client_class}").format(client_class=card.client.client_class))
        leaf.line(card.policy, indent=2)
    _data(leaf, card.client, desk)
    return leaf.content()


def _banners(leaf: Leaf, card: Card, desk: Desk) -> None:
    """Say first what one must know before anything else."""
    if card.client.do_not_call:
        leaf.line("⊘ " + _("DO NOT CALL: asked never to be called, on any number."), FORBIDDEN)
    if card.claimed_by:
        leaf.line("⧗ " + _("{name} is on this client now.").format(name=plain(card.claimed_by)), LATE)
    if card.draft:
        leaf.line("✎ " + _("A wrap-up is half-typed: l goes on with it."), LATE)
    if card.handed is not None:
        leaf.line("⇥ " + plain(wording.handed(card.handed)), LATE)
    if card.handed is not None and card.handed.mine:
        leaf.line(_("h: confirm · y: give back"), QUIET, indent=2)
    for note in card.from_lead:
        leaf.line("✉ " + from_lead_words(note, desk), LATE)
    if card.from_lead:
        leaf.line(_("v: seen"), QUIET, indent=2)


def _money(leaf: Leaf, card: Card, desk: Desk) -> None:
    client = card.client
    amount = formatting.amount(client.expected_minor, desk.catalogues.team.currency)
    parts = [_("interest {dots}").format(dots=formatting.interest(client.interest))]
    parts.append(_("expected {amount}").format(amount=amount))
    parts.append(wording.band(client.band))
    parts.append(_("owner {name}").format(name=plain(client.owner)) if client.owner else _("nobody's"))
    leaf.line(" · ".join(parts))


def _next_action(leaf: Leaf, card: Card, desk: Desk) -> None:
    step = card.next_action
    leaf.heading(_("Next"))
    if step is None:
        closed = card.client.do_not_call or _out_of_work(card, desk)
        cold = card.client.stage is None
        none = (
            _("nothing: the work with this client has ended")
            if closed
            else _("nothing is owed yet: m says when")
        )
        leaf.line(none, "" if closed or cold else LATE, indent=2)
        return
    goal = wording.titled(desk.catalogues.goals, step.goal)
    agreed = " · " + _("agreed time") if step.promise else ""
    at = formatting.moment(step.due_at, desk.now, desk.zone)
    sign = "⏰ " if step.promise else "  "
    leaf.item(sign, Content.assemble((f"{wording.kind(step.kind)} · {goal}", STRESSED), f" · {at}{agreed}"))
    late = tail_words(step, desk)
    if late:
        leaf.line(f"! {late}", LATE, indent=2)
    about = [_("attempt {count}").format(count=step.attempt), plain(step.operator)]
    leaf.line(" · ".join(part for part in about if part), QUIET, indent=2)
    if step.hold is not None:
        leaf.line("⏸ " + wording.hold(step.hold), LATE, indent=2)


def _out_of_work(card: Card, desk: Desk) -> bool:
    entry = desk.catalogues.stages.get(card.client.stage or "")
    return entry is not None and not entry.in_work


def tail_words(step: NextActionRow, desk: Desk) -> str:
    """Say how a next action was treated: how late it is, how often moved, and when it was first due."""
    words = []
    if step.days_late > 0:
        count = step.days_late
        words.append(ngettext("overdue by {count} day", "overdue by {count} days", count).format(count=count))
    elif step.promise and step.due_at < desk.now:
        words.append(_("the agreed time has passed"))
    if step.moves:
        count = step.moves
        words.append(ngettext("moved {count} time", "moved {count} times", count).format(count=count))
        first = formatting.day_and_time(step.first_due_at, desk.now, desk.zone)
        words.append(_("first due {day}").format(day=first))
    return ", ".join(words)


def _why(leaf: Leaf, card: Card) -> None:
    leaf.heading(_("Why now") if card.listed else _("Not in the list"))
    if card.why:
        leaf.line(card.why, indent=2)
    for block in card.blocks:
        if block != card.why:
            leaf.item("  – ", Content(plain(block)))


def _people(leaf: Leaf, card: Card) -> None:
    leaf.heading(_("Contacts and numbers"))
    places = {phone.id: at for at, (phone, _owner) in enumerate(dialable(card), 1) if at <= DIALS_MOST}
    for phone in card.phones:
        _number(leaf, phone, places.get(phone.id))
    for contact in card.contacts:
        about = ", ".join(plain(part) for part in (contact.name, contact.position) if part)
        mail = f"  ✉ {plain(contact.email)}" if contact.email else ""
        leaf.item("  ", Content.assemble((about, STRESSED), mail))
        for phone in contact.phones:
            _number(leaf, phone, places.get(phone.id))
    if not card.contacts and not card.phones:
        leaf.line(_("no people and no numbers yet: e adds them"), LATE, indent=2)
    elif not numbers_of(card):
        leaf.line(_("no number yet: e adds one"), LATE, indent=2)
    elif not card.contacts:
        leaf.line(_("no person known yet: e adds one"), QUIET, indent=2)


def _number(leaf: Leaf, phone: PhoneRow, place: int | None) -> None:
    good = phone.state is PhoneState.GOOD
    forbidden = phone.state is PhoneState.DO_NOT_CALL
    shown = number_line(phone, None)
    if forbidden:
        shown = "⊘" + shown[1:]
    # What was written tells something only where it was more than the number: a name, a remark.
    more = phone.e164 is not None and any(letter.isalpha() for letter in phone.raw)
    written = f"  ({plain(phone.raw)})" if more else ""
    leaf.item(
        Content.styled(f" {place or ' '} ", "$accent bold"),
        Content.assemble((shown, "" if good else FORBIDDEN if forbidden else QUIET), (written, QUIET)),
    )


def _deals(leaf: Leaf, card: Card, desk: Desk) -> None:
    leaf.heading(_("Deals"))
    if not card.deals:
        leaf.line(_("none yet"), QUIET, indent=2)
    for deal in card.deals:
        leaf.item("  ", _deal(deal, desk))


def _deal(deal: DealRow, desk: Desk) -> Content:
    titles = desk.catalogues
    name = plain(deal.title or deal.product or _("(no title)"))
    product = f" ({plain(deal.product)})" if deal.product and deal.title else ""
    parts = [
        formatting.amount(deal.amount_minor, deal.currency),
        wording.titled(titles.stages, deal.stage),
        formatting.days(deal.stage_days),
    ]
    if deal.reject_reason:
        parts.append(wording.titled(titles.reasons, deal.reject_reason))
    if deal.closed_at is not None:
        parts.append(
            _("closed {day}").format(day=formatting.day_and_time(deal.closed_at, desk.now, desk.zone))
        )
    rotting = "  ▲ " + _("has not moved") if deal.rotting else ""
    return Content.assemble((name + product, STRESSED), " · " + " · ".join(parts), (rotting, LATE))


def _data(leaf: Leaf, client: ClientRow, desk: Desk) -> None:
    today = desk.now
    rows = (
        (_("Tax id"), client.tax_id),
        (_("Industry"), client.industry),
        (_("Region"), client.region),
        (_("City"), client.city),
        (_("Address"), ", ".join(part for part in (client.postal_code, client.address) if part)),
        (_("Website"), client.website),
        (_("E-mail"), client.email),
        (_("Zone"), client.zone),
        (_("Campaign"), client.campaign),
        (
            _("Source"),
            " ".join(part for part in (client.source, wording.shown_id(client.external_id)) if part),
        ),
        (_("Won"), client.won_at and formatting.day_and_time(client.won_at, today, desk.zone)),
        (_("Added"), formatting.day_and_time(client.created_at, today, desk.zone)),
    )
    leaf.heading(_("Data"))
    for label, value in rows:
        if value:
            leaf.item(Content.styled(f"  {label}: ", QUIET), Content(plain(value)))
