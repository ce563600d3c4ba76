//! How good predicted tracks are, against true ones.

use std::collections::{BTreeMap, HashMap};

use serde::{Deserialize, Serialize};

/// One report of a ship as the scorer needs it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Labelled {
    /// Number of the report; the same in truth and prediction.
    pub point: u64,
    /// Track it belongs to. The numbers of two sides need not agree.
    pub track: u64,
    /// Time, any unit. Reports of one track are ordered by time, then by number.
    pub t: i64,
}

/// Figures for a set of predicted tracks. Shares are 0 to 1; a share of nothing is 1.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct TrackScore {
    /// Reports scored: those that truth and prediction both have.
    pub n: u64,
    /// Reports of the truth that the prediction lacks; each counts as a track of its own.
    pub missing: u64,
    /// Reports of the prediction that the truth lacks; they are left out.
    pub unknown: u64,
    /// Mean over reports of (predecessor right + successor right) / 2, where "none" is right for the first and last report of a true track.
    ///
    /// This is the measure of the NGA challenge Algorithms for Threat Detection 2025 (its page `metric`).
    pub posit_accuracy: f64,
    /// Share of reports whose predecessor (or none) is right.
    pub predecessor_accuracy: f64,
    /// Share of reports whose successor (or none) is right.
    pub successor_accuracy: f64,
    /// True links, that is reports with a true successor.
    pub true_links: u64,
    /// Predicted links.
    pub predicted_links: u64,
    /// Links that are both: they join a report and its true next.
    pub right_links: u64,
    /// right / predicted links.
    pub link_precision: f64,
    /// right / true links: the successor accuracy over reports that have a true successor.
    pub link_recall: f64,
    /// Harmonic mean of the two.
    pub link_f1: f64,
    /// Share of reports that belong to the true ship which is most frequent in their predicted track.
    pub purity: f64,
    /// Share of reports that belong to the predicted track which is most frequent on their true ship.
    pub completeness: f64,
    /// True tracks.
    pub true_tracks: u64,
    /// Predicted tracks.
    pub predicted_tracks: u64,
    /// Mean number of predicted tracks over which a true track is spread, less one.
    pub splits_a_ship: f64,
}

/// Predecessor and successor of each report.
type Neighbours = HashMap<u64, (Option<u64>, Option<u64>)>;

fn neighbours(rows: &[Labelled]) -> Neighbours {
    let mut sorted: Vec<&Labelled> = rows.iter().collect();
    sorted.sort_unstable_by_key(|row| (row.track, row.t, row.point));
    let mut found = Neighbours::with_capacity(rows.len());
    for (k, row) in sorted.iter().enumerate() {
        let same = |other: Option<&&Labelled>| other.filter(|o| o.track == row.track).map(|o| o.point);
        found.insert(row.point, (k.checked_sub(1).and_then(|k| same(sorted.get(k))), same(sorted.get(k + 1))));
    }
    found
}

/// Share `part` / `whole`; of nothing, 1.
fn share(part: u64, whole: u64) -> f64 {
    if whole == 0 { 1.0 } else { part as f64 / whole as f64 }
}

/// Sum over groups of the size of the largest part, and the number of different pairs.
fn largest(pairs: impl Iterator<Item = (u64, u64)>) -> (u64, u64) {
    let mut counts: BTreeMap<(u64, u64), u64> = BTreeMap::new();
    for pair in pairs {
        *counts.entry(pair).or_default() += 1;
    }
    let mut tops: BTreeMap<u64, u64> = BTreeMap::new();
    for (&(group, _), &n) in &counts {
        let top = tops.entry(group).or_default();
        *top = n.max(*top);
    }
    (tops.values().sum(), counts.len() as u64)
}

/// Scores tracks.
///
/// A report twice in one list counts once, the last. Times are taken from the truth on both sides, so a prediction without times can be scored.
///
/// ```
/// use tw_maritime::link::{Labelled, score_tracks};
/// let row = |point, track| Labelled { point, track, t: point as i64 };
/// // The example of the challenge's own page: tracks 1-2-4-6 and 3-5-7-8, predicted as 1-2-4, 3-6-8 and 5-7.
/// let truth: Vec<_> = [(1, 0), (2, 0), (3, 1), (4, 0), (5, 1), (6, 0), (7, 1), (8, 1)].map(|(p, t)| row(p, t)).into();
/// let predicted: Vec<_> = [(1, 0), (2, 0), (3, 1), (4, 0), (5, 2), (6, 1), (7, 2), (8, 1)].map(|(p, t)| row(p, t)).into();
/// let score = score_tracks(&truth, &predicted);
/// assert_eq!((score.right_links, score.true_links, score.predicted_links), (3, 6, 5));
/// assert_eq!(score.posit_accuracy, 0.5625);
/// ```
#[must_use]
pub fn score_tracks(truth: &[Labelled], predicted: &[Labelled]) -> TrackScore {
    let truth: BTreeMap<u64, Labelled> = truth.iter().map(|row| (row.point, *row)).collect();
    let guess: BTreeMap<u64, u64> = predicted.iter().map(|row| (row.point, row.track)).collect();
    let unknown = guess.keys().filter(|point| !truth.contains_key(point)).count() as u64;
    // Tracks are numbered anew, so that a report without a prediction can have a number that nobody has.
    let mut number: BTreeMap<u64, u64> = BTreeMap::new();
    let mut missing = 0;
    let rows: Vec<(Labelled, u64)> = truth
        .values()
        .enumerate()
        .map(|(k, row)| {
            let next = number.len() as u64;
            match guess.get(&row.point) {
                Some(&track) => (*row, *number.entry(track).or_insert(next)),
                None => {
                    missing += 1;
                    (*row, u64::MAX - k as u64)
                }
            }
        })
        .collect();
    let true_rows: Vec<Labelled> = rows.iter().map(|(row, _)| *row).collect();
    let guessed: Vec<Labelled> = rows.iter().map(|&(row, track)| Labelled { track, ..row }).collect();
    let (real, made) = (neighbours(&true_rows), neighbours(&guessed));
    let (mut before, mut after, mut true_links, mut predicted_links, mut right_links) = (0, 0, 0, 0, 0);
    for (point, (p, s)) in &real {
        let Some((p2, s2)) = made.get(point) else { continue };
        before += u64::from(p == p2);
        after += u64::from(s == s2);
        true_links += u64::from(s.is_some());
        predicted_links += u64::from(s2.is_some());
        right_links += u64::from(s.is_some() && s == s2);
    }
    let n = rows.len() as u64;
    let (pure, pairs) = largest(rows.iter().map(|(row, guess)| (*guess, row.track)));
    let (complete, _) = largest(rows.iter().map(|(row, guess)| (row.track, *guess)));
    let true_tracks = true_rows.iter().map(|row| row.track).collect::<std::collections::BTreeSet<_>>().len() as u64;
    let predicted_tracks = guessed.iter().map(|row| row.track).collect::<std::collections::BTreeSet<_>>().len() as u64;
    TrackScore {
        n: n - missing,
        missing,
        unknown,
        posit_accuracy: share(before + after, 2 * n),
        predecessor_accuracy: share(before, n),
        successor_accuracy: share(after, n),
        true_links,
        predicted_links,
        right_links,
        link_precision: share(right_links, predicted_links),
        link_recall: share(right_links, true_links),
        link_f1: share(2 * right_links, predicted_links + true_links),
        purity: share(pure, n),
        completeness: share(complete, n),
        true_tracks,
        predicted_tracks,
        splits_a_ship: share(pairs, true_tracks.max(1)) - if true_tracks == 0 { 0.0 } else { 1.0 },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rows(tracks: &[u64]) -> Vec<Labelled> {
        tracks.iter().enumerate().map(|(k, &track)| Labelled { point: k as u64, track, t: k as i64 }).collect()
    }

    #[test]
    fn the_truth_scores_one_whatever_its_numbers() {
        let score = score_tracks(&rows(&[5, 5, 7, 7, 5]), &rows(&[1, 1, 0, 0, 1]));
        assert_eq!((score.posit_accuracy, score.link_f1, score.purity, score.completeness, score.splits_a_ship), (1.0, 1.0, 1.0, 1.0, 0.0));
    }

    #[test]
    fn everything_alone_is_pure_but_not_complete() {
        let score = score_tracks(&rows(&[1, 1, 1, 1]), &rows(&[1, 2, 3, 4]));
        assert_eq!((score.purity, score.completeness, score.right_links, score.splits_a_ship), (1.0, 0.25, 0, 3.0));
        assert_eq!((score.predecessor_accuracy, score.successor_accuracy), (0.25, 0.25));
    }

    #[test]
    fn a_missing_report_is_a_track_of_its_own_and_a_strange_one_is_left_out() {
        let mut predicted = rows(&[1, 1, 1]);
        predicted[2].point = 77;
        let score = score_tracks(&rows(&[1, 1, 1]), &predicted);
        assert_eq!((score.n, score.missing, score.unknown, score.right_links, score.true_links), (2, 1, 1, 1, 2));
    }

    #[test]
    fn nothing_scores_without_a_division_by_nothing() {
        assert_eq!(score_tracks(&[], &[]).posit_accuracy, 1.0);
    }
}
