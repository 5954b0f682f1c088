//! Script, wasm and style of the first page, compressed as a browser fetches them.

use anyhow::Result;

use super::{Product, Row};
use crate::test::FIRST_LOAD_LIMIT;
use crate::{out, site};

/// One row per file, their sum, and what each lazy page needs besides.
///
/// # Errors
/// When the site is not built.
pub fn measure(_product: &Product) -> Result<Vec<Row>> {
    let files = site::first_load()?;
    let total: u64 = files.iter().map(|(_, bytes)| bytes).sum();
    let mut rows: Vec<Row> = files
        .into_iter()
        .map(|(name, bytes)| Row {
            what: format!("{name}, brotli"),
            measured: out::kilobytes(bytes),
            budget: "–".to_owned(),
            kept: None,
        })
        .collect();
    rows.push(Row {
        what: "together".to_owned(),
        measured: out::kilobytes(total),
        budget: format!("≤ {}", out::kilobytes(FIRST_LOAD_LIMIT)),
        kept: Some(total <= FIRST_LOAD_LIMIT),
    });
    let pages = site::lazy_loads()?;
    rows.extend(pages.into_iter().map(|(page, bytes)| Row {
        what: format!("{page}, fetched later"),
        measured: out::kilobytes(bytes),
        budget: "–".to_owned(),
        kept: None,
    }));
    Ok(rows)
}
