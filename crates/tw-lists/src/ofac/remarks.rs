//! What OFAC writes in the remarks of an entry: identifiers, dates, places, links, other names, one after the other.

use crate::dates::{self, Order};
use crate::draft::{Draft, LinkKind, schema, tidy};
use tw_ftm::{Entity, When};

/// How the rest of a remark, after its label, is read.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// As it stands.
    Text,
    /// A number, with a country in brackets and dates of issue and expiry behind it.
    Document,
    /// A day.
    Day,
    Birth,
    Gender,
    /// A number of seven digits after `IMO`.
    Ship,
    Link,
    Alias,
    Former,
    Wallet,
    /// A day on which a directive began to bind the entry.
    Listing,
    /// Kept as a note, label and all.
    Note,
}

/// Labels, what they are, and the properties for it, best first. The first label that fits counts, so longer ones stand before shorter.
///
/// Source of the labels: the remarks of the real files of 2019, 2021 and 2024.
const LABELS: &[(&str, Kind, &[&str])] = &[
    ("DOB ", Kind::Birth, &[]),
    ("POB ", Kind::Text, &["birthPlace"]),
    ("nationality of registration ", Kind::Text, &["jurisdiction", "country"]),
    ("nationality ", Kind::Text, &["nationality", "country"]),
    ("citizen ", Kind::Text, &["citizenship", "country"]),
    ("gender ", Kind::Gender, &[]),
    ("a.k.a. ", Kind::Alias, &[]),
    ("n.k.a. ", Kind::Alias, &[]),
    ("f.k.a. ", Kind::Former, &[]),
    ("Linked To:", Kind::Link, &[]),
    ("Digital Currency Address - ", Kind::Wallet, &[]),
    ("Vessel Registration Identification ", Kind::Ship, &[]),
    ("MMSI ", Kind::Text, &["mmsi"]),
    ("Former Vessel Flag ", Kind::Text, &["pastFlags"]),
    ("Vessel Flag ", Kind::Text, &["flag"]),
    ("Vessel Call Sign ", Kind::Text, &["callSign"]),
    ("Vessel Type ", Kind::Text, &["type"]),
    ("Other Vessel Type ", Kind::Text, &["pastTypes"]),
    ("Vessel Year of Build ", Kind::Text, &["buildDate"]),
    ("Vessel Owner ", Kind::Note, &[]),
    ("Vessel Operator ", Kind::Note, &[]),
    ("Aircraft Construction Number (also called L/N or S/N or F/N) ", Kind::Text, &["serialNumber"]),
    ("Aircraft Manufacturer's Serial Number (MSN) ", Kind::Text, &["serialNumber"]),
    ("Aircraft Manufacture Date ", Kind::Day, &["buildDate"]),
    ("Aircraft Model ", Kind::Text, &["model"]),
    ("Aircraft Tail Number ", Kind::Text, &["registrationNumber"]),
    ("Aircraft Mode S Transponder Code ", Kind::Text, &["icaoCode"]),
    ("Aircraft Operator ", Kind::Note, &[]),
    ("Previous Aircraft Tail Number ", Kind::Note, &[]),
    ("Organization Established Date ", Kind::Day, &["incorporationDate"]),
    ("Organization Type: ", Kind::Text, &["sector"]),
    ("Target Type ", Kind::Text, &["classification"]),
    ("Website ", Kind::Text, &["website"]),
    ("Email Address ", Kind::Text, &["email"]),
    ("Email ", Kind::Text, &["email"]),
    ("Phone Number ", Kind::Text, &["phone"]),
    ("Telephone ", Kind::Text, &["phone"]),
    ("Telephone: ", Kind::Text, &["phone"]),
    ("SWIFT/BIC ", Kind::Document, &["swiftBic"]),
    ("Legal Entity Number ", Kind::Document, &["leiCode"]),
    ("D-U-N-S Number ", Kind::Document, &["dunsCode"]),
    ("Unified Social Credit Code (USCC) ", Kind::Document, &["uscCode"]),
    ("V.A.T. Number ", Kind::Document, &["vatCode"]),
    ("Tax ID No. ", Kind::Document, &["taxNumber"]),
    ("R.F.C. ", Kind::Document, &["taxNumber"]),
    ("NIT # ", Kind::Document, &["taxNumber"]),
    ("RUC # ", Kind::Document, &["taxNumber"]),
    ("RIF # ", Kind::Document, &["taxNumber"]),
    ("RTN ", Kind::Document, &["taxNumber"]),
    ("C.U.I.T. ", Kind::Document, &["taxNumber"]),
    ("Italian Fiscal Code ", Kind::Document, &["taxNumber"]),
    ("Fiscal Code ", Kind::Document, &["taxNumber"]),
    ("Passport ", Kind::Document, &["passportNumber", "idNumber"]),
    ("Diplomatic Passport ", Kind::Document, &["passportNumber", "idNumber"]),
    ("British National Overseas Passport ", Kind::Document, &["passportNumber", "idNumber"]),
    ("Stateless Person Passport ", Kind::Document, &["passportNumber", "idNumber"]),
    ("Registration Number ", Kind::Document, &["registrationNumber"]),
    ("Registration ID ", Kind::Document, &["registrationNumber"]),
    ("Business Registration Number ", Kind::Document, &["registrationNumber"]),
    ("Business Registration Document # ", Kind::Document, &["registrationNumber"]),
    ("Business Number ", Kind::Document, &["registrationNumber"]),
    ("Company Number ", Kind::Document, &["registrationNumber"]),
    ("Commercial Registry Number ", Kind::Document, &["registrationNumber"]),
    ("Public Registration Number ", Kind::Document, &["registrationNumber"]),
    ("Chamber of Commerce Number ", Kind::Document, &["registrationNumber"]),
    ("Economic Register Number (CBLS) ", Kind::Document, &["registrationNumber"]),
    ("Central Registration System Number ", Kind::Document, &["registrationNumber"]),
    ("Registration Certificate Number (Dubai) ", Kind::Document, &["registrationNumber"]),
    ("Registered Charity No. ", Kind::Document, &["registrationNumber"]),
    ("Certificate of Incorporation Number ", Kind::Document, &["registrationNumber"]),
    ("Enterprise Number ", Kind::Document, &["registrationNumber"]),
    ("Government Gazette Number ", Kind::Document, &["registrationNumber"]),
    ("Matricula Mercantil No ", Kind::Document, &["registrationNumber"]),
    ("Folio Mercantil No. ", Kind::Document, &["registrationNumber"]),
    ("Istanbul Chamber of Comm. No. ", Kind::Document, &["registrationNumber"]),
    ("MERSIS No. ", Kind::Document, &["registrationNumber"]),
    ("C.R. No. ", Kind::Document, &["registrationNumber"]),
    ("Trade License No. ", Kind::Document, &["licenseNumber", "registrationNumber"]),
    ("License ", Kind::Document, &["licenseNumber", "registrationNumber"]),
    ("National ID No. ", Kind::Document, &["idNumber", "registrationNumber"]),
    ("National Foreign ID Number ", Kind::Document, &["idNumber", "registrationNumber"]),
    ("Identification Number ", Kind::Document, &["idNumber", "registrationNumber"]),
    ("Cedula No. ", Kind::Document, &["idNumber"]),
    ("Cedula de Residencia ", Kind::Document, &["idNumber"]),
    ("C.U.R.P. ", Kind::Document, &["idNumber"]),
    ("D.N.I. ", Kind::Document, &["idNumber"]),
    ("C.U.I. ", Kind::Document, &["idNumber"]),
    ("C.U.I.P. ", Kind::Document, &["idNumber"]),
    ("I.F.E. ", Kind::Document, &["idNumber"]),
    ("I.N.E. ", Kind::Document, &["idNumber"]),
    ("Electoral Registry No. ", Kind::Document, &["idNumber"]),
    ("Driver's License No. ", Kind::Document, &["idNumber"]),
    ("Birth Certificate Number ", Kind::Document, &["idNumber"]),
    ("SSN ", Kind::Document, &["socialSecurityNumber", "idNumber"]),
    ("Residency Number ", Kind::Document, &["idNumber"]),
    ("Personal ID Card ", Kind::Document, &["idNumber"]),
    ("Listing Date (", Kind::Listing, &[]),
    ("Fax", Kind::Note, &[]),
    ("Secondary sanctions risk", Kind::Note, &[]),
    ("Additional Sanctions Information", Kind::Note, &[]),
    ("Transactions Prohibited For", Kind::Note, &[]),
    ("Executive Order ", Kind::Note, &[]),
    ("Effective Date (", Kind::Note, &[]),
    ("Purchase/Sales For Divestment Date", Kind::Note, &[]),
    ("For more information", Kind::Note, &[]),
    ("All offices worldwide", Kind::Note, &[]),
    ("Equity Ticker ", Kind::Note, &[]),
    ("ISIN ", Kind::Note, &[]),
    ("Issuer Name ", Kind::Note, &[]),
    ("BIK (RU) ", Kind::Note, &[]),
];

/// Remarks of the comma-delimited files end after 1000 characters; the rest stands in the file of comments.
pub(crate) const MOST_REMARKS: usize = 1000;

/// Reads the remarks of an entry. `cut` says that they may end in the middle of a word.
pub(crate) fn read(draft: &mut Draft, text: &str, cut: bool) {
    let text = text.trim();
    let parts: Vec<&str> = text.split("; ").collect();
    let last = parts.len() - 1;
    for (i, part) in parts.iter().enumerate() {
        let part = part.trim();
        if cut && i == last {
            // Half a number is a wrong number.
            draft.remark("the remarks are cut off at 1000 characters, and their rest is not at hand");
            draft.note(part);
            continue;
        }
        // The full stop ends the remarks, unless the last word is an abbreviation such as `S.A.`, which keeps its own.
        let part = if i == last { ended(part) } else { part.trim_end_matches(';') };
        one(draft, part);
    }
}

/// The last part of the remarks without the full stop that ends them; `S.A.` keeps its own.
fn ended(part: &str) -> &str {
    let Some(bare) = part.strip_suffix('.') else { return part };
    let mut letters = bare.chars().rev();
    let (last, before) = (letters.next(), letters.next());
    if last.is_some_and(char::is_alphabetic) && before == Some('.') { part } else { bare }
}

/// Reads one part of the remarks.
pub(crate) fn one(draft: &mut Draft, part: &str) {
    let part = tidy(part);
    let bare = part.strip_prefix('(').and_then(|p| p.strip_suffix(')')).filter(|p| p.starts_with("Linked To:")).unwrap_or(&part);
    let bare = bare.strip_prefix("alt. ").unwrap_or(bare);
    if bare.is_empty() {
        return;
    }
    for (label, kind, properties) in LABELS {
        let Some(head) = bare.get(..label.len()) else { continue };
        if head.eq_ignore_ascii_case(label) {
            fact(draft, bare, label, bare[label.len()..].trim(), *kind, properties);
            return;
        }
    }
    if let Some((label, rest)) = numbered(bare) {
        fact(draft, bare, label, rest, Kind::Document, &["idNumber", "registrationNumber"]);
        return;
    }
    draft.remark("a part of the remarks is kept as a note");
    draft.note(bare);
}

/// Reads an identifier or feature that the XML gives with its label apart.
pub(crate) fn labelled(draft: &mut Draft, label: &str, value: &str) {
    one(draft, &format!("{} {value}", label.trim()));
}

/// `Kenyan ID No. 123`, `Tarjeta Profesional # 7`: a label that ends in a word for number, and a number.
fn numbered(text: &str) -> Option<(&str, &str)> {
    const WORDS: [&str; 6] = [" No. ", " Number ", " # ", " No ", " ID ", " Card "];
    let (at, word) = WORDS.iter().filter_map(|word| text.find(word).map(|at| (at, word))).min()?;
    let (label, rest) = (&text[..at], text[at + word.len()..].trim());
    let first = rest.split_whitespace().next()?;
    let short = label.split_whitespace().count() <= 6;
    (short && first.bytes().any(|b| b.is_ascii_digit())).then_some((label, rest))
}

fn fact(draft: &mut Draft, whole: &str, label: &str, rest: &str, kind: Kind, properties: &[&str]) {
    match kind {
        Kind::Text => draft.put(properties, label.trim(), rest),
        Kind::Document => {
            let number = document(rest);
            let has_digit = number.bytes().any(|b| b.is_ascii_digit()) || properties.contains(&"swiftBic");
            if has_digit {
                draft.put(properties, label.trim(), number);
            }
            if number.len() < rest.len() || !has_digit {
                draft.note(whole);
            }
        }
        Kind::Day => {
            let day = dates::partial(rest, Order::MonthFirst);
            match day {
                Some(day) => draft.put(properties, label.trim(), &day.iso()),
                None => draft.note(whole),
            }
        }
        Kind::Birth => draft.birth(rest, Order::MonthFirst),
        Kind::Gender => draft.gender(rest),
        Kind::Ship => {
            if rest.starts_with("IMO") {
                draft.imo(rest);
            } else {
                draft.put(&["registrationNumber"], label.trim(), rest);
            }
        }
        Kind::Link => {
            draft.note(whole);
            draft.links.push((rest.trim_end_matches(';').to_owned(), LinkKind::Unknown("Linked To".to_owned())));
        }
        // OFAC puts weak other names in quotation marks; strong ones of the remarks stand without.
        Kind::Alias => match quoted(rest) {
            Some(name) => draft.name("weakAlias", name),
            None => draft.name("alias", rest),
        },
        Kind::Former => draft.name("previousName", quoted(rest).unwrap_or(rest)),
        Kind::Wallet => wallet(draft, whole, rest),
        Kind::Listing => {
            draft.note(whole);
            listing(draft, whole);
        }
        Kind::Note => draft.note(whole),
    }
}

/// The number at the beginning of `1084010 (Egypt) issued 1968 expires 1999`.
fn document(text: &str) -> &str {
    let end = [" (", " issued ", " expires "].iter().filter_map(|mark| text.find(mark)).min().unwrap_or(text.len());
    text[..end].trim()
}

fn quoted(text: &str) -> Option<&str> {
    let text = text.trim().trim_end_matches(';');
    let inner = |open: char, close: char| text.strip_prefix(open).and_then(|t| t.strip_suffix(close));
    inner('\'', '\'').or_else(|| inner('"', '"')).or_else(|| inner('\u{2018}', '\u{2019}')).or_else(|| inner('\u{201c}', '\u{201d}'))
}

/// `XBT 1Kuf…`: an address of digital currency becomes a wallet that the entry holds.
fn wallet(draft: &mut Draft, whole: &str, rest: &str) {
    let mut words = rest.split_whitespace();
    let (Some(currency), Some(address), None) = (words.next(), words.next(), words.next()) else {
        draft.note(whole);
        return;
    };
    let known = address.trim_end_matches(';');
    if known.len() > 200 || draft.others.len() >= 1000 {
        draft.note(whole);
        return;
    }
    let mut entity = Entity::new(format!("{}-wallet-{known}", draft.entity.id), schema("CryptoWallet"));
    entity.add("publicKey", known);
    entity.add("currency", currency);
    entity.add("holder", draft.entity.id.as_str());
    draft.others.push(entity);
}

/// `Listing Date (EO 14024 Directive 3): 24 Feb 2022`. The entry was on the list by that day; under its only programme, on that day.
fn listing(draft: &mut Draft, whole: &str) {
    let Some(day) = whole.rsplit(':').next().and_then(|text| dates::day(text, Order::MonthFirst)) else { return };
    let known = draft.listed.and_then(|when| when.not_after);
    if known.is_some_and(|earlier| earlier <= day) {
        return;
    }
    draft.listed = Some(if draft.programmes.len() == 1 { When::on(day) } else { When::by(day) });
    draft.basis = Some(format!("remark of the entry: {whole}"));
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read_one(schema: &str, text: &str) -> Draft {
        let mut draft = Draft::new("ofac-1".into(), schema);
        read(&mut draft, text, false);
        draft
    }

    #[test]
    fn remarks_of_a_person_become_properties() {
        let draft = read_one(
            "Person",
            "DOB 31 Aug 1960; alt. DOB circa 1953; POB Al Basuriyah, Lebanon; nationality Lebanon; alt. nationality Iran; citizen Syria; Gender Male; Passport 042833 (Bahrain) issued 1999; alt. Passport D9004878; Cedula No. 6068015 (Colombia); Email Address a@example.com; a.k.a. 'THE EXAMPLE'; f.k.a. 'OLD, Name'; Linked To: HIZBALLAH; Brigadier General.",
        );
        let e = &draft.entity;
        assert_eq!(e.get("birthDate"), ["1960-08-31", "1953"]);
        assert_eq!(e.get("birthPlace"), ["Al Basuriyah, Lebanon"]);
        assert_eq!(e.get("nationality"), ["Lebanon", "Iran"]);
        assert_eq!(e.get("citizenship"), ["Syria"]);
        assert_eq!(e.get("gender"), ["male"]);
        assert_eq!(e.get("passportNumber"), ["042833", "D9004878"]);
        assert_eq!(e.get("idNumber"), ["6068015"]);
        assert_eq!(e.get("weakAlias"), ["THE EXAMPLE"]);
        assert_eq!(e.get("previousName"), ["Name OLD"]);
        assert_eq!(draft.links, [("HIZBALLAH".to_owned(), LinkKind::Unknown("Linked To".to_owned()))]);
        assert_eq!(
            e.get("notes"),
            [
                "DOB circa 1953",
                "Passport 042833 (Bahrain) issued 1999",
                "Cedula No. 6068015 (Colombia)",
                "Linked To: HIZBALLAH",
                "Brigadier General"
            ]
        );
        assert_eq!(draft.remarks, ["a part of the remarks is kept as a note"]);
    }

    #[test]
    fn remarks_of_a_ship_become_properties() {
        let draft = read_one(
            "Vessel",
            "Former Vessel Flag Malta; alt. Former Vessel Flag Tuvalu; Additional Sanctions Information - Subject to Secondary Sanctions; Vessel Registration Identification IMO 2222224; MMSI 999469210; Linked To: EXAMPLE TANKER COMPANY.",
        );
        let e = &draft.entity;
        assert_eq!(e.get("pastFlags"), ["Malta", "Tuvalu"]);
        assert_eq!(e.get("imoNumber"), ["IMO2222224"]);
        assert_eq!(e.get("mmsi"), ["999469210"]);
        assert!(draft.remarks.is_empty());
    }

    #[test]
    fn an_address_of_digital_currency_becomes_a_wallet() {
        let draft = read_one("Person", "Digital Currency Address - XBT 1ExampleAddress; alt. Digital Currency Address - ETH 0xExample.");
        assert_eq!(draft.others.len(), 2);
        assert_eq!((draft.others[1].first("publicKey"), draft.others[1].first("currency")), (Some("0xExample"), Some("ETH")));
        assert_eq!(draft.others[0].first("holder"), Some("ofac-1"));
    }

    #[test]
    fn half_a_number_at_the_cut_is_no_number() {
        let mut draft = Draft::new("ofac-1".into(), "Person");
        read(&mut draft, "Passport A123; Passport B45", true);
        assert_eq!(draft.entity.get("passportNumber"), ["A123"]);
        assert_eq!(draft.entity.get("notes"), ["Passport B45"]);
    }

    #[test]
    fn a_listing_date_of_a_directive_bounds_the_day_of_listing() {
        let mut draft = Draft::new("ofac-1".into(), "Organization");
        draft.programme("UKRAINE-EO13662");
        draft.programme("RUSSIA-EO14024");
        read(&mut draft, "Listing Date (EO 14024 Directive 3): 24 Feb 2022; Effective Date (EO 14024 Directive 3): 26 Mar 2022.", false);
        assert_eq!(draft.listed, Some(When::by("2022-02-24".parse().expect("a date"))));
    }

    proptest::proptest! {
        #[test]
        fn no_remarks_make_it_panic(text in ".{0,80}", parts in proptest::collection::vec("(DOB|POB|alt\\. |Passport|IMO|Linked To:|a\\.k\\.a\\.|Digital Currency Address -|Listing Date \\(|No\\.|'|\"|é|1999| |; ){0,8}", 0..6)) {
            for schema in ["Person", "Organization", "Vessel", "Airplane"] {
                for cut in [false, true] {
                    let mut draft = Draft::new("ofac-1".into(), schema);
                    read(&mut draft, &text, cut);
                    read(&mut draft, &parts.join("; "), cut);
                }
            }
        }
    }
}
