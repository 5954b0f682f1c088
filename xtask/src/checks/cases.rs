//! `docs/sync-cases.md`: every case has a row, and every test that a row names exists.

use anyhow::{Context as _, Result};

use crate::paths;

/// The cases of the table: invariants, then field cases.
const CASES: [(&str, u32); 2] = [("INV-", 10), ("SC-", 101)];
const STATES: [&str; 4] = ["tested", "partly", "open", "engine"];

/// Complaints about the table.
///
/// # Errors
/// When it cannot be read.
pub fn check() -> Result<Vec<String>> {
    let root = paths::root()?;
    let table = std::fs::read_to_string(root.join("docs/sync-cases.md"))
        .context("no docs/sync-cases.md")?;
    // A file that is not there holds no test.
    let read = |path: &str| std::fs::read_to_string(root.join(path)).unwrap_or_default();
    Ok(complaints(&table, read))
}

fn complaints(table: &str, read: impl Fn(&str) -> String) -> Vec<String> {
    let rows: Vec<Row<'_>> = table.lines().filter_map(row).collect();
    let mut complaints = Vec::new();
    for (prefix, count) in CASES {
        for number in 1..=count {
            let name = match prefix {
                "SC-" => format!("{prefix}{number:02}"),
                _ => format!("{prefix}{number}"),
            };
            let found = rows.iter().filter(|row| row.case == name).count();
            if found != 1 {
                complaints.push(format!("docs/sync-cases.md: {name} has {found} rows"));
            }
        }
    }
    for row in &rows {
        let case = row.case;
        let has_tests = !row.tests.is_empty();
        let is_held = matches!(row.state, "tested" | "partly");
        if !STATES.contains(&row.state) {
            complaints.push(format!("docs/sync-cases.md: {case} is in no known state"));
        } else if is_held != has_tests {
            complaints.push(format!(
                "docs/sync-cases.md: {case} is {} with {} tests",
                row.state,
                row.tests.len()
            ));
        }
        // Invariants are what all cases have in common.
        if is_held && has_tests && case.starts_with("SC-") && !row.is_named() {
            complaints.push(format!(
                "docs/sync-cases.md: no test has {case} in its name"
            ));
        }
        for (file, test) in &row.tests {
            if !holds(&read(file), file, test) {
                complaints.push(format!("docs/sync-cases.md: {case}: no {test} in {file}"));
            }
        }
    }
    complaints
}

struct Row<'a> {
    case: &'a str,
    state: &'a str,
    /// File and name.
    tests: Vec<(&'a str, &'a str)>,
}

impl Row<'_> {
    /// Whether one of the tests names the case: `sc_01` in a function, `SC-01` in a title.
    fn is_named(&self) -> bool {
        let function = self.case.to_lowercase().replace('-', "_");
        let names = |test: &str, case: &str| {
            test.split(case)
                .skip(1)
                .any(|rest| !rest.starts_with(|next: char| next.is_ascii_digit()))
        };
        self.tests
            .iter()
            .any(|(_, test)| names(test, &function) || names(test, self.case))
    }
}

/// Reads `| SC-01 What | state | text with `file::test` |`.
fn row(line: &str) -> Option<Row<'_>> {
    let mut cells = line.strip_prefix("| ")?.split(" | ");
    let case = cells.next()?.split(' ').next()?;
    CASES.iter().find(|(prefix, _)| case.starts_with(prefix))?;
    let state = cells.next()?.trim();
    let text = cells.next().unwrap_or_default();
    let quoted = text.split('`').skip(1).step_by(2);
    Some(Row {
        case,
        state,
        tests: quoted.filter_map(|name| name.split_once("::")).collect(),
    })
}

/// Whether a file has a test of this name: a function in Rust, a part of a title in
/// TypeScript.
fn holds(text: &str, file: &str, test: &str) -> bool {
    if !file.ends_with(".rs") {
        return text
            .lines()
            .any(|line| line.trim_start().starts_with("test(") && line.contains(test));
    }
    let function = format!("fn {test}(");
    let mut is_test = false;
    for line in text.lines().map(str::trim) {
        if line.starts_with("#[test]") || line.starts_with("#[tokio::test") {
            is_test = true;
        } else if line.contains("fn ") {
            if is_test && line.contains(&function) {
                return true;
            }
            is_test = false;
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table(row: &str) -> String {
        let engine = |name: String| format!("| {name} Something | engine | |\n");
        let invariants = (1..=10).map(|n| engine(format!("INV-{n}")));
        let cases = (2..=101).map(|n| engine(format!("SC-{n:02}")));
        format!(
            "{}{}{row}\n",
            invariants.collect::<String>(),
            cases.collect::<String>()
        )
    }

    fn read(path: &str) -> String {
        match path {
            "a.rs" => "#[tokio::test]\nasync fn it_holds_sc_01() {}\n#[test]\nfn of_sc_10_and_sc_02() {}\nfn helper() {}\n".to_owned(),
            "b.spec.ts" => "test('SC-01 it holds too', async () => {".to_owned(),
            _ => String::new(),
        }
    }

    fn told(row: &str) -> Vec<String> {
        complaints(&table(row), read)
    }

    #[test]
    fn tests_that_exist_hold_a_case() {
        let row = "| SC-01 One | tested | `a.rs::it_holds_sc_01`, `b.spec.ts::it holds` |";
        assert_eq!(told(row), Vec::<String>::new());
        let row = "| SC-01 One | partly | `b.spec.ts::SC-01 it holds` |";
        assert_eq!(told(row), Vec::<String>::new());
    }

    #[test]
    fn a_case_without_a_test_that_names_it_is_told() {
        for test in ["a.rs::of_sc_10_and_sc_02", "b.spec.ts::it holds"] {
            let told = told(&format!("| SC-01 One | tested | `{test}` |"));
            assert_eq!(told, ["docs/sync-cases.md: no test has SC-01 in its name"]);
        }
        let named = |case: &'static str, name: &'static str| {
            let tests = vec![("a.rs", name)];
            let state = "tested";
            Row { case, state, tests }.is_named()
        };
        assert!(named("SC-02", "of_sc_10_and_sc_02") && named("SC-10", "of_sc_10_and_sc_02"));
        assert!(!named("SC-10", "of_sc_101") && !named("SC-10", "SC-101 holds"));
    }

    #[test]
    fn a_test_that_is_gone_is_named() {
        for test in [
            "a.rs::it_does_not_sc_01",
            "c.rs::it_holds_sc_01",
            "b.spec.ts::SC-01 no",
        ] {
            let told = told(&format!("| SC-01 One | partly | `{test}` |"));
            assert_eq!(told.len(), 1, "{told:?}");
        }
        // A function that is no test is none.
        let helper = "| SC-01 One | partly | `a.rs::it_holds_sc_01`, `a.rs::helper` |";
        assert_eq!(told(helper).len(), 1);
    }

    #[test]
    fn states_and_tests_must_agree() {
        for row in [
            "| SC-01 One | tested | of course |",
            "| SC-01 One | engine | `a.rs::it_holds_sc_01` |",
            "| SC-01 One | surely | |",
        ] {
            assert_eq!(told(row).len(), 1, "{row}");
        }
    }

    #[test]
    fn a_missing_or_doubled_case_is_named() {
        assert_eq!(told("").len(), 1);
        assert_eq!(
            told("| SC-01 a | engine | |\n| SC-01 b | engine | |").len(),
            1
        );
    }
}
