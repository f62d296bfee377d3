"""What the companies of the sample base buy: industries, products, and how much an order costs."""
# ruff: noqa: E501  # a table is read by its rows

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Trade:
    """An industry in both languages, what it orders, and the usual order in roubles."""

    industry: str
    industry_en: str
    products: tuple[str, ...]
    products_en: tuple[str, ...]
    usual: int


TRADES = (
    Trade("строительство", "construction", ("кабель силовой", "металлопрокат", "сухие смеси", "утеплитель", "кровельные материалы"),
          ("power cable", "rolled metal", "dry mixes", "insulation", "roofing"), 900_000),
    Trade("машиностроение", "machinery", ("подшипники", "гидравлика", "режущий инструмент", "электродвигатели"),
          ("bearings", "hydraulics", "cutting tools", "electric motors"), 1_400_000),
    Trade("пищевая промышленность", "food", ("упаковка", "плёнка термоусадочная", "весовое оборудование", "моющие средства"),
          ("packaging", "shrink film", "scales", "cleaning agents"), 350_000),
    Trade("оптовая торговля", "wholesale", ("стеллажи", "паллеты", "гофрокороб", "складская техника"),
          ("racking", "pallets", "cardboard boxes", "forklifts"), 420_000),
    Trade("розничная торговля", "retail", ("торговое оборудование", "ценники", "кассовая лента", "витрины"),
          ("shop fittings", "price tags", "till rolls", "display cases"), 180_000),
    Trade("логистика", "logistics", ("шины грузовые", "запчасти", "топливные карты", "тенты"),
          ("truck tyres", "spare parts", "fuel cards", "tarpaulins"), 650_000),
    Trade("сельское хозяйство", "agriculture", ("удобрения", "семена", "запчасти к комбайнам", "полиэтиленовый рукав"),
          ("fertiliser", "seed", "harvester parts", "grain bags"), 1_100_000),
    Trade("медицина", "health care", ("расходные материалы", "перчатки нитриловые", "мебель медицинская"),
          ("consumables", "nitrile gloves", "medical furniture"), 260_000),
    Trade("энергетика", "energy", ("трансформаторы", "кабельная арматура", "щитовое оборудование"),
          ("transformers", "cable fittings", "switchboards"), 2_300_000),
    Trade("ИТ и связь", "IT and telecoms", ("серверные шкафы", "оптический кабель", "источники питания"),
          ("server racks", "optical cable", "power supplies"), 540_000),
    Trade("химия", "chemicals", ("еврокубы", "насосы химические", "реагенты"), ("IBC tanks", "chemical pumps", "reagents"), 780_000),
    Trade("деревообработка", "timber", ("пилы ленточные", "клей для древесины", "сушильные камеры"),
          ("band saws", "wood glue", "drying kilns"), 390_000),
    Trade("мебель", "furniture", ("ДСП и МДФ", "фурнитура", "кромка ПВХ"), ("chipboard and MDF", "fittings", "PVC edging"), 310_000),
    Trade("ЖКХ", "utilities", ("трубы ПНД", "запорная арматура", "счётчики воды"), ("HDPE pipe", "valves", "water meters"), 480_000),
    Trade("гостиницы и рестораны", "hospitality", ("посуда", "текстиль", "кофе и чай", "бытовая химия"),
          ("tableware", "linen", "coffee and tea", "household chemicals"), 120_000),
    Trade("образование", "education", ("мебель школьная", "интерактивные доски", "бумага"),
          ("school furniture", "whiteboards", "paper"), 210_000),
)  # fmt: skip

CAMPAIGNS = (
    ("cold-list", "Холодная база по отраслям"),
    ("site", "Заявки с сайта"),
    ("expo-spring", "Весенняя выставка «Оборудование и материалы»"),
    ("referrals", "По рекомендации"),
    ("win-back", "Возврат ушедших"),
    ("mailing", "Рассылка каталога"),
)
"""Code and title."""
