//! The shape of a provision file. `law/README.md` explains each key to the person who writes one.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use tw_base::{Bounds, Country, Date, Interval, Unit};

/// One paragraph of law: `law/<regime>/<id>.toml`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Provision {
    /// Key, equal to the file name: regime, document number, paragraph (`UN-2397-5`).
    pub id: String,
    /// Body of law (`UN-DPRK`), equal to the folder name in capitals.
    pub regime: String,
    /// Official symbol (`S/RES/2397 (2017)`).
    pub instrument: String,
    /// Paragraph or article as the instrument numbers it; `-` if the whole instrument.
    pub paragraph: String,
    /// What it is about, two or three words.
    pub subject: String,
    /// The rule in our words.
    pub rule: String,
    /// Whether it binds.
    pub force: Force,
    /// How well the wording was checked; every verdict repeats it.
    pub verification: Verification,
    /// When it applied: half-open intervals, in order. More than one where it was suspended; empty where it never applied.
    #[serde(default)]
    pub in_force: Vec<InForce>,
    /// Which acts it concerns.
    pub scope: Scope,
    /// What it asks of them.
    pub test: Test,
    /// Facts that must be proved beside the test, each open until somebody proves it (knowledge, significance).
    #[serde(default, rename = "element", skip_serializing_if = "Vec::is_empty")]
    pub elements: Vec<Element>,
    /// Ways in which the act would be lawful, and who has to prove them.
    #[serde(default, rename = "exception", skip_serializing_if = "Vec::is_empty")]
    pub exceptions: Vec<Exception>,
    /// Duties to report.
    #[serde(default, rename = "report", skip_serializing_if = "Vec::is_empty")]
    pub reports: Vec<Report>,
    /// Whose view it is that the provision is valid, where that is disputed.
    #[serde(default, rename = "view", skip_serializing_if = "Vec::is_empty")]
    pub views: Vec<View>,
    /// Dates from which a jurisdiction gave it effect at home, where known.
    #[serde(default, rename = "national-start", skip_serializing_if = "Vec::is_empty")]
    pub national_starts: Vec<NationalStart>,
    /// Provisions that it replaced whole.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub supersedes: Vec<String>,
    /// Provisions that replaced it whole.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub superseded_by: Vec<String>,
    /// Provisions that narrowed, extended or joined it; it stays in force beside them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub modified_by: Vec<String>,
    /// What data would show it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub data_tests: Vec<String>,
    /// A remark for the reader: what was not read, where readings differ.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub note: String,
    /// Where the wording, numbers and dates were read.
    #[serde(rename = "source")]
    pub sources: Vec<Source>,
}

/// Whether a provision can be breached at all.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Force {
    /// A duty or a prohibition.
    Binding,
    /// "Calls upon", "requests": it cannot be breached.
    Recommendatory,
    /// A permission, carve-out, mandate or definition: it forbids nothing.
    Permissive,
    /// A power or a duty of an authority to act against somebody: the consequence of conduct, not a rule of conduct.
    Consequence,
}

/// How well the wording was checked (`facts/README.md` of the sources).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Verification {
    /// The operative wording was read.
    V1,
    /// An official or near-official summary was read.
    V2,
    /// From memory, to be read again at the source. Loaded, and never decides.
    V3,
}

/// A stretch of time in which the provision applied.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct InForce {
    /// First day.
    #[serde(deserialize_with = "crate::date::one")]
    pub from: Date,
    /// Day after the last; absent if it is still in force.
    #[serde(default, deserialize_with = "crate::date::maybe", skip_serializing_if = "Option::is_none")]
    pub to: Option<Date>,
    /// Level of these dates, where lower than the provision's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub verification: Option<Verification>,
    /// Time of day and zone where they matter.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
}

impl InForce {
    /// The days, half-open.
    #[must_use]
    pub fn interval(&self) -> Interval {
        Interval::new(self.from, self.to)
    }
}

/// Which acts a provision concerns. An empty list means any.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Scope {
    /// Kinds of act.
    pub acts: Vec<Act>,
    /// Direction of goods, money or people.
    pub direction: Direction,
    /// Classes of goods or services.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub items: Vec<Item>,
    /// Harmonized System headings that practice maps to the items, prefixes without dots (`2710`, `271112`); ranges of chapters are written out.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub hs: Vec<String>,
    /// Headings that only some jurisdictions read into the text: a hit is a national reading, not the provision's own.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub hs_national: BTreeMap<String, Country>,
    /// Who is bound; empty means every State (UN), or the persons named in the rule.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub binds: Vec<Country>,
}

/// Kinds of act that provisions speak of. Closed: a new one is a change of the program.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Act {
    /// Supply, sale or transfer of goods (export towards the target).
    Supply,
    /// Procurement or import of goods (from the target).
    Procure,
    /// Issuing a work permit.
    IssueWorkPermit,
    /// Registering a foreign worker with a migration service: supports, and is not, a permit.
    RegisterWorker,
    /// Having nationals of the target who earn income in the jurisdiction.
    HostWorkers,
    /// Sending workers abroad.
    SendWorkers,
    /// Entry, transit or stay of a person.
    AdmitPerson,
    /// Expelling or sending home.
    Repatriate,
    /// Teaching or training.
    Teach,
    /// Scientific or technical cooperation.
    Cooperate,
    /// Transfer of goods between ships at sea.
    ShipToShipTransfer,
    /// Call of a ship at a port.
    PortCall,
    /// Flagging, registering, classing or certifying a ship.
    RegisterShip,
    /// Insuring or reinsuring.
    Insure,
    /// Owning, leasing, chartering, operating or crewing a ship or aircraft.
    OperateShip,
    /// Fuelling or servicing a ship.
    Bunker,
    /// Inspecting cargo or a ship.
    Inspect,
    /// Seizing, freezing or releasing a ship.
    SeizeShip,
    /// Landing, take-off or overflight.
    Fly,
    /// Dealing with a designated person, ship or entity, or with its property.
    DealWithDesignated,
    /// Financial services, accounts, correspondent relations, cash.
    Finance,
    /// Remitting or carrying money.
    Remit,
    /// Joint ventures and cooperative entities.
    JointVenture,
    /// Maintaining offices, accounts or property of a mission or company.
    Maintain,
    /// Services around trade: brokering, technical assistance, transport.
    Service,
    /// Selling fishing rights.
    FishingRights,
    /// Giving notice or a report.
    Report,
    /// Monitoring by a body with a mandate.
    Monitor,
}

/// Direction relative to the country the regime is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Direction {
    /// Towards it.
    To,
    /// From it.
    From,
    /// Either way.
    Both,
    /// On the territory of a host.
    Host,
}

/// Classes of goods and services. Closed, like [`Act`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Item {
    /// Refined petroleum products.
    RefinedPetroleum,
    /// Premium products of the Russian price cap (diesel, gasoline, kerosene).
    RefinedPremium,
    /// Discount products of the Russian price cap (fuel oil, naphtha).
    RefinedDiscount,
    /// Crude oil.
    CrudeOil,
    /// Condensates and natural gas liquids.
    Condensates,
    /// Liquefied natural gas.
    Lng,
    /// Aviation and rocket fuel.
    AviationFuel,
    /// Petrochemicals.
    Petrochemicals,
    /// Coal.
    Coal,
    /// Iron and iron ore.
    Iron,
    /// Lead and lead ore.
    Lead,
    /// Copper, nickel, silver and zinc.
    NonFerrousMetals,
    /// Gold, titanium and vanadium ores, rare earths.
    RareMinerals,
    /// Seafood.
    Seafood,
    /// Textiles.
    Textiles,
    /// Statues.
    Statues,
    /// Food and agricultural products (HS 07, 08, 12).
    Food,
    /// Earth and stone (HS 25).
    EarthStone,
    /// Wood (HS 44).
    Wood,
    /// Machinery and electrical equipment (HS 84, 85).
    Machinery,
    /// Transport vehicles (HS 86–88).
    Vehicles,
    /// Iron, steel and other metals as articles (HS 72–83).
    Metals,
    /// Ships.
    Vessels,
    /// Helicopters and aircraft.
    Aircraft,
    /// Arms.
    Arms,
    /// Luxury goods.
    LuxuryGoods,
    /// Gold as a store of value.
    Gold,
    /// Cash in bulk.
    Cash,
    /// Fishing rights.
    FishingRights,
    /// Goods made with the labour of the target's nationals.
    LabourMadeGoods,
    /// Software and online services.
    Software,
    /// Anything else that the rule names.
    Other,
}

/// The closed set of tests. Each has one evaluator in `eval`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", deny_unknown_fields, rename_all = "kebab-case", rename_all_fields = "kebab-case")]
pub enum Test {
    /// The act itself is prohibited.
    Ban {
        /// Items that are caught only from a later day than the provision's start.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        item_from: Vec<ItemFrom>,
    },
    /// A quantity summed over all parties in a window may not pass a limit.
    WindowedCap {
        /// The limit, once per unit.
        limits: Vec<Limit>,
        /// How limits in two units go together.
        #[serde(default)]
        combine: Combine,
        /// The window.
        window: Window,
        /// A second window that other readers of the same text use.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        alternative_window: Option<Window>,
        /// Shares of the limit, in per cent, at which the Committee gives notice.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        notices: Vec<Notice>,
        /// Whose sum it is.
        #[serde(default)]
        sum_over: SumOver,
    },
    /// A stock may not stand above its level on a day.
    StockCeiling {
        /// Unit of the stock.
        unit: Unit,
        /// The day whose level is the ceiling.
        #[serde(deserialize_with = "crate::date::one")]
        baseline: Date,
    },
    /// A stock must be zero after a day.
    SunsetStock {
        /// Unit of the stock.
        unit: Unit,
        /// Last day on which the stock may be above zero.
        #[serde(deserialize_with = "crate::date::one")]
        last_day: Date,
        /// True where it is disputed whether that day itself is still lawful: on it the answer is unknown.
        #[serde(default)]
        last_day_unsettled: bool,
    },
    /// The duty is a report; see `[[report]]`.
    ReportDue,
    /// The act is barred for a number of days after an event.
    LookBack {
        /// The number of days and the event, several where any one bars.
        events: Vec<LookBackEvent>,
    },
    /// The act is barred with a party, ship or property that is designated on the day.
    DesignationEffect {
        /// The list or lists whose designation counts, as `listings` tables name them (`UN-1718`, `US-SDN`).
        lists: Vec<String>,
    },
    /// A measured value against a level that may change with date, class and contract.
    Threshold {
        /// What is measured, as the facts name it (`price`, `unit-value`, `accounts`, `cash`, `ownership`).
        measure: String,
        /// Whether the act is barred above, at or above, or below the level.
        bars: Bars,
        /// The levels by date and class.
        levels: Vec<Level>,
    },
    /// A fact is presumed until rebutted.
    Presumption {
        /// What is presumed.
        presumes: String,
        /// Standard of proof for rebutting it.
        standard: String,
    },
    /// The outcome of other provisions decides.
    DependsOn {
        /// Their ids: any one breached or prima facie breached satisfies the condition.
        any_of: Vec<String>,
    },
    /// Nothing to test: a permission, mandate or definition.
    None,
}

/// An item with its own first day.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct ItemFrom {
    /// The item.
    pub item: Item,
    /// First day on which it is caught.
    #[serde(deserialize_with = "crate::date::one")]
    pub from: Date,
}

/// A limit in one unit.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Limit {
    /// The amount that may not be passed; `None` where the law names an undisclosed amount (the supply of an earlier year).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub value: Option<f64>,
    /// What the undisclosed amount is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub baseline: Option<String>,
    /// Its unit.
    pub unit: Unit,
    /// Level of this figure, where lower than the provision's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub verification: Option<Verification>,
}

/// How limits in two units go together.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Combine {
    /// The same limit in another unit ("4 million barrels or 525,000 tons").
    #[default]
    Alternative,
    /// Whichever is reached first ("whichever is lower").
    Lower,
}

/// The clock of a cap.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "clock", deny_unknown_fields, rename_all = "kebab-case", rename_all_fields = "kebab-case")]
pub enum Window {
    /// Each calendar year.
    CalendarYear,
    /// Twelve months from a day of the year, again and again.
    YearFrom {
        /// Month, 1 to 12.
        month: i8,
        /// Day of the month.
        day: i8,
    },
    /// One stretch of days only, half-open.
    Once {
        /// First day.
        #[serde(deserialize_with = "crate::date::one")]
        from: Date,
        /// Day after the last.
        #[serde(deserialize_with = "crate::date::one")]
        to: Date,
    },
}

/// A share of a cap with a duty attached.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Notice {
    /// Per cent of the limit.
    pub percent: f64,
    /// What follows from the notice.
    pub duty: String,
    /// True if from this notice on every State must stop for the rest of the window.
    #[serde(default)]
    pub cease: bool,
    /// Level of this step.
    pub verification: Verification,
}

/// Whose supplies count towards a cap.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum SumOver {
    /// All States together.
    #[default]
    AllStates,
    /// One jurisdiction.
    Jurisdiction,
}

/// An event that bars for a time.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct LookBackEvent {
    /// What happened, as the facts name it (`port-call`, `ship-to-ship`).
    pub event: String,
    /// Days for which it bars; `None` for ever.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub days: Option<i32>,
    /// First day of this limb, where later than the provision's.
    #[serde(default, deserialize_with = "crate::date::maybe", skip_serializing_if = "Option::is_none")]
    pub from: Option<Date>,
    /// Level of this limb, where lower than the provision's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub verification: Option<Verification>,
}

/// On which side of a level the act is barred.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Bars {
    /// Strictly above it.
    Above,
    /// At or above it.
    AtOrAbove,
}

/// A level of a threshold.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Level {
    /// The level; `None` where it could not be settled from that day on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub value: Option<f64>,
    /// Its unit.
    pub unit: Unit,
    /// First day; the provision's own if absent.
    #[serde(default, deserialize_with = "crate::date::maybe", skip_serializing_if = "Option::is_none")]
    pub from: Option<Date>,
    /// Day after the last.
    #[serde(default, deserialize_with = "crate::date::maybe", skip_serializing_if = "Option::is_none")]
    pub to: Option<Date>,
    /// The item it is for; any if absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub item: Option<Item>,
    /// Goods it is for, in words, where no [`Item`] says it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub class: Option<String>,
    /// How the level is computed, where a formula sets it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub formula: Option<String>,
    /// Level of this figure, where lower than the provision's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub verification: Option<Verification>,
    /// Older contracts that may still run at this level after it ended.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub wind_down: Option<WindDown>,
}

/// A grace for older contracts.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct WindDown {
    /// The contract is from before this day.
    #[serde(deserialize_with = "crate::date::one")]
    pub contract_before: Date,
    /// The act happens before this day.
    #[serde(deserialize_with = "crate::date::one")]
    pub act_before: Date,
}

/// A fact that must be proved beside the test.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Element {
    /// Key within the provision (`knowingly`).
    pub id: String,
    /// What has to be true.
    pub cond: String,
    /// Who has to prove it.
    pub burden: String,
    /// True for a fact without which the rule does not concern the case (a flag, an owner, a purpose, an omission): while it is open, nothing
    /// points to a breach.
    #[serde(default)]
    pub gate: bool,
}

/// A way in which the act would be lawful.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Exception {
    /// Key within the provision (`OLD-CONTRACT`).
    pub id: String,
    /// The condition.
    pub cond: String,
    /// Who has to prove it.
    pub burden: String,
    /// What would prove it.
    pub proof: String,
    /// First day on which it can be invoked, where later than the provision's.
    #[serde(default, deserialize_with = "crate::date::maybe", skip_serializing_if = "Option::is_none")]
    pub from: Option<Date>,
    /// Day from which it can no longer be invoked.
    #[serde(default, deserialize_with = "crate::date::maybe", skip_serializing_if = "Option::is_none")]
    pub to: Option<Date>,
    /// Items it is limited to; any if empty.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub items: Vec<Item>,
    /// Dates of contract and act that close it when they are known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub wind_down: Option<WindDown>,
    /// Only the contract date closes it, where the act may happen at any time.
    #[serde(default, deserialize_with = "crate::date::maybe", skip_serializing_if = "Option::is_none")]
    pub contract_before: Option<Date>,
    /// Level of the exception, where lower than the provision's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub verification: Option<Verification>,
}

/// A duty to report.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Report {
    /// Key within the provision (`monthly`, `interim`, `final`).
    pub id: String,
    /// Who reports.
    pub who: String,
    /// What it says.
    pub what: String,
    /// The one day by which it is due (the last lawful day).
    #[serde(default, deserialize_with = "crate::date::maybe", skip_serializing_if = "Option::is_none")]
    pub by: Option<Date>,
    /// It is due again for every this many days (30: every month; 90: every quarter).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub every_days: Option<u16>,
    /// Days after the end of the period reported on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub within_days: Option<u16>,
    /// When, in words, where no number says it ("promptly").
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub when: Option<String>,
    /// True if only requested: silence is no reporting breach.
    #[serde(default)]
    pub requested_only: bool,
    /// Level of the duty, where lower than the provision's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub verification: Option<Verification>,
}

/// A jurisdiction's view of whether the provision is valid.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct View {
    /// Who holds it.
    pub who: Vec<String>,
    /// Whether they hold it valid.
    pub valid: bool,
    /// First day of the dispute.
    #[serde(deserialize_with = "crate::date::one")]
    pub from: Date,
}

/// The first day on which a jurisdiction applied the provision at home.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct NationalStart {
    /// The jurisdiction.
    pub jurisdiction: Country,
    /// The first day.
    #[serde(deserialize_with = "crate::date::one")]
    pub from: Date,
    /// The national provision, by its id in this book where it has one.
    pub by: String,
    /// Time of day and zone, or what differs.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
}

/// Where something was read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Source {
    /// Address or file.
    pub at: String,
    /// What was taken from it, where it is not the whole rule.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub what: Option<String>,
}

/// What is known of an act, or of a state of affairs, when a provision is asked about it.
///
/// Absent means unknown. Nothing absent is ever read as zero, as no, or as compliant.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Facts {
    /// What was done.
    pub act: Act,
    /// The days on which it was done, half-open; one day for a stock.
    pub when: Interval,
    /// Whether it was done at all; true unless the facts say otherwise.
    #[serde(default = "Facts::occurred_default")]
    pub occurred: tw_base::Tri,
    /// Direction relative to the target country.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub direction: Option<Direction>,
    /// Class of goods.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub item: Option<Item>,
    /// Heading of the goods, digits only.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hs: Option<String>,
    /// The jurisdiction whose duty is asked about (host, flag, supplier).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub jurisdiction: Option<Country>,
    /// Whose view of a disputed provision is asked for, as `[[view]]` names them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub view: Option<String>,
    /// Amounts by unit: done in `when`, or summed over the window for a cap, or standing on the day for a stock.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub amounts: BTreeMap<Unit, Bounds>,
    /// The stock on the baseline day of a ceiling.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub baseline: Option<Bounds>,
    /// Measured values by name, for thresholds (`price`, `ownership`).
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub measures: BTreeMap<String, Bounds>,
    /// Date of the contract under which it was done.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub contract: Option<Date>,
    /// Whether the party, ship or property was designated on the day.
    #[serde(default)]
    pub designated: tw_base::Tri,
    /// Days on which earlier events happened, by the names of [`LookBackEvent::event`].
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub events: BTreeMap<String, Date>,
    /// The first day on which the Committee gave the notice to stop, if it did.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cease_notice: Option<CeaseNotice>,
    /// What was settled about exceptions and elements, by id; absent is open.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub settled: BTreeMap<String, Settled>,
    /// Reports received, by the id of the duty: the day each was received, or none so far.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub reports: BTreeMap<String, Received>,
    /// Verdicts of other provisions that this one depends on, by id.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub verdicts: BTreeMap<String, crate::Verdict>,
    /// The evidence supports the act without being it (a registration for a permit): the condition cannot become true.
    #[serde(default)]
    pub proxy: bool,
}

impl Facts {
    fn occurred_default() -> tw_base::Tri {
        tw_base::Tri::True
    }

    /// What was settled about an exception or element of a provision, by its key, or by `<provision>:<key>`, which goes first.
    #[must_use]
    pub fn settled_for(&self, provision: &str, key: &str) -> Settled {
        let named = self.settled.iter().find(|(k, _)| k.split_once(':') == Some((provision, key))).map(|(_, v)| v);
        named.or_else(|| self.settled.get(key)).copied().unwrap_or(Settled::Open)
    }

    /// Whether the report came that a provision asks for, by its key, or by `<provision>:<key>`, which goes first.
    #[must_use]
    pub fn report_for(&self, provision: &str, key: &str) -> Option<&Received> {
        let named = self.reports.iter().find(|(k, _)| k.split_once(':') == Some((provision, key))).map(|(_, v)| v);
        named.or_else(|| self.reports.get(key))
    }

    /// The same without what is settled or reported under a key that names no provision: such a key is several provisions'.
    pub(crate) fn named_keys_only(&self) -> std::borrow::Cow<'_, Self> {
        if self.settled.keys().chain(self.reports.keys()).all(|key| key.contains(':')) {
            return std::borrow::Cow::Borrowed(self);
        }
        let mut facts = self.clone();
        facts.settled.retain(|key, _| key.contains(':'));
        facts.reports.retain(|key, _| key.contains(':'));
        std::borrow::Cow::Owned(facts)
    }

    /// An act on some days, of which nothing else is known.
    #[must_use]
    pub fn new(act: Act, when: Interval) -> Self {
        Self {
            act,
            when,
            occurred: tw_base::Tri::True,
            direction: None,
            item: None,
            hs: None,
            jurisdiction: None,
            view: None,
            amounts: BTreeMap::new(),
            baseline: None,
            measures: BTreeMap::new(),
            contract: None,
            designated: tw_base::Tri::Unknown,
            events: BTreeMap::new(),
            cease_notice: None,
            settled: BTreeMap::new(),
            reports: BTreeMap::new(),
            verdicts: BTreeMap::new(),
            proxy: false,
        }
    }
}

/// Whether the notice that triggers the duty to stop was given.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub enum CeaseNotice {
    /// Given on that day.
    Given(Date),
    /// Known not to have been given.
    NotGiven,
}

/// What was settled about an exception or element.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Settled {
    /// Proved: the exception covers the act; the element is made out.
    Established,
    /// Ruled out.
    Excluded,
    /// Asked, and not answered so far. The same as saying nothing.
    Open,
}

/// Whether a report came.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub enum Received {
    /// On that day.
    On(Date),
    /// Not by that day.
    NotBy(Date),
}
