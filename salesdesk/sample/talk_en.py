"""What English-speaking operators of the sample base write down, by outcome or by the goal reached."""

CALL_NOTES: dict[str, tuple[str, ...]] = {
    "find_need": (
        "they do buy {product}, every quarter or so",
        "needs {product}, volume to be checked with production",
        "will send the request by Friday, watch the inbox",
    ),
    "confirm_proposal": (
        "proposal arrived, reading it with the director",
        "arrived; a question about delivery",
    ),
    "get_payment_date": (
        "fine with the invoice, payment next week",
        "paying on Thursday, accounts confirmed",
    ),
    "confirm_shipment": (
        "goods received, all well. Want a discount on the next lot",
        "unloaded yesterday, papers signed",
    ),
    "repeat_order": ("stock for two weeks, then the same again", "{product} again next month"),
    "talk_later": (
        "in a meeting, call back",
        "driving, agreed on another time",
        "out of office, back tomorrow after ten",
        "busy, but keen on {product}",
    ),
    "interested": (
        "wants a quote for {product} with delivery",
        "comparing three suppliers, lead time matters",
        "yes, still on. Proposal by e-mail, cc the director",
        "would try a small lot first",
    ),
    "invoice_requested": (
        "all agreed, invoice for {product}",
        "wants the invoice and the contract, will send details",
        "invoice for half now, the rest in a month",
    ),
    "not_now": (
        "budget is closed, next quarter",
        "stocked up for two months",
        "new management, not before next month",
    ),
    "not_interested": (
        "has a supplier, not changing",
        "too expensive, buys from the plant",
        "head office buys everything",
        "hung up",
    ),
    "gatekeeper": (
        "receptionist won't put me through",
        "got the buyer's name only",
        "“leave a number, we'll call you”",
    ),
    "no_answer": ("", "", "rang out"),
    "busy": ("", ""),
    "voicemail": ("", "left a message"),
    "wrong_number": ("a private flat", "no such company here"),
    "do_not_call": ("asks never to be called again",),
}

NOTES = (
    "14 days' credit, no more.",
    "{person} decides, the owner signs.",
    "The warehouse takes deliveries until 16:00, order the pass the day before.",
    "Half in advance; for {product} the whole sum.",
    "A competitor gives them 30 days. We win on lead time.",
    "No calls on Monday mornings.",
)

SENT = (
    "Good afternoon, please find attached our proposal for {product}. Lead time is 5–7 working days.",
    "Hello, as agreed, here are the price list and the certificates.",
    "Good afternoon, the invoice is attached and valid for five banking days.",
)
RECEIVED = (
    "Thank you, received. We will come back to you.",
    "Hello, could you quote a smaller volume with delivery?",
)
FROM_LEAD = (
    "Begin with them tomorrow: the director waits for our price, I have agreed 5 % off.",
    "I listened to the last call: ask straight out who signs the payment, and agree on a time.",
)
"""What a lead leaves for an operator."""
