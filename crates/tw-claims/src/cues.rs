//! Words and phrases by which English claims are told apart. A trailing `*` stands for any ending.

/// Verbs of saying, and how far they carry what is said.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Verb {
    Say,
    Show,
    Estimate,
    Believe,
    Suggest,
    Allege,
}

/// An English sentence that points ahead: its months and weekdays are those to come.
pub(crate) fn points_ahead(s: &crate::text::Sentence) -> bool {
    s.has_any(&["will", "is due", "are due", "plans to", "plan to", "expected to", "next year", "next month", "is to", "are to"])
}

pub(crate) fn verb(low: &str) -> Option<Verb> {
    Some(match low {
        "said" | "says" | "say" | "told" | "tells" | "wrote" | "writes" | "reported" | "reports" | "report" | "added" | "adds"
        | "noted" | "notes" | "stated" | "states" | "announced" | "announces" | "warned" | "warns" | "claimed" | "claims" | "argued"
        | "argues" | "explained" | "confirmed" | "confirms" | "acknowledged" | "acknowledges" | "insisted" | "insists" | "recalled"
        | "testified" | "answered" | "disclosed" | "concluded" | "concludes" | "conceded" | "concedes" | "found" | "finds"
        | "mentioned" | "mentions" | "described" | "describes" | "revealed" | "maintains" | "contends" | "contended" | "observed"
        | "ruled" | "heard" | "replied" | "spoke" | "put" | "complained" | "admits" | "cautioned" | "declared" | "asserted"
        | "reiterated" | "repeated" | "reiterates" | "emphasised" | "emphasized" | "stressed" | "responded" | "countered" | "retorted"
        | "commented" | "remarked" | "posted" | "tweeted" | "gives" | "gave" | "puts" | "pointed" => Verb::Say,
        "show" | "shows" | "showed" | "indicate" | "indicates" | "indicated" | "reveal" | "reveals" => Verb::Show,
        "estimate" | "estimates" | "estimated" | "expects" | "expect" | "forecasts" | "calculates" | "calculated" | "calculate"
        | "reckons" | "reckon" | "reckoned" => Verb::Estimate,
        "believe" | "believes" | "believed" | "suspect" | "suspects" | "suspected" | "think" | "thinks" | "fear" | "fears" => Verb::Believe,
        "suggest" | "suggests" | "suggested" | "hinted" | "implies" | "implied" => Verb::Suggest,
        "allege" | "alleges" | "alleged" => Verb::Allege,
        _ => return None,
    })
}

/// Auxiliaries and frequent verbs in the past: a stretch with one of them is a clause, not only a name.
pub(crate) fn finite(low: &str) -> bool {
    matches!(
        low,
        "is" | "are"
            | "was"
            | "were"
            | "has"
            | "have"
            | "had"
            | "will"
            | "would"
            | "could"
            | "may"
            | "might"
            | "must"
            | "should"
            | "can"
            | "cannot"
            | "does"
            | "do"
            | "did"
            | "isn't"
            | "wasn't"
            | "hasn't"
            | "didn't"
            | "don't"
            | "won't"
            | "fell"
            | "rose"
            | "went"
            | "came"
            | "left"
            | "sent"
            | "took"
            | "gave"
            | "made"
            | "paid"
            | "sold"
            | "bought"
            | "saw"
            | "met"
            | "began"
            | "became"
            | "grew"
            | "ran"
            | "got"
            | "kept"
            | "knew"
            | "brought"
            | "spent"
            | "built"
            | "held"
            | "led"
            | "lost"
            | "stood"
            | "sank"
            | "flew"
            | "drew"
            | "hid"
            | "stole"
            | "earn"
            | "earns"
            | "send"
            | "sends"
            | "opposes"
            | "wants"
            | "operates"
            | "expects"
            | "pay"
            | "pays"
            | "remains"
            | "remain"
            | "puts"
            | "put"
            | "takes"
            | "makes"
            | "goes"
            | "violates"
            | "violate"
            | "contains"
            | "works"
            | "work"
            | "hands"
            | "lists"
            | "list"
            | "differ"
            | "differs"
            | "exceeds"
            | "exceed"
            | "numbers"
            | "says"
            | "shows"
            | "show"
            | "needs"
            | "seems"
            | "appears"
            | "appear"
            | "seem"
            | "points"
            | "point"
            | "owns"
            | "employ"
            | "employs"
            | "hosts"
            | "charges"
            | "knows"
            | "means"
            | "fly"
            | "flies"
            | "carries"
            | "carry"
            | "bans"
            | "requires"
            | "allows"
            | "applies"
            | "limits"
            | "comes"
            | "come"
            | "stays"
            | "account"
            | "accounts"
            | "declares"
            | "struck"
            | "set"
            | "cut"
            | "let"
            | "hit"
            | "fled"
            | "shrank"
            | "threw"
            | "caught"
            | "thought"
            | "fought"
            | "sought"
            | "felt"
            | "meant"
            | "lent"
            | "shut"
            | "cost"
            | "swept"
            | "laid"
            | "heard"
            | "stuck"
            | "swung"
            | "froze"
            | "rode"
            | "shook"
            | "undertook"
            | "understood"
            | "withdrew"
            | "overtook"
            | "won"
            | "beat"
            | "taught"
            | "wrote"
            | "swore"
            | "wore"
            | "dealt"
            | "broke"
            | "chose"
            | "drove"
            | "rang"
            | "spoke"
    )
}

/// A past form in -ed that stands as a verb is not told from a participle; both count in a longer stretch.
pub(crate) fn past(low: &str) -> bool {
    low.len() > 3
        && low.ends_with("ed")
        && !matches!(
            low,
            "need"
                | "seed"
                | "feed"
                | "speed"
                | "shed"
                | "bred"
                | "weed"
                | "united"
                | "limited"
                | "allied"
                | "hundred"
                | "red"
                | "based"
                | "indeed"
                | "exceed"
                | "listed"
                | "flagged"
                | "registered"
        )
}

pub(crate) const NO_COMMENT: &[&str] = &[
    "did not respond",
    "did not reply",
    "did not answer",
    "declined to comment",
    "declined to discuss",
    "declined to say",
    "declined to answer",
    "would not comment",
    "would not discuss",
    "would not say",
    "would neither confirm",
    "could not be reached",
    "could be reached",
    "could not be contacted",
    "could not immediately be reached",
    "refused to comment",
    "had no comment",
    "no comment",
    "could not comment",
    "cannot comment",
    "can not comment",
    "did not return",
    "has not responded",
    "have not responded",
    "had not responded",
    "has not replied",
    "have not replied",
    "had not replied",
    "did not immediately",
    "went unanswered",
    "not answered",
    "could not confirm",
    "cannot confirm",
    "neither confirm nor deny",
    "neither confirmed nor denied",
    "were not returned",
    "was not returned",
    "did not offer",
    "did not wish to comment",
    "didn't respond",
    "did not provide a comment",
    "not respond to",
    "not reply to",
    "not reachable",
    "gave no answer",
    "gave no reply",
    "has not answered",
    "have not answered",
    "refused to answer",
];

pub(crate) const DENIES: &[&str] = &[
    "denied",
    "denies",
    "deny",
    "denying",
    "refuted",
    "refutes",
    "rebutted",
    "rebuffed",
    "disputes",
    "disputed",
    "contested",
    "contests",
    "rejected the",
    "rejects the",
    "rejected any",
    "rejected all",
    "rejected as",
    "rejected allegations",
    "rejected claims",
    "rejected reports",
    "rejects any",
    "rejects all",
    "dismissed the",
    "dismissed as",
    "dismissed claims",
    "dismissed reports",
    "dismissed it",
    "dismissed them",
    "dismissed allegations",
    "rejected it",
    "rejected them",
    "rejected its",
    "rejected that",
    "rejected suggestions",
    "dismissed suggestions",
    "denial",
];

/// What a party says of itself or of a report, in a quotation, that denies the substance.
pub(crate) const REBUTS: &[&str] = &[
    "not aware of",
    "unaware of",
    "had no idea",
    "have no idea",
    "was innocent",
    "were innocent",
    "is innocent",
    "are innocent",
    // A party of its own conduct, not of what it has seen or found.
    "have not loaded",
    "did not load",
    "have not sold",
    "did not sell",
    "have not shipped",
    "did not ship",
    "have not carried",
    "did not carry",
    "have not delivered",
    "did not deliver",
    "have not broken",
    "did not break",
    "have not violated",
    "did not violate",
    "have not breached",
    "did not breach",
    "have not paid",
    "did not pay",
    "have not bought",
    "did not buy",
    "have not hired",
    "did not hire",
    "have not employed",
    "did not employ",
    "knows nothing",
    "know nothing",
    "knew nothing",
    "no knowledge",
    "nothing to do with",
    "strictly implement*",
    "strictly observ*",
    "strictly compl*",
    "fully complie*",
    "fully compl*",
    "faithfully",
    "in full compliance",
    "baseless",
    "groundless",
    "fabricat*",
    "slander*",
    "untrue",
    "inaccurate",
    "a fantasy",
    "a lie",
    "lies",
    "propaganda",
    "fully documented",
    "cannot be compared",
    "can not be compared",
    "not true",
    "false",
    "nonsense",
    "absurd",
    "invented",
    "misleading",
    "malicious",
    "wrong",
    "have never",
    "has never",
    "had never",
    "never sold",
    "not a single",
    "not one",
    "met no one",
    "sold nothing",
    "no one",
    "acted lawfully",
    "entirely legal",
    "perfectly legal",
    "acted in good faith",
    "unfounded",
    "a mistake",
    "no such",
    "never been",
    "we never",
    "i never",
    "did nothing",
    "done nothing",
    "without foundation",
    "unlawful",
    "illegitimate",
    "politically motivated",
    "obey the law",
    "obeys the law",
    "obey*",
    "law-abiding",
    "was deceived",
    "were deceived",
    "was misled",
    "were misled",
    "another vessel",
    "another ship",
    "mistaken identity",
    "fulfilling our",
    "fulfilled its",
    "fulfils its",
    "fulfills its",
    "always complied",
    "always abided",
    "always observed",
    "fulfil our",
    "fulfill our",
    "meets its obligations",
    "abides by",
    "abide by",
    "adheres to",
    "adhere to",
    "honours its",
    "honour our",
    "respects all",
    "every document",
    "all documents",
    "in accordance with",
    "in line with the",
    "to the letter",
    "is not true",
    "are not true",
    "did not happen",
    "never happened",
    "never took place",
    "not involved",
    "no involvement",
    "no role",
    "no dealings",
    "no contact",
    "no links",
    "no business",
];

/// Phrases of that kind that need no quotation marks.
pub(crate) const REBUTS_PLAIN: &[&str] = &[
    "was innocent",
    "were innocent",
    "is innocent",
    "are innocent",
    "had no idea",
    "acted in good faith",
    "acted lawfully",
    "nothing to do with",
    "not aware of",
    "unaware of",
    "no knowledge",
    "knew nothing",
    "knows nothing",
    "had never",
    "has never",
    "did nothing wrong",
    "no involvement",
    "no dealings",
    "no contact with",
    "not involved",
    "no role",
    "complied with all",
    "complies with all",
    "fully complied",
];

pub(crate) const RETRACTS: &[&str] = &[
    "was wrong",
    "were wrong",
    "we withdraw",
    "was withdrawn",
    "retracted",
    "retracts",
    "withdrew the",
    "withdrew its",
    "withdrew that",
    "an earlier version",
    "a previous version",
    "was our typing error",
    "typing error",
    "was an error",
    "was our error",
    "was our mistake",
    "was a mistake",
    "misstated",
    "misreported",
    "should have said",
    "should have read",
    "we regret",
    "took back",
    "takes back",
    "taken back",
    "incorrectly said",
    "wrongly said",
    "wrongly reported",
    "incorrectly stated",
    "no longer stands by",
    "was incorrect",
    "the correct number",
    "the correct figure",
    "the correct amount",
    "the right figure",
    "the right number",
    "should have been",
    "incorrectly reported",
    "wrongly reported",
    "erroneously",
    "edition we",
    "we gave the",
    "we put the",
    "we had said",
    "we said in",
    "we wrongly",
    "corrected the figure",
    "corrected its",
    "corrected that",
    "corrected the number",
    "corrected the report",
    "withdrew its report",
    "pulled the story",
    "deleted the story",
    "deleted the report",
    "removed the story",
    "issued a correction",
    "has since been corrected",
    "was later corrected",
    "was retracted",
    "withdrawn",
];

pub(crate) const DESIGNATES: &[&str] = &[
    "sanctioned",
    "blacklisted",
    "blacklists",
    "designated",
    "designates",
    "delisted",
    "delists",
    "imposed sanctions",
    "imposes sanctions",
    "imposed asset freezes",
    "froze the assets",
    "frozen the assets",
    "sanctions list",
    "added to the list",
    "added to its list",
    "added to a list",
    "added to the",
    "added to its sanctions*",
    "from the list",
    "from its list",
    "from its sanctions*",
    "from the sanctions*",
    "to its list",
    "to the list",
    "to its sanctions*",
    "to the sanctions*",
    "on its list",
    "on the list",
    "on its sanctions*",
    "on a sanctions*",
    "on any list",
    "under sanctions",
    "removed from",
    "put on",
    "entity list",
    "blocked persons",
    "sanctions on",
    "sanctions against",
    "sdn list",
    "u.s. list",
    "u.n. list",
    "eu list",
    "un list",
    "british list",
];

pub(crate) const PROCEDURE: &[&str] = &[
    "charged",
    "charges",
    "sentenced",
    "pleaded",
    "convicted",
    "indicted",
    "arrested",
    "fined",
    "jailed",
    "acquitted",
    "forfeit*",
    "confiscat*",
    "seized",
    "seizure",
    "seize",
    "detained",
    "extradit*",
    "launder*",
    "trial",
    "ordered",
    "fine of",
    "a fine",
    "penalty",
    "settle",
    "settled",
    "sued",
    "impound*",
    "opened an investigation",
    "opened a case",
];

pub(crate) const LEGAL: &[&str] = &[
    "violat*",
    "broke no",
    "broke the",
    "breaks no",
    "breaks the",
    "break the",
    "breaking the",
    "breach*",
    "contraven*",
    "at odds with",
    "in defiance of",
    "circumvent*",
    "evad*",
    "evasion",
    "flout*",
    "knew",
    "knowingly",
    "unknowingly",
    "lose access",
    "unlawful*",
    "illegal*",
    "infring*",
    "no evidence that",
    "no evidence the",
    "no finding",
    "complied with",
    "comply with",
    "compliant",
    "in compliance",
    "compliance with",
    "incompatible with",
    "inconsistent with",
    "sanctionable",
    "ran afoul",
    "fall foul",
    "falls foul",
    "prohibited conduct",
    "not permitted under",
    "exempt from",
    "within the exemption",
    "undermine sanctions",
    "non-compliance",
    "risk losing",
    "secondary sanctions",
    "exposed to sanctions",
    "could face",
    "may face",
    "run counter",
    "runs counter",
    "against the resolution",
    "should have known",
    "turned a blind eye",
    "exempted",
];

pub(crate) const GAP: &[&str] = &[
    "difference",
    "differ by",
    "differs by",
    "differed by",
    "discrepanc*",
    "gap",
    "mismatch*",
    "had matched",
    "matched almost",
    "do not match",
    "did not match",
    "far exceeds",
    "far exceed*",
    "mirror",
    "unaccounted",
    "does not appear in",
    "do not appear in",
    "missing from",
    "more than it declared",
    "than what was officially",
    "than officially reported",
    "than officially declared",
    "than was officially",
    "shortfall",
    "on the other",
    "nothing of the kind in",
    "larger than the official",
    "than the official",
    "do not add up",
    "does not tally",
    "far more than",
    "twice what",
    "times what",
    "no trace in",
];

pub(crate) const CONTRAST: &[&str] =
    &["while", "though", "whereas", "against", "compared with", "compared to", "although", "but", "versus", "instead of", "as against"];

pub(crate) const MONEY_VERBS: &[&str] = &[
    "earn*",
    "paid",
    "pay",
    "pays",
    "paying",
    "remit*",
    "revenue*",
    "proceeds",
    "income",
    "profit*",
    "wage*",
    "salar*",
    "sends",
    "send",
    "sent",
    "worth",
    "valued",
    "billed",
    "bills",
    "hands over",
    "handed over",
    "hand over",
    "transferred",
    "received",
    "receives",
    "costs",
    "bought",
    "sold",
    "turnover",
    "sales",
    "the total at",
    "value of",
    "invoiced",
    "yields",
    "yielded",
    "brings in",
    "brought in",
    "generate*",
    "credited",
    "wired",
    "wire",
    "add up to",
    "adds up to",
    "bonus",
    "commission",
    "fees",
    "siphon*",
    "stole",
    "stolen",
    "money",
    "spent",
    "export earnings",
    "budget",
    "kept back",
    "deduct*",
];

pub(crate) const PRICE: &[&str] = &["price", "prices", "priced", "cap", "freight rate", "per barrel", "a barrel"];

pub(crate) const SHIPS: &[&str] = &[
    "ship",
    "ships",
    "vessel",
    "vessels",
    "tanker",
    "tankers",
    "freighter",
    "freighters",
    "boat",
    "boats",
    "cargo",
    "cargoes",
    "transponder*",
    "draught",
    "draft",
    "imo",
    "crew",
    "fleet",
    "barge",
    "barges",
    "carrier",
    "carriers",
    "trawler*",
    "hull",
    "flag",
];

pub(crate) const MOVES: &[&str] = &[
    "transponder*",
    "ais",
    "draught",
    "ship - to - ship",
    "transfers at sea",
    "transfer at sea",
    "port call*",
    "called at",
    "as its destination",
    "destination",
    "destinations",
    "never arrived",
    "bound for",
    "sailed",
    "sailing",
    "docked",
    "docking",
    "loitered",
    "loiter*",
    "went dark",
    "gone dark",
    "go dark",
    "switched off",
    "turned off its",
    "spoof*",
    "headed for",
    "headed to",
    "alongside",
    "rendezvous*",
    "berthed",
    "departed",
    "arrived",
    "unloaded",
    "offloaded",
    "discharged",
    "at anchor",
    "anchored",
    "anchorage",
    "moored",
    "left port",
    "entered port",
    "steamed",
    "drifted",
    "nautical",
    "side by side",
    "beside another",
    "tied up",
    "voyage*",
    "reappeared",
    "transmitting",
    "signal",
    "as carrying",
    "declared its",
    "declared that",
    "set course",
    "put in at",
    "made calls",
    "turned back",
    "went to",
    "loaded",
    "loading",
    "in ballast",
    "laden",
];

pub(crate) const RULES: &[&str] = &[
    "forbidden",
    "prohibited",
    "banned",
    "obliged to",
    "required to",
    "are barred",
    "must",
    "limited to",
    "no cap",
    "cap on",
    "under a",
    "resolution allows",
    "yearly limit",
    "annual limit",
    "may deliver no more",
    "may not",
    "calendar year",
    "bans",
    "ban the",
    "ban on",
    "forbids",
    "requires",
    "prohibits",
    "caps",
    "deadline",
    "applied until",
    "entered into force",
    "came into force",
    "took effect",
];

pub(crate) const POSSIBLE: &[&str] = &[
    "may",
    "might",
    "could",
    "appear to",
    "appears to",
    "appeared to",
    "it appears",
    "it appeared",
    "seem*",
    "if confirmed",
    "if true",
    "if so",
    "investigating whether",
    "examining whether",
    "investigating",
    "looking into",
    "whether",
    "in all likelihood",
    "consistent with a",
    "raises the possibility",
    "plausibl*",
    "perhaps",
    "probably",
    "possibl*",
    "potential*",
    "suspect*",
    "likely",
    "believed to",
    "thought to have",
    "it is possible",
    "risk losing",
    "risk being",
    "apparently",
    "presumably",
    "conceivabl*",
    "would allow",
    "are believed",
    "is believed",
    "probing",
];

pub(crate) const ESTIMATED: &[&str] = &[
    "estimate*",
    "is thought to",
    "are thought to",
    "would have been worth",
    "would mean",
    "would fit",
    "extrapolat*",
    "calculat*",
    "put at",
    "puts the",
    "put the total",
    "would amount",
    "would be worth",
    "would correspond",
    "would imply",
    "would equal",
    "modelled",
    "projection*",
    "would translate",
    "expects",
    "expected to cost",
    "forecast*",
    "projected",
    "assuming",
    "model gives",
    "a range of",
    "reckon*",
    "works out at",
];

pub(crate) const REPORTED: &[&str] = &[
    "allegedly",
    "is alleged",
    "are alleged",
    "reportedly",
    "supposedly",
    "purportedly",
    "rumoured",
    "is said to",
    "are said to",
    "customs recorded",
    "customs booked",
    "notified the",
    "notified",
    "customs listed",
    "customs administration listed",
    "declared to",
    "told the committee",
    "reported to the committee",
    "officially reported",
    "official report",
    "charges the",
    "is charged with",
    "are charged with",
    "accused of",
    "accusing",
    "indictment charges",
    "records list",
    "according to its own",
    "customs data",
    "customs figures",
    "customs registered",
    "were booked",
    "was booked",
    "booked as",
    "listed as",
    "list all",
    "declared cargo",
    "manifest",
    "declared as",
    "declared a",
    "self-reported",
    "officially declared",
    "amounted to",
    "had matched",
];

/// Provenance of a report, and other statements that are no claim.
pub(crate) const NO_CLAIM: &[&str] = &[
    "has not seen",
    "have not seen",
    "had seen the",
    "has seen a copy",
    "relied on a single",
    "could not independently",
    "could not verify",
    "not been able to verify",
    "unable to verify",
    "asked whether",
    "could not be checked",
    "could not be verified",
    "could not be independently",
    "independently verified",
    "independently confirmed",
    "asked if",
    "asked why",
    "would not swear",
    "is co-operating",
    "remains to be seen",
    "time will tell",
    "spoke on condition",
    "on condition of anonymity",
    "cannot yet say",
    "it is unclear",
    "it was not clear",
    "it is not clear",
    "it remains unclear",
    "nobody knows",
    "we asked",
    "the only question",
    "first reported",
    "carried the story",
    "picked up the story",
    "relied on",
    "relies on",
    "the story was first",
    "it is not known",
    "is not known who",
    "the following action",
    "the following actions",
    "sees it differently",
    "see it differently",
    "begs to differ",
    "not independently verified",
];

/// Outlets: a name with one of these words retells.
pub(crate) const OUTLETS: &[&str] = &[
    "wire",
    "times",
    "gazette",
    "magazine",
    "newspaper",
    "journal",
    "post",
    "agency",
    "reuters",
    "media",
    "news",
    "daily",
    "herald",
    "tribune",
    "dispatch",
    "press",
    "broadcaster",
    "bbc",
    "ap",
    "afp",
    "bloomberg",
    "tass",
    "interfax",
    "yonhap",
    "kyodo",
    "xinhua",
    "nikkei",
    "wsj",
    "weekly",
    "compass",
    "courier",
    "observer",
    "chronicle",
    "bulletin",
    "telegraph",
    "network",
    "radio",
    "tv",
    "paper",
    "site",
    "outlet",
    "website",
    "blog",
    "monitor",
    "sentinel",
    "mail",
    "star",
    "ria",
    "novosti",
    "kommersant",
    "channel",
    "podcast",
    "economist",
    "guardian",
    "examiner",
    "register",
];

/// Titles and offices before or beside a person's name.
pub(crate) const TITLES: &[&str] = &[
    "mr",
    "mrs",
    "ms",
    "dr",
    "prof",
    "professor",
    "judge",
    "minister",
    "president",
    "captain",
    "spokesman",
    "spokeswoman",
    "spokesperson",
    "director",
    "deputy",
    "lawmaker",
    "senator",
    "ambassador",
    "general",
    "lawyer",
    "chairman",
    "chief",
    "prosecutor",
    "broker",
    "analyst",
    "economist",
    "researcher",
    "secretary",
    "governor",
    "mayor",
    "manager",
    "officer",
    "professor",
    "recruiter",
    "trader",
    "envoy",
    "counsel",
    "attorney",
    "commissioner",
    "inspector",
];

/// Bodies of state, by a word of their name.
pub(crate) const BODIES: &[&str] = &[
    "ministry",
    "department",
    "treasury",
    "government",
    "council",
    "committee",
    "commission",
    "court",
    "police",
    "customs",
    "embassy",
    "mission",
    "parliament",
    "bureau",
    "prosecutors",
    "administration",
    "senate",
    "congress",
    "union",
    "office",
    "authority",
    "consulate",
    "panel",
    "service",
    "ofac",
    "eu",
    "u.n.",
    "un",
    "u.n",
    "kremlin",
    "directorate",
    "registry",
    "assembly",
    "secretariat",
    "coastguard",
    "navy",
    "state department",
    "cabinet",
];

pub(crate) const COMPANIES: &[&str] = &[
    "ltd",
    "pte",
    "inc",
    "corp",
    "corporation",
    "company",
    "co",
    "llc",
    "shipping",
    "bank",
    "university",
    "centre",
    "center",
    "institute",
    "group",
    "holdings",
    "petroleum",
    "trading",
    "analytics",
    "associates",
    "agencies",
    "logistics",
    "energy",
    "marine",
    "maritime",
    "lines",
    "straits",
    "desk",
    "foundation",
    "federation",
    "association",
    "partners",
    "capital",
    "insurance",
    "storage",
    "consulting",
    "consultancy",
    "club",
    "fund",
    "school",
    "college",
    "laboratories",
    "research",
    "initiative",
    "network",
    "tankers",
    "oil",
    "gmbh",
    "s.a",
    "plc",
    "exchange",
    "works",
    "industries",
];

pub(crate) const PLACES: &[&str] = &[
    "north korea",
    "south korea",
    "dprk",
    "russia",
    "china",
    "japan",
    "pyongyang",
    "seoul",
    "moscow",
    "beijing",
    "washington",
    "united states",
    "u.s.",
    "u.s",
    "iran",
    "tehran",
    "syria",
    "damascus",
    "venezuela",
    "cuba",
    "belarus",
    "ukraine",
    "singapore",
    "hong kong",
    "taiwan",
    "malaysia",
    "indonesia",
    "vietnam",
    "mongolia",
    "united arab emirates",
    "uae",
    "dubai",
    "oman",
    "qatar",
    "turkey",
    "india",
    "pakistan",
    "panama",
    "liberia",
    "palau",
    "togo",
    "sierra leone",
    "tanzania",
    "belize",
    "cyprus",
    "malta",
    "greece",
    "denmark",
    "norway",
    "sweden",
    "finland",
    "germany",
    "france",
    "britain",
    "united kingdom",
    "london",
    "brussels",
    "new york",
    "geneva",
    "vienna",
    "vladivostok",
    "khasan",
    "nakhodka",
    "dalian",
    "dandong",
    "shenyang",
    "shanghai",
    "ningbo",
    "busan",
    "incheon",
    "nampo",
    "rason",
    "rajin",
    "chongjin",
    "wonsan",
    "hungnam",
    "haiphong",
    "kaohsiung",
    "taichung",
    "jeju",
    "ceuta",
    "gibraltar",
    "majuro",
    "marshall islands",
    "east china sea",
    "yellow sea",
    "south china sea",
    "black sea",
    "baltic sea",
    "persian gulf",
    "gulf of oman",
    "strait of hormuz",
    "primorye",
    "far east",
    "yanbian",
    "yanji",
    "suwon",
    "libya",
    "sudan",
    "myanmar",
    "cambodia",
    "laos",
    "thailand",
    "philippines",
    "africa",
    "europe",
    "asia",
    "middle east",
    "kuwait",
    "iraq",
    "bahrain",
    "fujairah",
    "sharjah",
    "istanbul",
    "novorossiysk",
    "murmansk",
    "st petersburg",
    "ust-luga",
    "primorsk",
    "kozmino",
    "hamburg",
    "rotterdam",
    "antwerp",
    "piraeus",
    "limassol",
    "cameroon",
    "gabon",
    "comoros",
    "equatorial guinea",
    "eswatini",
    "mauritius",
    "seychelles",
    "tokyo",
    "osaka",
    "bangkok",
    "jakarta",
    "kuala lumpur",
    "manila",
    "hanoi",
    "ulaanbaatar",
    "astana",
    "almaty",
    "kazakhstan",
    "kyrgyzstan",
    "uzbekistan",
    "tajikistan",
    "georgia",
    "armenia",
    "azerbaijan",
    "baku",
];
