"""What invented music is called: the words that names of artists, records and tracks are put together from."""

FIRST_NAMES = (
    "Mira", "Joonas", "Odile", "Tamsin", "Bertil", "Noor", "Ilse", "Caspian", "Yara", "Anselm", "Wren", "Lazlo",
    "Petra", "Ozan", "Sunniva", "Dagny", "Iker", "Marisol", "Thelonia", "Bo",
)  # fmt: skip
SURNAMES = (
    "Kestrel", "Vantongeren", "Halloway", "Okonjo-Reed", "Brandvik", "Marlowe-Finch", "Tsukimori", "Ashgrove",
    "Delacroix-Munn", "Pellworm", "Quillfeather", "Sandoval-Ray", "Øverby", "Çelikkan", "Nightingale-Holt",
    "Fennimore", "Wickström", "Bellacqua", "Thornquist", "Amsel",
)  # fmt: skip
BAND_ADJECTIVES = (
    "Paper", "Velvet", "Slow", "Northern", "Borrowed", "Silver", "Quiet", "Feral", "Polite", "Static", "Copper",
    "Second-Hand", "Midnight", "Clumsy", "Woollen", "Electric", "Sunken", "Pale", "Distant", "Unlikely",
)  # fmt: skip
BAND_NOUNS = (
    "Lanterns", "Harbour", "Orchard", "Antennas", "Weathermen", "Pigeons", "Escalators", "Teacups", "Satellites",
    "Meadow", "Librarians", "Tramlines", "Foxgloves", "Gondoliers", "Chandeliers", "Barometers", "Porcupines",
    "Ferries", "Telegraph", "Greenhouse",
)  # fmt: skip
TITLE_OPENERS = (
    "Salt", "Smoke", "Letters", "Rain", "Honey", "Static", "Footsteps", "Shadows", "Snow", "Postcards", "Ribbons",
    "Embers", "Echoes", "Sparrows", "Maps", "Matches", "Oranges", "Whispers", "Tides", "Feathers",
)  # fmt: skip
TITLE_PLACES = (
    "on the Window", "in the Hallway", "under Platform Nine", "by the Reservoir", "over Lisbon", "in Your Coat",
    "at the Late Show", "behind the Bakery", "from the Balcony", "along the Canal", "in Slow Motion", "after Closing",
    "beyond the Pier", "in a Minor Key", "on the Night Bus", "from Another Year", "between Two Trains",
    "for Marguerite",
)  # fmt: skip
TITLE_VERBS = (
    "Leave", "Carry", "Follow", "Remember", "Paint", "Borrow", "Forgive", "Unlearn", "Hold", "Count", "Chase", "Name",
)  # fmt: skip
TITLE_OBJECTS = (
    "the Harvest", "Me Slowly", "the Lighthouse", "Every Door", "the Weather", "My Better Half", "the Long Way",
    "What We Said", "the Morning", "Your Own Ghost", "the Neon", "All the Stars",
)  # fmt: skip
TITLE_ALONE = (
    "Saudade", "Gezellig", "Wanderweg", "Mañana", "Fjärilar", "Überall", "Komorebi", "Déjà Vu in Blue", "Élan",
    "Zwischenraum", "夜の電車", "Полночь", "Hygge Hotel", "Ojalá", "Nachtfalter", "L'heure bleue",
)  # fmt: skip
TITLE_ENDINGS = (*("",) * 20, " (Live)", " - Acoustic", " (Demo)", ", Pt. 2")
RECORD_PATTERNS = (
    "{adjective} Rooms", "The {adjective} Hours", "{noun} at Dawn", "A Year of {noun}", "{adjective} Machinery",
    "{noun} & Other Stories", "Letters to the {noun}", "{adjective}, Mostly", "The {noun} Tapes", "Songs for {noun}",
)  # fmt: skip
PODCASTS = (
    ("The Crate Diggers", "Two friends, one record shop, too many opinions."),
    ("Slow Signals", "Stories from the edge of the radio dial."),
    ("Kitchen Table Physics", "Big questions, small spoons."),
)
EPISODE_TITLES = (
    "The Sleeve Notes Nobody Read", "A Short History of the B-Side", "Why Rain Sounds Like Static",
    "The Longest Fade-Out", "An Hour with a Piano Tuner", "What the Needle Knows", "Numbers Stations",
    "The Man Who Taped Everything", "Boiling Water, Falling Cats", "Half-Life of a Chorus",
)  # fmt: skip
