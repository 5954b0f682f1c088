//! Resident memory of the portal when nothing happens.

use std::time::Duration;

use anyhow::{Context as _, Result};

use super::{Product, Row};
use crate::out;

/// Until start-up's own memory is given back and the first background ticks have run.
const SETTLE: Duration = Duration::from_secs(3);
const LIMIT: u64 = 150_000_000;

/// The resident set some seconds after the start.
///
/// # Errors
/// When the portal does not come up.
pub fn measure(product: &Product) -> Result<Vec<Row>> {
    let (stack, _folder) = product.start()?;
    std::thread::sleep(SETTLE);
    let status = std::fs::read_to_string(format!("/proc/{}/status", stack.portal_id()))?;
    let bytes = resident(&status).context("no VmRSS in /proc")?;
    Ok(vec![Row {
        what: "resident, no links".to_owned(),
        measured: out::kilobytes(bytes),
        budget: format!("≤ {}", out::kilobytes(LIMIT)),
        kept: Some(bytes <= LIMIT),
    }])
}

/// `VmRSS:   12345 kB` in bytes; the kernel's kB are 1,024 bytes.
fn resident(status: &str) -> Option<u64> {
    let line = status
        .lines()
        .find_map(|line| line.strip_prefix("VmRSS:"))?;
    let kib: u64 = line.trim().strip_suffix(" kB")?.parse().ok()?;
    Some(kib * 1024)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_resident_set_is_read_from_the_kernels_text() {
        assert_eq!(resident("Name:\tx\nVmRSS:\t   10 kB\n"), Some(10_240));
    }
}
