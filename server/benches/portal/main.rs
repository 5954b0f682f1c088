//! Measures the portal in one process and prints one JSON object per row:
//! `{"what": …, "measured": …, "unit": …, "budget": …, "kept": …}`. Run by `cargo xtask bench`.

#![expect(clippy::unwrap_used, clippy::print_stdout, reason = "a measuring tool")]

mod mails;
mod pages;
mod seed;

use serde_json::json;

/// Prints a row. `kept` is none where there is no budget.
fn row(what: &str, measured: f64, unit: &str, budget: &str, kept: Option<bool>) {
    println!(
        "{}",
        json!({ "what": what, "measured": measured, "unit": unit, "budget": budget, "kept": kept })
    );
}

#[tokio::main]
async fn main() {
    let bench = seed::start().await;
    seed::link_everybody(&bench).await;
    pages::measure(&bench).await;
    mails::measure(&bench).await;
    pages::matching(&bench).await;
    bench.stop().await;
}
