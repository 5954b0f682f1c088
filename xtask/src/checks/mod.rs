//! What neither rustfmt nor clippy looks at: layers, licences, duplicates, sources,
//! migrations, cases. One module per subject, each returns its complaints as sentences.

mod cases;
mod duplicates;
mod layers;
mod licences;
mod lockfiles;
mod metadata;
mod migrations;
pub mod sources;

use anyhow::{Result, bail};

use crate::out;

/// Runs all checks and prints every complaint.
///
/// # Errors
/// When there is a complaint, or the workspace cannot be read.
pub fn run() -> Result<()> {
    let metadata = metadata::load()?;
    let mut complaints = layers::check(&metadata);
    complaints.extend(licences::check(&metadata));
    complaints.extend(duplicates::check(&metadata));
    complaints.extend(sources::check()?);
    complaints.extend(migrations::check()?);
    complaints.extend(lockfiles::check()?);
    complaints.extend(cases::check()?);
    for complaint in &complaints {
        out::line(format_args!("  ✗ {complaint}"));
    }
    match complaints.len() {
        0 => {
            out::line(
                "layers, licences, duplicates, sources, migrations, lock files and cases are fine",
            );
            Ok(())
        }
        count => bail!("{count} complaints"),
    }
}
