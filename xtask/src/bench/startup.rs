//! From the start of the process to its first good answer at `/ready`.

use anyhow::{Context as _, Result};

use super::{Product, Row};

const RUNS: usize = 5;
const LIMIT_MS: u128 = 300;

/// The median of some starts on empty databases, migrations included.
///
/// # Errors
/// When the portal does not come up.
pub fn measure(product: &Product) -> Result<Vec<Row>> {
    let mut times = (0..RUNS)
        .map(|_| {
            let (stack, _folder) = product.start()?;
            Ok(stack.ready_after.as_millis())
        })
        .collect::<Result<Vec<_>>>()?;
    times.sort_unstable();
    let median = *times.get(RUNS / 2).context("nothing measured")?;
    Ok(vec![Row {
        what: format!("ready after start, empty database, median of {RUNS}"),
        measured: format!("{median} ms"),
        budget: format!("≤ {LIMIT_MS} ms"),
        kept: Some(median <= LIMIT_MS),
    }])
}
