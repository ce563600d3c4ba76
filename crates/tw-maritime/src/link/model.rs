//! A small network of two hidden layers, run forwards.

/// Forward pass of a network with `F` inputs and hidden layers of `A` and `B` units that pass what is positive (ReLU).
///
/// Weights in the order: first layer by input, its offsets, second layer by unit of the first, its offsets, output, its offset. The result is a logit.
pub(crate) fn logit<const F: usize, const A: usize, const B: usize>(weights: &[f32], x: &[f32; F]) -> f32 {
    let (first, rest) = weights.split_at(F * A);
    let (first_offset, rest) = rest.split_at(A);
    let (second, rest) = rest.split_at(A * B);
    let (second_offset, rest) = rest.split_at(B);
    let (last, last_offset) = rest.split_at(B);
    let mut a = [0.0_f32; A];
    a.copy_from_slice(first_offset);
    for (v, row) in x.iter().zip(first.as_chunks::<A>().0) {
        for (sum, w) in a.iter_mut().zip(row) {
            *sum += v * w;
        }
    }
    let mut b = [0.0_f32; B];
    b.copy_from_slice(second_offset);
    for (v, row) in a.iter().zip(second.as_chunks::<B>().0) {
        let v = v.max(0.0);
        for (sum, w) in b.iter_mut().zip(row) {
            *sum += v * w;
        }
    }
    b.iter().zip(last).map(|(v, w)| v.max(0.0) * w).sum::<f32>() + last_offset[0]
}

/// Number of weights of such a network.
pub(crate) const fn size(f: usize, a: usize, b: usize) -> usize {
    f * a + a + a * b + b + b + 1
}
