//! One hull that apparently goes on under another ship's numbers.

use tw_base::{Bounds, Unit};
use tw_maritime::hulls::HullLink;

use crate::card::Card;
use crate::lead::{Kind, Lead, Outcome};
use crate::ships::sea::{Sea, What, ask_register, beyond_ais, ended, hours_words, place, records, story, tenth};
use crate::ships::shared_identity::compared;
use crate::world::{Output, World};

pub(crate) fn run(world: World<'_>, card: &Card) -> Output {
    let Some(sea) = Sea::of(world) else { return Output::default() };
    let laundering = card.threshold(world.parameters, "score");
    let handover = card.threshold(world.parameters, "handover-score");
    let leads = sea
        .seen
        .hull_links
        .iter()
        .filter(|link| match link.kind.as_str() {
            "laundering" => link.score >= laundering,
            "handover" => link.score >= handover,
            _ => false,
        })
        .filter_map(|link| lead(&sea, card, link))
        .collect();
    Output { leads, ..Output::default() }
}

fn lead(sea: &Sea<'_>, card: &Card, link: &HullLink) -> Option<Lead> {
    let (t0, t1) = (link.t0.min(link.t1), link.t1.max(link.t0));
    let what = What {
        kind: "hull_laundering",
        mmsi: link.mmsi_b,
        partner: Some(link.mmsi_a),
        t0,
        t1,
        from: (Some(link.lat), Some(link.lon)),
        to: (None, None),
        score: link.score,
        barrels: None,
    };
    let mut draft = sea.draft(card, Kind::Sea, &what)?;
    draft.title(format!("appeared where {} was last heard, a hull of the same size", sea.label(link.mmsi_a)));
    let numbers = records(&mut draft, &[(link.first, "the last report of the one"), (link.last, "the first report of the other")]);
    draft.observed(
        format!(
            "{} was last heard {} at {}; {} began {}, {} and {} nm from there",
            sea.label(link.mmsi_a),
            link.t0,
            place(link.lat, link.lon),
            sea.label(link.mmsi_b),
            link.t1,
            if link.gap_hours < 0.0 {
                format!("{} before", hours_words(-link.gap_hours))
            } else {
                format!("{} later", hours_words(link.gap_hours))
            },
            tenth(link.distance_nm)
        ),
        &numbers,
    );
    for (mmsi, imo) in [(link.mmsi_a, link.imo_a), (link.mmsi_b, link.imo_b)] {
        sea.introduce(&mut draft, mmsi, t0, t1);
        draft.declared(
            format!(
                "{}: {}",
                sea.label(mmsi),
                imo.map_or_else(|| "no IMO number that can name a ship".to_owned(), |imo| format!("IMO number {imo}"))
            ),
            &numbers,
        );
        sea.corroborate(&mut draft, mmsi, t0, t1);
    }
    let law = if [link.mmsi_a, link.mmsi_b].iter().any(|mmsi| sea.of_target(*mmsi)) {
        ask_register(sea, &mut draft, &["UN-2321-24"], t0, t1, "the new number")
    } else {
        sea.nothing_ties()
    };
    draft.conclusion(format!(
        "One set of numbers ends where another begins, on hulls of the same size. This is consistent with one hull under a new identity, and as well with two ships. That they are one was not observed. {law}"
    ));
    story(&mut draft, &link.innocent);
    draft.against(
        "two ships of one size in one port",
        if link.place == "sea" { Outcome::DoesNotExplain } else { Outcome::MayExplain },
        format!("place: {}", link.place),
    );
    draft.against(
        "two ships at an edge of coverage",
        if link.crowd <= 5 { Outcome::DoesNotExplain } else { Outcome::MayExplain },
        format!("{} other ships begin or end nearby within a day", link.crowd),
    );
    draft.against(
        "another ship fits as well",
        if link.partners <= 1 { Outcome::DoesNotExplain } else { Outcome::MayExplain },
        format!("{} ships would do, this one included", link.partners.max(1)),
    );
    draft.against(
        "a sale with a new MMSI, the IMO number entered late",
        if link.kind == "handover" { Outcome::MayExplain } else { Outcome::DoesNotExplain },
        "a sale keeps the IMO number",
    );
    compared(&mut draft, link);
    draft.not_checked("registers and builders' records: whether a hull with the second number was ever built");
    beyond_ais(&mut draft);
    draft.gap(Bounds { low: Some(1.0), best: Some(1.0), high: Some(2.0) }, Unit::Ships, "hulls: one if it is the same, two if not");
    draft.figure("distance_nm", Some(link.distance_nm)).figure("gap_hours", Some(link.gap_hours));
    ended(draft, None, 1.0, Unit::Ships)
}
