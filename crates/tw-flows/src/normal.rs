//! The normal distribution function and its inverse.

/// Phi(x). W. J. Hart's rational approximation as given by G. West, "Better approximations to cumulative normal functions",
/// *Wilmott Magazine* (May 2005) 70: absolute error below 1e-14.
pub(crate) fn cumulative(x: f64) -> f64 {
    const TOP: [f64; 7] = [
        3.526_249_659_989_11e-2,
        0.700_383_064_443_688,
        6.373_962_203_531_65,
        33.912_866_078_383,
        112.079_291_497_871,
        221.213_596_169_931,
        220.206_867_912_376,
    ];
    const BOTTOM: [f64; 8] = [
        8.838_834_764_831_84e-2,
        1.755_667_163_182_64,
        16.064_177_579_207,
        86.780_732_202_946_1,
        296.564_248_779_674,
        637.333_633_378_831,
        793.826_512_519_948,
        440.413_735_824_752,
    ];
    let size = x.abs();
    let tail = if size > 37.0 {
        0.0
    } else if size < 7.071_067_811_865_47 {
        (-0.5 * size * size).exp() * polynomial(&TOP, size) / polynomial(&BOTTOM, size)
    } else {
        let fraction = size + 1.0 / (size + 2.0 / (size + 3.0 / (size + 4.0 / (size + 0.65))));
        (-0.5 * size * size).exp() / fraction / 2.506_628_274_631
    };
    if x > 0.0 { 1.0 - tail } else { tail }
}

/// The inverse of Phi for 0 < u < 1. M. Wichura, "Algorithm AS 241: the percentage points of the normal distribution", *Applied
/// Statistics* 37 (1988) 477, function PPND16: relative error about 1e-16.
#[expect(clippy::excessive_precision, reason = "the coefficients are kept with the digits that were printed")]
pub(crate) fn quantile(u: f64) -> f64 {
    const A: [f64; 8] = [
        2.509_080_928_730_122_672_7e3,
        3.343_057_558_358_812_810_5e4,
        6.726_577_092_700_870_085_3e4,
        4.592_195_393_154_987_145_7e4,
        1.373_169_376_550_946_112_5e4,
        1.971_590_950_306_551_442_7e3,
        1.331_416_678_917_843_774_5e2,
        3.387_132_872_796_366_608,
    ];
    const B: [f64; 8] = [
        5.226_495_278_852_854_561e3,
        2.872_908_573_572_194_267_4e4,
        3.930_789_580_009_271_061e4,
        2.121_379_430_158_659_586_7e4,
        5.394_196_021_424_751_107_7e3,
        6.871_870_074_920_579_083e2,
        4.231_333_070_160_091_125_2e1,
        1.0,
    ];
    const C: [f64; 8] = [
        7.745_450_142_783_414_076_4e-4,
        2.272_384_498_926_918_458_33e-2,
        2.417_807_251_774_506_117_7e-1,
        1.270_458_252_452_368_382_58,
        3.647_848_324_763_204_605_04,
        5.769_497_221_460_691_405_5,
        4.630_337_846_156_545_295_9,
        1.423_437_110_749_683_577_34,
    ];
    const D: [f64; 8] = [
        1.050_750_071_644_416_843_24e-9,
        5.475_938_084_995_344_946e-4,
        1.519_866_656_361_645_719_66e-2,
        1.481_039_764_274_800_745_9e-1,
        6.897_673_349_851_000_045_5e-1,
        1.676_384_830_183_803_849_4,
        2.053_191_626_637_758_821_87,
        1.0,
    ];
    const E: [f64; 8] = [
        2.010_334_399_292_288_132_65e-7,
        2.711_555_568_743_487_578_15e-5,
        1.242_660_947_388_078_438_6e-3,
        2.653_218_952_657_612_309_3e-2,
        2.965_605_718_285_048_912_3e-1,
        1.784_826_539_917_291_335_8,
        5.463_784_911_164_114_369_9,
        6.657_904_643_501_103_777_2,
    ];
    const F: [f64; 8] = [
        2.044_263_103_389_939_785_64e-15,
        1.421_511_758_316_445_888_7e-7,
        1.846_318_317_510_054_681_8e-5,
        7.868_691_311_456_132_591e-4,
        1.487_536_129_085_061_485_25e-2,
        1.369_298_809_227_358_053_1e-1,
        5.998_322_065_558_879_376_9e-1,
        1.0,
    ];
    let u = u.clamp(1e-300, 1.0 - f64::EPSILON / 2.0);
    let q = u - 0.5;
    if q.abs() <= 0.425 {
        let r = 0.180_625 - q * q;
        return q * polynomial(&A, r) / polynomial(&B, r);
    }
    let r = (-(if q < 0.0 { u } else { 1.0 - u }).ln()).sqrt();
    let z = if r <= 5.0 { polynomial(&C, r - 1.6) / polynomial(&D, r - 1.6) } else { polynomial(&E, r - 5.0) / polynomial(&F, r - 5.0) };
    if q < 0.0 { -z } else { z }
}

fn polynomial(coefficients: &[f64], x: f64) -> f64 {
    coefficients.iter().fold(0.0, |sum, c| sum * x + c)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_points_come_out() {
        // R 4.3: pnorm and qnorm.
        for (x, p) in [(0.0, 0.5), (1.0, 0.841_344_746_068_542_9), (-2.5, 0.006_209_665_325_776_132), (-6.0, 9.865_876_450_377e-10)] {
            assert!((cumulative(x) / p - 1.0).abs() < 1e-8, "{x}: {}", cumulative(x));
        }
        assert!((quantile(0.975) - 1.959_963_984_540_054).abs() < 1e-14);
        assert!((quantile(1e-20) + 9.262_340_089_798_408).abs() < 1e-12);
    }

    #[test]
    fn the_inverse_is_the_inverse() {
        for i in 1..2_000 {
            let u = f64::from(i) / 2_000.0;
            assert!((cumulative(quantile(u)) - u).abs() < 1e-13, "{u}");
        }
    }
}
