//! `cargo xtask test`: every check and every test, stage by stage, with times.

mod cargo;
mod stages;

use std::time::{Duration, Instant};

use anyhow::{Result, bail};

use crate::{out, setup};
pub use stages::FIRST_LOAD_LIMIT;
use stages::{STAGES, Stage};

/// Tests that ran.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Counts {
    /// Passed.
    pub passed: usize,
    /// Failed.
    pub failed: usize,
}

impl std::ops::AddAssign for Counts {
    fn add_assign(&mut self, other: Self) {
        self.passed += other.passed;
        self.failed += other.failed;
    }
}

/// How a stage ended.
#[derive(Debug)]
enum Outcome {
    Good(Counts),
    Failed(Counts, String),
    /// A stage that it needs has failed.
    Skipped(&'static str),
}

struct Ran {
    stage: &'static Stage,
    time: Duration,
    outcome: Outcome,
}

/// Runs all stages, or the named ones. A failing stage does not keep the others from running,
/// unless they need what it makes.
///
/// # Errors
/// When something failed or a name is unknown.
pub fn run(only: &[String], list: bool) -> Result<()> {
    if list {
        list_stages();
        return Ok(());
    }
    let chosen = choose(only)?;
    let start = Instant::now();
    out::line(format_args!(
        "{} stages; about 25 min from nothing on 2 cores, a few minutes when built",
        chosen.len()
    ));
    setup::everything()?;
    let mut ran = vec![];
    for stage in chosen {
        ran.push(run_stage(stage, &ran));
    }
    summary(&ran, start.elapsed())
}

fn choose(only: &[String]) -> Result<Vec<&'static Stage>> {
    if let Some(unknown) = only
        .iter()
        .find(|name| STAGES.iter().all(|s| s.name != **name))
    {
        list_stages();
        bail!("there is no stage {unknown}");
    }
    let wanted = |stage: &&Stage| only.is_empty() || only.iter().any(|name| name == stage.name);
    Ok(STAGES.iter().filter(wanted).collect())
}

fn list_stages() {
    let head = vec![
        "stage".to_owned(),
        "what".to_owned(),
        "usual time".to_owned(),
    ];
    let row = |s: &Stage| vec![s.name.to_owned(), s.what.to_owned(), s.usual.to_owned()];
    out::table(
        &std::iter::once(head)
            .chain(STAGES.iter().map(row))
            .collect::<Vec<_>>(),
    );
}

fn run_stage(stage: &'static Stage, before: &[Ran]) -> Ran {
    let start = Instant::now();
    out::step(&format!("{}: {}", stage.name, stage.what), stage.usual);
    let broken = before.iter().find(|ran| {
        stage.needs.contains(&ran.stage.name) && !matches!(ran.outcome, Outcome::Good(_))
    });
    let outcome = match broken {
        Some(ran) => Outcome::Skipped(ran.stage.name),
        None => match (stage.run)() {
            Ok(counts) if counts.failed == 0 => Outcome::Good(counts),
            Ok(counts) => Outcome::Failed(counts, format!("{} failed", counts.failed)),
            // A stage that broke without a failed test is one failure.
            Err(error) => Outcome::Failed(
                Counts {
                    passed: 0,
                    failed: 1,
                },
                format!("{error:#}"),
            ),
        },
    };
    let time = start.elapsed();
    match &outcome {
        Outcome::Good(_) => out::line(format_args!(
            "   {} good, {}",
            stage.name,
            out::minutes(time)
        )),
        Outcome::Failed(_, why) => out::failure(&format!("{}: {why}", stage.name)),
        Outcome::Skipped(needed) => out::line(format_args!("   skipped: {needed} failed")),
    }
    Ran {
        stage,
        time,
        outcome,
    }
}

fn summary(ran: &[Ran], total: Duration) -> Result<()> {
    let mut counts = Counts::default();
    let mut rows = vec![vec![
        "stage".to_owned(),
        "time".to_owned(),
        "result".to_owned(),
    ]];
    for one in ran {
        let result = match &one.outcome {
            Outcome::Good(tests) => {
                counts += *tests;
                match tests.passed {
                    0 => "good".to_owned(),
                    passed => format!("good, {passed} tests"),
                }
            }
            Outcome::Failed(tests, why) => {
                counts += *tests;
                format!("FAILED: {}", why.lines().next().unwrap_or_default())
            }
            Outcome::Skipped(needed) => format!("skipped, {needed} failed"),
        };
        rows.push(vec![
            one.stage.name.to_owned(),
            out::minutes(one.time),
            result,
        ]);
    }
    rows.push(vec!["total".to_owned(), out::minutes(total), String::new()]);
    out::line("");
    out::table(&rows);
    out::line(format_args!(
        "\n{} passed, {} failed",
        counts.passed, counts.failed
    ));
    if counts.failed > 0 {
        bail!("not everything is good");
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_needed_stage_comes_before() {
        for (at, stage) in STAGES.iter().enumerate() {
            for needed in stage.needs {
                assert!(STAGES[..at].iter().any(|s| s.name == *needed), "{needed}");
            }
        }
    }

    #[test]
    fn an_unknown_stage_is_refused() {
        assert!(choose(&["nothing".to_owned()]).is_err());
        assert_eq!(choose(&["fmt".to_owned()]).unwrap().len(), 1);
    }
}
