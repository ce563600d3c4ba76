//! NMEA 0183 sentences.

use tw_base::{Refusal, Refusals};

use super::unpack::Stream;
use super::{ShipOptions, ShipReport, ShipRows, Taken};

pub(super) fn read(
    name: &str,
    _stream: &mut Stream<'_>,
    _options: &ShipOptions,
    _report: &mut ShipReport,
    _sink: &mut dyn FnMut(ShipRows<'_>) -> Taken,
) -> Result<(), Refusals> {
    Err(Refusal::new(name, "later").into())
}
