//! Ships as bodies: sizes, hydrostatics, and invented identities.

use rand::Rng;
use rand_chacha::ChaCha8Rng;

/// What a ship is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Kind {
    ProductTanker,
    ChemicalTanker,
    CrudeTanker,
    Bulk,
    General,
    Container,
    Reefer,
    Fishing,
    Tug,
    BunkerBarge,
    Pilot,
    Ferry,
    Passenger,
}

impl Kind {
    /// Shares of a fleet in per cent. Our choice: tankers are over-represented, as they are what is looked at.
    pub(crate) const SHARES: [(Self, f64); 13] = [
        (Self::ProductTanker, 18.0),
        (Self::ChemicalTanker, 6.0),
        (Self::CrudeTanker, 3.0),
        (Self::Bulk, 14.0),
        (Self::General, 20.0),
        (Self::Container, 8.0),
        (Self::Reefer, 4.0),
        (Self::Fishing, 13.0),
        (Self::Tug, 3.0),
        (Self::BunkerBarge, 3.0),
        (Self::Pilot, 3.0),
        (Self::Ferry, 3.0),
        (Self::Passenger, 2.0),
    ];

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::ProductTanker => "product_tanker",
            Self::ChemicalTanker => "chemical_tanker",
            Self::CrudeTanker => "crude_tanker",
            Self::Bulk => "bulk",
            Self::General => "general_cargo",
            Self::Container => "container",
            Self::Reefer => "reefer",
            Self::Fishing => "fishing",
            Self::Tug => "tug",
            Self::BunkerBarge => "bunker_barge",
            Self::Pilot => "pilot",
            Self::Ferry => "ferry",
            Self::Passenger => "passenger",
        }
    }

    pub(crate) fn is_tanker(self) -> bool {
        matches!(self, Self::ProductTanker | Self::ChemicalTanker | Self::CrudeTanker)
    }

    /// Whether it trades between ports.
    pub(crate) fn trades(self) -> bool {
        self.is_tanker() || matches!(self, Self::Bulk | Self::General | Self::Container | Self::Reefer)
    }

    pub(crate) fn ais_type(self, rng: &mut ChaCha8Rng) -> u8 {
        match self {
            Self::ProductTanker | Self::CrudeTanker => [80, 80, 80, 81, 82, 84, 89][rng.random_range(0..7)],
            Self::ChemicalTanker => [80, 81, 82][rng.random_range(0..3)],
            Self::Bulk | Self::General | Self::Reefer => [70, 70, 70, 79, 71][rng.random_range(0..5)],
            Self::Container => [70, 71, 72, 79][rng.random_range(0..4)],
            Self::Fishing => 30,
            Self::Tug => [52, 31][rng.random_range(0..2)],
            Self::BunkerBarge => [80, 80, 89][rng.random_range(0..3)],
            Self::Pilot => 50,
            Self::Ferry | Self::Passenger => [60, 60, 69][rng.random_range(0..3)],
        }
    }
}

/// A flag with its MIDs and the begin of its call signs (ITU tables).
pub(crate) struct Flag {
    pub alpha3: &'static str,
    mids: &'static [u32],
    call: &'static str,
}

pub(crate) const FLAGS: [Flag; 18] = [
    Flag { alpha3: "RUS", mids: &[273], call: "UB" },
    Flag { alpha3: "KOR", mids: &[440, 441], call: "D7" },
    Flag { alpha3: "CHN", mids: &[412, 413, 414], call: "BO" },
    Flag { alpha3: "JPN", mids: &[431, 432], call: "7J" },
    Flag { alpha3: "PAN", mids: &[351, 352, 353, 354, 355, 356, 357, 370, 371], call: "3E" },
    Flag { alpha3: "LBR", mids: &[636], call: "D5" },
    Flag { alpha3: "MHL", mids: &[538], call: "V7" },
    Flag { alpha3: "HKG", mids: &[477], call: "VR" },
    Flag { alpha3: "SGP", mids: &[563, 564, 565, 566], call: "9V" },
    Flag { alpha3: "TWN", mids: &[416], call: "BP" },
    Flag { alpha3: "VNM", mids: &[574], call: "3W" },
    Flag { alpha3: "PRK", mids: &[445], call: "HM" },
    Flag { alpha3: "SLE", mids: &[667], call: "9L" },
    Flag { alpha3: "TGO", mids: &[671], call: "5V" },
    Flag { alpha3: "BLZ", mids: &[312], call: "V3" },
    Flag { alpha3: "MNG", mids: &[457], call: "JV" },
    Flag { alpha3: "PLW", mids: &[511], call: "T8" },
    Flag { alpha3: "KHM", mids: &[514, 515], call: "XU" },
];

pub(crate) fn flag(alpha3: &str) -> &'static Flag {
    FLAGS.iter().find(|flag| flag.alpha3 == alpha3).expect("the code is one of the table")
}

/// What a ship calls itself, from a moment on.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Identity {
    pub from: i64,
    pub mmsi: u32,
    pub imo: u32,
    pub name: String,
    pub callsign: String,
    pub flag: &'static str,
    /// Metres by which the length that it tells is wrong.
    pub longer: i8,
}

/// IMO number with its check digit from a running number: 2,000,00c to 4,999,99c, a range that is not issued.
pub(crate) fn imo_number(n: u32) -> u32 {
    let six = 200_000 + n % 300_000;
    let sum: u32 = (0..6).map(|i| six / 10u32.pow(5 - i) % 10 * (7 - i)).sum();
    six * 10 + sum % 10
}

/// An invented identity. MMSIs are a real MID and 9 or 8 followed by a running number.
pub(crate) fn identity(serial: u32, series: u32, flag: &'static Flag, rng: &mut ChaCha8Rng, imo: u32, from: i64) -> Identity {
    let mid = flag.mids[rng.random_range(0..flag.mids.len())];
    let mmsi = mid * 1_000_000 + series * 100_000 + serial % 100_000;
    let letter = |rng: &mut ChaCha8Rng| char::from(b'A' + rng.random_range(0..26u8));
    let callsign = format!("{}{}{}{}", flag.call, letter(rng), letter(rng), rng.random_range(2..10));
    Identity { from, mmsi, imo, name: invented_name(rng), callsign, flag: flag.alpha3, longer: 0 }
}

pub(crate) fn invented_name(rng: &mut ChaCha8Rng) -> String {
    const A: [&str; 36] = [
        "KAL", "MIRO", "SEN", "TAVO", "BEL", "NORI", "VES", "ZAR", "LUMI", "HADO", "PERI", "ORI", "SUL", "TEMU", "GAR", "ILMA", "DOVE",
        "KESH", "RUN", "YALO", "FEN", "MAVI", "TOR", "ESKA", "JUNO", "PALA", "QUIN", "ROVA", "SAMO", "ULDA", "VINO", "WEMI", "XAN", "YUVE",
        "ZEPO", "AMBO",
    ];
    const B: [&str; 20] = [
        "RA", "DIN", "LOR", "MEK", "TUS", "VAN", "GOL", "NEX", "SHI", "PO", "BAR", "KUM", "LEV", "ZIA", "TAN", "RIN", "HOV", "DUM", "FAS",
        "JE",
    ];
    const C: [&str; 16] =
        ["", "", "", "", " STAR", " 1", " 2", " 7", " 18", " PACIFIC", " GLORY", " OCEAN", " VICTORY", " ACE", " EXPRESS", " TRADER"];
    let pick = |list: &[&'static str], rng: &mut ChaCha8Rng| list[rng.random_range(0..list.len())];
    let name = format!("{}{}{}", pick(&A, rng), pick(&B, rng), pick(&C, rng));
    name.chars().take(20).collect()
}

/// A hull.
#[derive(Clone, Debug)]
pub(crate) struct Hull {
    pub kind: Kind,
    pub class_b: bool,
    pub ais_type: u8,
    /// Deadweight, tonnes.
    pub dwt: f64,
    /// Length, beam and summer draught in metres.
    pub length: f64,
    pub beam: f64,
    pub draught: f64,
    /// Block and waterplane coefficients at the summer draught.
    cb: f64,
    cw: f64,
    /// Light ship, tonnes.
    light: f64,
    /// Service speed, knots.
    pub speed: f64,
    /// Antenna from the bow as a share of the length.
    pub antenna: f64,
}

fn normal(rng: &mut ChaCha8Rng) -> f64 {
    // Irwin and Hall: the sum of twelve uniform numbers less six.
    (0..12).map(|_| rng.random::<f64>()).sum::<f64>() - 6.0
}

pub(crate) fn lognormal(rng: &mut ChaCha8Rng, median: f64, spread: f64) -> f64 {
    median * (spread * normal(rng)).exp()
}

impl Hull {
    /// A ship of a kind. Sizes are power laws fitted by eye to ordinary ships (for tankers 2,000 t: 78 x 12.5 x 5.2 m; 50,000 t:
    /// 183 x 32 x 12.5 m) with 4 % scatter; the draught is *not* computed with the formula of the detector.
    pub(crate) fn build(kind: Kind, dwt: Option<f64>, rng: &mut ChaCha8Rng) -> Self {
        let (median, spread, cl, el, cbm, ebm, speed) = match kind {
            Kind::ProductTanker => (4_500.0, 0.8, 10.4, 0.265, 1.36, 0.292, 12.0),
            Kind::ChemicalTanker => (9_000.0, 0.6, 10.6, 0.265, 1.34, 0.292, 13.0),
            Kind::CrudeTanker => (105_000.0, 0.4, 10.4, 0.272, 1.36, 0.295, 13.5),
            Kind::Bulk => (45_000.0, 0.6, 9.4, 0.277, 1.45, 0.286, 12.5),
            Kind::General => (4_800.0, 0.6, 10.8, 0.265, 1.30, 0.295, 11.0),
            Kind::Container => (18_000.0, 0.6, 9.3, 0.292, 1.30, 0.300, 17.0),
            Kind::Reefer => (6_000.0, 0.4, 9.8, 0.285, 1.45, 0.285, 15.0),
            Kind::Fishing => (150.0, 0.6, 8.5, 0.26, 1.9, 0.26, 9.0),
            Kind::Tug => (150.0, 0.3, 8.0, 0.26, 2.6, 0.26, 10.0),
            Kind::BunkerBarge => (1_800.0, 0.4, 10.0, 0.262, 1.4, 0.285, 9.0),
            Kind::Pilot => (20.0, 0.2, 8.2, 0.23, 2.6, 0.22, 20.0),
            Kind::Ferry => (2_000.0, 0.5, 13.0, 0.29, 2.4, 0.29, 19.0),
            Kind::Passenger => (3_000.0, 0.5, 14.0, 0.29, 2.3, 0.29, 17.0),
        };
        let dwt = dwt.unwrap_or_else(|| lognormal(rng, median, spread).clamp(15.0, 310_000.0));
        let scatter = |rng: &mut ChaCha8Rng| 1.0 + 0.04 * normal(rng).clamp(-2.0, 2.0);
        let length = (cl * dwt.powf(el) * scatter(rng)).clamp(9.0, 340.0);
        let beam = (cbm * dwt.powf(ebm) * scatter(rng)).clamp(3.0, 60.0);
        let draught = (0.655 * dwt.powf(0.2725) * scatter(rng)).clamp(1.2, 22.5);
        let cb = match kind {
            Kind::Container | Kind::Reefer => 0.62,
            Kind::Ferry | Kind::Passenger | Kind::Fishing | Kind::Tug | Kind::Pilot => 0.55,
            _ => 0.76,
        } + 0.03 * normal(rng).clamp(-2.0, 2.0);
        // Schneekluth and Bertram, Ship Design for Efficiency and Economy, 1998, section 1.6: Cw = (1 + 2 Cb) / 3.
        let cw = (1.0 + 2.0 * cb) / 3.0 + 0.01 * normal(rng).clamp(-2.0, 2.0);
        let displacement = 1.025 * cb * length * beam * draught;
        let light = (displacement - dwt).max(0.18 * displacement);
        Self {
            kind,
            class_b: matches!(kind, Kind::Fishing | Kind::Pilot) && rng.random_bool(0.5),
            ais_type: kind.ais_type(rng),
            dwt,
            length,
            beam,
            draught,
            cb,
            cw,
            light,
            speed: speed * (1.0 + 0.07 * normal(rng).clamp(-2.0, 2.0)),
            antenna: rng.random_range(0.75..0.9),
        }
    }

    /// Draught in metres with so many tonnes of cargo; without cargo ballast water is taken.
    ///
    /// The displaced volume grows with the draught to the power Cw/Cb (Munro-Smith; Barrass, Ship Design and Performance, 2004, chapter 1).
    pub(crate) fn draught_with(&self, cargo: f64) -> f64 {
        let stores = 0.03 * self.dwt;
        let ballast = if cargo < 0.15 * self.dwt { 0.32 * self.dwt - cargo } else { 0.0 };
        let full = 1.025 * self.cb * self.length * self.beam * self.draught;
        let now = self.light + stores + cargo + ballast.max(0.0);
        self.draught * (now / full).powf(self.cb / self.cw)
    }

    /// Metres to bow, stern, port and starboard.
    pub(crate) fn dimensions(&self) -> (u16, u16, u8, u8) {
        let bow = (self.length * self.antenna).round();
        let port = (self.beam / 2.0).round();
        (bow as u16, (self.length.round() - bow) as u16, port as u8, (self.beam.round() - port) as u8)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rand::SeedableRng;

    #[test]
    fn imo_numbers_are_valid_and_not_issued() {
        assert_eq!(imo_number(22_222), 2_222_224);
        for n in 0..2000 {
            let imo = imo_number(n);
            assert!((2_000_000..5_000_000).contains(&imo));
            assert!(imo.to_string().parse::<tw_base::Imo>().is_ok(), "{imo}");
        }
    }

    #[test]
    fn a_small_tanker_sinks_with_cargo() {
        let mut rng = ChaCha8Rng::seed_from_u64(1);
        for _ in 0..200 {
            let hull = Hull::build(Kind::ProductTanker, Some(2_000.0), &mut rng);
            assert!((65.0..95.0).contains(&hull.length), "{}", hull.length);
            let (empty, full) = (hull.draught_with(0.0), hull.draught_with(1_900.0));
            assert!(full > empty + 0.6 && full < 1.15 * hull.draught, "{empty} {full} {}", hull.draught);
        }
    }
}
