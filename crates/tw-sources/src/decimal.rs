/// Multiplies two decimal numbers exactly, as a person would on paper, so that 4.35 thousand is 4350 and not 4349.999….
///
/// Both are digits with at most one `.`; `None` for anything else or for more than 18 digits. The result has no trailing zeros.
pub(crate) fn multiply(a: &str, b: &str) -> Option<String> {
    let (x, x_places) = parts(a)?;
    let (y, y_places) = parts(b)?;
    let digits = (x * y).to_string();
    let places = x_places + y_places;
    if places == 0 {
        return Some(digits);
    }
    let padded = format!("{digits:0>width$}", width = places + 1);
    let (whole, fraction) = padded.split_at(padded.len() - places);
    let fraction = fraction.trim_end_matches('0');
    if fraction.is_empty() { Some(whole.to_owned()) } else { Some(format!("{whole}.{fraction}")) }
}

/// The digits without the point, and how many of them come after it.
fn parts(text: &str) -> Option<(u128, usize)> {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    let digits = format!("{whole}{fraction}");
    if digits.is_empty() || digits.len() > 18 || !digits.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    Some((digits.parse().ok()?, fraction.len()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn decimals_are_multiplied_exactly() {
        for (a, b, product) in [
            ("4.35", "1000", "4350"),
            ("0.1", "0.1", "0.01"),
            ("12", "1", "12"),
            ("0", "1000", "0"),
            ("1.10", "1", "1.1"),
            ("7", "0.001", "0.007"),
        ] {
            assert_eq!(multiply(a, b).as_deref(), Some(product), "{a} × {b}");
        }
    }

    #[test]
    fn what_is_no_plain_decimal_is_left_alone() {
        for bad in ["", ".", "-1", "1e5", "1,5", "NaN", "1.2.3", "1234567890123456789"] {
            assert_eq!(multiply(bad, "1000"), None, "{bad}");
        }
    }

    proptest! {
        #[test]
        fn the_order_of_factors_does_not_matter(a in 0_u64..1_000_000_000, b in 0_u64..1_000_000, places in 0_usize..4) {
            let scaled = format!("{b}.{}", "5".repeat(places.max(1)));
            prop_assert_eq!(multiply(&a.to_string(), &scaled), multiply(&scaled, &a.to_string()));
            let expected = (u128::from(a) * u128::from(b)).to_string();
            prop_assert_eq!(multiply(&a.to_string(), &b.to_string()), Some(expected));
        }
    }
}
