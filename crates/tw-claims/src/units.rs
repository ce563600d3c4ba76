//! Units of quantities: currencies, measures, things counted, in English, Russian and Korean.

/// What sort of unit a word names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum UnitKind {
    Money,
    Measure,
    Count,
    Duration,
    Percent,
}

use UnitKind::{Count, Duration, Measure, Money, Percent};

/// Currency signs. A bare dollar sign is read as US dollars; the text's own qualifier (S$, HK$) wins.
pub(crate) fn sign(low: &str) -> Option<&'static str> {
    Some(match low {
        "$" | "＄" => "USD",
        "€" => "EUR",
        "£" => "GBP",
        "¥" | "￥" => "JPY",
        "₩" | "￦" => "KRW",
        "₽" => "RUB",
        "₹" => "INR",
        "₴" => "UAH",
        "₸" => "KZT",
        "₺" => "TRY",
        "₪" => "ILS",
        "₫" => "VND",
        "฿" => "THB",
        "₱" => "PHP",
        "₡" => "CRC",
        "₭" => "LAK",
        "₦" => "NGN",
        "₿" => "BTC",
        "₼" => "AZN",
        "₾" => "GEL",
        _ => return None,
    })
}

/// What stands before a dollar sign without a space, or with one where nothing else fits ("c $ 16 million").
pub(crate) fn dollar_of(low: &str) -> Option<&'static str> {
    Some(match low {
        "us" | "u.s." | "usd" => "USD",
        "s" | "sg" | "sgd" => "SGD",
        "hk" | "hkd" => "HKD",
        "c" | "ca" | "can" | "cad" | "cdn" => "CAD",
        "a" | "au" | "aud" => "AUD",
        "nz" | "nzd" => "NZD",
        "nt" | "ntd" | "twd" => "TWD",
        "mex" | "mx" | "mxn" => "MXN",
        "r" | "brl" => "BRL",
        _ => return None,
    })
}

const CODES: &[&str] = &[
    "AED", "AUD", "AZN", "BRL", "BYN", "CAD", "CHF", "CLP", "CNY", "COP", "CRC", "CZK", "DKK", "EGP", "EUR", "GBP", "GEL", "HKD", "HUF",
    "IDR", "ILS", "INR", "IQD", "IRR", "JPY", "KES", "KRW", "KPW", "KWD", "KZT", "LAK", "MMK", "MXN", "MYR", "NGN", "NOK", "NZD", "OMR",
    "PHP", "PKR", "PLN", "QAR", "RON", "RUB", "SAR", "SEK", "SGD", "SYP", "THB", "TRY", "TWD", "UAH", "USD", "UZS", "VES", "VND", "ZAR",
];

/// A currency code; `rmb` is the yuan. Lower case is taken too: the caller decides whether that can be a word.
pub(crate) fn code(low: &str) -> Option<&'static str> {
    if low == "rmb" {
        return Some("CNY");
    }
    CODES.iter().find(|c| c.eq_ignore_ascii_case(low)).copied()
}

/// A code with the M of millions glued on, in front or behind: MEUR, EURm.
pub(crate) fn million_code(low: &str) -> Option<&'static str> {
    if low.len() != 4 {
        return None;
    }
    low.strip_prefix('m').and_then(code).or_else(|| low.strip_suffix('m').and_then(code))
}

/// A currency word, with the adjective before it where there is one.
pub(crate) fn currency(adjective: Option<&str>, word: &str) -> Option<&'static str> {
    let adjective = adjective.unwrap_or("");
    Some(match word {
        "dollar" | "dollars" | "dlrs" => match adjective {
            "canadian" => "CAD",
            "australian" => "AUD",
            "singapore" | "singaporean" => "SGD",
            "kong" | "hk" => "HKD",
            "zealand" => "NZD",
            "taiwan" | "taiwanese" => "TWD",
            _ => "USD",
        },
        "buck" | "bucks" => "USD",
        "cent" | "cents" => "cent",
        "penny" | "pence" | "pennies" => "pence",
        "euro" | "euros" | "евро" | "유로" => "EUR",
        "sterling" | "quid" => "GBP",
        "yen" | "엔" | "иен" | "иены" => "JPY",
        "yuan" | "yuans" | "renminbi" | "kuai" | "위안" => "CNY",
        "won" | "вон" | "воны" | "원" => "KRW",
        "rouble" | "roubles" | "ruble" | "rubles" | "руб" | "루블" => "RUB",
        "franc" | "francs" => {
            if adjective == "swiss" {
                "CHF"
            } else {
                "franc"
            }
        }
        "rupee" | "rupees" | "rs" => match adjective {
            "pakistani" => "PKR",
            "indian" => "INR",
            _ => "rupee",
        },
        "rial" | "rials" => match adjective {
            "omani" => "OMR",
            "qatari" => "QAR",
            "yemeni" => "YER",
            _ => "IRR",
        },
        "riyal" | "riyals" => match adjective {
            "qatari" => "QAR",
            _ => "SAR",
        },
        "dirham" | "dirhams" => "AED",
        "dinar" | "dinars" => match adjective {
            "iraqi" => "IQD",
            "kuwaiti" => "KWD",
            _ => "dinar",
        },
        "lira" | "liras" => match adjective {
            "syrian" => "SYP",
            "turkish" | "" => "TRY",
            _ => "lira",
        },
        "peso" | "pesos" => match adjective {
            "mexican" => "MXN",
            "philippine" => "PHP",
            _ => "peso",
        },
        "ringgit" | "ringgits" => "MYR",
        "baht" => "THB",
        "dong" => "VND",
        "kyat" | "kyats" => "MMK",
        "tenge" => "KZT",
        "hryvnia" | "hryvnias" => "UAH",
        "rupiah" => "IDR",
        "krone" | "kroner" | "kronor" | "krona" => match adjective {
            "norwegian" => "NOK",
            "swedish" => "SEK",
            "danish" => "DKK",
            _ => "krone",
        },
        "zloty" | "zlotys" => "PLN",
        "bolivar" | "bolivars" => "VES",
        "real" | "reais" => "BRL",
        "mark" | "marks" => "mark",
        "sen" => "sen",
        "bitcoin" | "bitcoins" => "BTC",
        "satoshi" | "satoshis" => "satoshi",
        "달러" | "불" => "USD",
        _ if word.starts_with("доллар") => "USD",
        _ if word.starts_with("рубл") => "RUB",
        _ if word.starts_with("юан") => "CNY",
        _ => return None,
    })
}

/// Adjectives that may stand between a number and a currency word.
pub(crate) fn currency_adjective(low: &str) -> bool {
    matches!(
        low,
        "us" | "u.s."
            | "american"
            | "canadian"
            | "australian"
            | "singapore"
            | "singaporean"
            | "hong"
            | "kong"
            | "new"
            | "zealand"
            | "taiwan"
            | "chinese"
            | "japanese"
            | "south"
            | "korean"
            | "russian"
            | "swiss"
            | "french"
            | "omani"
            | "qatari"
            | "yemeni"
            | "iranian"
            | "iraqi"
            | "kuwaiti"
            | "syrian"
            | "turkish"
            | "indian"
            | "pakistani"
            | "mexican"
            | "philippine"
            | "norwegian"
            | "swedish"
            | "danish"
            | "british"
            | "saudi"
            | "emirati"
            | "malaysian"
            | "thai"
            | "американских"
            | "сингапурских"
    )
}

/// Measures and durations: a unit that follows its number directly.
///
/// `glued` is true where no space stands between: only then are bare letters (5m, 9t) taken in doubtful cases.
pub(crate) fn measure(low: &str) -> Option<(&'static str, UnitKind)> {
    Some(match low {
        "percent" | "%" | "pct" | "percents" | "percentage" | "퍼센트" | "프로" => ("percent", Percent),
        "barrel" | "barrels" | "bbl" | "bbls" | "배럴" => ("bbl", Measure),
        "ton" | "tons" | "tonne" | "tonnes" | "mt" | "t" | "톤" => ("t", Measure),
        "kilogram" | "kilograms" | "kilogramme" | "kilogrammes" | "kg" | "kgs" | "kilo" | "kilos" | "킬로그램" => ("kg", Measure),
        "gram" | "grams" | "gramme" | "grammes" | "g" => ("g", Measure),
        "mg" | "milligram" | "milligrams" => ("mg", Measure),
        "μg" | "µg" | "mcg" | "microgram" | "micrograms" => ("ug", Measure),
        "pound" | "pounds" | "lb" | "lbs" => ("lb", Measure),
        "ounce" | "ounces" | "oz" => ("oz", Measure),
        "stone" => ("stone", Measure),
        "dram" | "drams" | "drachm" | "drachma" | "drachmas" => ("dram", Measure),
        "kilolitre" | "kilolitres" | "kiloliter" | "kiloliters" | "kl" | "킬로리터" => ("kl", Measure),
        "litre" | "litres" | "liter" | "liters" | "l" | "리터" => ("l", Measure),
        "ml" | "millilitre" | "millilitres" | "milliliter" | "milliliters" => ("ml", Measure),
        "gallon" | "gallons" | "gal" => ("gal", Measure),
        "pint" | "pints" => ("pint", Measure),
        "teaspoon" | "teaspoons" | "tsp" => ("tsp", Measure),
        "tablespoon" | "tablespoons" | "tbsp" => ("tbsp", Measure),
        "mile" | "miles" | "mi" => ("mi", Measure),
        "nm" | "nmi" | "해리" => ("nmi", Measure),
        "kilometre" | "kilometres" | "kilometer" | "kilometers" | "km" | "kms" | "킬로미터" => ("km", Measure),
        "metre" | "metres" | "meter" | "meters" | "m" | "미터" => ("m", Measure),
        "decimetre" | "decimetres" | "decimeter" | "decimeters" | "dm" => ("dm", Measure),
        "centimetre" | "centimetres" | "centimeter" | "centimeters" | "cm" => ("cm", Measure),
        "millimetre" | "millimetres" | "millimeter" | "millimeters" | "mm" => ("mm", Measure),
        "picometre" | "picometres" | "picometer" | "picometers" => ("pm", Measure),
        "foot" | "feet" | "ft" => ("ft", Measure),
        "inch" | "inches" => ("in", Measure),
        "yard" | "yards" | "yd" | "yds" => ("yd", Measure),
        "hectare" | "hectares" | "ha" => ("ha", Measure),
        "acre" | "acres" => ("acre", Measure),
        "knot" | "knots" => ("kn", Measure),
        "bit" | "bits" => ("bit", Measure),
        "byte" | "bytes" => ("byte", Measure),
        "kb" | "kilobyte" | "kilobytes" => ("KB", Measure),
        "mb" | "megabyte" | "megabytes" => ("MB", Measure),
        "gb" | "gigabyte" | "gigabytes" => ("GB", Measure),
        "tb" | "terabyte" | "terabytes" => ("TB", Measure),
        "radian" | "radians" | "rad" => ("rad", Measure),
        "degree" | "degrees" => ("deg", Measure),
        "turn" | "turns" => ("turn", Measure),
        "teu" => ("TEU", Measure),
        "mw" | "megawatt" | "megawatts" => ("MW", Measure),
        "hp" | "horsepower" => ("hp", Measure),
        "day" | "days" | "дней" | "дня" | "день" | "дни" | "суток" => ("days", Duration),
        "week" | "weeks" | "недель" | "недели" | "неделю" => ("weeks", Duration),
        "month" | "months" | "개월" => ("months", Duration),
        "year" | "years" | "лет" => ("years", Duration),
        "hour" | "hours" | "시간" => ("hours", Duration),
        "minute" | "minutes" | "min" | "분" => ("minutes", Duration),
        "second" | "seconds" => ("seconds", Duration),
        _ if low.starts_with("процент") => ("percent", Percent),
        _ if low.starts_with("баррел") => ("bbl", Measure),
        _ if low.starts_with("тонн") => ("t", Measure),
        _ if low.starts_with("килограмм") => ("kg", Measure),
        "кг" => ("kg", Measure),
        "кл" => ("kl", Measure),
        "км" => ("km", Measure),
        "м" => ("m", Measure),
        _ if low.starts_with("килолитр") => ("kl", Measure),
        _ if low.starts_with("литр") => ("l", Measure),
        _ if low.starts_with("километр") => ("km", Measure),
        _ if low.starts_with("метр") => ("m", Measure),
        "миль" | "мили" | "миля" => ("mi", Measure),
        _ if low.starts_with("градус") => ("deg", Measure),
        _ if low.starts_with("месяц") => ("months", Duration),
        "час" | "часа" | "часов" => ("hours", Duration),
        "минут" | "минуты" => ("minutes", Duration),
        _ => return None,
    })
}

/// Things that are counted: a noun that may stand some adjectives after its number.
pub(crate) fn counted(low: &str) -> Option<&'static str> {
    Some(match low {
        "people" | "person" | "persons" | "worker" | "workers" | "labourer" | "labourers" | "laborer" | "laborers" | "national"
        | "nationals" | "citizen" | "citizens" | "student" | "students" | "trainee" | "trainees" | "employee" | "employees" | "staff"
        | "men" | "women" | "man" | "woman" | "crew" | "crewmen" | "seamen" | "individuals" | "individual" | "interns" | "graduates"
        | "migrants" | "humans" | "soldiers" | "residents" | "defendants" | "suspects" | "technicians" | "specialists"
        | "north-koreans" | "koreans" | "passengers" | "arrivals" | "loggers" | "officials" | "nurses" | "doctors" | "waitresses"
        | "personnel" | "hands" | "인" | "사람" | "명" => "persons",
        "permit" | "permits" | "visa" | "visas" | "authorisation" | "authorisations" | "authorization" | "authorizations" | "licence"
        | "licences" | "license" | "licenses" | "건" => "permits",
        "place" | "places" | "slot" | "slots" => "places",
        "vessel" | "vessels" | "ship" | "ships" | "tanker" | "tankers" | "boat" | "boats" | "freighter" | "freighters" | "carriers"
        | "barge" | "barges" | "trawler" | "trawlers" | "hulls" | "척" | "судов" | "суда" | "судна" | "судно" => {
            "vessels"
        }
        "vehicle" | "vehicles" | "truck" | "trucks" | "lorry" | "lorries" | "cars" | "대" => "vehicles",
        "wagon" | "wagons" | "railcar" | "railcars" | "량" => "wagons",
        "transfer" | "transfers" => "transfers",
        "calls" | "call" => "port_calls",
        "voyage" | "voyages" | "trips" => "voyages",
        "cargo" | "cargoes" | "cargos" | "shipment" | "shipments" | "consignments" | "deliveries" => "cargoes",
        "charge" | "charges" | "counts" => "charges",
        "invoice" | "invoices" => "invoices",
        "account" | "accounts" => "accounts",
        "entity" | "entities" | "company" | "companies" | "firm" | "firms" | "organisation" | "organisations" | "organization"
        | "organizations" | "bank" | "banks" | "owner" | "owners" | "businesses" | "subsidiaries" | "enterprises" | "operators"
        | "insurers" | "agencies" | "managers" => "entities",
        "state" | "states" | "country" | "countries" | "government" | "governments" | "jurisdictions" => "states",
        "site" | "restaurant" | "restaurants" | "sites" | "곳" | "factories" | "plants" => "sites",
        "times" | "time" | "occasions" | "раз" | "раза" | "번" | "차례" | "회" | "배" => "times",
        "containers" | "container" => "containers",
        _ if low.starts_with("граждан") || low.starts_with("рабоч") || low.starts_with("человек") || low.starts_with("работник") => {
            "persons"
        }
        "людей" | "чел" | "студентов" | "студента" => "persons",
        _ if low.starts_with("разрешен") || low == "виз" || low == "визы" => "permits",
        _ if low.starts_with("танкер") => "vessels",
        "мест" | "места" => "places",
        _ if low.starts_with("вагон") || low.starts_with("цистерн") => "wagons",
        _ if low.starts_with("компани") => "entities",
        _ if low.starts_with("рейс") => "voyages",
        _ if low.starts_with("стран") => "states",
        _ if low.starts_with("перегруз") || low.starts_with("перевал") => "transfers",
        _ if low.starts_with("счет") || low.starts_with("счёт") => "accounts",
        _ => return None,
    })
}

/// Nouns of persons by their ending: brokers, programmers, recruiters. Used only after a number.
pub(crate) fn person_noun(low: &str) -> bool {
    low.len() > 5
        && ["ers", "ors", "ists", "ians", "men", "women", "esses"].iter().any(|e| low.ends_with(e))
        && !matches!(
            low,
            "containers"
                | "others"
                | "orders"
                | "numbers"
                | "members"
                | "quarters"
                | "papers"
                | "letters"
                | "matters"
                | "headquarters"
                | "sensors"
                | "rivers"
                | "borders"
                | "offers"
                | "powers"
                | "computers"
                | "transponders"
                | "doors"
                | "colours"
                | "factors"
                | "sectors"
                | "corridors"
                | "trailers"
                | "coolers"
                | "boilers"
                | "reactors"
                | "customers"
                | "covers"
                | "tempers"
                | "bidders"
                | "servers"
        )
}

/// What a rate is counted by: a year, per month, a barrel.
pub(crate) fn per(low: &str) -> Option<&'static str> {
    Some(match low {
        "year" | "annum" | "yr" | "год" | "연간" => "yr",
        "month" | "месяц" => "month",
        "week" | "неделю" => "week",
        "day" | "день" | "сутки" => "day",
        "hour" | "час" => "hour",
        "barrel" | "bbl" | "баррель" | "배럴" => "bbl",
        "tonne" | "ton" | "t" | "тонну" | "톤" => "t",
        "kg" | "kilogram" | "kilo" => "kg",
        "person" | "worker" | "head" | "human" => "persons",
        "ms" | "millisecond" | "milliseconds" => "ms",
        _ => return None,
    })
}

/// The unit of a Korean word that begins with a counter: 명이, 건이라고, 달러를.
pub(crate) fn korean(low: &str) -> Option<(&'static str, UnitKind, usize)> {
    const COUNTERS: &[(&str, &str, UnitKind)] = &[
        ("퍼센트", "percent", Percent),
        ("프로", "percent", Percent),
        ("달러", "USD", Money),
        ("유로", "EUR", Money),
        ("위안", "CNY", Money),
        ("루블", "RUB", Money),
        ("원", "KRW", Money),
        ("엔", "JPY", Money),
        ("배럴", "bbl", Measure),
        ("톤", "t", Measure),
        ("킬로리터", "kl", Measure),
        ("킬로그램", "kg", Measure),
        ("킬로미터", "km", Measure),
        ("리터", "l", Measure),
        ("해리", "nmi", Measure),
        ("미터", "m", Measure),
        ("개월", "months", Duration),
        ("시간", "hours", Duration),
        ("주일", "weeks", Duration),
        ("주", "weeks", Duration),
        ("일", "days", Duration),
        ("년", "years", Duration),
        ("분", "minutes", Duration),
        ("여명", "persons", Count),
        ("명", "persons", Count),
        ("건", "permits", Count),
        ("척", "vessels", Count),
        ("곳", "sites", Count),
        ("개국", "states", Count),
        ("개사", "entities", Count),
        ("대", "vehicles", Count),
        ("량", "wagons", Count),
        ("차례", "times", Count),
        ("번", "times", Count),
        ("회", "times", Count),
        ("배", "times", Count),
    ];
    COUNTERS.iter().find(|(c, _, _)| low.starts_with(c)).map(|(c, u, k)| (*u, *k, c.len()))
}
