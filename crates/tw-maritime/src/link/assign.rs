//! The best one-to-one matching of a sparse bipartite graph in which anything may stay alone.

/// An edge with what it is worth to have it; only a positive worth can be chosen.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Edge {
    /// Left node.
    pub left: u32,
    /// Right node.
    pub right: u32,
    /// Gain over leaving both alone.
    pub worth: f32,
}

/// No partner.
pub(crate) const ALONE: u32 = u32::MAX;

/// For each left node its right node or [`ALONE`], so that the sum of worth is within `step` times the number of pairs of the largest.
///
/// The forward auction of Bertsekas (1988, Annals of Operations Research 14, 105–123): a left node without a partner bids for the right node that is
/// worth most to it after its price, and raises the price by its lead over the second best (or over staying alone) plus `step`.
/// Prices begin at nothing, so right nodes that nobody wants stay free, as optimality asks.
/// Edges must be sorted by left node. Time: edges of a node x bids; bids for a node are at most worth / step.
pub(crate) fn assign(lefts: usize, rights: usize, edges: &[Edge], step: f32) -> Vec<u32> {
    let mut first = vec![0_u32; lefts + 1];
    for edge in edges {
        first[edge.left as usize + 1] += 1;
    }
    for i in 0..lefts {
        first[i + 1] += first[i];
    }
    let mut partner = vec![ALONE; lefts];
    let mut owner = vec![ALONE; rights];
    let mut price = vec![0.0_f32; rights];
    let mut waiting: Vec<u32> = (0..lefts as u32).rev().filter(|&i| first[i as usize] < first[i as usize + 1]).collect();
    while let Some(i) = waiting.pop() {
        let mine = &edges[first[i as usize] as usize..first[i as usize + 1] as usize];
        let (mut best, mut second, mut choice) = (0.0_f32, 0.0_f32, ALONE);
        for edge in mine {
            let gain = edge.worth - price[edge.right as usize];
            if gain > best {
                (second, best, choice) = (best, gain, edge.right);
            } else if gain > second {
                second = gain;
            }
        }
        if choice == ALONE {
            continue;
        }
        price[choice as usize] += best - second + step;
        let before = std::mem::replace(&mut owner[choice as usize], i);
        partner[i as usize] = choice;
        if before != ALONE {
            partner[before as usize] = ALONE;
            waiting.push(before);
        }
    }
    partner
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn edges(rows: &[(u32, u32, f32)]) -> Vec<Edge> {
        rows.iter().map(|&(left, right, worth)| Edge { left, right, worth }).collect()
    }

    #[test]
    fn the_second_choice_of_one_is_taken_when_the_sum_gains() {
        let got = assign(2, 2, &edges(&[(0, 0, 5.0), (0, 1, 4.0), (1, 0, 4.5), (1, 1, 1.0)]), 0.01);
        assert_eq!(got, [1, 0]);
    }

    #[test]
    fn a_worth_below_nothing_is_left_alone() {
        assert_eq!(assign(2, 1, &edges(&[(0, 0, -1.0)]), 0.01), [ALONE, ALONE]);
        assert_eq!(assign(0, 0, &[], 0.01), Vec::<u32>::new());
    }

    fn best(lefts: usize, taken: u32, from: usize, edges: &[Edge]) -> f32 {
        if from == lefts {
            return 0.0;
        }
        let mut top = best(lefts, taken, from + 1, edges);
        for edge in edges.iter().filter(|e| e.left as usize == from && taken & (1 << e.right) == 0) {
            top = top.max(edge.worth + best(lefts, taken | 1 << edge.right, from + 1, edges));
        }
        top
    }

    proptest! {
        #[test]
        fn the_sum_is_that_of_trying_everything(worth in proptest::collection::vec(-3.0_f32..9.0, 25), present in proptest::collection::vec(any::<bool>(), 25)) {
            let edges: Vec<Edge> = (0..25_u32).filter(|&k| present[k as usize])
                .map(|k| Edge { left: k / 5, right: k % 5, worth: worth[k as usize] }).collect();
            let got = assign(5, 5, &edges, 0.01);
            let mut seen = std::collections::BTreeSet::new();
            let mut sum = 0.0;
            for (i, &j) in got.iter().enumerate().filter(|(_, j)| **j != ALONE) {
                prop_assert!(seen.insert(j));
                sum += edges.iter().find(|e| e.left as usize == i && e.right == j).unwrap().worth;
            }
            prop_assert!(sum >= best(5, 0, 0, &edges) - 0.1, "{sum}");
        }
    }
}
