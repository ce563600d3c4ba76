//! Which papers are of one person: surely, and perhaps.

use std::collections::BTreeMap;

use tw_ftm::{Entity, model};
use tw_screening::{Party, Weights, score};
use tw_tables::{Permit, Row};

use crate::common::plain;

/// Papers of one employer that are all compared with each other; more are compared by passport, name, and birth alone.
const MOST_COMPARED: usize = 300;

/// Which papers are of one person.
pub(super) struct Persons {
    /// For each row a person, if only equal numbers, or equal names and days of birth, join two papers: the most persons.
    pub(super) surely: Vec<usize>,
    /// For each row a person, if papers that resemble each other are joined too: the fewest persons.
    pub(super) perhaps: Vec<usize>,
    /// Employers with too many papers to compare them all.
    pub(super) uncompared: usize,
}

impl Persons {
    /// Joins the papers of persons. Nothing of who they are leaves it.
    pub(super) fn of(rows: &[&Row<Permit>], same: f64) -> Self {
        let parties: Vec<Option<Party>> = rows.iter().map(|row| named(&row.data)).collect();
        let mut surely = Sets::new(rows.len());
        let mut perhaps = Sets::new(rows.len());
        let mut weights = Weights::default();
        weights.threshold = same;
        let mut uncompared = 0;
        for (kind, block) in blocks(rows) {
            if kind == 'e' && block.len() > MOST_COMPARED {
                uncompared += 1;
                continue;
            }
            // Of a long list of namesakes each is compared with its neighbours by birth and passport.
            let reach = if block.len() > MOST_COMPARED { 20 } else { block.len() };
            for (i, a) in block.iter().enumerate() {
                for b in block.iter().skip(i + 1).take(reach) {
                    let (x, y) = (&rows[*a].data, &rows[*b].data);
                    if surely_one(x, y) {
                        surely.join(*a, *b);
                        perhaps.join(*a, *b);
                    } else if perhaps.find(*a) != perhaps.find(*b)
                        && !surely_two(x, y)
                        && let (Some(p), Some(q)) = (&parties[*a], &parties[*b])
                        && score(p, q, &weights) >= same
                    {
                        perhaps.join(*a, *b);
                    }
                }
            }
        }
        Self { surely: surely.roots(), perhaps: perhaps.roots(), uncompared }
    }
}

/// Rows that may be of one person, by what they share: passport, name, day of birth, or employer. In an order that does not hang on the file's.
fn blocks(rows: &[&Row<Permit>]) -> Vec<(char, Vec<usize>)> {
    let mut shared: BTreeMap<(char, String), Vec<usize>> = BTreeMap::new();
    for (at, row) in rows.iter().enumerate() {
        let data = &row.data;
        let mut add = |kind: char, text: String| {
            if !text.is_empty() {
                shared.entry((kind, text)).or_default().push(at);
            }
        };
        add('n', plain(&data.person));
        add('p', data.passport.as_deref().map(plain).unwrap_or_default());
        add(
            'b',
            data.born.as_ref().filter(|born| born.interval().days() == Some(1)).map(|born| born.text().to_owned()).unwrap_or_default(),
        );
        add('e', data.employer.as_deref().map(plain).unwrap_or_default());
    }
    let mut found = Vec::new();
    for ((kind, _), mut block) in shared {
        if block.len() > 1 {
            block.sort_by_key(|at| {
                let data = &rows[*at].data;
                (data.born.as_ref().map(tw_base::Period::from), data.passport.as_deref().map(plain), *at)
            });
            found.push((kind, block));
        }
    }
    found
}

/// A number stands for the person instead of a name.
fn numbered(person: &str) -> bool {
    person.chars().any(|c| c.is_ascii_digit())
}

fn named(data: &Permit) -> Option<Party> {
    if numbered(&data.person) {
        return None;
    }
    let mut entity = Entity::new("", model().schema("Person")?);
    entity.add("name", &data.person);
    if let Some(born) = &data.born {
        entity.add("birthDate", born.text());
    }
    if let Some(passport) = &data.passport {
        entity.add("passportNumber", passport);
    }
    entity.set_caption();
    Some(Party::new(&entity))
}

fn same_passport(a: &Permit, b: &Permit) -> bool {
    let text = |data: &Permit| data.passport.as_deref().map(plain).filter(|text| text.len() >= 5);
    text(a).is_some_and(|x| text(b) == Some(x))
}

fn births_differ(a: &Permit, b: &Permit) -> bool {
    matches!((&a.born, &b.born), (Some(x), Some(y)) if x.interval().meet(&y.interval()).is_none())
}

fn surely_one(a: &Permit, b: &Permit) -> bool {
    if births_differ(a, b) {
        return false;
    }
    let born = |data: &Permit| data.born.as_ref().is_some_and(|born| born.interval().days() == Some(1));
    let same_name = plain(&a.person) == plain(&b.person) && !plain(&a.person).is_empty();
    same_passport(a, b) || same_name && (born(a) && born(b) || numbered(&a.person) && a.host == b.host)
}

fn surely_two(a: &Permit, b: &Permit) -> bool {
    births_differ(a, b) || numbered(&a.person) || numbered(&b.person)
}

/// Sets that grow together.
struct Sets(Vec<usize>);

impl Sets {
    fn new(n: usize) -> Self {
        Self((0..n).collect())
    }

    fn find(&mut self, mut at: usize) -> usize {
        while self.0[at] != at {
            self.0[at] = self.0[self.0[at]];
            at = self.0[at];
        }
        at
    }

    fn join(&mut self, a: usize, b: usize) {
        let (a, b) = (self.find(a), self.find(b));
        self.0[a.max(b)] = a.min(b);
    }

    fn roots(mut self) -> Vec<usize> {
        (0..self.0.len()).map(|at| self.find(at)).collect()
    }
}

#[cfg(test)]
mod tests {
    use tw_base::{Country, Grade, Origin, Provenance, RecordPtr, Sha256, Span};
    use tw_tables::PermitKind;

    use super::*;

    fn row(person: &str, born: &str, passport: &str, employer: &str) -> Row<Permit> {
        let data = Permit {
            kind: PermitKind::Permit,
            person: person.to_owned(),
            born: Some(born).filter(|b| !b.is_empty()).map(|b| b.parse().expect("a period")),
            passport: Some(passport).filter(|p| !p.is_empty()).map(str::to_owned),
            nationality: Country::PRK,
            host: Country::RUS,
            employer: Some(employer.to_owned()),
            contract_date: None,
            issued: "2018-03-04".parse().expect("a period"),
            expires: None,
            purpose: None,
            document: None,
        };
        let record = RecordPtr { capture: Sha256::from_bytes([0; 32]), span: Span::Row(2) };
        Row {
            data,
            provenance: Provenance {
                origin: Origin::Synthetic,
                source: String::new(),
                grade: Grade::UNJUDGED,
                note: None,
                known: None,
                record,
            },
        }
    }

    /// Most and fewest persons.
    fn count(rows: &[Row<Permit>]) -> (usize, usize) {
        let persons = Persons::of(&rows.iter().collect::<Vec<_>>(), 0.7);
        let number = |roots: &[usize]| roots.iter().collect::<std::collections::BTreeSet<_>>().len();
        (number(&persons.surely), number(&persons.perhaps))
    }

    #[test]
    fn a_passport_in_two_spellings_is_one_person_whatever_the_name() {
        assert_eq!(count(&[row("Jane Example", "", "X 0000001", "A"), row("EXAMPLE J.", "1985", "x0000001", "B")]), (1, 1));
        assert_eq!(count(&[row("Jane Example", "1985-02-03", "X0000001", "A"), row("Jane Example", "1990", "X0000001", "A")]), (2, 2));
        // A number of a few digits is no passport.
        assert_eq!(count(&[row("Jane Example", "", "12", "A"), row("Other Person", "", "12", "B")]), (2, 2));
    }

    #[test]
    fn names_alone_never_join_two_papers_for_sure() {
        assert_eq!(count(&[row("Jane Example", "", "", "A"), row("Example, Jane", "", "", "A")]), (2, 1));
        assert_eq!(count(&[row("Jane Example", "1985-02-03", "", "A"), row("JANE EXAMPLE", "1985-02-03", "", "B")]), (1, 1));
        assert_eq!(count(&[row("Jane Example", "1985-02-03", "", "A"), row("Jane Example", "1985-02-04", "", "A")]), (2, 2));
        assert_eq!(count(&[row("W-0001", "", "", "A"), row("W-0002", "", "", "A"), row("W-0001", "", "", "B")]), (2, 2));
    }

    /// `cargo test --release -p tw-detect thirty_thousand -- --ignored --nocapture`
    #[test]
    #[ignore = "measures"]
    #[expect(clippy::print_stdout, reason = "prints what it measured")]
    fn thirty_thousand_papers() {
        let letters = |n: usize| (0..4).map(|i| char::from(b'a' + ((n / 26_usize.pow(i)) % 26) as u8)).collect::<String>();
        let rows: Vec<Row<Permit>> = (0..30_000)
            .map(|n| {
                let m = n / 2;
                let born = format!("{}-{:02}-{:02}", 1960 + m % 41, 1 + m % 12, 1 + m % 25);
                row(&format!("Jane {} Example", letters(m * 7919)), &born, &format!("X{m:07}"), &format!("Employer {}", n % 150))
            })
            .collect();
        let before = std::time::Instant::now();
        let counted = count(&rows);
        println!("{counted:?} persons in {:.1} s", before.elapsed().as_secs_f64());
    }
}
