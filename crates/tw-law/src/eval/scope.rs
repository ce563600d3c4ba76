//! Does the provision concern this act: its kind, direction, goods and the jurisdiction bound?

use jiff::civil::date;
use tw_base::{Country, Interval, Tri};

use super::part::Part;
use crate::model::{Act, Direction, Facts, Force, Item, Provision, Scope};

pub(super) fn judge(p: &Provision, facts: &Facts) -> Part {
    Part::all("concerns the act", vec![act(&p.scope, facts), direction(&p.scope, facts), goods(&p.scope, facts), bound(p, facts)])
}

/// False if the act, direction, goods or jurisdiction are known to be others. Cheaper than [`judge`].
pub(super) fn may_concern(p: &Provision, facts: &Facts) -> bool {
    act_value(&p.scope, facts.act) != Tri::False && goods(&p.scope, facts).value() != Tri::False && judge(p, facts).value() != Tri::False
}

fn act_value(scope: &Scope, act: Act) -> Tri {
    if scope.acts.is_empty() || scope.acts.contains(&act) {
        return Tri::True;
    }
    let supports = act == Act::RegisterWorker && (scope.acts.contains(&Act::IssueWorkPermit) || scope.acts.contains(&Act::HostWorkers));
    if supports { Tri::Unknown } else { Tri::False }
}

fn act(scope: &Scope, facts: &Facts) -> Part {
    let name = word(&facts.act);
    match act_value(scope, facts.act) {
        Tri::True => Part::new("kind of act", Tri::True, name),
        Tri::False => Part::new("kind of act", Tri::False, format!("the act is {name}; the provision is about {}", words(&scope.acts))),
        Tri::Unknown => Part::new("kind of act", Tri::Unknown, "a registration supports, and is not, a permit or an income")
            .pointing(true)
            .missing("whether a permit was issued or income earned behind the registration (host state)"),
    }
}

/// The direction that an act has by its nature.
fn natural(act: Act) -> Option<Direction> {
    match act {
        Act::Supply => Some(Direction::To),
        Act::Procure => Some(Direction::From),
        Act::HostWorkers | Act::IssueWorkPermit | Act::RegisterWorker => Some(Direction::Host),
        _ => None,
    }
}

fn direction(scope: &Scope, facts: &Facts) -> Part {
    let known = facts.direction.or_else(|| natural(facts.act));
    let wanted = word(&scope.direction);
    match (scope.direction, known) {
        (Direction::Both, _) => Part::new("direction", Tri::True, "either way"),
        (_, None) => Part::new("direction", Tri::Unknown, format!("not known; the provision is about `{wanted}`"))
            .missing("the direction of the act"),
        (a, Some(b)) if a == b => Part::new("direction", Tri::True, wanted),
        (_, Some(Direction::Both)) => {
            Part::new("direction", Tri::Unknown, format!("the facts say either way; the provision is about `{wanted}`"))
                .missing("which way the goods, money or people went")
        }
        (_, Some(b)) => Part::new("direction", Tri::False, format!("it is `{}`; the provision is about `{wanted}`", word(&b))),
    }
}

/// How a heading lies to the headings of a provision.
enum Heading<'a> {
    Absent,
    Own(&'a str),
    National(&'a str, Country),
    Coarser(&'a str),
    Outside,
}

fn heading<'a>(scope: &'a Scope, hs: Option<&str>) -> Heading<'a> {
    let Some(hs) = hs.filter(|_| !(scope.hs.is_empty() && scope.hs_national.is_empty())) else { return Heading::Absent };
    let national = scope.hs_national.iter().filter(|(code, _)| hs.starts_with(code.as_str())).max_by_key(|(code, _)| code.len());
    let own = scope.hs.iter().filter(|code| hs.starts_with(code.as_str())).max_by_key(|code| code.len());
    match (own, national) {
        (Some(own), Some((code, _))) if own.len() > code.len() => Heading::Own(own),
        (_, Some((code, country))) => Heading::National(code, *country),
        (Some(own), None) => Heading::Own(own),
        (None, None) => {
            let finer = scope.hs.iter().chain(scope.hs_national.keys()).find(|code| code.starts_with(hs));
            finer.map_or(Heading::Outside, |code| Heading::Coarser(code))
        }
    }
}

fn goods(scope: &Scope, facts: &Facts) -> Part {
    let hs = facts.hs.as_deref();
    if scope.items.is_empty() && scope.hs.is_empty() && scope.hs_national.is_empty() {
        return Part::new("goods", Tri::True, "any");
    }
    let class = facts.item.map(|item| (word(&item), class_in(scope, item)));
    let code = hs.unwrap_or("");
    let part = |value, because: String| Part::new("goods", value, because);
    match (class, heading(scope, hs)) {
        (Some((name, Tri::True)), Heading::Outside) => {
            part(Tri::Unknown, format!("the class is {name}, but heading {code} is not one that practice maps to it"))
                .missing("class or heading of the goods: the two disagree")
        }
        (Some((name, Tri::True)), Heading::Own(_) | Heading::Coarser(_) | Heading::Absent) => part(Tri::True, name),
        (_, Heading::National(read, country)) => national(code, read, country),
        (Some((name, Tri::False)), _) => part(Tri::False, format!("the goods are {name}; the provision is about {}", words(&scope.items))),
        (Some((name, Tri::Unknown)), Heading::Own(_)) if hs.is_some_and(|hs| covered(scope, hs)) => {
            part(Tri::True, format!("{name}, heading {code}"))
        }
        (Some((name, Tri::Unknown)), Heading::Outside) => {
            part(Tri::False, format!("{name}, heading {code}: not one that practice maps to it"))
        }
        (Some((name, Tri::Unknown)), _) => part(Tri::Unknown, format!("{name} may or may not be {}", words(&scope.items)))
            .missing("the class of goods more exactly (customs record, bill of lading)"),
        (None, Heading::Own(own)) => own_heading(scope, code, own),
        (None, Heading::Coarser(finer)) => part(Tri::Unknown, format!("heading {code} is wider than {finer}"))
            .missing(format!("the goods within heading {code} (customs record, bill of lading)")),
        (None, Heading::Outside) => part(Tri::False, format!("heading {code} is not one that practice maps to it")),
        (None, Heading::Absent) if hs.is_some_and(|hs| covered(scope, hs)) => {
            part(Tri::True, format!("heading {code} is {}", words(&scope.items)))
        }
        (None, Heading::Absent) => {
            part(Tri::Unknown, "not known".to_owned()).missing(format!("the class of goods or service: is it {}?", words(&scope.items)))
        }
    }
}

fn national(code: &str, read: &str, country: Country) -> Part {
    let because = format!("only {} reads heading {read} into the text; the provision does not name it", country.name());
    Part::new("goods", Tri::Unknown, because)
        .pointing(true)
        .missing(format!("whether heading {code} is meant: a national reading is not the provision's own"))
}

fn own_heading(scope: &Scope, code: &str, own: &str) -> Part {
    if scope.items.is_empty() || covered(scope, code) {
        return Part::new("goods", Tri::True, format!("heading {code}"));
    }
    Part::new("goods", Tri::Unknown, format!("practice maps heading {own} to it, and the heading holds other goods too"))
        .pointing(true)
        .missing(format!("the class of the goods of heading {code}: is it {}? (customs record, bill of lading)", words(&scope.items)))
}

/// Whether a class of goods is among those of a provision.
fn class_in(scope: &Scope, item: Item) -> Tri {
    Tri::any(scope.items.iter().map(|wanted| is_a(item, *wanted)))
}

/// Whether goods of one class are goods of another.
pub(super) fn is_a(item: Item, wanted: Item) -> Tri {
    use Item::{
        Aircraft, AviationFuel, Gold, Iron, Lead, LuxuryGoods, Metals, NonFerrousMetals, Other, RareMinerals, RefinedDiscount,
        RefinedPetroleum, RefinedPremium, Vehicles, Vessels,
    };
    if item == wanted {
        return if item == Other { Tri::Unknown } else { Tri::True };
    }
    match (item, wanted) {
        (RefinedPremium | RefinedDiscount | AviationFuel, RefinedPetroleum) | (Gold, RareMinerals) | (Aircraft, Vehicles) => Tri::True,
        (RefinedPetroleum, RefinedPremium | RefinedDiscount | AviationFuel)
        | (AviationFuel, RefinedPremium)
        | (RefinedPremium, AviationFuel)
        | (RareMinerals, Gold)
        | (Vehicles, Aircraft)
        | (Iron | Lead | NonFerrousMetals, Metals)
        | (Metals, Iron | Lead | NonFerrousMetals)
        | (Gold | Vehicles | Vessels | Aircraft, LuxuryGoods)
        | (Other, _)
        | (_, Other) => Tri::Unknown,
        _ => Tri::False,
    }
}

/// True if every good of the heading is of a class that the provision names.
fn covered(scope: &Scope, hs: &str) -> bool {
    scope.items.iter().any(|item| whole_headings(*item).iter().any(|code| hs.starts_with(code)))
}

/// Headings that hold goods of one class only (Harmonized System, WCO). 2709 is no such heading: crude oil and condensates share it.
fn whole_headings(item: Item) -> &'static [&'static str] {
    match item {
        Item::RefinedPetroleum => &["2710"],
        Item::Lng => &["271111"],
        Item::Coal => &["2701", "2702"],
        Item::Iron => &[
            "2601", "7201", "7202", "7203", "7204", "7205", "7206", "7207", "7208", "7209", "721", "7220", "7221", "7222", "7223", "7224",
            "7225", "7226", "7227", "7228", "7229",
        ],
        Item::Lead => &["2607", "78"],
        Item::NonFerrousMetals => &["2603", "2604", "2608", "74", "75", "79", "7106"],
        Item::RareMinerals => &["2614", "261590", "280530", "2846"],
        Item::Seafood => &["0301", "0302", "0303", "0304", "0305", "0306", "0307", "0308", "1604", "1605"],
        Item::Textiles => &["50", "51", "52", "53", "54", "55", "56", "57", "58", "59", "60", "61", "62", "63"],
        Item::Food => &["07", "08", "12"],
        Item::EarthStone => &["25"],
        Item::Wood => &["44"],
        Item::Machinery => &["84", "85"],
        Item::Vehicles => &["86", "87", "88"],
        Item::Metals => &["72", "73", "74", "75", "76", "78", "79", "80", "81", "82", "83"],
        Item::Vessels => &["89"],
        Item::Aircraft => &["8801", "8802", "8806"],
        Item::Arms => &["93"],
        Item::Gold => &["7108"],
        _ => &[],
    }
}

/// Member States of the European Union since 2020 (Croatia, the last to join, since 2013-07-01).
const EU: [&str; 27] = [
    "AUT", "BEL", "BGR", "CYP", "CZE", "DEU", "DNK", "ESP", "EST", "FIN", "FRA", "GRC", "HRV", "HUN", "IRL", "ITA", "LTU", "LUX", "LVA",
    "MLT", "NLD", "POL", "PRT", "ROU", "SVK", "SVN", "SWE",
];

fn bound(p: &Provision, facts: &Facts) -> Part {
    let scope = &p.scope;
    if p.force == Force::Consequence && !scope.binds.is_empty() {
        // The jurisdiction of the facts is that of the conduct; the consequence is drawn elsewhere.
        return Part::new("who is bound", Tri::True, format!("authorities of {}, wherever the conduct takes place", names(scope)));
    }
    if scope.binds.is_empty() {
        return Part::new("who is bound", Tri::True, "every State, or the persons the rule names");
    }
    let names = names(scope);
    let Some(country) = facts.jurisdiction else {
        return Part::new("who is bound", Tri::Unknown, format!("only {names}; the jurisdiction is not known"))
            .missing("whose jurisdiction the act falls under (flag, host, supplier)");
    };
    let value = Tri::any(scope.binds.iter().map(|bound| under(country, *bound, &facts.when)));
    let because = match value {
        Tri::True => country.name().to_owned(),
        Tri::False => format!("{names}, not {}", country.name()),
        Tri::Unknown => format!("{names}; {} was bound on some of these days only", country.name()),
    };
    let part = Part::new("who is bound", value, because).pointing(true);
    if value == Tri::Unknown { part.missing("the day of the act: before or after the change of who is bound") } else { part }
}

fn names(scope: &Scope) -> String {
    scope.binds.iter().map(Country::name).collect::<Vec<_>>().join(", ")
}

fn under(country: Country, bound: Country, when: &Interval) -> Tri {
    if country == bound {
        return Tri::True;
    }
    if bound.code() != "EUU" {
        return Tri::False;
    }
    if country.code() == "GBR" {
        // The transition period of the Withdrawal Agreement, article 126, ended on 2020-12-31.
        let end = date(2021, 1, 1);
        return match when.to {
            Some(to) if to <= end => Tri::True,
            _ if when.from >= end => Tri::False,
            _ => Tri::Unknown,
        };
    }
    Tri::from(EU.contains(&country.code()))
}

/// A word of a closed list as files write it.
pub(super) fn word<T: serde::Serialize>(value: &T) -> String {
    match serde_json::to_value(value) {
        Ok(serde_json::Value::String(text)) => text.replace('-', " "),
        _ => String::new(),
    }
}

fn words<T: serde::Serialize>(values: &[T]) -> String {
    values.iter().map(word).collect::<Vec<_>>().join(", ")
}
