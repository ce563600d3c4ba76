use super::country::{Land, country, scan};

/// What an identifier is; the order is that of trust.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum IdKind {
    /// IMO number of a ship: seven digits, stays with the hull for life (IMO Res. A.1117(30)).
    ImoShip,
    /// IMO number of a company or registered owner: seven digits with another check digit (IMO Res. MSC.160(78)).
    ImoCompany,
    /// Legal entity identifier (ISO 17442).
    Lei,
    /// Russian tax number of a company or person.
    Inn,
    /// Russian state registration number.
    Ogrn,
    /// Identifier of a security (ISO 6166).
    Isin,
    /// Unified social credit code of China.
    Uscc,
    /// Unique entity identifier of the United States.
    Uei,
    /// National provider identifier of the United States.
    Npi,
    /// Bank code (ISO 9362), its first eight letters: branches are one bank.
    Bic,
    /// Address of a wallet.
    Wallet,
    /// Permanent reference number of the United Nations list.
    UnReference,
    /// Wikidata item.
    Wikidata,
    /// Maritime mobile service identity: changes with the flag.
    Mmsi,
    /// Radio call sign: changes with the flag.
    CallSign,
    /// Passport.
    Passport,
    /// Number of a person: identity card, social security.
    Personal,
    /// Tax number of another country.
    Tax,
    /// Registration number with a register that the text may or may not name.
    Registration,
    /// Any other number that the model calls an identifier.
    Other,
}

impl IdKind {
    /// What it is, in words.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Self::ImoShip => "IMO ship number",
            Self::ImoCompany => "IMO company number",
            Self::Lei => "LEI",
            Self::Inn => "INN",
            Self::Ogrn => "OGRN",
            Self::Isin => "ISIN",
            Self::Uscc => "USCC",
            Self::Uei => "UEI",
            Self::Npi => "NPI",
            Self::Bic => "BIC",
            Self::Wallet => "wallet address",
            Self::UnReference => "UN reference number",
            Self::Wikidata => "Wikidata item",
            Self::Mmsi => "MMSI",
            Self::CallSign => "call sign",
            Self::Passport => "passport number",
            Self::Personal => "personal number",
            Self::Tax => "tax number",
            Self::Registration => "registration number",
            Self::Other => "identifier",
        }
    }

    /// If a party has one of it at a time, for life, so that two different ones mean two parties.
    #[must_use]
    pub fn exclusive(self) -> bool {
        matches!(self, Self::ImoShip | Self::ImoCompany | Self::Lei | Self::Inn | Self::Ogrn | Self::UnReference | Self::Uscc)
    }
}

/// An identifier in the form in which it is compared.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Identifier {
    /// What it is.
    pub kind: IdKind,
    /// Capital letters and digits only.
    pub value: Box<str>,
    /// Country that the text names with it.
    pub land: Option<Land>,
}

/// Reads the identifiers of a property's value; lists add remarks and put several into one field.
///
/// ```
/// use tw_screening::value::{IdKind, identifiers};
/// let read = identifiers("LegalEntity", "registrationNumber", "7813649764 (Tax ID/INN)");
/// assert_eq!((read[0].kind, &*read[0].value), (IdKind::Inn, "7813649764"));
/// let read = identifiers("Organization", "imoNumber", "IMO5963351");
/// assert_eq!((read[0].kind, &*read[0].value), (IdKind::ImoCompany, "5963351"));
/// ```
#[must_use]
pub fn identifiers(schema: &str, property: &str, text: &str) -> Vec<Identifier> {
    let Some(nominal) = of_property(property) else { return Vec::new() };
    if text.len() <= 40 && !text.is_empty() && text.bytes().all(|b| b.is_ascii_alphanumeric()) {
        return one(schema, nominal, text, None).into_iter().collect();
    }
    let mut found = Vec::new();
    let text = text.char_indices().nth(400).map_or(text, |(end, _)| &text[..end]);
    for part in alternatives(text) {
        let bare = part.split_once('(').map_or(part, |(bare, _)| bare);
        let remark = &part[bare.len()..];
        let hint = hinted(part).unwrap_or(nominal);
        let land = scan(part, false).first().copied().or_else(|| country(remark.trim_matches(['(', ')', ' '])));
        let Some(token) = pick(bare, hint).or_else(|| pick(part, hint)) else { continue };
        if let Some(id) = one(schema, hint, &token, land)
            && !found.contains(&id)
        {
            found.push(id);
        }
    }
    found
}

/// Identifiers that a note spells out: `IMO number: 5963351`, `Tax ID No. 7744001497 (Russia)`.
///
/// Only numbers with a check digit that holds, and numbers named as what they are, are taken.
///
/// ```
/// use tw_screening::value::{IdKind, identifiers_in_text};
/// let read = identifiers_in_text("Owner of the tanker PAEK MA. IMO number: 5963351.");
/// assert_eq!((read[0].kind, &*read[0].value), (IdKind::ImoCompany, "5963351"));
/// ```
#[must_use]
pub fn identifiers_in_text(text: &str) -> Vec<Identifier> {
    let text = text.char_indices().nth(20_000).map_or(text, |(end, _)| &text[..end]);
    let mut found: Vec<Identifier> = Vec::new();
    let bytes = text.as_bytes();
    let mut at = 0;
    while at < bytes.len() && found.len() < 16 {
        if !bytes[at].is_ascii_digit() || (at > 0 && (bytes[at - 1].is_ascii_alphanumeric() || bytes[at - 1] >= 0x80)) {
            at += 1;
            continue;
        }
        let from = at;
        while at < bytes.len() && bytes[at].is_ascii_digit() {
            at += 1;
        }
        if at < bytes.len() && bytes[at].is_ascii_alphanumeric() {
            continue;
        }
        let digits = &text[from..at];
        if !matches!(digits.len(), 7 | 9 | 10 | 12 | 13 | 15) {
            continue;
        }
        let mut start = from.saturating_sub(40);
        while !text.is_char_boundary(start) {
            start += 1;
        }
        let before = text[start..from].to_ascii_lowercase();
        let kind = match digits.len() {
            7 if !before.contains("imo") => None,
            7 if valid_imo_company(digits) && !valid_imo_ship(digits) => Some(IdKind::ImoCompany),
            7 if valid_imo_ship(digits) => {
                Some(if before.contains("company") || before.contains("owner") { IdKind::ImoCompany } else { IdKind::ImoShip })
            }
            9 if before.contains("mmsi") => Some(IdKind::Mmsi),
            10 | 12 if valid_inn(digits) && ["inn", "tax", "fiscal", "инн"].iter().any(|w| before.contains(w)) => Some(IdKind::Inn),
            13 | 15 if valid_ogrn(digits) && ["ogrn", "regist", "огрн", "government"].iter().any(|w| before.contains(w)) => {
                Some(IdKind::Ogrn)
            }
            _ => None,
        };
        if let Some(kind) = kind {
            let id = Identifier { kind, value: digits.into(), land: None };
            if !found.contains(&id) {
                found.push(id);
            }
        }
    }
    found
}

fn of_property(property: &str) -> Option<IdKind> {
    Some(match property {
        "imoNumber" => IdKind::ImoShip,
        "mmsi" => IdKind::Mmsi,
        "callSign" => IdKind::CallSign,
        "leiCode" => IdKind::Lei,
        "innCode" => IdKind::Inn,
        "ogrnCode" => IdKind::Ogrn,
        "isin" | "isinCode" => IdKind::Isin,
        "uscCode" | "usccCode" => IdKind::Uscc,
        "uniqueEntityId" => IdKind::Uei,
        "npiCode" => IdKind::Npi,
        "swiftBic" | "bic" => IdKind::Bic,
        "publicKey" | "cryptoAddress" => IdKind::Wallet,
        "unscId" => IdKind::UnReference,
        "wikidataId" => IdKind::Wikidata,
        "passportNumber" => IdKind::Passport,
        "idNumber" | "socialSecurityNumber" => IdKind::Personal,
        "taxNumber" | "vatCode" => IdKind::Tax,
        "registrationNumber" | "licenseNumber" | "jibCode" | "dunsCode" | "bikCode" | "voenCode" | "cikCode" | "cageCode" | "irsCode" => {
            IdKind::Registration
        }
        "okpoCode" | "iban" | "accountNumber" | "serialNumber" | "figiCode" | "permId" | "bvdId" | "crsNumber" | "icaoCode"
        | "giiNumber" => IdKind::Other,
        _ => return None,
    })
}

/// The kind that the remark beside a number names.
fn hinted(text: &str) -> Option<IdKind> {
    let lower = text.to_ascii_lowercase();
    [
        ("ogrn", IdKind::Ogrn),
        ("/inn", IdKind::Inn),
        ("(inn", IdKind::Inn),
        ("inn:", IdKind::Inn),
        ("uscc", IdKind::Uscc),
        ("passport", IdKind::Passport),
        ("national identification", IdKind::Personal),
        ("identity card", IdKind::Personal),
        ("kpp", IdKind::Other),
    ]
    .iter()
    .find(|(word, _)| lower.contains(word))
    .map(|(_, kind)| *kind)
}

/// Parts of a field that hold one number each: `(a) X, (b) Y`, `X; Y`, `X, Y`.
fn alternatives(text: &str) -> impl Iterator<Item = &str> {
    let mut depth = 0_i32;
    text.split(move |c: char| {
        match c {
            '(' => depth += 1,
            ')' => depth = (depth - 1).max(0),
            _ => {}
        }
        c == ';' || c == '\n' || (c == ',' && depth == 0)
    })
    .map(|part| {
        let part = part.trim().trim_start_matches('"');
        // "(a) A-333602 (Indian passport)" loses its number of the list.
        match part.strip_prefix('(').and_then(|p| p.split_once(')')) {
            Some((mark, rest)) if mark.chars().count() <= 2 => rest.trim(),
            _ => part,
        }
    })
}

/// The word, or run of words, of a field that is the number.
fn pick(text: &str, kind: IdKind) -> Option<String> {
    let squeezed = |t: &str| t.chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_uppercase()).collect::<String>();
    let digits = |t: &str| t.bytes().filter(u8::is_ascii_digit).count();
    let letters_only_kinds = matches!(kind, IdKind::CallSign | IdKind::Bic);
    let mut words = text.split_whitespace();
    let whole_is_one = text.split_whitespace().all(|w| digits(w) > 0 || (w.len() <= 3 && w.bytes().all(|b| b.is_ascii_uppercase())));
    if whole_is_one {
        let whole = squeezed(text);
        return (digits(&whole) >= 3 || (letters_only_kinds && whole.len() >= 4)).then_some(whole);
    }
    let best = if letters_only_kinds { words.next() } else { words.filter(|w| digits(w) >= 3).max_by_key(|w| digits(w)) };
    best.map(squeezed)
}

fn one(schema: &str, nominal: IdKind, text: &str, land: Option<Land>) -> Option<Identifier> {
    let mut value: String = text.chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_uppercase()).collect();
    let all_digits = |v: &str| v.bytes().all(|b| b.is_ascii_digit());
    let kind = match nominal {
        IdKind::ImoShip | IdKind::ImoCompany => {
            if let Some(rest) = value.strip_prefix("IMO") {
                value = rest.to_owned();
            }
            let ship = schema == "Vessel";
            if ship && valid_imo_ship(&value) {
                IdKind::ImoShip
            } else if valid_imo_company(&value) {
                IdKind::ImoCompany
            } else if valid_imo_ship(&value) {
                IdKind::ImoShip
            } else {
                return None;
            }
        }
        IdKind::Mmsi => {
            if value.len() != 9 || !all_digits(&value) {
                return None;
            }
            IdKind::Mmsi
        }
        IdKind::CallSign => {
            if !(3..=9).contains(&value.len()) {
                return None;
            }
            IdKind::CallSign
        }
        IdKind::Lei => {
            if !valid_lei(&value) {
                return None;
            }
            IdKind::Lei
        }
        IdKind::Isin if valid_isin(&value) => IdKind::Isin,
        IdKind::Bic => {
            if !valid_bic(&value) {
                return None;
            }
            value.truncate(8);
            IdKind::Bic
        }
        IdKind::Inn if valid_inn(&value) => IdKind::Inn,
        IdKind::Ogrn if valid_ogrn(&value) => IdKind::Ogrn,
        // Thirteen digits that begin like an OGRN, with its check digit: one in ten by chance, one in fifty with the first digit.
        IdKind::Registration | IdKind::Tax if valid_ogrn(&value) => IdKind::Ogrn,
        IdKind::Tax | IdKind::Registration | IdKind::Personal
            if value.len() == 10 && valid_inn(&value) && land.is_none_or(|l| l.code() == "ru") =>
        {
            IdKind::Inn
        }
        IdKind::Tax | IdKind::Personal if value.len() == 12 && valid_inn(&value) && land.is_none_or(|l| l.code() == "ru") => IdKind::Inn,
        IdKind::Inn | IdKind::Ogrn => IdKind::Tax,
        IdKind::Isin => IdKind::Other,
        other => other,
    };
    let may_be_letters = matches!(kind, IdKind::CallSign | IdKind::Bic | IdKind::Wallet | IdKind::Lei | IdKind::Isin | IdKind::Uei);
    let digits = value.bytes().filter(u8::is_ascii_digit).count();
    if value.len() < 4 || value.len() > 100 || (digits < 3 && !may_be_letters) {
        return None;
    }
    Some(Identifier { kind, value: value.into(), land })
}

/// Wire form of an identifier with a format; `None` if the text has not the format.
pub(super) fn wire(format: &str, text: &str) -> Option<String> {
    let squeezed: String = text.chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_uppercase()).collect();
    match format {
        "imo" => {
            let from = text.find(|c: char| c.is_ascii_digit())?;
            let digits: String = text[from..].chars().take_while(char::is_ascii_digit).collect();
            (valid_imo_ship(&digits) || valid_imo_company(&digits)).then(|| format!("IMO{digits}"))
        }
        "inn" => valid_inn(&squeezed).then_some(squeezed),
        "ogrn" => valid_ogrn(&squeezed).then_some(squeezed),
        "lei" => valid_lei(&squeezed).then_some(squeezed),
        "isin" => valid_isin(&squeezed).then_some(squeezed),
        "bic" => valid_bic(&squeezed).then_some(squeezed),
        "iban" => valid_iban(&squeezed).then_some(squeezed),
        "uei" => (squeezed.len() == 12 && !squeezed.starts_with('0')).then_some(squeezed),
        "npi" => (squeezed.len() == 10 && squeezed.bytes().all(|b| b.is_ascii_digit())).then_some(squeezed),
        "uscc" => (squeezed.len() == 18).then_some(squeezed),
        "wikidata" => {
            (squeezed.len() > 1 && squeezed.starts_with('Q') && squeezed[1..].bytes().all(|b| b.is_ascii_digit())).then_some(squeezed)
        }
        "figi" => (squeezed.len() == 12).then_some(squeezed),
        "ssn" => (squeezed.len() == 9 && squeezed.bytes().all(|b| b.is_ascii_digit())).then_some(squeezed),
        _ => Some(text.to_owned()),
    }
}

fn digits_of<const N: usize>(text: &str) -> Option<[u32; N]> {
    let bytes = text.as_bytes();
    if bytes.len() != N || !bytes.iter().all(u8::is_ascii_digit) {
        return None;
    }
    let mut out = [0; N];
    for (to, from) in out.iter_mut().zip(bytes) {
        *to = u32::from(from - b'0');
    }
    Some(out)
}

fn weighed(digits: &[u32], weights: &[u32]) -> u32 {
    digits.iter().zip(weights).map(|(d, w)| d * w).sum()
}

/// If seven digits are an IMO ship number: the last is the last digit of the sum of the others times 7, 6, 5, 4, 3, 2 (IMO Res. A.1117(30)).
#[must_use]
pub fn valid_imo_ship(text: &str) -> bool {
    digits_of::<7>(text).is_some_and(|d| weighed(&d, &[7, 6, 5, 4, 3, 2]) % 10 == d[6] && d[..6] != [0; 6])
}

/// If seven digits are an IMO company or registered owner number: the sum of the first six times 8, 6, 4, 2, 9, 7, taken modulo 11
/// and subtracted from 11, ends in the last digit. (IMO Res. MSC.160(78); holds for all 1,515 numbers of companies in the Ukrainian list
/// of 2026-03 and all 16 of the UN list of 2026-02.)
#[must_use]
pub fn valid_imo_company(text: &str) -> bool {
    digits_of::<7>(text).is_some_and(|d| (11 - weighed(&d, &[8, 6, 4, 2, 9, 7]) % 11) % 10 == d[6] && d[..6] != [0; 6])
}

/// If ten digits (a company) or twelve (a person) are a Russian tax number (order of the Federal Tax Service MMV-7-6/435 of 2012, annex).
#[must_use]
pub fn valid_inn(text: &str) -> bool {
    const A: [u32; 11] = [3, 7, 2, 4, 10, 3, 5, 9, 4, 6, 8];
    if let Some(d) = digits_of::<10>(text) {
        return weighed(&d, &A[2..]) % 11 % 10 == d[9] && d[..4] != [0; 4];
    }
    digits_of::<12>(text)
        .is_some_and(|d| weighed(&d[..10], &A[1..]) % 11 % 10 == d[10] && weighed(&d[..11], &A) % 11 % 10 == d[11] && d[..4] != [0; 4])
}

/// If thirteen digits (a company) or fifteen (a trader) are a Russian registration number: the last is the rest of the others
/// modulo 11 or 13 (order of the Ministry of Finance 165n of 2017).
#[must_use]
pub fn valid_ogrn(text: &str) -> bool {
    let Ok(number) = text.parse::<u64>() else { return false };
    match text.len() {
        13 if text.starts_with(['1', '5']) => number / 10 % 11 % 10 == number % 10,
        15 if text.starts_with(['3', '4']) => number / 10 % 13 % 10 == number % 10,
        _ => false,
    }
}

/// If twenty letters and digits are a legal entity identifier: as a number, letters from 10 to 35, it is 1 modulo 97 (ISO 17442, ISO 7064).
#[must_use]
pub fn valid_lei(text: &str) -> bool {
    text.len() == 20 && text[18..].bytes().all(|b| b.is_ascii_digit()) && modulo_97(text.bytes()) == Some(1)
}

fn valid_iban(text: &str) -> bool {
    (15..=34).contains(&text.len()) && text.is_ascii() && modulo_97(text.bytes().skip(4).chain(text.bytes().take(4))) == Some(1)
}

fn modulo_97(bytes: impl Iterator<Item = u8>) -> Option<u32> {
    let mut rest = 0;
    for b in bytes {
        rest = match b {
            b'0'..=b'9' => rest * 10 + u32::from(b - b'0'),
            b'A'..=b'Z' => rest * 100 + u32::from(b - b'A') + 10,
            _ => return None,
        } % 97;
    }
    Some(rest)
}

/// If twelve letters and digits are an ISIN: two letters, and the Luhn check over its digits, letters from 10 to 35 (ISO 6166).
#[must_use]
pub fn valid_isin(text: &str) -> bool {
    if text.len() != 12 || !text.bytes().take(2).all(|b| b.is_ascii_uppercase()) {
        return false;
    }
    let mut digits = Vec::with_capacity(24);
    for b in text.bytes() {
        match b {
            b'0'..=b'9' => digits.push(u32::from(b - b'0')),
            b'A'..=b'Z' => digits.extend([u32::from(b - b'A' + 10) / 10, u32::from(b - b'A' + 10) % 10]),
            _ => return false,
        }
    }
    let sum: u32 = digits.iter().rev().enumerate().map(|(i, d)| if i % 2 == 1 { d * 2 / 10 + d * 2 % 10 } else { *d }).sum();
    sum.is_multiple_of(10)
}

/// If eight or eleven letters and digits have the shape of a bank code: four letters or digits, a country, a place, perhaps a branch (ISO 9362).
#[must_use]
pub fn valid_bic(text: &str) -> bool {
    matches!(text.len(), 8 | 11)
        && text.bytes().all(|b| b.is_ascii_digit() || b.is_ascii_uppercase())
        && text.bytes().take(6).all(|b| b.is_ascii_uppercase())
        && country(&text[4..6].to_ascii_lowercase()).is_some()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(schema: &str, property: &str, text: &str) -> Vec<(IdKind, String)> {
        identifiers(schema, property, text).into_iter().map(|i| (i.kind, i.value.into_string())).collect()
    }

    #[test]
    fn the_two_imo_check_digits_are_told_apart() {
        // UN list, KPe.057: FIRST OIL JV CO LTD, "IMO number: 5963351", a company.
        assert!(valid_imo_company("5963351") && !valid_imo_ship("5963351"));
        // UN list, notes of 1718: PAEK MA, IMO 9066978, a ship.
        assert!(valid_imo_ship("9066978") && !valid_imo_company("9066978"));
        assert!(valid_imo_ship("2222224") && valid_imo_ship("3333331"));
        assert!(!valid_imo_ship("2222225") && !valid_imo_ship("0000000") && !valid_imo_company("0000000"));
        assert_eq!(read("Vessel", "imoNumber", "IMO2222224"), [(IdKind::ImoShip, "2222224".into())]);
        assert_eq!(read("Organization", "imoNumber", "5963351"), [(IdKind::ImoCompany, "5963351".into())]);
        assert_eq!(read("Vessel", "imoNumber", "1234568"), []);
    }

    #[test]
    fn check_digits_of_published_numbers_hold() {
        assert!(valid_inn("7744001497") && !valid_inn("7744001498") && !valid_inn("0000000000"));
        assert!(valid_ogrn("1027739165640") && !valid_ogrn("1027739165641"));
        assert!(valid_lei("5493001KJTIIGC8Y1R12") && !valid_lei("5493001KJTIIGC8Y1R13"));
        assert!(valid_isin("US0378331005") && !valid_isin("US0378331006"));
        assert!(valid_bic("FTBDKPPY") && !valid_bic("FTBDQQPY") && !valid_bic("1234KPPY"));
    }

    #[test]
    fn remarks_beside_a_number_are_read_as_remarks() {
        assert_eq!(read("LegalEntity", "registrationNumber", "7813649764 (Tax ID/INN)"), [(IdKind::Inn, "7813649764".into())]);
        assert_eq!(read("LegalEntity", "registrationNumber", "72201626 (BRN)"), [(IdKind::Registration, "72201626".into())]);
        assert_eq!(
            read(
                "Person",
                "passportNumber",
                "(a) A-333602 (Indian passport issued on 4.6.1985 in Bombay, India), (b) M110522 (Indian passport)"
            ),
            [(IdKind::Passport, "A333602".into()), (IdKind::Passport, "M110522".into())]
        );
        assert_eq!(
            read("Person", "passportNumber", "Russian foreign travel passport number 622641887"),
            [(IdKind::Passport, "622641887".into())]
        );
        assert_eq!(read("Person", "passportNumber", "AA 1203658 (Republic of Moldova)"), [(IdKind::Passport, "AA1203658".into())]);
        let land = identifiers("Person", "passportNumber", "AA 1203658 (Republic of Moldova)")[0].land;
        assert_eq!(land.map(Land::code), Some("md"));
        assert_eq!(read("Person", "passportNumber", "unknown"), []);
    }

    #[test]
    fn notes_give_only_numbers_that_are_named_and_checked() {
        let kinds = |text: &str| identifiers_in_text(text).into_iter().map(|i| (i.kind, i.value.into_string())).collect::<Vec<_>>();
        assert_eq!(kinds("Tax ID No. 7744001497 (Russia)"), [(IdKind::Inn, "7744001497".into())]);
        assert_eq!(kinds("Phone 7744001497, 9066978"), []);
        assert_eq!(kinds("Vessel IMO: 9066978; MMSI 445123456"), [(IdKind::ImoShip, "9066978".into()), (IdKind::Mmsi, "445123456".into())]);
    }
}
