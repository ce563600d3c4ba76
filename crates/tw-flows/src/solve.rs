//! The two optimisations behind an account: the heaviest set of figures that do not overlap, and the cheapest set that covers a window.
//!
//! A row is a rectangle: a set of parties times a range of days. Rows of one scope (the same parties) lie on a line, where both problems
//! have exact dynamic programs in O(n log n). Rows that share no party and no chain of overlapping neighbours are solved apart.

use std::collections::BTreeMap;

/// Most overlapping rows with different parties that are solved exactly.
const EXACT_ROWS: usize = 25;
/// Nodes after which the search for a cheapest cover keeps what it has.
const COVER_NODES: u32 = 200_000;
/// Row visits that the greedy choice of joint rows may spend.
const GREEDY_WORK: usize = 20_000_000;

/// A rectangle with a weight (packing) or a cost (covering, infinite if not bounded).
#[derive(Clone, Copy, Debug)]
pub(crate) struct Row {
    pub index: u32,
    pub scope: u32,
    pub from: i32,
    pub to: i32,
    pub value: f64,
}

/// The party sets that occur, and which parties are tied together by a joint one.
#[derive(Debug, Default)]
pub(crate) struct Scopes {
    /// Sorted party numbers by scope.
    pub members: Vec<Vec<u16>>,
    group: Vec<u16>,
}

impl Scopes {
    pub(crate) fn new(members: Vec<Vec<u16>>, parties: usize) -> Self {
        let mut parent: Vec<usize> = (0..parties).collect();
        for list in &members {
            for pair in list.windows(2) {
                union(&mut parent, usize::from(pair[0]), usize::from(pair[1]));
            }
        }
        let group = members.iter().map(|list| list.first().map_or(0, |m| root(&mut parent, usize::from(*m)) as u16)).collect();
        Self { members, group }
    }

    fn of(&self, row: &Row) -> &[u16] {
        &self.members[row.scope as usize]
    }

    /// True if every party of `inner` is in `outer`.
    pub(crate) fn covers(&self, outer: u32, inner: u32) -> bool {
        let outer = &self.members[outer as usize];
        self.members[inner as usize].iter().all(|m| outer.binary_search(m).is_ok())
    }

    fn share(&self, a: u32, b: u32) -> bool {
        a == b || self.members[a as usize].iter().any(|m| self.members[b as usize].binary_search(m).is_ok())
    }

    fn overlap(&self, a: &Row, b: &Row) -> bool {
        a.from < b.to && b.from < a.to && self.share(a.scope, b.scope)
    }

    /// Rows by groups of parties that some joint scope ties together.
    fn by_group(&self, rows: Vec<Row>) -> BTreeMap<u16, Vec<Row>> {
        let mut groups: BTreeMap<u16, Vec<Row>> = BTreeMap::new();
        let mut last: Option<(u32, u16)> = None;
        let mut run: Vec<Row> = Vec::new();
        for row in rows {
            if last.is_none_or(|(scope, _)| scope != row.scope) {
                if let Some((_, group)) = last {
                    groups.entry(group).or_default().append(&mut run);
                }
                last = Some((row.scope, self.group[row.scope as usize]));
            }
            run.push(row);
        }
        if let Some((_, group)) = last {
            groups.entry(group).or_default().append(&mut run);
        }
        groups
    }

    /// Splits rows (sorted by first day) into sets between which nothing overlaps.
    fn components(&self, rows: &[Row]) -> Vec<Vec<Row>> {
        let mut parent: Vec<usize> = (0..rows.len()).collect();
        let mut open: BTreeMap<u16, (i32, usize)> = BTreeMap::new();
        for (i, row) in rows.iter().enumerate() {
            for member in self.of(row) {
                let entry = open.entry(*member).or_insert((row.to, i));
                if row.from < entry.0 {
                    union(&mut parent, entry.1, i);
                    entry.0 = entry.0.max(row.to);
                } else {
                    *entry = (row.to, i);
                }
            }
        }
        let mut sets: BTreeMap<usize, Vec<Row>> = BTreeMap::new();
        for (i, row) in rows.iter().enumerate() {
            sets.entry(root(&mut parent, i)).or_default().push(*row);
        }
        sets.into_values().collect()
    }
}

/// Chosen rows by index, and whether no better choice exists.
#[derive(Clone, Debug, Default)]
pub(crate) struct Choice {
    pub rows: Vec<u32>,
    /// Cost of a cover, infinite if some part is covered only by unbounded rows; unused for a packing.
    pub cost: f64,
    pub optimal: bool,
}

/// The greatest sum of values over rows that do not overlap. Rows of one scope must stand together.
///
/// Up to 25 overlapping rows of different parties, and any number of one scope, are solved exactly. Beyond that joint rows are tried in
/// order of their values and kept where the rest, solved exactly for the days that are left, gains by it: a valid sum, perhaps not the
/// greatest, and flagged as such.
pub(crate) fn pack(scopes: &Scopes, rows: Vec<Row>) -> Choice {
    let mut choice = Choice { optimal: true, ..Choice::default() };
    for (_, mut group) in scopes.by_group(rows) {
        sort(&mut group);
        if one_scope(&group) {
            line_pack(&group, &mut choice.rows);
            continue;
        }
        for set in scopes.components(&group) {
            if one_scope(&set) {
                line_pack(&set, &mut choice.rows);
            } else if set.len() <= EXACT_ROWS {
                heaviest(scopes, &set, &mut choice.rows);
            } else {
                choice.optimal = false;
                choice.rows.extend(greedy(scopes, &set));
            }
        }
    }
    choice.rows.sort_unstable();
    choice
}

/// Weighted interval scheduling (Kleinberg and Tardos, *Algorithm Design*, section 6.1), from the last row to the first.
/// Rows are sorted by first day, the longer first, so that of equal sums the one with fewer figures is taken.
fn line_pack(rows: &[Row], out: &mut Vec<u32>) -> f64 {
    let n = rows.len();
    let mut best = vec![0.0; n + 1];
    let mut next = vec![0usize; n];
    for i in (0..n).rev() {
        let row = &rows[i];
        next[i] = i + 1 + rows[i + 1..].partition_point(|later| later.from < row.to);
        best[i] = f64::max(best[i + 1], row.value + best[next[i]]);
    }
    let mut i = 0;
    while i < n {
        if rows[i].value + best[next[i]] >= best[i] {
            out.push(rows[i].index);
            i = next[i];
        } else {
            i += 1;
        }
    }
    best[0]
}

/// Greatest independent set by branching on the row with most overlaps.
fn heaviest(scopes: &Scopes, rows: &[Row], out: &mut Vec<u32>) {
    let overlaps: Vec<u32> = (0..rows.len())
        .map(|i| (0..rows.len()).filter(|j| *j != i && scopes.overlap(&rows[i], &rows[*j])).fold(0, |mask, j| mask | 1 << j))
        .collect();
    let all = if rows.len() >= 32 { u32::MAX } else { (1 << rows.len()) - 1 };
    let (_, chosen) = branch(all, &overlaps, rows);
    out.extend(bits(chosen).map(|i| rows[i].index));
}

fn branch(left: u32, overlaps: &[u32], rows: &[Row]) -> (f64, u32) {
    let mut busiest = (0, 0);
    for i in bits(left) {
        let degree = (overlaps[i] & left).count_ones();
        if degree > busiest.0 {
            busiest = (degree, i);
        }
    }
    let (degree, i) = busiest;
    if degree == 0 {
        return (bits(left).map(|i| rows[i].value).sum(), left);
    }
    let rest = left & !(1 << i);
    let (with, with_set) = branch(rest & !overlaps[i], overlaps, rows);
    let with = with + rows[i].value;
    if degree == 1 {
        // The only neighbour stands against this row alone.
        let other = (overlaps[i] & left).trailing_zeros() as usize;
        if rows[i].value >= rows[other].value {
            return (with, with_set | 1 << i);
        }
        return (with - rows[i].value + rows[other].value, with_set | 1 << other);
    }
    let (without, without_set) = branch(rest, overlaps, rows);
    if with >= without { (with, with_set | 1 << i) } else { (without, without_set) }
}

fn bits(mask: u32) -> impl Iterator<Item = usize> {
    (0..32).filter(move |i| mask & (1 << i) != 0)
}

fn greedy(scopes: &Scopes, rows: &[Row]) -> Vec<u32> {
    let is_joint = |row: &Row| scopes.of(row).len() > 1;
    let mut singles: BTreeMap<u32, Vec<Row>> = BTreeMap::new();
    for row in rows.iter().filter(|r| !is_joint(r)) {
        singles.entry(row.scope).or_default().push(*row);
    }
    let complete = |joint: &[Row]| -> (f64, Vec<u32>) {
        let mut blocked: BTreeMap<u16, Vec<(i32, i32)>> = BTreeMap::new();
        for row in joint {
            for member in scopes.of(row) {
                blocked.entry(*member).or_default().push((row.from, row.to));
            }
        }
        let mut chosen: Vec<u32> = joint.iter().map(|j| j.index).collect();
        let mut total: f64 = joint.iter().map(|j| j.value).sum();
        for line in singles.values() {
            let spans = scopes.of(&line[0]).first().and_then(|m| blocked.get_mut(m)).map(|spans| {
                spans.sort_unstable();
                &*spans
            });
            // Chosen joint rows do not overlap, so their ends are in order as well.
            let is_free = |row: &Row| {
                let Some(spans) = spans else { return true };
                spans.get(spans.partition_point(|(_, to)| *to <= row.from)).is_none_or(|(from, _)| row.to <= *from)
            };
            let free: Vec<Row> = line.iter().filter(|row| is_free(row)).copied().collect();
            total += line_pack(&free, &mut chosen);
        }
        (total, chosen)
    };
    let mut kept: Vec<Row> = Vec::new();
    let mut best = complete(&kept);
    // A second start: all rows as if they were of one party, which keeps at most one at a time.
    let mut one_at_a_time = Vec::new();
    line_pack(rows, &mut one_at_a_time);
    one_at_a_time.sort_unstable();
    let start: Vec<Row> = rows.iter().filter(|r| is_joint(r) && one_at_a_time.binary_search(&r.index).is_ok()).copied().collect();
    let other = complete(&start);
    if other.0 > best.0 {
        (kept, best) = (start, other);
    }
    let mut joint: Vec<Row> = rows.iter().filter(|r| is_joint(r)).copied().collect();
    joint.sort_by(|a, b| b.value.total_cmp(&a.value).then(a.index.cmp(&b.index)));
    let tries = (GREEDY_WORK / rows.len()).max(4);
    for row in joint.into_iter().take(tries) {
        // This also passes over rows that are kept already.
        if kept.iter().any(|k| scopes.overlap(k, &row)) {
            continue;
        }
        kept.push(row);
        let with = complete(&kept);
        if with.0 >= best.0 {
            best = with;
        } else {
            kept.pop();
        }
    }
    best.1
}

/// The least sum of costs over rows that together cover everything that any row covers.
///
/// Rows are already cut to the window. One scope is solved exactly on its line. Up to 25 overlapping rows of different parties are solved
/// exactly within a bounded search; beyond that each party's line is solved in turn, rows taken before being free: a valid cover, perhaps
/// not the cheapest, and flagged as such.
pub(crate) fn cover(scopes: &Scopes, rows: Vec<Row>) -> Choice {
    let mut choice = Choice { optimal: true, ..Choice::default() };
    for (_, mut group) in scopes.by_group(rows) {
        sort(&mut group);
        if one_scope(&group) {
            choice.cost += line_cover(&group, &mut choice.rows);
            continue;
        }
        for set in scopes.components(&group) {
            if one_scope(&set) {
                choice.cost += line_cover(&set, &mut choice.rows);
                continue;
            }
            let by_party = party_by_party(scopes, &set);
            let finite: Vec<Row> = set.iter().filter(|r| r.value.is_finite()).copied().collect();
            if by_party.cost.is_infinite() || finite.len() > EXACT_ROWS {
                choice.optimal &= by_party.cost.is_infinite();
                choice.cost += by_party.cost;
                choice.rows.extend(by_party.rows);
                continue;
            }
            let exact = cheapest(scopes, &finite, by_party);
            choice.optimal &= exact.optimal;
            choice.cost += exact.cost;
            choice.rows.extend(exact.rows);
        }
    }
    choice.rows.sort_unstable();
    choice.rows.dedup();
    choice
}

/// Cheapest cover of the union of intervals: each row extends the cheapest chain that reaches its first day. Rows sorted by first day.
fn line_cover(rows: &[Row], out: &mut Vec<u32>) -> f64 {
    let finite: Vec<Row> = rows.iter().filter(|r| r.value.is_finite()).copied().collect();
    if finite.len() < rows.len() && !inside_union(rows, &finite) {
        return f64::INFINITY;
    }
    let mut total = 0.0;
    let mut start = 0;
    while start < finite.len() {
        let mut reach = finite[start].to;
        let mut end = start + 1;
        while end < finite.len() && finite[end].from <= reach {
            reach = reach.max(finite[end].to);
            end += 1;
        }
        total += stretch_cover(&finite[start..end], reach, out);
        start = end;
    }
    total
}

fn stretch_cover(rows: &[Row], reach: i32, out: &mut Vec<u32>) -> f64 {
    let first = rows[0].from;
    let mut order: Vec<usize> = (0..rows.len()).collect();
    order.sort_by_key(|i| (rows[*i].to, rows[*i].from, rows[*i].index));
    let mut cost = vec![f64::INFINITY; rows.len()];
    let mut before: Vec<Option<usize>> = vec![None; rows.len()];
    // Positions whose cost is below every later one's stay out; what remains rises in end and in cost.
    let mut stack: Vec<usize> = Vec::new();
    for i in order {
        let row = &rows[i];
        if row.from <= first {
            cost[i] = row.value;
        } else if let Some(j) = stack.get(stack.partition_point(|j| rows[*j].to < row.from)) {
            cost[i] = row.value + cost[*j];
            before[i] = Some(*j);
        } else {
            continue;
        }
        while stack.last().is_some_and(|top| cost[*top] >= cost[i]) {
            stack.pop();
        }
        stack.push(i);
    }
    let Some(last) = stack.into_iter().find(|i| rows[*i].to >= reach) else { return f64::INFINITY };
    let mut at = Some(last);
    while let Some(i) = at {
        out.push(rows[i].index);
        at = before[i];
    }
    cost[last]
}

/// True if the days of every row are days of some finite row; both sorted by first day.
fn inside_union(rows: &[Row], finite: &[Row]) -> bool {
    let spans = merge(finite.iter().map(|r| (r.from, r.to)));
    rows.iter().all(|row| {
        let at = spans.partition_point(|(_, to)| *to < row.to);
        spans.get(at).is_some_and(|(from, _)| *from <= row.from)
    })
}

fn party_by_party(scopes: &Scopes, set: &[Row]) -> Choice {
    let mut lines: BTreeMap<u16, Vec<Row>> = BTreeMap::new();
    for row in set {
        for member in scopes.of(row) {
            lines.entry(*member).or_default().push(*row);
        }
    }
    let costs: BTreeMap<u32, f64> = set.iter().map(|r| (r.index, r.value)).collect();
    let mut taken: BTreeMap<u32, f64> = BTreeMap::new();
    for line in lines.values_mut() {
        for row in line.iter_mut() {
            if taken.contains_key(&row.index) {
                row.value = 0.0;
            }
        }
        let mut chosen = Vec::new();
        if line_cover(line, &mut chosen).is_infinite() {
            return Choice { rows: Vec::new(), cost: f64::INFINITY, optimal: true };
        }
        for index in chosen {
            taken.insert(index, costs.get(&index).copied().unwrap_or(f64::INFINITY));
        }
    }
    Choice { rows: taken.keys().copied().collect(), cost: taken.values().sum(), optimal: false }
}

/// Minimum-weight hitting set over the cells (party, stretch of days), starting from a cover that is known.
fn cheapest(scopes: &Scopes, rows: &[Row], known: Choice) -> Choice {
    let mut cells: Vec<u32> = Vec::new();
    let mut edges: Vec<i32> = rows.iter().flat_map(|r| [r.from, r.to]).collect();
    edges.sort_unstable();
    edges.dedup();
    let mut parties: Vec<u16> = rows.iter().flat_map(|r| scopes.of(r).iter().copied()).collect();
    parties.sort_unstable();
    parties.dedup();
    for pair in edges.windows(2) {
        for party in &parties {
            let holds = |r: &Row| r.from <= pair[0] && pair[1] <= r.to && scopes.of(r).binary_search(party).is_ok();
            let cell = rows.iter().enumerate().filter(|(_, r)| holds(r)).fold(0u32, |mask, (i, _)| mask | 1 << i);
            if cell != 0 {
                cells.push(cell);
            }
        }
    }
    cells.sort_unstable_by_key(|c| (c.count_ones(), *c));
    cells.dedup();
    let mut needed: Vec<u32> = Vec::new();
    for cell in cells {
        if !needed.iter().any(|n| n & cell == *n) {
            needed.push(cell);
        }
    }
    let mut search = Search { needed: &needed, rows, best: (known.cost, None), nodes: 0 };
    search.go(0, 0.0);
    let optimal = search.nodes < COVER_NODES;
    match search.best {
        (cost, Some(mask)) => Choice { rows: bits(mask).map(|i| rows[i].index).collect(), cost, optimal },
        _ => Choice { optimal, ..known },
    }
}

struct Search<'a> {
    needed: &'a [u32],
    rows: &'a [Row],
    best: (f64, Option<u32>),
    nodes: u32,
}

impl Search<'_> {
    fn go(&mut self, chosen: u32, cost: f64) {
        if cost >= self.best.0 || self.nodes >= COVER_NODES {
            return;
        }
        self.nodes += 1;
        let Some(cell) = self.needed.iter().find(|cell| *cell & chosen == 0).copied() else {
            self.best = (cost, Some(chosen));
            return;
        };
        for i in bits(cell) {
            self.go(chosen | 1 << i, cost + self.rows[i].value);
        }
    }
}

/// The days of the window that no row covers, by party.
pub(crate) fn gaps(scopes: &Scopes, rows: &[Row], parties: usize, window: (i32, i32)) -> Vec<Vec<(i32, i32)>> {
    let mut spans: Vec<Vec<(i32, i32)>> = vec![Vec::new(); parties];
    for row in rows {
        for member in scopes.of(row) {
            if let Some(list) = spans.get_mut(usize::from(*member)) {
                list.push((row.from, row.to));
            }
        }
    }
    spans
        .into_iter()
        .map(|mut list| {
            list.sort_unstable();
            let mut open = Vec::new();
            let mut at = window.0;
            for (from, to) in merge(list) {
                if from > at {
                    open.push((at, from.min(window.1)));
                }
                at = at.max(to);
            }
            if at < window.1 {
                open.push((at, window.1));
            }
            open
        })
        .collect()
}

/// Merges spans sorted by their start; touching ones become one.
fn merge(spans: impl IntoIterator<Item = (i32, i32)>) -> Vec<(i32, i32)> {
    let mut out: Vec<(i32, i32)> = Vec::new();
    for (from, to) in spans {
        match out.last_mut() {
            Some(last) if from <= last.1 => last.1 = last.1.max(to),
            _ => out.push((from, to)),
        }
    }
    out
}

fn sort(rows: &mut [Row]) {
    rows.sort_unstable_by_key(|r| (r.from, std::cmp::Reverse(r.to), r.index));
}

fn one_scope(rows: &[Row]) -> bool {
    rows.iter().all(|r| r.scope == rows[0].scope)
}

fn root(parent: &mut [usize], mut i: usize) -> usize {
    while parent[i] != i {
        parent[i] = parent[parent[i]];
        i = parent[i];
    }
    i
}

fn union(parent: &mut [usize], a: usize, b: usize) {
    let (a, b) = (root(parent, a), root(parent, b));
    // The smaller number leads, so that the result does not depend on the order of the calls.
    parent[a.max(b)] = a.min(b);
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn three_parties() -> Scopes {
        Scopes::new(vec![vec![0], vec![1], vec![2], vec![0, 1], vec![1, 2], vec![0, 1, 2]], 3)
    }

    fn rows() -> impl Strategy<Value = Vec<Row>> {
        prop::collection::vec((0u32..6, 0i32..20, 1i32..12, 0u32..50), 1..11).prop_map(|list| {
            let mut list: Vec<Row> = list
                .into_iter()
                .map(|(scope, from, length, value)| Row { index: 0, scope, from, to: from + length, value: f64::from(value) })
                .collect();
            list.sort_by_key(|r| (r.scope, r.from, std::cmp::Reverse(r.to)));
            for (i, row) in list.iter_mut().enumerate() {
                row.index = i as u32;
            }
            list
        })
    }

    fn value(rows: &[Row], chosen: &[u32]) -> f64 {
        chosen.iter().map(|i| rows[*i as usize].value).sum()
    }

    fn cells(scopes: &Scopes, rows: &[Row], mask: u32) -> std::collections::BTreeSet<(u16, i32)> {
        bits(mask).flat_map(|i| scopes.of(&rows[i]).iter().flat_map(move |m| (rows[i].from..rows[i].to).map(move |d| (*m, d)))).collect()
    }

    proptest! {
        #[test]
        fn a_packing_is_disjoint_and_as_great_as_trying_every_set(rows in rows()) {
            let scopes = three_parties();
            let choice = pack(&scopes, rows.clone());
            let disjoint = |mask: u32| bits(mask).all(|i| bits(mask).all(|j| i == j || !scopes.overlap(&rows[i], &rows[j])));
            let best = (0..1u32 << rows.len()).filter(|m| disjoint(*m)).map(|m| bits(m).map(|i| rows[i].value).sum::<f64>()).fold(0.0, f64::max);
            prop_assert!(disjoint(choice.rows.iter().fold(0, |m, i| m | 1 << i)));
            prop_assert!((value(&rows, &choice.rows) - best).abs() < 1e-9);
        }

        #[test]
        fn the_greedy_packing_is_disjoint_and_never_above_the_greatest(rows in rows()) {
            let scopes = three_parties();
            let mut sorted = rows.clone();
            sort(&mut sorted);
            let chosen = greedy(&scopes, &sorted);
            for i in &chosen {
                prop_assert!(chosen.iter().all(|j| i == j || !scopes.overlap(&rows[*i as usize], &rows[*j as usize])));
            }
            let best = value(&rows, &pack(&scopes, rows.clone()).rows);
            prop_assert!(value(&rows, &chosen) <= best + 1e-9);
        }

        #[test]
        fn a_cover_covers_and_is_as_cheap_as_trying_every_set(rows in rows()) {
            let scopes = three_parties();
            let choice = cover(&scopes, rows.clone());
            let all = cells(&scopes, &rows, (1 << rows.len()) - 1);
            let best = (0..1u32 << rows.len()).filter(|m| cells(&scopes, &rows, *m) == all).map(|m| bits(m).map(|i| rows[i].value).sum::<f64>()).fold(f64::INFINITY, f64::min);
            prop_assert_eq!(cells(&scopes, &rows, choice.rows.iter().fold(0, |m, i| m | 1 << i)), all);
            prop_assert!((choice.cost - best).abs() < 1e-9, "{} against {}", choice.cost, best);
            prop_assert!((value(&rows, &choice.rows) - best).abs() < 1e-9);
        }
    }

    #[test]
    fn days_that_only_an_unbounded_row_covers_have_no_bound() {
        let scopes = three_parties();
        let row = |index, scope, from, to, value| Row { index, scope, from, to, value };
        assert!(cover(&scopes, vec![row(0, 0, 0, 10, 5.0), row(1, 0, 5, 12, f64::INFINITY)]).cost.is_infinite());
        assert_eq!(cover(&scopes, vec![row(0, 0, 0, 10, 5.0), row(1, 0, 5, 9, f64::INFINITY)]).cost, 5.0);
        assert!(cover(&scopes, vec![row(0, 0, 0, 10, 5.0), row(1, 3, 5, 9, f64::INFINITY)]).cost.is_infinite());
        assert_eq!(cover(&scopes, vec![row(0, 0, 0, 10, 5.0), row(1, 3, 0, 10, 7.0), row(2, 3, 2, 8, f64::INFINITY)]).cost, 7.0);
    }

    #[test]
    fn gaps_are_the_days_without_a_row() {
        let scopes = three_parties();
        let row = |scope, from, to| Row { index: 0, scope, from, to, value: 0.0 };
        let open = gaps(&scopes, &[row(0, 0, 3), row(3, 5, 8), row(0, 8, 10)], 3, (0, 10));
        assert_eq!(open, vec![vec![(3, 5)], vec![(0, 5), (8, 10)], vec![(0, 10)]]);
    }
}
