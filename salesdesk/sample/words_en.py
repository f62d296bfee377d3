"""What English companies and people of the sample base are called."""

PLACES = (
    "North", "South", "East", "West", "Stone", "River", "Oak", "Ash", "Elm", "Kings", "Queens", "Bridge",
    "Mill", "Church", "Green", "Black", "White", "Red", "Silver", "Golden", "Iron", "Cedar", "Maple",
    "Raven", "Fox", "Hawk", "Lake", "Marsh", "Thorn", "Wind", "Win", "Ald", "Brad", "Har", "Lang", "Mal",
    "Wood", "Hart", "Swan", "Clear", "High", "Long", "Fair",
)  # fmt: skip
ENDS = (
    "field", "ford", "bridge", "wood", "gate", "worth", "ton", "well", "ridge", "brook", "stone", "dale",
    "mere", "haven", "bury", "ham", "point", "view", "port", "land", "cliff", "mont",
)  # fmt: skip
TRADES = (
    "Logistics", "Trading", "Supplies", "Foods", "Engineering", "Packaging", "Interiors", "Textiles",
    "Timber", "Metals", "Systems", "Instruments", "Freight", "Pharma", "Medical", "Chemicals", "Energy",
    "Lighting", "Print", "Motors", "Tools", "Plastics", "Ceramics", "Furniture", "Grain", "Dairy",
    "Coffee Roasters", "Consulting", "Software", "Media", "Warehousing", "Cables", "Pumps & Valves",
    "Glass", "Paper", "Marine", "Equipment", "Hydraulics", "Robotics", "Labs",
)  # fmt: skip
TRADERS = (
    "Grain", "Barley", "Porter", "Mason", "Cooper", "Fletcher", "Tanner", "Miller", "Baker", "Carter",
    "Harper", "Sawyer", "Turner", "Wright", "Chandler", "Draper", "Glover", "Potter", "Weaver", "Thatcher",
    "Marlow", "Pemberton", "Ashdown", "Whitlock", "Hargreave", "O'Dell", "McAllister", "Fairweather",
    "Lockhart", "Quimby", "Rutherford", "Winslow",
)  # fmt: skip
ASSOCIATES = ("Sons", "Daughters", "Partners", *TRADERS)
FORMS = (
    ("{name}",) * 5
    + ("{name} Ltd",) * 3
    + ("{name} Ltd.", "{name} LLC", "{name} Group", "{name} Inc.", "{name} & Co.")
)
LONG_NAMES = (
    "{name} International Wholesale Distribution and Contract Logistics ({city} Representative Office)",
    "The {name} Association of Independent Manufacturers, Importers and Distributors of Industrial Equipment",
)
MEN = (
    "James", "John", "Robert", "Michael", "William", "David", "Richard", "Thomas", "Charles", "Daniel",
    "Matthew", "Anthony", "Mark", "Paul", "Steven", "Andrew", "Kenneth", "George", "Edward", "Brian",
    "Peter", "Oliver", "Harry", "Simon",
)  # fmt: skip
WOMEN = (
    "Mary", "Patricia", "Jennifer", "Linda", "Elizabeth", "Susan", "Jessica", "Sarah", "Karen", "Emma",
    "Olivia", "Charlotte", "Amelia", "Grace", "Hannah", "Laura", "Rachel", "Helen", "Julia", "Alice",
    "Claire", "Fiona", "Zoë", "Chloe",
)  # fmt: skip
SURNAMES = (
    "Smith", "Johnson", "Williams", "Brown", "Jones", "Davies", "Wilson", "Taylor", "Evans", "Thomas",
    "Walker", "Robinson", "Thompson", "Hughes", "Edwards", "Green", "Hall", "Wood", "Harris", "Clarke",
    "Jackson", "Turner", "Hill", "Cooper", "Ward", "Morris", "Moore", "Clark", "Baker", "Morgan", "Bennett",
    "Carter", "Phillips", "Parker", "Campbell", "O'Brien", "Murphy", "Kelly", "McDonald", "Stewart",
    "Fraser", "Reid", "Ross", "Young", "Mitchell", "Watson", "Brooks", "Sanders",
)  # fmt: skip
POSITIONS = (
    "director", "managing director", "head of procurement", "buyer", "operations manager", "chief engineer",
    "accountant", "office manager", "purchasing manager", "owner", "plant manager", "logistics manager",
    "sales director", "receptionist",
)  # fmt: skip
STREETS = (
    "Lenina St.", "Mira Ave.", "Sadovaya St.", "Industrialny Ave.", "Gagarina St.", "Naberezhnaya St.",
    "Zavodskaya St.", "Tsentralnaya St.", "Skladskaya St.", "Lesnaya St.",
)  # fmt: skip
